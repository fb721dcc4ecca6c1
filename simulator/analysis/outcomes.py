"""The outcome of each read: whose value it got. Exact, since the trace knows the write; a fact, not a judgement."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from simulator.analysis.writes import has_written_before
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.row_table import UNKNOWN_ROW
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN


class Outcome(IntEnum):
    """Whose value a read got. A larger number is worse; a fold of several events takes the worst."""

    NONE = 0
    OWN = 1
    INITIAL = 2
    INHERITED = 3
    UNKNOWN = 4
    MISSING = 5
    LEFTOVER = 6
    ERASED = 7
    FOREIGN = 8


def outcomes_of(trace: Trace, rows: IntArray) -> IntArray:
    """Work out the outcome of reads.

    Parameters
    ----------
    trace : Trace
        The run.
    rows : ndarray of int, shape (k,)
        Rows of reads.

    Returns
    -------
    ndarray of uint8, shape (k,)
        An `Outcome` each:

        - own: this actor's last write, or its own delete;
        - initial: set before the run;
        - inherited: written in another context and copied into this one;
        - leftover: written on this thread by a task that had ended;
        - foreign: written by any other actor;
        - erased: this actor wrote, another deleted; missing: no value ever;
        - unknown: no recorded write explains it.

    Notes
    -----
    Thread: any. Cost: O(k); O(writes) more if some read found a value deleted by another.
    """
    source = trace.reads_from[rows]
    outcome = np.where(source == UNKNOWN_ROW, Outcome.UNKNOWN, Outcome.MISSING).astype(np.uint8)
    known = np.flatnonzero(source >= 0)
    if not len(known):
        return outcome
    read, write = rows[known], source[known]
    reader, writer = trace.actor[read], trace.actor[write]
    writer_end_ns = trace.actor_end_ns[writer]
    has_ended = (writer_end_ns != OPEN) & (writer_end_ns <= trace.begin_ns[read])
    is_context = trace.is_of_script or trace.storage == "context"  # no other value comes from another cell
    is_copied = (trace.place[read] != trace.place[write]) & is_context
    found = np.full(len(known), Outcome.FOREIGN, np.uint8)
    found[has_ended & (trace.thread[read] == trace.thread[write])] = Outcome.LEFTOVER
    found[is_copied] = Outcome.INHERITED
    found[trace.thread[write] == BEFORE_RUN] = Outcome.INITIAL
    gone = np.flatnonzero(trace.kind[write] == Kind.DELETE)
    if len(gone):
        wrote = has_written_before(trace, read[gone])
        found[gone] = np.where(wrote, Outcome.ERASED, Outcome.MISSING)
    found[reader == writer] = Outcome.OWN
    outcome[known] = found
    return outcome
