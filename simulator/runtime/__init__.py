"""Who runs: the runner of real threads and pools, its schedules, and the spinner."""
