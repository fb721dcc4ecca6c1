"""What each lesson counts and what it calls wrong: its facts, its verdict and findings of its own."""
