"""Accesses of a stretch of a trace, cell by cell, and which of them were made at the same time.

That is so for accesses of different threads that overlap, and for one of the same thread that lies within another: code
of the user has run in the midst of that one. Accesses of a thread with the same stamp follow each other as recorded.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

_PLACE_BITS = 32


class Accesses(Protocol):
    """What is needed of a trace."""

    @property
    def begin_ns(self) -> IntArray: ...  # noqa: D102
    @property
    def thread(self) -> IntArray: ...  # noqa: D102
    @property
    def kind(self) -> IntArray: ...  # noqa: D102
    @property
    def variable(self) -> IntArray: ...  # noqa: D102
    @property
    def place(self) -> IntArray: ...  # noqa: D102


def cells_of(trace: Accesses, rows: IntArray) -> IntArray:
    """Return a number for the cell of each row, shape of `rows`."""
    cells: IntArray = trace.variable[rows].astype(np.int64) << _PLACE_BITS | trace.place[rows]
    return cells


class Window:
    """Accesses sorted by cell, those of each cell in the order of their stamps.

    Parameters
    ----------
    trace : Accesses
        The trace.
    rows : ndarray of int64, shape (k,)
        Accesses to look at, sorted.
    width_ns : ndarray of int64, shape (k,)
        How long before its stamp each may have begun.

    Attributes
    ----------
    rows, key : ndarray of int64, shape (k,)
        The rows in the new order, and a number for the cell of each.
    is_change : ndarray of bool
        Whether it is a write or delete.
    last_change : ndarray of int64
        Position of the last change of the cell before each access, -1 if there is none here.
    is_uncertain : ndarray of bool
        Reads and changes at the time of another change, and those at the time of which there was one.
    has_rival : ndarray of bool
        For a change: whether, right after it, another change may have been the last instead.
    """

    def __init__(self, trace: Accesses, rows: IntArray, width_ns: IntArray) -> None:
        key = cells_of(trace, rows)
        order = np.argsort(key, kind="stable")
        self.rows, self.key = rows[order], key[order]
        self.is_change = trace.kind[self.rows] != Kind.READ
        self._thread = trace.thread[self.rows]
        self._end_ns = trace.begin_ns[self.rows]
        self._begin_ns = self._end_ns - width_ns[order]
        self._starts_cell = np.diff(self.key, prepend=self.key[:1] - 1) != 0
        self._cell_start = _last_where(self._starts_cell)
        change = _last_where(self.is_change)
        before = np.concatenate([[-1], change[:-1]])
        self.last_change = np.where(before >= self._cell_start, before, -1)
        self.is_uncertain = np.zeros(len(self.rows), bool)
        self.has_rival = np.zeros(len(self.rows), bool)
        self._find_overlaps()
        self._find_rivals()

    def final_changes(self) -> IntArray:
        """Return the position of the last change of each cell that has any."""
        changes = np.flatnonzero(self.is_change)
        final: IntArray = changes[np.diff(self.key[changes], append=self.key[-1:] + 1) != 0]
        return final

    def follows_own_change(self, at: IntArray) -> IntArray:
        """Tell which accesses came in one stretch with the change before them, shape of `at`, positions."""
        last = np.maximum(self.last_change[at], 0)
        is_own: IntArray = (self.last_change[at] >= 0) & (self._thread[last] == self._thread[at])
        is_own &= (self._end_ns[last] == self._end_ns[at]) & (self._begin_ns[at] == self._end_ns[at])
        return is_own

    def _find_overlaps(self) -> None:
        """Mark what happened while another thread was in the same cell; some µs each, for these are rare."""
        run_start = _last_where(self._starts_cell | (np.diff(self._thread, prepend=self._thread[:1]) != 0))
        is_met = (run_start > self._cell_start) & (self._end_ns[run_start - 1] >= self._begin_ns)
        is_met |= _has_within(self._starts_cell, self._begin_ns, self._end_ns)
        for p in np.flatnonzero(is_met).tolist():
            low = int(self._cell_start[p])
            self._mark(p, slice(low + int(self._end_ns[low:p].searchsorted(self._begin_ns[p])), p))

    def _mark(self, p: int, inside: slice) -> None:
        others = self._thread[inside] != self._thread[p]
        others |= (self._begin_ns[p] < self._end_ns[inside]) & (self._end_ns[inside] < self._end_ns[p])
        self.is_uncertain[p] |= bool((others & self.is_change[inside]).any())
        if self.is_change[p]:
            self.is_uncertain[inside] |= others

    def _find_rivals(self) -> None:
        """Find the changes that another change may have followed, or may not."""
        at = np.flatnonzero(self.is_change)
        if len(at) < 2:
            return
        thread, end_ns, begin_ns = self._thread[at], self._end_ns[at], self._begin_ns[at]
        starts_cell = np.diff(self.key[at], prepend=self.key[at][:1] - 1) != 0
        run_start = _last_where(starts_cell | (np.diff(thread, prepend=thread[:1]) != 0))
        other = run_start - 1
        has_other = ~starts_cell[run_start]
        latest_begin_ns = _running_max(begin_ns, np.cumsum(starts_cell))
        self.has_rival[at] = has_other & (end_ns[np.maximum(other, 0)] >= latest_begin_ns)
        self.has_rival[at] |= _has_within(starts_cell, begin_ns, end_ns)


def _has_within(starts_cell: IntArray, begin_ns: IntArray, end_ns: IntArray) -> IntArray:
    """Tell which accesses have another of their cell end within them; all shapes (k,), sorted by cell and end."""
    cell_start = _last_where(starts_cell)
    same_end_start = _last_where(starts_cell | (np.diff(end_ns, prepend=end_ns[:1]) != 0))
    is_within: IntArray = (same_end_start > cell_start) & (end_ns[same_end_start - 1] > begin_ns)
    return is_within


def _last_where(mask: IntArray) -> IntArray:
    """Return for each position the last one up to it where `mask` is set, -1 if there is none."""
    found: IntArray = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
    return found


def _running_max(values: IntArray, group: IntArray) -> IntArray:
    """Return the largest value so far within each group; groups are numbered upwards."""
    low = int(values.min())
    span = int(values.max()) - low + 1
    found: IntArray = np.maximum.accumulate(group * span + (values - low)) - group * span + low
    return found
