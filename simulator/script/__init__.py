"""The user's own program: unmodified Python, recorded while it runs in a process of its own."""
