"""Barriers: every arrival of a round comes before every departure, and so does the barrier's action.

The action is what the thread that really came last does inside of its wait. Stamps of arrivals cannot tell which that
was, for each is taken right before the call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.predicates import object_key
from simulator.analysis.orders.words import ARRIVE, Words
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

_ARRIVES, _LEAVES, _ACTS = range(3)
_Edge = tuple[int, int, int]
"""Source and target of an edge, and the event of the thread that acquires."""


@dataclass(slots=True)
class _Visit:
    """A thread at a barrier: the row of its arrival, and the last access that it made inside, -1 if there is none."""

    arrival: int
    action: int = -1


class BarrierFinder:
    """Finds the edges that barriers make, besides those that the recorder saw, piece by piece.

    Parameters
    ----------
    words : Words
        The words among the trace's values.

    Attributes
    ----------
    is_contradicted : bool
        Whether something that came later shows that an edge found before is none.
    """

    def __init__(self, words: Words) -> None:
        self.is_contradicted = False
        self._words = words
        self._is_used = False
        self._met: set[int] = set()  # arrivals that somebody met: the last of their rounds
        self._chained: set[int] = set()  # arrivals that were taken not to be that
        self._last: dict[int, int] = {}  # of each barrier: the last arrival
        self._visits: dict[int, dict[int, _Visit]] = {}  # of each barrier and thread: the last visit
        self._inside: dict[int, int] = {}  # of each thread that is inside of a barrier: which

    def scout(self, trace: Trace, start: int, signals: IntArray, open_spans: IntArray) -> None:
        """Note which arrivals somebody met.

        Parameters
        ----------
        trace : Trace
            The run as far as it is there.
        start : int
            Rows before this one were looked at.
        signals : ndarray of int64, shape (k,)
            Signals that have not been scouted yet.
        open_spans : ndarray of int64, shape (k,)
            Spans before `start` that had not ended by then.
        """
        start = start if self._is_used else 0
        self._is_used = self._is_used or bool(self._words.are(trace, signals, ARRIVE).any())
        if not self._is_used:
            return
        kind = trace.kind[start:]
        meets = np.flatnonzero((kind == Kind.WAIT) | (kind == Kind.RECEIVE)) + start
        met = trace.reads_from[np.concatenate([meets, open_spans])]
        met = np.unique(met[(met >= 0) & (met < trace.n)]).astype(np.int64)
        self._met |= set(met[self._words.are(trace, met, ARRIVE)].tolist())
        self.is_contradicted |= bool(self._met & self._chained)

    def find(self, trace: Trace, start: int, stop: int, signals: IntArray, passed: IntArray) -> list[_Edge]:
        """Find the edges of a piece of the trace that follows on the last.

        Parameters
        ----------
        trace : Trace
            The run.
        start, stop : int
            The piece.
        signals : ndarray of int64, shape (k,)
            All signals in it.
        passed : ndarray of int64, shape (k,)
            Waits that ended in it, and what was received without waiting.

        Returns
        -------
        list of (int, int, int)
            Source and target of each edge, and the event of the thread that acquires.
        """
        if not self._is_used:
            return []
        found: list[_Edge] = []
        for at, _, row, key, what in sorted(self._steps(trace, start, stop, signals, passed)):
            thread = int(trace.thread[row])
            if what == _ARRIVES:
                found += self._arrive(thread, key, row)
            elif what == _ACTS:
                found += self._act(thread, row)
            elif self._inside.get(thread) == key:
                found += self._leave(thread, key, row, at)
        return found

    def _steps(
        self, trace: Trace, start: int, stop: int, signals: IntArray, passed: IntArray
    ) -> list[tuple[int, bool, int, int, int]]:
        """Return who arrives, acts and leaves: where, whether at a row of its own, the event, the barrier, and what."""
        arrivals = signals[self._words.are(trace, signals, ARRIVE)]
        keys = object_key(trace, arrivals).tolist()
        steps = [(row, True, row, key, _ARRIVES) for row, key in zip(arrivals.tolist(), keys, strict=True)]
        is_wait = trace.kind[passed] == Kind.WAIT
        left = np.where(is_wait, trace.begin_ns.searchsorted(trace.end_ns[passed]), passed).tolist()
        of = object_key(trace, passed).tolist()
        known = {*keys, *self._last}
        steps += [
            (at, not is_late, row, key, _LEAVES)
            for at, is_late, row, key in zip(left, is_wait.tolist(), passed.tolist(), of, strict=True)
            if key in known
        ]
        threads = [*self._inside, *np.unique(trace.thread[arrivals]).tolist()]
        is_access = (trace.kind[start:stop] <= Kind.DELETE) & np.isin(trace.thread[start:stop], threads)
        steps += [(row, True, row, -1, _ACTS) for row in (np.flatnonzero(is_access) + start).tolist()]
        return steps

    def _arrive(self, thread: int, key: int, row: int) -> list[_Edge]:
        """Return the edge from the arrival before, of the same round: the last one then stands for all."""
        before = self._last.get(key, -1)
        self._last[key] = row
        self._inside[thread] = key
        self._visits.setdefault(key, {})[thread] = _Visit(row)
        if before < 0 or before in self._met:
            return []
        self._chained.add(before)
        return [(before, row + 1, row)]

    def _act(self, thread: int, row: int) -> list[_Edge]:
        """Return the edge from the last arrival to what a thread does inside: it does it when all have come."""
        key = self._inside.get(thread)
        if key is None:
            return []
        visit = self._visits[key][thread]
        is_first, visit.action = visit.action < 0, row
        return [(self._last[key], row, row)] if is_first else []

    def _leave(self, thread: int, key: int, row: int, at: int) -> list[_Edge]:
        """Return edges from what others did inside of their waits, the action, to the thread that leaves now."""
        del self._inside[thread]
        visits = self._visits[key]
        arrival = visits[thread].arrival
        return [
            (visit.action, at, row) for other, visit in visits.items() if other != thread and visit.action > arrival
        ]
