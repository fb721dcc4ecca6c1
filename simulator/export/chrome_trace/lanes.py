"""The tracks of a Chrome trace: which event stands on which, so that no two slices of one track overlap.

Viewers draw the slices of a track as a stack: each must lie wholly inside the one it began in, or the viewer drops it.
So threads have a track each; tasks of an event loop, which take turns on one thread, have tracks of their own; and a
slice that would stick out of another, as the hold of a second lock does that outlasts the first, goes one track
further.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

_FOREVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class Slices:
    """What lasts, in the order in which it is written.

    Attributes
    ----------
    row, begin_ns, end_ns : ndarray of int64, shape (k,)
        The event that each slice begins with, rising, and its time.
    lane : ndarray of int64, shape (k,)
        The number of its track, from 0.
    """

    row: IntArray
    begin_ns: IntArray
    end_ns: IntArray
    lane: IntArray


class Lanes:
    """The tracks of a run.

    Parameters
    ----------
    trace : Trace
        A finished run.

    Attributes
    ----------
    of_actor : ndarray of int64, shape (number of actors,)
        The track of each actor's events.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._groups: list[list[str]] = [[info.name] for info in trace.threads]
        self._keys: list[tuple[int, int]] = [(serial, 0) for serial in range(len(trace.threads))]
        self.of_actor = trace.actor_thread.astype(np.int64)
        for serial, rows in _loop_tasks(trace):
            self._add_tasks(serial, rows)

    def _add_tasks(self, serial: int, rows: IntArray) -> None:
        """Give the tasks of an event loop as few tracks as their overlaps allow."""
        trace = self._trace
        free: list[tuple[int, int]] = []
        first = len(self._keys)
        for row in rows.tolist():
            actor = int(trace.actor[row])
            end_ns = int(trace.end_ns[row]) if trace.end_ns[row] != OPEN else _FOREVER
            if free and free[0][0] <= trace.begin_ns[row]:
                lane = heapq.heappop(free)[1]
            else:
                lane = self._add(serial, f"{trace.threads[serial].name} tasks", len(self._keys) - first + 1)
            self.of_actor[actor] = lane
            heapq.heappush(free, (end_ns, lane))

    def _add(self, serial: int, name: str, number: int) -> int:
        self._keys.append((serial, len(self._groups[serial])))
        self._groups[serial].append(name if number == 1 else f"{name} ({number})")
        return len(self._keys) - 1

    def in_order(self) -> Iterator[tuple[int, str]]:
        """Yield the tracks that have events and their names as they are shown: each thread's below the thread."""
        has_events = np.zeros(len(self._trace.threads), bool)
        has_events[self._trace.thread] = True
        for lane in sorted(range(len(self._keys)), key=self._keys.__getitem__):
            serial, place = self._keys[lane]
            if has_events[serial]:
                yield lane, self._groups[serial][place]

    def of_rows(self, rows: slice | IntArray) -> IntArray:
        """Return the track of events."""
        lanes: IntArray = self.of_actor[self._trace.actor[rows]]
        steps = self._trace.kind[rows] == Kind.STEP
        lanes[steps] = self._trace.thread[rows][steps]
        return lanes

    def place(self, row: IntArray, begin_ns: IntArray, end_ns: IntArray) -> Slices:
        """Place slices on the tracks of their events, or on further ones where they would not nest.

        Parameters
        ----------
        row, begin_ns, end_ns : ndarray of int64, shape (k,)
            The event that each begins with, and its time.

        Returns
        -------
        Slices
            Sorted by row.
        """
        home = self.of_rows(row)
        lane = home.copy()
        waiting = np.lexsort((row, -end_ns, begin_ns, lane))
        depth = 2
        while len(waiting):
            left = _not_nested(lane[waiting], begin_ns[waiting], end_ns[waiting])
            waiting = waiting[left]
            for one in np.unique(home[waiting]).tolist():
                serial, place = self._keys[one]
                lane[waiting[home[waiting] == one]] = self._add(serial, self._groups[serial][place], depth)
            depth += 1
        order = np.argsort(row, kind="stable")
        return Slices(row[order], begin_ns[order], end_ns[order], lane[order])


def _loop_tasks(trace: Trace) -> Iterable[tuple[int, IntArray]]:
    """Yield each thread on which tasks take turns, with the rows of its tasks in the order of their begin."""
    rows = np.flatnonzero(trace.kind == Kind.TASK)
    rows = rows[np.argsort(trace.thread[rows], kind="stable")]
    for own in np.split(rows, np.flatnonzero(np.diff(trace.thread[rows].astype(np.int64))) + 1):
        end_ns = np.where(trace.end_ns[own] == OPEN, _FOREVER, trace.end_ns[own])
        if (trace.begin_ns[own][1:] < np.maximum.accumulate(end_ns)[:-1]).any():
            yield int(trace.thread[own[0]]), own


def _not_nested(lane: IntArray, begin_ns: IntArray, end_ns: IntArray) -> IntArray:
    """Return the indices of slices that stick out of one they began in; given by track, begin, longest first."""
    left: list[int] = []
    stack: list[int] = []
    current = -1
    for i, (one, begin, end) in enumerate(zip(lane.tolist(), begin_ns.tolist(), end_ns.tolist(), strict=True)):
        if one != current:
            current, stack = one, []
        while stack and stack[-1] <= begin:
            stack.pop()
        if stack and stack[-1] < end:
            left.append(i)
        else:
            stack.append(end)
    return np.array(left, np.int64)
