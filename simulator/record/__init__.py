"""What happened: clock, event kinds, and the per-thread recorder."""
