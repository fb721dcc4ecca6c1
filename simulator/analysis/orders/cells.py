"""Accesses sorted by the cell that they touch, and what was last done to each cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.words import Words
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.script.sites import IMPORT
from simulator.trace.columns import Column, IntArray
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

_FEW_KEYS = 1 << 16


@dataclass(frozen=True, slots=True)
class Accesses:
    """The accesses of a piece of a trace that may race, cell by cell; arrays of shape (k,) unless it says otherwise.

    Attributes
    ----------
    rows : ndarray of int64
        Their rows, in order within each cell.
    starts : ndarray of int64, shape (c,)
        Where in them each cell begins.
    cells : ndarray of int64, shape (c,)
        The number of each cell, see `CellBook`.
    is_change : ndarray of bool
        Whether it is a write or a delete.
    cell : ndarray of int64
        Which of `cells` it is of.
    before : ndarray of int64
        The row of the last change of its cell before it, in this piece or an earlier one; `NO_ROW` if there is none.
    """

    rows: IntArray
    starts: IntArray
    cells: IntArray
    is_change: IntArray
    cell: IntArray
    before: IntArray

    def __len__(self) -> int:
        return len(self.rows)


class CellBook:
    """Numbers the cells of a run, and knows the last change of each.

    What was set before the run does not race, nor does what a module's code does while it is imported: whoever else
    imports it waits for that.

    Parameters
    ----------
    words : Words
        The words among the trace's values.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._imports: list[int] = []  # spans of imports that had not ended
        self._numbers: dict[int, int] = {}
        self._last_change = Column("i8")

    def take(self, trace: Trace, start: int, stop: int) -> Accesses:
        """Return the accesses among some rows, which follow on those of the last call."""
        kind = trace.kind[start:stop]
        rows = np.flatnonzero((kind <= Kind.DELETE) & (trace.thread[start:stop] != BEFORE_RUN)) + start
        blocks = np.flatnonzero(kind == Kind.BLOCK) + start
        rows = self._outside_of_imports(trace, rows, blocks[self._words.are(trace, blocks, IMPORT)])
        rows, starts = sort_by_cell(trace, rows)
        numbers = self._number(trace, rows[starts])
        is_change = trace.kind[rows] != Kind.READ
        n = len(rows)
        cell = np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(starts, append=n))
        if not n:
            return Accesses(rows, starts, numbers, is_change, cell, rows)
        index = np.arange(n, dtype=np.int32)
        last = np.maximum.accumulate(np.where(is_change, index, np.int32(-1)))
        previous = np.concatenate([np.array([-1], np.int32), last[:-1]])
        before = np.where(previous >= starts[cell], rows[previous], self._last_change.values[numbers][cell])
        ends = np.append(starts[1:], n) - 1
        has_changed = last[ends] >= starts
        self._last_change.values[numbers[has_changed]] = rows[last[ends][has_changed]]
        return Accesses(rows, starts, numbers, is_change, cell, before)

    def _number(self, trace: Trace, first: IntArray) -> IntArray:
        """Return the numbers of the cells of some accesses."""
        keys = trace.variable[first].astype(np.int64) << 32 | trace.place[first]
        numbers = self._numbers
        found = [numbers.setdefault(key, len(numbers)) for key in keys.tolist()]
        self._last_change.resize(len(numbers), NO_ROW)
        return np.array(found, np.int64)

    def _outside_of_imports(self, trace: Trace, rows: IntArray, imports: IntArray) -> IntArray:
        last_ns = int(trace.begin_ns[rows[-1]]) if len(rows) else 0
        self._imports += imports.tolist()
        for span in self._imports:
            end_ns = trace.end_ns[span]
            inside = (rows > span) & ((end_ns == OPEN) | (trace.begin_ns[rows] <= end_ns))
            rows = rows[~(inside & (trace.thread[rows] == trace.thread[span]))]
        self._imports = [span for span in self._imports if trace.end_ns[span] == OPEN or trace.end_ns[span] >= last_ns]
        return rows


def sort_by_cell(trace: Trace, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Sort accesses by their cell (variable and place); those of one cell stay in their order.

    Parameters
    ----------
    trace : Trace
        The run.
    rows : ndarray of int64, shape (k,)
        Rows of accesses, sorted.

    Returns
    -------
    rows, starts : ndarray of int64, shapes (k,) and (number of cells,)
        The rows cell by cell, and where in them each cell begins.

    Notes
    -----
    Thread: any (pure). Cost: O(k) where there are few cells, else O(k log k).
    """
    if not len(rows):
        return rows, np.empty(0, np.int64)
    variable, place = trace.variable[rows].astype(np.int64), trace.place[rows].astype(np.int64)
    keys = variable * (int(place.max()) + 1) + place
    if int(keys.max()) < _FEW_KEYS:  # numpy sorts 16-bit keys in linear time
        keys = keys.astype(np.uint16)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    return rows[order], np.concatenate([[0], starts])
