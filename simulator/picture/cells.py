"""Storage cells over time: which event changed each cell, in order, so that a strip can be drawn from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace


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
        Serial of the thread whose lane it belongs to: the first that touched it.
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

    def rows_between(self, trace: Trace, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of the changes inside a window and of the last one before it."""
        rows = self.changes.values
        times = trace.begin_ns[rows] if len(rows) < 64 else _Times(trace.begin_ns, rows)
        first = max(0, _search(times, from_ns) - 1)
        return rows[first : _search(times, to_ns + 1)]


class _Times:
    """Times of many rows, looked up one at a time."""

    def __init__(self, begin_ns: IntArray, rows: IntArray) -> None:
        self._begin_ns = begin_ns
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> int:
        return int(self._begin_ns[self._rows[index]])


def _search(times: IntArray | _Times, time_ns: int) -> int:
    """Return how many of the sorted times lie before `time_ns`, by halving."""
    low, high = 0, len(times)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if times[middle] < time_ns else (low, middle)
    return low


class Cells:
    """All cells of a run; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    by_key : dict of (int, int) to Cell
        By variable and place, in the order of their first access.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._n_seen = 0
        self.by_key: dict[tuple[int, int], Cell] = {}

    def update(self) -> None:
        """Take in new rows of the trace. Cost: O(new accesses)."""
        trace, start = self._trace, self._n_seen
        rows = np.flatnonzero(trace.kind[start:] <= Kind.DELETE) + start
        self._n_seen = trace.n
        if not len(rows):
            return
        keys = trace.variable[rows].astype(np.int64) << 32 | trace.place[rows]
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        groups = np.split(rows[order], starts[1:])
        for group in sorted(groups, key=lambda group: int(group[0])):
            self._take_in(group)

    def _take_in(self, rows: IntArray) -> None:
        trace, first, last = self._trace, int(rows[0]), int(rows[-1])
        key = int(trace.variable[first]), int(trace.place[first])
        cell = self.by_key.get(key)
        if cell is None:
            cell = self.by_key[key] = Cell(*key, owner=int(trace.thread[first]), first_ns=int(trace.begin_ns[first]))
            if trace.kind[first] == Kind.READ and trace.reads_from[first] >= 0:
                cell.changes.append(first)
        cell.changes.extend(rows[trace.kind[rows] != Kind.READ])
        cell.last_ns, cell.last_actor = int(trace.begin_ns[last]), int(trace.actor[last])
