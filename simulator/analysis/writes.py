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
    different, read_index = np.unique(trace.variable[reads], return_inverse=True)  # of thousands only those asked for
    writes = np.flatnonzero(trace.kind[: int(reads.max())] == Kind.WRITE)[::-1]
    writes = writes[np.isin(trace.variable[writes], different)]
    n = len(different)
    first = np.full(len(trace.actors) * n, trace.n, np.int64)
    write_index = np.searchsorted(different, trace.variable[writes])
    first[trace.actor[writes].astype(np.int64) * n + write_index] = writes  # backwards: the first is the last stored
    found: IntArray = first[trace.actor[reads].astype(np.int64) * n + read_index] < reads
    return found
