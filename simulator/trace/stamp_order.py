"""Which write a read got, by the order of stamps: for scripts, whose writes leave no id beside their values.

An access takes the time from ``stamp - width`` to ``stamp``; one whose stamp follows it in straight-line code has no
width, a call has, and so has a stretch that others were interleaved with. One access is *before* another if it ends
before the other begins, or if the same thread made it earlier and it does not end within the other: what ends within
was done by code that ran in the midst of it. A change (a write or delete) is a *possible* source of a read unless it is
after the read, or is before another change that is before the read. "Nothing yet" is a possible source if no change is
before the read.

A read got its value from the last change in the order of stamps. If that change's value is not the one it got, it got
it from the last other possible source whose value it is. If there is none, its writer is unknown. With more than one
possible source a read is flagged as uncertain, and so is a change while another thread made one to the same cell.

A change with an odd reference is the *first known* of its cell: of what happened to it before not everything is
recorded. The writer of a read before it is unknown, unless its own thread made a change at the very same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.overlaps import Accesses, Window, cells_of
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW

SLAB_ROWS = 1 << 19
_BLOCK_ROWS = 1 << 12


class Ordered(Accesses, Protocol):
    """What is needed of a trace."""

    @property
    def n(self) -> int: ...  # noqa: D102
    @property
    def reads_from(self) -> IntArray: ...  # noqa: D102

    def is_same_value(self, rows: IntArray, others: IntArray) -> IntArray:
        """Tell which events carry the same value as others, shape (k,)."""

    def flag_uncertain(self, rows: IntArray) -> None:
        """Flag events whose order cannot be told."""


class StampOrder:
    """Resolves reads by the order of stamps while a trace grows.

    Notes
    -----
    Thread: the one that appends to the trace. Cost: O(k log k) for k new accesses, and some µs for each that was made
    while another thread was in the same cell.
    """

    def __init__(self) -> None:
        self._reference = Column("i8")
        self._last: dict[int, tuple[int, bool]] = {}  # of each cell: the last change, and whether another may be it
        self._is_read = Column("u1")  # of each place: whether a read of it has been resolved
        self._given_up: set[int] = set()  # reads before the first known change

    def extend(self, reference: IntArray) -> None:
        """Note the references of the trace's new rows, shape (k,); see `simulator.trace.sites`."""
        self._reference.extend(reference)

    def reorder(self, order: IntArray) -> None:
        """Note that what was row ``order[r]`` is now row r; everything is then to be resolved anew."""
        self._reference.values[:] = self._reference.values[order]
        self._last.clear()
        self._given_up.clear()

    def is_refuted(self, trace: Ordered, start: int) -> bool:
        """Tell whether reads before row `start` may have been given a change older than the first known one."""
        places = trace.place[self._first_known(trace, start)]
        return bool(self._is_read.values[places[places < self._is_read.n]].any())

    def _first_known(self, trace: Ordered, start: int) -> IntArray:
        """Return the changes from row `start` on that are the first known of their cells, sorted by cell."""
        reference = self._reference.values[start:]
        rows: IntArray = np.flatnonzero((reference < 0) & (reference & 1 != 0)) + start
        rows = rows[(trace.kind[rows] == Kind.WRITE) | (trace.kind[rows] == Kind.DELETE)]
        return rows[np.argsort(cells_of(trace, rows), kind="stable")]

    def resolve(self, trace: Ordered, start: int) -> IntArray:
        """Find what the reads from row `start` on got.

        Returns
        -------
        ndarray of int64, shape (k,)
            Reads before `start` that were of an unknown writer and are so no longer.
        """
        earliest = self._first_known(trace, start)
        slabs = range(start, trace.n, SLAB_ROWS)
        known = [self._resolve(trace, at, min(at + SLAB_ROWS, trace.n), earliest) for at in slabs]
        return np.concatenate(known) if known else np.empty(0, np.int64)

    def _resolve(self, trace: Ordered, start: int, stop: int, earliest: IntArray) -> IntArray:
        new = np.flatnonzero(trace.kind[start:stop] <= Kind.DELETE) + start
        if not len(new):
            return new
        from_ns = (trace.begin_ns[new] - self._width(new)).min()
        first = int(trace.begin_ns.searchsorted(from_ns))
        near = np.concatenate([np.flatnonzero(trace.kind[first:start] <= Kind.DELETE) + first, new])
        window = Window(trace, near, self._width(near))
        is_wrong = self._assign(trace, window, start, earliest)
        rows, is_uncertain = window.rows, window.is_uncertain
        trace.flag_uncertain(rows[is_uncertain])
        is_wrong |= (rows < start) & (trace.reads_from[rows] == UNKNOWN_ROW) & (self._reference.values[rows] <= 0)
        doubtful = rows[is_wrong & is_uncertain]
        found = [row for row in doubtful.tolist() if row not in self._given_up and self._search(trace, row)]
        self._remember(window, start)
        return np.array([row for row in found if row < start], np.int64)

    def _width(self, rows: IntArray) -> IntArray:
        reference = self._reference.values[rows]
        width: IntArray = np.where(reference < 0, -reference // 2, 0)
        return width

    def _assign(self, trace: Ordered, window: Window, start: int, earliest: IntArray) -> IntArray:
        """Give each new read the last change before it; return which have another value, shape of the window."""
        rows, last = window.rows, window.last_change
        is_read = ~window.is_change & (rows >= start) & (self._reference.values[rows] <= 0)
        at = np.flatnonzero(is_read)
        source = np.where(last[at] >= 0, rows[last[at]], NO_ROW)
        window.is_uncertain[at] |= (last[at] >= 0) & window.has_rival[last[at]]
        old = np.flatnonzero(source < start)  # the window does not show when it was the last change: ask what was kept
        keys, inverse = np.unique(window.key[at[old]], return_inverse=True)
        kept = [self._last.get(key, (NO_ROW, False)) for key in keys.tolist()]
        source[old] = np.array([row for row, _ in kept], np.int64)[inverse]
        window.is_uncertain[at[old]] |= np.array([has_rival for _, has_rival in kept], bool)[inverse]
        is_right = self._explains(trace, rows[at], source)
        if len(earliest):
            is_early = self._is_before(trace, window, at, earliest)
            is_right &= ~is_early
            self._given_up.update(rows[at[is_early]].tolist())
        self._note_places(trace.place[rows[at]])
        trace.reads_from[rows[at]] = np.where(is_right, source, UNKNOWN_ROW)
        is_wrong = np.zeros(len(rows), bool)
        is_wrong[at] = ~is_right
        return is_wrong

    @staticmethod
    def _is_before(trace: Ordered, window: Window, at: IntArray, first: IntArray) -> IntArray:
        """Tell which reads of a window came before the first known change, shape of `at`; the rest is certain."""
        keys, key = cells_of(trace, first), window.key[at]
        found = np.minimum(keys.searchsorted(key, side="right"), len(keys)) - 1
        is_before: IntArray = (found >= 0) & (keys[found] == key) & (window.rows[at] < first[found])
        return is_before & ~window.follows_own_change(at)

    def _note_places(self, places: IntArray) -> None:
        if len(places):
            self._is_read.resize(max(self._is_read.n, int(places.max()) + 1), 0)
            self._is_read.values[places] = 1

    def _explains(self, trace: Ordered, reads: IntArray, sources: IntArray) -> IntArray:
        """Tell which reads got what a change left behind, or found nothing where there was none or a delete."""
        found_nothing = self._reference.values[reads] & 1 != 0
        changes = np.maximum(sources, 0)
        is_write = (sources >= 0) & (trace.kind[changes] == Kind.WRITE)
        is_right: IntArray = np.where(is_write, ~found_nothing & trace.is_same_value(reads, changes), found_nothing)
        return is_right

    def _remember(self, window: Window, start: int) -> None:
        """Keep the last change of each cell that has a new one."""
        at = window.final_changes()
        at = at[window.rows[at] >= start]
        for key, row, has_rival in zip(
            window.key[at].tolist(), window.rows[at].tolist(), window.has_rival[at].tolist(), strict=True
        ):
            self._last[key] = row, has_rival

    # -- where accesses overlap ----------------------------------------------------------------------------------

    def _search(self, trace: Ordered, read: int) -> bool:
        """Look for the last possible source that explains a read; return whether there is one."""
        for source in self._possible_sources(trace, read):
            if self._explains(trace, np.array([read]), np.array([source]))[0]:
                trace.reads_from[read] = source
                return True
        return False

    def _possible_sources(self, trace: Ordered, read: int) -> Iterator[int]:
        """Yield possible sources of a read, the last in the order of stamps first; `NO_ROW` for nothing yet."""
        end_ns, thread = int(trace.begin_ns[read]), int(trace.thread[read])
        begin_ns = end_ns - int(self._width(np.array([read]))[0])
        later = self._changes_of(trace, read, read + 1, trace.n)[::-1]
        since_ns = trace.begin_ns[later] - self._width(later)
        is_around = (since_ns < end_ns) & (end_ns < trace.begin_ns[later])
        is_possible = np.where(trace.thread[later] != thread, since_ns <= end_ns, is_around)
        yield from later[is_possible].tolist()
        last_begin_ns, later_of = -1 << 62, dict[int, tuple[int, int]]()
        for row in self._changes_before(trace, read):
            row_end_ns, row_thread = int(trace.begin_ns[row]), int(trace.thread[row])
            if row_end_ns < last_begin_ns:
                return
            own_begin_ns, own_end_ns = later_of.get(row_thread, (-1 << 62, 1 << 62))
            if row_end_ns <= own_begin_ns or row_end_ns == own_end_ns:
                continue
            yield row
            is_within = begin_ns < row_end_ns < end_ns
            if row_end_ns < begin_ns or (row_thread == thread and not is_within):
                row_begin_ns = row_end_ns - int(self._width(np.array([row]))[0])
                last_begin_ns = max(last_begin_ns, row_begin_ns)
                later_of[row_thread] = max(own_begin_ns, row_begin_ns), row_end_ns
        if not later_of:
            yield NO_ROW

    def _changes_before(self, trace: Ordered, read: int) -> Iterator[int]:
        stop, size = read, _BLOCK_ROWS
        while stop > 0:
            start = max(stop - size, 0)
            yield from self._changes_of(trace, read, start, stop)[::-1].tolist()
            stop, size = start, 2 * size

    @staticmethod
    def _changes_of(trace: Ordered, read: int, start: int, stop: int) -> IntArray:
        """Return the changes of the cell of `read` among some rows."""
        kind = trace.kind[start:stop]
        is_change = (kind == Kind.WRITE) | (kind == Kind.DELETE)
        is_change &= (trace.variable[start:stop] == trace.variable[read]) & (
            trace.place[start:stop] == trace.place[read]
        )
        changes: IntArray = np.flatnonzero(is_change) + start
        return changes
