"""The lessons: small real programs on real threads, one in each file."""
