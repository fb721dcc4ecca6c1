"""How much of a run that goes on is settled: up to where nothing that is still to come changes the order of events.

A trace holds an event when everything before it has arrived; so nearly all of it is settled. What is not is what comes
after an acquisition whose release has not arrived yet.
"""

from __future__ import annotations

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.row_table import UNKNOWN_ROW
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

PATIENCE_NS = 300_000_000
"""What is not settled after so long is taken to be what it looks like; if that proves wrong, all is done again."""


class Horizon:
    """Finds how far one can go on, and notes what was taken for granted on the way."""

    def __init__(self) -> None:
        self._granted: set[int] = set()

    def is_refuted(self, trace: Trace) -> bool:
        """Return whether something that was taken for granted has turned out otherwise."""
        rows = np.array(sorted(self._granted), np.int64)
        return bool((trace.reads_from[rows] >= 0).any())

    def find(self, trace: Trace, start: int, open_spans: IntArray) -> int:
        """Return the row up to which the trace is settled.

        Parameters
        ----------
        trace : Trace
            A run that goes on.
        start : int
            Up to here it was settled before.
        open_spans : ndarray of int64, shape (k,)
            Spans before `start` that had not ended by then.
        """
        if start == trace.n:
            return start
        gates = _unresolved(trace, start, _waits(trace, start, trace.n, open_spans))
        for gate, about in sorted(gates):
            if trace.begin_ns[-1] - trace.begin_ns[gate] <= PATIENCE_NS:
                return int(trace.begin_ns.searchsorted(trace.begin_ns[gate]))
            self._granted.add(about)
        return trace.n


def cut(trace: Trace, start: int, most: int, stop: int, open_spans: IntArray) -> int:
    """Return where to part a settled piece so that nothing in the first part depends on the second.

    Parameters
    ----------
    trace : Trace
        The run.
    start, stop : int
        The piece.
    most : int
        About how many rows the first part may have.
    open_spans : ndarray of int64, shape (k,)
        Spans before `start` that had not ended by then.
    """
    end = start + most
    while end < stop:
        last_ns = trace.begin_ns[end - 1]
        end = min(int(trace.begin_ns.searchsorted(last_ns, "right")), stop)
        needed = _needed(trace, start, end, _waits(trace, start, end, open_spans), last_ns)
        if needed <= end:
            return end
        end = needed
    return stop


def _needed(trace: Trace, start: int, end: int, waits: IntArray, last_ns: int) -> int:
    """Return up to which row the rows before `end` depend on others."""
    end_ns = trace.end_ns[waits]
    is_over = (end_ns != OPEN) & (end_ns <= last_ns)
    met = trace.reads_from[np.concatenate([_acquisitions(trace, start, end), waits[is_over]])]
    return int(met.max(initial=-1)) + 1


def _waits(trace: Trace, start: int, stop: int, open_spans: IntArray) -> IntArray:
    """Return the waits among some rows, and those that had begun before."""
    before = open_spans[trace.kind[open_spans] == Kind.WAIT]
    return np.concatenate([before, np.flatnonzero(trace.kind[start:stop] == Kind.WAIT) + start])


def _acquisitions(trace: Trace, start: int, stop: int) -> IntArray:
    kind = trace.kind[start:stop]
    is_instant = (kind == Kind.RECEIVE) | (kind == Kind.CHECK) | (kind == Kind.THREAD_BEGIN)
    found: IntArray = np.flatnonzero(is_instant) + start
    return found


def _unresolved(trace: Trace, start: int, waits: IntArray) -> list[tuple[int, int]]:
    """Return acquisitions of what has not arrived, each with the row at which it matters first."""
    instants = _acquisitions(trace, start, trace.n)
    ended = waits[trace.end_ns[waits] != OPEN]
    rows = np.concatenate([instants, ended])
    at = np.concatenate([instants, np.maximum(trace.begin_ns.searchsorted(trace.end_ns[ended]), start)])
    met = trace.reads_from[rows]
    is_open = ((met == UNKNOWN_ROW) | (met >= trace.n)) & (at < trace.n)
    return list(zip(at[is_open].tolist(), rows[is_open].tolist(), strict=True))
