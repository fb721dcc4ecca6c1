"""What the facts mean: outcomes of reads, lost updates, findings, the verdict; derived, never stored in the trace."""
