"""A process of its own for the threads: the same runner, the same events, over a socket."""
