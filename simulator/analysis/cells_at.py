"""What stands in every storage cell at a moment: whose value it is, after any number of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.cells import sort_by_cell
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

MOST_VARIABLES = 200
"""Of a script's variables so many are told of."""


@dataclass(frozen=True, slots=True)
class CellMoment:
    """A storage cell at a moment.

    Attributes
    ----------
    variable : int
        Index of the variable.
    place : int
        Which of the variable's cells: 0 for shared, the thread's serial for local, the context's for context.
    owner : int
        Track of its thread where each thread has one, else of whoever touched it first.
    row : int
        Row of the write or delete that made the cell what it is.
    has_value : bool
        Whether there is a value in it; False after a delete.
    """

    variable: int
    place: int
    owner: int
    row: int
    has_value: bool


@dataclass(frozen=True, slots=True)
class _Changes:
    """The rows that changed a cell, in order, and who touched it first."""

    variable: int
    place: int
    owner: int
    rows: IntArray


class CellHistory:
    """Answers what stood in every cell at any moment of a run.

    Parameters
    ----------
    trace : Trace
        A run; events that arrive later need a new `CellHistory`.

    Notes
    -----
    A moment is a number of events, as in `simulator.analysis.moment`. A context begins with the values of the one it
    was copied from; they are known from the first read of them on.

    Thread: one at a time. Cost: O(n) once, then O(log n) for each cell.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        rows = np.flatnonzero(trace.kind <= Kind.DELETE)
        if trace.is_of_script:
            rows = rows[np.isin(trace.variable[rows], _worth_telling(trace, rows))]
        sorted_rows, starts = sort_by_cell(trace, rows)
        groups = np.split(sorted_rows, starts[1:]) if len(rows) else []
        cells = [_changes_of(trace, group) for group in groups]
        self._cells = sorted((cell for cell in cells if len(cell.rows)), key=lambda cell: int(cell.rows[0]))
        self._first = np.array([cell.rows[0] for cell in self._cells], np.int64)

    def count(self, n: int) -> int:
        """Return how many cells were changed by the first `n` events."""
        return int(self._first.searchsorted(n))

    def at(self, n: int, most: int | None = None) -> list[CellMoment]:
        """Return the cells that were changed by the first `n` events, in the order of their first change.

        Parameters
        ----------
        n : int
            Number of events that have happened.
        most : int, optional
            Return no more than the first so many of them.
        """
        cells = self._cells[: self.count(n)][:most]
        return [self._moment(cell, int(cell.rows.searchsorted(n)) - 1) for cell in cells]

    def _moment(self, cell: _Changes, k: int) -> CellMoment:
        row = int(cell.rows[k])
        if self._trace.kind[row] == Kind.READ:
            row = int(self._trace.reads_from[row])
        return CellMoment(cell.variable, cell.place, cell.owner, row, bool(self._trace.kind[row] == Kind.WRITE))


def _worth_telling(trace: Trace, accesses: IntArray) -> IntArray:
    """Return some variables of a script, which may have a million: what several threads touched, the busiest first."""
    variable = trace.variable[accesses]
    n_accesses = np.bincount(variable, minlength=len(trace.variables))
    pairs = np.unique(variable.astype(np.int64) << 16 | trace.thread[accesses])
    n_threads = np.bincount(pairs >> 16, minlength=len(trace.variables))
    order: IntArray = np.lexsort((-n_accesses, n_threads < 2))
    return order[:MOST_VARIABLES]


def owner_of_cell(trace: Trace, first: int) -> int:
    """Return the track that a cell belongs to, `first` being the row of the first access to it."""
    storage = trace.storage_of(int(trace.variable[first]))
    return trace.thread_track(int(trace.thread[first])) if storage == "local" else trace.track_of(first)


def _changes_of(trace: Trace, accesses: IntArray) -> _Changes:
    first = int(accesses[0])
    is_change = trace.kind[accesses] != Kind.READ
    is_change[0] |= trace.reads_from[first] >= 0
    owner = owner_of_cell(trace, first)
    return _Changes(int(trace.variable[first]), int(trace.place[first]), owner, accesses[is_change])
