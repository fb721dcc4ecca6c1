"""Models: each owns one piece of the window's state; views ask it, call its methods and listen to it."""
