"""How a run leaves the program: one module for each format, chosen by the suffix of the file."""
