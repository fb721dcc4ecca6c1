"""The state of a run at one moment: what each thread was doing, on which line, and what had happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN, TaskTrack
from simulator.trace.values import TAG_INT, TAG_MASK

NOT_STARTED, RUNNING, WAITING, SLEEPING, AWAITING, IDLE, DONE, FAILED = (
    "not started",
    "running",
    "waiting",
    "sleeping",
    "awaiting",
    "idle",
    "done",
    "failed",
)


@dataclass(frozen=True, slots=True)
class TrackMoment:
    """A thread, or a task of an event loop, at a moment.

    Attributes
    ----------
    state : str
        ``not started``, ``running``, ``waiting`` (for another thread), ``sleeping``, ``awaiting`` (a task whose loop
        does something else), ``idle`` (a pool's thread between tasks, a loop without a task to run), ``done`` or
        ``failed``.
    line : int
        Line of its last event that has one, 0 if none has.
    file : int
        The file that this line is of: index into the trace's files.
    row : int or None
        Row of its last event.
    """

    state: str
    line: int
    row: int | None
    file: int = 0


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
        self._rows = _apart(trace.tracks_of(slice(None)), len(trace.tracks))
        self._spans = [rows[trace.kind[rows] >= FIRST_SPAN] for rows in self._rows]
        self._busy = self._busy_spans()
        self._has_tasks = {actor.thread for actor in trace.actors if actor.is_task}

    def _busy_spans(self) -> list[IntArray]:
        """Return for each thread the spans outside of which it is idle: tasks of a pool, steps of an event loop's."""
        trace = self._trace
        is_pooled = (trace.kind == Kind.TASK) & (trace.flags & TAG_MASK == TAG_INT)
        rows = np.flatnonzero(is_pooled | (trace.kind == Kind.STEP))
        return [rows[group] for group in _apart(trace.thread[rows], len(trace.threads))]

    def n_at(self, time_ns: int) -> int:
        """Return how many events have happened at a time, those of that very nanosecond included."""
        return int(self._trace.begin_ns.searchsorted(np.int64(time_ns), "right"))

    def time_of(self, n: int) -> int:
        """Return the time of the n-th event, nanoseconds; 0 before the first."""
        return int(self._trace.begin_ns[min(n, self._trace.n) - 1]) if n > 0 and self._trace.n else 0

    def track(self, track: int, n: int, time_ns: int | None = None) -> TrackMoment:
        """Return what a thread, or a task of an event loop, was doing when `n` events had happened.

        Parameters
        ----------
        track : int
            Index into the trace's tracks.
        n : int
            Number of events that have happened.
        time_ns : int, optional
            The time of the moment, if it lies after the n-th event; decides whether a span has ended.
        """
        rows = self._rows[track]
        k = int(rows.searchsorted(n))
        if not k:
            return TrackMoment(NOT_STARTED, 0, None)
        row = int(rows[k - 1])
        now_ns = self.time_of(n) if time_ns is None else time_ns
        line, file = self._place(rows, k)
        return TrackMoment(self._state(track, n, row, now_ns), line, row, file)

    def _state(self, track: int, n: int, row: int, now_ns: int) -> str:
        trace, info = self._trace, self._trace.tracks[track]
        is_loop_task = isinstance(info, TaskTrack)
        has_ended = info.end_ns != OPEN and info.end_ns <= now_ns
        if trace.kind[row] == Kind.THREAD_END or (is_loop_task and has_ended):
            return FAILED if info.has_failed else DONE
        span = self._open_span(self._spans[track], n, now_ns)
        if span is not None and trace.kind[span] in (Kind.SLEEP, Kind.WAIT):
            return SLEEPING if trace.kind[span] == Kind.SLEEP else WAITING
        if is_loop_task:
            return AWAITING if span is None or trace.kind[span] == Kind.TASK else RUNNING
        is_busy = info.serial not in self._has_tasks or self._open_span(self._busy[info.serial], n, now_ns) is not None
        return RUNNING if is_busy else IDLE

    def _open_span(self, spans: IntArray, n: int, now_ns: int) -> int | None:
        """Return the last span that had begun, unless it has ended; a thread that sleeps or waits begins no other."""
        k = int(spans.searchsorted(n))
        if not k:
            return None
        end_ns = self._trace.end_ns[spans[k - 1]]
        return int(spans[k - 1]) if end_ns == OPEN or end_ns > now_ns else None

    def _place(self, rows: IntArray, k: int) -> tuple[int, int]:
        """Return line and file of the last event that has one; few steps back, since nearly all have."""
        for row in rows[:k][::-1]:
            if self._trace.line[row]:
                return int(self._trace.line[row]), int(self._trace.file[row])
        return 0, 0


def _apart(keys: IntArray, n_keys: int) -> list[IntArray]:
    """Return for each key which elements have it, in order."""
    order = np.argsort(keys, kind="stable")
    bounds = np.searchsorted(keys[order], np.arange(n_keys + 1))
    return [order[low:high] for low, high in pairwise(bounds.tolist())]
