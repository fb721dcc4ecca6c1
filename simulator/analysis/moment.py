"""The state of a run at one moment: what each thread was doing, on which line, and what had happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

NOT_STARTED, RUNNING, WAITING, SLEEPING, IDLE, DONE, FAILED = (
    "not started",
    "running",
    "waiting",
    "sleeping",
    "idle",
    "done",
    "failed",
)


@dataclass(frozen=True, slots=True)
class ThreadMoment:
    """A thread at a moment.

    Attributes
    ----------
    state : str
        ``not started``, ``running``, ``waiting`` (for a lock), ``sleeping``, ``idle`` (a pool's thread between tasks),
        ``done`` or ``failed``.
    line : int
        Line of its last event, 0 if none has one.
    row : int or None
        Row of its last event.
    """

    state: str
    line: int
    row: int | None


class Moments:
    """Answers what was going on at any moment of a run.

    A moment is a number of events, not a time: after `n` events exactly the first `n` rows have happened, so that
    events with equal stamps are told apart.

    Parameters
    ----------
    trace : Trace
        A run; events that arrive later need a new `Moments`.

    Notes
    -----
    Thread: one at a time. Cost: O(n) once, then O(log n) for each thread.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        order = np.argsort(trace.thread, kind="stable")
        bounds = np.searchsorted(trace.thread[order], np.arange(len(trace.threads) + 1))
        self._rows = [order[low:high] for low, high in pairwise(bounds.tolist())]
        self._spans = [rows[trace.kind[rows] >= FIRST_SPAN] for rows in self._rows]
        self._tasks = [spans[trace.kind[spans] == Kind.TASK] for spans in self._spans]
        self._pool = {actor.thread for actor in trace.actors if actor.is_task}

    def n_at(self, time_ns: int) -> int:
        """Return how many events have happened at a time, those of that very nanosecond included."""
        return int(self._trace.begin_ns.searchsorted(np.int64(time_ns), "right"))

    def time_of(self, n: int) -> int:
        """Return the time of the n-th event, nanoseconds; 0 before the first."""
        return int(self._trace.begin_ns[min(n, self._trace.n) - 1]) if n > 0 and self._trace.n else 0

    def thread(self, serial: int, n: int, time_ns: int | None = None) -> ThreadMoment:
        """Return what a thread was doing when `n` events had happened.

        Parameters
        ----------
        serial : int
            The thread.
        n : int
            Number of events that have happened.
        time_ns : int, optional
            The time of the moment, if it lies after the n-th event; decides whether a span has ended.
        """
        rows = self._rows[serial]
        k = int(rows.searchsorted(n))
        if not k:
            return ThreadMoment(NOT_STARTED, 0, None)
        row = int(rows[k - 1])
        now_ns = self.time_of(n) if time_ns is None else time_ns
        return ThreadMoment(self._state(serial, n, row, now_ns), self._line(rows, k), row)

    def _state(self, serial: int, n: int, row: int, now_ns: int) -> str:
        trace = self._trace
        if trace.kind[row] == Kind.THREAD_END:
            return FAILED if trace.threads[serial].has_failed else DONE
        span = self._open_span(self._spans[serial], n, now_ns)
        if span is not None and trace.kind[span] in (Kind.SLEEP, Kind.WAIT):
            return SLEEPING if trace.kind[span] == Kind.SLEEP else WAITING
        is_idle = serial in self._pool and self._open_span(self._tasks[serial], n, now_ns) is None
        return IDLE if is_idle else RUNNING

    def _open_span(self, spans: IntArray, n: int, now_ns: int) -> int | None:
        """Return the last span that had begun, unless it has ended; a thread that sleeps or waits begins no other."""
        k = int(spans.searchsorted(n))
        if not k:
            return None
        end_ns = self._trace.end_ns[spans[k - 1]]
        return int(spans[k - 1]) if end_ns == OPEN or end_ns > now_ns else None

    def _line(self, rows: IntArray, k: int) -> int:
        """Return the line of the last event that has one; few steps back, since nearly all have."""
        for row in rows[:k][::-1]:
            if self._trace.line[row]:
                return int(self._trace.line[row])
        return 0
