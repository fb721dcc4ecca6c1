"""Data races: accesses of different threads to one cell, one of them a write, that happens-before leaves unordered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.cells import Accesses, CellBook
from simulator.analysis.orders.happens_before import HappensBefore
from simulator.analysis.orders.wholes import is_whole
from simulator.analysis.orders.words import Words
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Races:
    """Racing pairs of accesses.

    Attributes
    ----------
    first, second : ndarray of int64, shape (k,)
        Rows of the two accesses, in the order in which they happened to come; sorted by the second.
    """

    first: IntArray
    second: IntArray

    def __len__(self) -> int:
        return len(self.first)


def find_races(trace: Trace, order: HappensBefore) -> Races:
    """Find the data races of a run; see `RaceFinder.find`."""
    words = Words()
    words.look(trace.objects)
    return RaceFinder().find(trace, CellBook(words).take(trace, 0, trace.n), order)


class _Whole:
    """What was done to a container as such, step by step."""

    def __init__(self) -> None:
        self._looks: list[int] = []
        self._last: dict[int, int] = {}  # of each thread: its last change
        self._n_looks: dict[int, int] = {}  # of each thread: how many looks there were by then

    def look(self, row: int) -> list[tuple[int, int]]:
        """Return a look with each thread's last change before it."""
        self._looks.append(row)
        return [(change, row) for change in self._last.values()]

    def change(self, row: int, thread: int) -> list[tuple[int, int]]:
        """Return the looks that a thread's change is the next of the thread's after."""
        found = [(look, row) for look in self._looks[self._n_looks.get(thread, 0) :]]
        self._last[thread], self._n_looks[thread] = row, len(self._looks)
        return found


class RaceFinder:
    """Finds the data races of a trace piece by piece; pieces of any size give the same races."""

    def __init__(self) -> None:
        self._reads: dict[int, list[IntArray]] = {}  # of each cell: those since its last change
        self._wholes: dict[int, _Whole] = {}  # of each cell that is a container as such: what was done to it
        self._last: tuple[Accesses, IntArray] | None = None

    def find(self, trace: Trace, accesses: Accesses, order: HappensBefore) -> Races:
        """Find the races whose second access is in a piece of the trace that follows on the last.

        Parameters
        ----------
        trace : Trace
            The run.
        accesses : Accesses
            Those of the piece.
        order : HappensBefore
            The order of all events up to there.

        Returns
        -------
        Races
            Of each access with the last write before it, and of each read with the next write after it. If all of these
            are ordered so are all others in the cell, which is why no more need be looked at (FastTrack, PLDI 2009).
            Two changes of a container as such, two appends, do not race; going through it and changing it does.

        Notes
        -----
        Thread: one at a time. Cost: O(n), O(n log n) where there are many cells, over all pieces.
        """
        if self._last is not None:
            self._keep_reads(*self._last)
        is_whole_cell = is_whole(trace, accesses.rows[accesses.starts])
        self._last = accesses, is_whole_cell
        first, second = self._neighbours(accesses, is_whole_cell)
        looks = self._around_looks(trace, accesses, np.flatnonzero(is_whole_cell).tolist())
        first, second = np.append(first, looks[0]), np.append(second, looks[1])
        is_foreign = trace.thread[first] != trace.thread[second]
        first, second = first[is_foreign], second[is_foreign]
        races = ~order.precedes(first, second)
        pairs = np.sort(second[races] << 32 | first[races])
        return Races(pairs & 0xFFFFFFFF, pairs >> 32)

    def _around_looks(self, trace: Trace, accesses: Accesses, wholes: list[int]) -> IntArray:
        """Return each look at a container with each thread's last change before it, and the next after it, (2, k)."""
        ends = np.append(accesses.starts[1:], len(accesses))
        found: list[tuple[int, int]] = []
        for i in wholes:
            whole = self._wholes.setdefault(int(accesses.cells[i]), _Whole())
            rows = accesses.rows[accesses.starts[i] : ends[i]]
            is_change = accesses.is_change[accesses.starts[i] : ends[i]].tolist()
            for row, thread, changes in zip(rows.tolist(), trace.thread[rows].tolist(), is_change, strict=True):
                found += whole.change(row, thread) if changes else whole.look(row)
        return np.array(found, np.int64).reshape(-1, 2).T

    def _neighbours(self, accesses: Accesses, is_left_out: IntArray) -> tuple[IntArray, IntArray]:
        """Return the pairs of accesses to compare, some cells left out."""
        rows, n = accesses.rows, len(accesses)
        if not n:
            return rows, rows
        next_change = _next_change(accesses)
        is_wanted = ~is_left_out[accesses.cell]
        later = np.flatnonzero((accesses.before >= 0) & is_wanted)
        ends = np.append(accesses.starts[1:], n)
        reads = np.flatnonzero(~accesses.is_change & (next_change < ends[accesses.cell]) & is_wanted)
        first, second = [accesses.before[later], rows[reads]], [rows[later], rows[next_change[reads]]]
        for i in self._cells_with_reads(accesses):
            change = int(next_change[accesses.starts[i]])
            if change < ends[i] and not is_left_out[i]:
                waiting = np.concatenate(self._reads.pop(int(accesses.cells[i])))
                first.append(waiting)
                second.append(np.full(len(waiting), rows[change]))
        return np.concatenate(first), np.concatenate(second)

    def _cells_with_reads(self, accesses: Accesses) -> list[int]:
        """Return which cells of a piece had reads before it that no change has followed yet."""
        if not self._reads:
            return []
        return [i for i, cell in enumerate(accesses.cells.tolist()) if cell in self._reads]

    def _keep_reads(self, accesses: Accesses, is_left_out: IntArray) -> None:
        """Note the reads of a piece that no change has followed in it, some cells left out."""
        n = len(accesses)
        if not n:
            return
        ends = np.append(accesses.starts[1:], n)
        is_open = _next_change(accesses) >= ends[accesses.cell]
        is_open &= ~accesses.is_change & ~is_left_out[accesses.cell]
        at = np.flatnonzero(is_open)
        bounds = at.searchsorted(np.append(accesses.starts, n))
        for i in np.flatnonzero(np.diff(bounds)).tolist():
            reads = accesses.rows[at[bounds[i] : bounds[i + 1]]]
            self._reads.setdefault(int(accesses.cells[i]), []).append(reads)


def _next_change(accesses: Accesses) -> IntArray:
    """Return the position of the first change at or after each access, whatever its cell; the number of all if none."""
    n = len(accesses)
    index = np.arange(n, dtype=np.int32)
    found: IntArray = np.minimum.accumulate(np.where(accesses.is_change, index, np.int32(n))[::-1])[::-1]
    return found
