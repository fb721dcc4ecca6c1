"""The window and the two commands: what people see and type."""
