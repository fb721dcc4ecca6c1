"""What goes wrong in scripts, one kind of finding a module; happens-before decides, not the outcome alone."""
