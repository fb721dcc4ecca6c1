"""Storage cells over time: which event changed each cell, in order, so that a strip can be drawn from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.analysis.cells_at import owner_of_cell
from simulator.picture.shown_variables import ShownVariables
from simulator.picture.sorted_search import SortedSearch
from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace

_SLAB = 1 << 20


@dataclass(slots=True)
class Cell:
    """A cell of a variable.

    Attributes
    ----------
    variable : int
        Index of the variable.
    place : int
        Which of the variable's cells; the meaning depends on the storage.
    owner : int
        Track of the lane it belongs to: that of its thread where each thread has one, else the first that touched it.
    changes : Column
        Rows of the writes and deletes to it in order, and first of all a read that found a value copied into it.
    first_ns, last_ns : int
        First and last access.
    last_actor : int
        Who accessed it last.
    """

    variable: int
    place: int
    owner: int
    changes: Column = field(default_factory=lambda: Column("i8"))
    first_ns: int = 0
    last_ns: int = 0
    last_actor: int = 0
    _search: SortedSearch = field(default_factory=SortedSearch)

    def rows_between(self, rows: slice) -> IntArray:
        """Return the changes among some rows of the trace, and the last one before them."""
        first, last = self._between(rows)
        return self.changes.values[first:last]

    def n_before(self, rows: IntArray, slack: IntArray | None = None) -> IntArray:
        """Return how many changes lie before each of some rows of the trace, shape (k,).

        Changes up to `slack` rows further may be counted too; that is quicker where there are many.
        """
        return self._search.n_before(self.changes.values, rows, slack)

    def n_between(self, rows: slice) -> int:
        """Return how many changes `rows_between` finds, in no more time for many."""
        first, last = self._between(rows)
        return last - first

    def _between(self, rows: slice) -> tuple[int, int]:
        first, last = self.changes.values.searchsorted(np.array([rows.start, rows.stop])).tolist()
        return max(first - 1, 0), last


class Cells:
    """The cells of a run that have a strip: all, but of a script only some; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    by_key : dict of (int, int) to Cell
        By variable and place, in the order of their first access.
    n_accesses : int
        Number of accesses to all cells, with a strip or without.
    shown : ShownVariables or None
        Of a script: which variables have a strip.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._n_seen = 0
        self.by_key: dict[tuple[int, int], Cell] = {}
        self.n_accesses = 0
        self.shown = ShownVariables(trace) if trace.storages is not None else None
        self._chosen: frozenset[int] = frozenset()

    def update(self) -> None:
        """Take in new rows of the trace. Cost: O(new accesses)."""
        while self._n_seen < self._trace.n:
            start, self._n_seen = self._n_seen, min(self._n_seen + _SLAB, self._trace.n)
            rows = np.flatnonzero(self._trace.kind[start : self._n_seen] <= Kind.DELETE) + start
            self.n_accesses += len(rows)
            if len(rows) and self.shown is not None:
                self.shown.update(rows)
                self._follow_choice(self.shown, start)
                rows = rows[np.isin(self._trace.variable[rows], list(self._chosen))]
            if len(rows):
                self._take_in_all(rows)

    def want(self, names: frozenset[str]) -> None:
        """Let a script's variables of these names have a strip, beside those that have one anyway."""
        if self.shown is not None and self.shown.want(names):
            self._follow_choice(self.shown, self._n_seen)

    def _follow_choice(self, shown: ShownVariables, stop: int) -> None:
        """Forget the cells of variables that have no strip any more; look up those of new ones before row `stop`."""
        chosen = frozenset((*shown.above, *shown.inside))
        fresh, self._chosen = chosen - self._chosen, chosen
        for key in [key for key in self.by_key if key[0] not in chosen]:
            del self.by_key[key]
        if fresh:
            variable, kind = self._trace.variable[:stop], self._trace.kind[:stop]
            rows = np.flatnonzero((kind <= Kind.DELETE) & np.isin(variable, list(fresh)))
            if len(rows):
                self._take_in_all(rows)

    def _take_in_all(self, rows: IntArray) -> None:
        trace = self._trace
        for group in sorted(_apart(trace.variable[rows], trace.place[rows]), key=lambda group: int(group[0])):
            self._take_in(rows[group])

    def _take_in(self, rows: IntArray) -> None:
        trace, first, last = self._trace, int(rows[0]), int(rows[-1])
        key = int(trace.variable[first]), int(trace.place[first])
        cell = self.by_key.get(key)
        if cell is None:
            cell = self.by_key[key] = Cell(*key, owner=owner_of_cell(trace, first), first_ns=int(trace.begin_ns[first]))
            if trace.kind[first] == Kind.READ and trace.reads_from[first] >= 0:
                cell.changes.append(first)
        cell.changes.extend(rows[trace.kind[rows] != Kind.READ])
        cell.last_ns, cell.last_actor = int(trace.begin_ns[last]), int(trace.actor[last])


def _apart(variable: IntArray, place: IntArray) -> list[IntArray]:
    """Group accesses by cell; each group in order."""
    n_places = int(place.max()) + 1
    keys = variable.astype(np.int64) * n_places + place
    low, high = int(keys.min()), int(keys.max())
    if low == high:
        return [np.arange(len(keys))]
    if high < 1 << 16:
        keys = keys.astype(np.uint16)  # these are sorted by radix instead of by comparing
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(keys[order].astype(np.int64))) + 1)
