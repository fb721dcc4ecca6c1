"""Whether an actor had written to a variable before it read it."""

from __future__ import annotations

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


def has_written_before(trace: Trace, reads: IntArray) -> IntArray:
    """Tell for each read whether its actor had written to the variable before.

    Parameters
    ----------
    trace : Trace
        The run.
    reads : ndarray of int, shape (k,)
        Rows of reads.

    Returns
    -------
    ndarray of bool, shape (k,)

    Notes
    -----
    Thread: any. Cost: O(events up to the last of the reads), and nothing for no reads.
    """
    if not len(reads):
        return np.zeros(0, bool)
    writes = np.flatnonzero(trace.kind[: int(reads.max())] == Kind.WRITE)[::-1]
    first = np.full(len(trace.actors) * len(trace.variables), trace.n, np.int64)
    first[_key(trace, writes)] = writes  # backwards, so that the first write is the last to be stored
    found: IntArray = first[_key(trace, reads)] < reads
    return found


def _key(trace: Trace, rows: IntArray) -> IntArray:
    key: IntArray = trace.actor[rows].astype(np.int64) * len(trace.variables) + trace.variable[rows]
    return key
