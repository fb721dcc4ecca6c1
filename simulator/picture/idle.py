"""Idle time: the stretches of a run in which no thread does anything, so that the time axis can leave them out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from simulator.picture.knots import Cut
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.columns import Column
from simulator.trace.trace import Trace

LEAST_IDLE_NS = 5_000_000
LEAST_SHARE = 0.05
"""Idle time is left out if it is longer than both: so many nanoseconds, and this part of the run."""

LEAST_START_SHARE = 0.2
"""Where idle time is left out, so is the time in which threads are being started, if it is this part of the rest."""

_MARGIN_SHARE = 0.05
_GAPS_OF_ROOM = 4


class IdleTime:
    """Finds the stretches of a run in which nothing happens; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Notes
    -----
    Something happens where an event is recorded and where a span ends. In between threads sleep, wait, or compute
    without touching anything that is recorded. Until the first of them does anything, they are just being started.

    Thread: one at a time. `update` costs O(new events); `cuts` depends on long stretches only, of which there are few.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._begin_again()

    def _begin_again(self) -> None:
        self._generation = self._trace.generation
        self._n_seen = 0
        self._last_ns = 0
        self._start_ns = 0
        self._has_begun = False
        self._spans = Column("i8")
        self._long: list[Cut] = []

    def update(self) -> None:
        """Take in new rows of the trace."""
        if self._generation != self._trace.generation:
            self._begin_again()
        trace, start = self._trace, self._n_seen
        if trace.n == start:
            return
        self._spans.extend(np.flatnonzero(trace.kind[start:] >= FIRST_SPAN) + start)
        self._n_seen = trace.n
        if not self._has_begun:
            start = self._find_begin(start)
            if start == trace.n:
                return
        times = np.maximum(trace.begin_ns[start:], 0)
        steps = np.diff(times, prepend=self._last_ns)
        if not self._has_begun:
            self._has_begun = True
            self._start_ns, steps[0] = int(times[0]), 0
        for i in np.flatnonzero(steps >= LEAST_IDLE_NS).tolist():
            self._long.append((int(times[i] - steps[i]), int(times[i])))
        self._last_ns = int(times[-1])

    def _find_begin(self, start: int) -> int:
        """Return the first row that is more than the begin of a thread or what was set before the run."""
        trace = self._trace
        told = (trace.kind[start:] != Kind.THREAD_BEGIN) & (trace.thread[start:] != 0)
        return start + int(told.argmax()) if told.any() else trace.n

    def cuts(self, now_ns: int) -> tuple[Cut, ...]:
        """Return what can be left out of a run that has come as far as `now_ns`, with some room at either side."""
        least_ns = max(LEAST_IDLE_NS, round(now_ns * LEAST_SHARE))
        idle = [gap for gap in [*self._long, (self._last_ns, now_ns)] if gap[1] - gap[0] >= least_ns]
        idle = [part for gap in idle for part in self._between_ends(gap) if part[1] - part[0] >= least_ns]
        busy_ns = now_ns - _length_ns(idle)
        if self._start_ns >= least_ns or (idle and self._start_ns > busy_ns * LEAST_START_SHARE):
            idle.insert(0, (0, self._start_ns))
            busy_ns -= self._start_ns
        room_ns = max(round(busy_ns * _MARGIN_SHARE * min(1.0, _GAPS_OF_ROOM / max(len(idle), 1))), 10)
        rooms = [min(room_ns, (end - begin) // 4) for begin, end in idle]
        return tuple((begin + room, end - room) for (begin, end), room in zip(idle, rooms, strict=True))

    def _between_ends(self, gap: Cut) -> list[Cut]:
        """Return the parts of a stretch between the ends of spans that lie in it."""
        ends_ns = self._trace.end_ns[self._spans.values]
        inside = np.unique(ends_ns[(ends_ns > gap[0]) & (ends_ns < gap[1])]).tolist()
        return list(pairwise([gap[0], *inside, gap[1]]))


def _length_ns(parts: list[Cut]) -> int:
    return sum(end - begin for begin, end in parts)
