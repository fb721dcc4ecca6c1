"""What the facts mean: outcomes of reads, lost updates, findings, the verdict. Derived from the trace, never stored in it."""
