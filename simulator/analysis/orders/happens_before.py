"""Happens-before: the transitive closure of program order and synchronises-with, to be asked for any two events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.clocks import Clocks, never
from simulator.analysis.orders.edges import Edges, find_edges
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import Column, IntArray
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Cone:
    """What came before and after one event, thread by thread.

    Attributes
    ----------
    row : int
        The event.
    past_end : ndarray of int64, shape (number of threads,)
        Rows of a thread below this came before the event.
    future_start : ndarray of int64, shape (number of threads,)
        Rows of a thread from this on come after it. What lies between is concurrent with it.
    last_before, first_after : ndarray of int64, shape (number of threads,)
        The nearest rows of each thread that came before and after; `NO_ROW` where there is none.
    """

    row: int
    past_end: IntArray
    future_start: IntArray
    last_before: IntArray
    first_after: IntArray


class HappensBefore:
    """The order of a run's events.

    Parameters
    ----------
    trace : Trace, optional
        A run that has ended, to take in at once; without it nothing is known until `extend` is called.
    with_locks : bool
        Whether handing a lock on orders what happened.
    is_outdated : callable
        Asked now and then whether to give up; then `OutdatedError` is raised.

    Raises
    ------
    TooManyClocksError
        If the run is too large.

    Notes
    -----
    What was set before the run comes before everything. Thread: one at a time. Cost: O(n), and O(c) for each
    acquisition that brings news, with c threads that others acquire from.
    """

    def __init__(
        self, trace: Trace | None = None, with_locks: bool = True, is_outdated: Callable[[], bool] = never
    ) -> None:
        self._clocks = Clocks()
        self._thread: IntArray = np.empty(0, np.int64)
        self._stretch = Column("i4")
        self._by_thread: tuple[int, IntArray, IntArray] | None = None
        if trace is not None:
            edges = find_edges(trace)
            self.extend(trace, trace.n, edges if with_locks else edges.without_locks(), is_outdated)

    @property
    def n(self) -> int:
        """How many rows are taken in; only these may be asked for."""
        return self._stretch.n

    @property
    def n_dropped(self) -> int:
        """Edges that contradict the others and were left out."""
        return self._clocks.n_dropped

    def extend(self, trace: Trace, stop: int, edges: Edges, is_outdated: Callable[[], bool] = never) -> None:
        """Take in the rows up to `stop`, and the edges whose acquisitions are among them or end before the last.

        Parameters
        ----------
        trace : Trace
            The run as it is now; what was taken in before has not changed.
        stop : int
            First row that is not taken in.
        edges : Edges
            As `simulator.analysis.orders.edges.EdgeFinder.find` gives them.
        is_outdated : callable
            Asked now and then whether to give up.

        Raises
        ------
        TooManyClocksError, OutdatedError
            See `Clocks.extend`; this order is of no use then.
        """
        self._clocks.make_room(edges, len(trace.threads))
        current = np.array(self._clocks.current, np.int64)
        new = self._clocks.extend(edges, is_outdated)
        self._thread = trace.thread[:stop]
        self._spread(self.n, stop, current, new)

    def precedes(self, first: IntArray, second: IntArray) -> IntArray:
        """Tell for pairs of events whether the first comes before the second.

        Parameters
        ----------
        first, second : ndarray of int64, shape (k,)
            Rows.

        Returns
        -------
        ndarray of bool, shape (k,)
        """
        giver, taker = self._thread[first], self._thread[second]
        column = self._clocks.column[giver]
        known = self._clocks.known[self._stretch.values[second], column] > first
        found: IntArray = np.where(giver == taker, first < second, (column >= 0) & known)
        found |= (giver == BEFORE_RUN) & (taker != BEFORE_RUN)
        return found

    def is_before(self, first: int, second: int) -> bool:
        """Tell whether one event comes before another."""
        return bool(self.precedes(np.array([first]), np.array([second]))[0])

    def are_concurrent(self, first: IntArray, second: IntArray) -> IntArray:
        """Tell for pairs of different events whether neither comes before the other, shape (k,)."""
        found: IntArray = ~self.precedes(first, second) & ~self.precedes(second, first)
        return found

    def cone(self, row: int) -> Cone:
        """Return past and future of an event; cost O(number of threads x log n)."""
        n, n_threads = self.n, len(self._clocks.column)
        by_thread, bounds = self._sorted_by_thread()
        past_end, future_start = np.zeros(n_threads, np.int64), np.full(n_threads, n, np.int64)
        last_before, first_after = np.full(n_threads, NO_ROW), np.full(n_threads, NO_ROW)
        for serial in range(n_threads):
            rows = by_thread[bounds[serial] : bounds[serial + 1]]
            n_before = _first(rows, lambda other: not self.is_before(other, row))
            n_not_after = _first(rows, lambda other: self.is_before(row, other))
            past_end[serial] = rows[n_before] if n_before < len(rows) else n
            future_start[serial] = rows[n_not_after] if n_not_after < len(rows) else n
            first_after[serial] = future_start[serial] if n_not_after < len(rows) else NO_ROW
            last_before[serial] = rows[n_before - 1] if n_before else NO_ROW
        return Cone(row, past_end, future_start, last_before, first_after)

    def _sorted_by_thread(self) -> tuple[IntArray, IntArray]:
        """Return all rows, those of each thread together and in order, and where each thread's begin."""
        if self._by_thread is None or self._by_thread[0] != self.n:
            order = np.argsort(self._thread, kind="stable")
            bounds = self._thread[order].searchsorted(np.arange(len(self._clocks.column) + 1))
            self._by_thread = self.n, order, bounds
        return self._by_thread[1:]

    def _spread(self, start: int, stop: int, current: IntArray, new: IntArray) -> None:
        """Note the stretch of each row from `start` on.

        Parameters
        ----------
        start, stop : int
            The rows.
        current : ndarray of int64, shape (number of threads,)
            The stretch that each thread was in before them.
        new : ndarray of int64, shape (k, 3)
            See `Clocks.extend`.
        """
        n_threads = len(current)
        thread = self._thread[start:stop]
        order = np.argsort(thread, kind="stable")
        by_thread = thread[order].astype(np.int64)
        bounds = by_thread.searchsorted(np.arange(n_threads + 1))
        marks = np.full(stop - start, -1, np.int64)
        is_here = bounds[1:] > bounds[:-1]
        marks[bounds[:-1][is_here]] = current[is_here]
        at = (by_thread << 32 | order).searchsorted(new[:, 0] << 32 | np.maximum(new[:, 1] - start, 0))
        is_inside = at < bounds[new[:, 0] + 1]
        marks[at[is_inside]] = new[is_inside, 2]  # where several begin at once the last one counts
        last = np.maximum.accumulate(np.where(marks >= 0, np.arange(stop - start), 0))
        stretch = np.empty(stop - start, np.int32)
        stretch[order] = marks[last]
        self._stretch.extend(stretch)


def _first(rows: IntArray, is_reached: Callable[[int], bool]) -> int:
    """Return the position in sorted rows from which on `is_reached` holds."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if is_reached(int(rows[middle])):
            high = middle
        else:
            low = middle + 1
    return low
