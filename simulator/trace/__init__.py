"""The trace: everything that was observed, as columns. Facts only; what they mean is worked out in `analysis`."""
