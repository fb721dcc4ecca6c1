"""Rows of events, apart by key and in order, so that the nth event of a key is found at once."""

from __future__ import annotations

import numpy as np

from simulator.trace.columns import Column, IntArray

NO_ROW = -1
_SMALL = 1 << 16


class RowLists:
    """For each key the rows of its events.

    Notes
    -----
    Thread: one at a time. Memory: 4 bytes an event.
    """

    def __init__(self) -> None:
        self._lists: dict[int, Column] = {}

    def extend(self, keys: IntArray, rows: IntArray) -> None:
        """Append events, shape (k,) each, rows in order. Cost: O(k)."""
        if not len(rows):
            return
        keys = keys.astype(np.uint16) if int(keys.max()) < _SMALL else keys  # these are sorted by radix, not compared
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order].astype(np.int64), prepend=-1))
        for group in np.split(order, starts[1:]):
            key = int(keys[group[0]])
            if key not in self._lists:
                self._lists[key] = Column("i4", 0)
            self._lists[key].extend(rows[group])

    def rows(self, key: int) -> IntArray:
        """Return the rows of a key, shape (k,)."""
        column = self._lists.get(key)
        return np.empty(0, np.int32) if column is None else column.values

    def last_before(self, key: int, counts: IntArray) -> IntArray:
        """Return for each number of events of a key the row of the last of them, `NO_ROW` for 0; shape (k,)."""
        rows = self.rows(key)
        if not len(rows):
            return np.full(len(counts), NO_ROW, np.int32)
        last: IntArray = rows.take(counts - 1, mode="clip")
        return np.where(counts > 0, last, NO_ROW)
