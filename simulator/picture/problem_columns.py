"""The worst problem of each track in each pixel column, however many there are; none is ever lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.picture.row_lists import NO_ROW, RowLists
from simulator.picture.summed_table import SummedTable
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

FEW = 2000


@dataclass(frozen=True, slots=True)
class ProblemColumns:
    """Problems in pixel columns.

    Attributes
    ----------
    count : ndarray of int32, shape (lanes, columns)
        How many.
    outcome : ndarray of uint8
        The worst of their outcomes, 0 where there is none.
    row : ndarray of int32
        Row of the last with that outcome, `NO_ROW` where there is none.
    """

    count: IntArray
    outcome: IntArray
    row: IntArray


class Problems:
    """Counts the problems of a recording between any times, and finds the worst.

    Parameters
    ----------
    trace : Trace
        The run.
    room : int
        Threads to reserve room for.

    Attributes
    ----------
    rows : ndarray of int64
        Rows of all problems, sorted.
    """

    def __init__(self, trace: Trace, room: int) -> None:
        self._trace = trace
        self._room = room
        self._begin_again()

    def _begin_again(self) -> None:
        self.rows: IntArray = np.empty(0, np.int64)
        self._outcome: IntArray = np.empty(0, np.uint8)
        self._last = NO_ROW
        self._tables: dict[int, tuple[SummedTable, RowLists]] = {}

    def update(self, rows: IntArray, outcome: IntArray) -> None:
        """Take in all problems there are, `rows` sorted, and the outcome of every row of the trace.

        Those known already are not looked at again, unless some were found in between.
        """
        n_known = len(self.rows)
        if len(rows) < n_known or (n_known and rows[n_known - 1] != self._last):
            self._begin_again()
            n_known = 0
        self.rows, self._outcome = rows, outcome
        fresh = rows[n_known:]
        if not len(fresh):
            return
        self._last = int(fresh[-1])
        worst = outcome[fresh]
        for value in np.flatnonzero(np.bincount(worst)).tolist():
            table, lists = self._tables.setdefault(value, (SummedTable(self._room), RowLists()))
            chosen = fresh[worst == value]
            tracks = self._trace.tracks_of(chosen)
            table.append(self._trace.begin_ns[chosen], tracks)
            lists.extend(tracks, chosen)

    def between(self, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of the problems from `from_ns` to `to_ns`, both included."""
        low, high = np.searchsorted(self._trace.begin_ns, np.array([from_ns, to_ns + 1], np.int64))
        first, last = np.searchsorted(self.rows, np.array([low, high], self.rows.dtype))
        return self.rows[first:last]

    def columns(self, edges_ns: IntArray, tracks: IntArray) -> ProblemColumns:
        """Find the problems between neighbouring edges of some tracks; see `Density.columns`."""
        shape = len(tracks), len(edges_ns) - 1
        found = ProblemColumns(np.zeros(shape, np.int32), np.zeros(shape, np.uint8), np.full(shape, NO_ROW, np.int32))
        for outcome, (table, lists) in sorted(self._tables.items()):
            at = table.rows_at(edges_ns)
            n_problems = int(at[-1] - at[0])
            if n_problems > FEW:
                self._add(found, outcome, table.sums_at(at).take(tracks, axis=1).T, lists, tracks)
            elif n_problems:
                self._add_few(found, outcome, edges_ns, tracks)
        return found

    def _add_few(self, found: ProblemColumns, outcome: int, edges_ns: IntArray, tracks: IntArray) -> None:
        """Look at each problem instead of counting those of every track in every column."""
        first, last = np.searchsorted(self._trace.begin_ns, edges_ns[[0, -1]])
        low, high = np.searchsorted(self.rows, np.array([first, last], self.rows.dtype))
        rows = self.rows[low:high]
        lane_of = np.full(self._room, NO_ROW)
        lane_of[tracks] = np.arange(len(tracks))
        lane = lane_of[self._trace.tracks_of(rows)]
        chosen = np.flatnonzero((lane != NO_ROW) & (self._outcome[rows] == outcome))
        column = edges_ns.searchsorted(self._trace.begin_ns[rows[chosen]], "right") - 1
        at = lane[chosen], column
        np.add.at(found.count, at, 1)
        found.outcome[at] = outcome
        found.row[at] = rows[chosen]

    def _add(self, found: ProblemColumns, outcome: int, sums: IntArray, lists: RowLists, tracks: IntArray) -> None:
        counts = sums[:, 1:] - sums[:, :-1]
        found.count[:] += counts
        is_here = counts > 0
        found.outcome[is_here] = outcome
        for lane in np.flatnonzero(is_here.any(axis=1)).tolist():
            here = np.flatnonzero(is_here[lane])
            found.row[lane, here] = lists.last_before(int(tracks[lane]), sums[lane, here + 1])
