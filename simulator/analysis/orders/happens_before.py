"""Happens-before: the transitive closure of program order and synchronises-with, to be asked for any two events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.clocks import Clocks, build_clocks, never
from simulator.analysis.orders.edges import find_edges
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
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
    trace : Trace
        The run; events that arrive later need a new one.
    with_locks : bool
        Whether handing a lock on orders what happened; see `simulator.analysis.orders.edges.find_edges`.
    is_outdated : callable
        Asked now and then whether to give up; then `OutdatedError` is raised.

    Attributes
    ----------
    n_dropped : int
        Edges that contradict the others and were left out.

    Raises
    ------
    TooManyClocksError
        If the run is too large.

    Notes
    -----
    What was set before the run comes before everything. Thread: any (pure). Cost: O(n), and O(c) for each acquisition
    that brings news, with c threads that others acquire from.
    """

    def __init__(self, trace: Trace, with_locks: bool = True, is_outdated: Callable[[], bool] = never) -> None:
        self._thread = trace.thread
        n_threads = len(trace.threads)
        clocks = build_clocks(find_edges(trace, with_locks), n_threads, is_outdated)
        self._clocks = clocks
        self.n_dropped = clocks.n_dropped
        order = np.argsort(trace.thread, kind="stable")
        self._by_thread = order
        self._bounds = trace.thread[order].searchsorted(np.arange(n_threads + 1))
        self._stretch = self._spread(clocks)
        self._epoch = self._count_releases(clocks)

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
        known = self._clocks.known[self._stretch[second], column] > self._epoch[first]
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
        n, n_threads = len(self._thread), len(self._bounds) - 1
        past_end, future_start = np.zeros(n_threads, np.int64), np.full(n_threads, n, np.int64)
        last_before, first_after = np.full(n_threads, NO_ROW), np.full(n_threads, NO_ROW)
        for serial in range(n_threads):
            rows = self._by_thread[self._bounds[serial] : self._bounds[serial + 1]]
            n_before = _first(rows, lambda other: not self.is_before(other, row))
            n_not_after = _first(rows, lambda other: self.is_before(row, other))
            past_end[serial] = rows[n_before] if n_before < len(rows) else n
            future_start[serial] = rows[n_not_after] if n_not_after < len(rows) else n
            first_after[serial] = future_start[serial] if n_not_after < len(rows) else NO_ROW
            last_before[serial] = rows[n_before - 1] if n_before else NO_ROW
        return Cone(row, past_end, future_start, last_before, first_after)

    def _spread(self, clocks: Clocks) -> IntArray:
        """Return for each row the index of the stretch it is in."""
        n = len(self._thread)
        at, is_inside = self._find(clocks.thread, clocks.start)
        marks = np.zeros(n + 1, np.int32)
        np.maximum.at(marks, at[is_inside], np.flatnonzero(is_inside).astype(np.int32))
        stretch = np.empty(n, np.int32)
        stretch[self._by_thread] = np.maximum.accumulate(marks[:n])
        return stretch

    def _count_releases(self, clocks: Clocks) -> IntArray:
        """Return for each row how many releases its thread has made before it."""
        n = len(self._thread)
        at, is_inside = self._find(clocks.release_thread, clocks.release_row + 1)
        counts = np.cumsum(np.bincount(at[is_inside], minlength=n + 1)[:n], dtype=np.int32)
        before = np.concatenate([[0], counts])[self._bounds[:-1]].astype(np.int32)
        epoch = np.empty(n, np.int32)
        epoch[self._by_thread] = counts - np.repeat(before, np.diff(self._bounds))
        return epoch

    def _find(self, thread: IntArray, row: IntArray) -> tuple[IntArray, IntArray]:
        """Return where the first row of `thread` from `row` on stands among the rows by thread, and if there is one."""
        keys = self._thread[self._by_thread].astype(np.int64) << 32 | self._by_thread
        at = keys.searchsorted(thread << 32 | row)
        return at, at < self._bounds[thread + 1]


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
