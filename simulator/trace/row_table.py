"""Where an event is: from the ids that threads give out while recording to rows of the trace."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simulator.record.recorder import SERIAL_SHIFT
from simulator.trace.columns import Column, IntArray

NO_ROW = -1
"""No event at all."""
UNKNOWN_ROW = -2
"""An event whose row is not known."""

_COUNT_MASK = (1 << SERIAL_SHIFT) - 1


class RowTable:
    """The rows of events that have an id; see `simulator.record.recorder` for ids."""

    def __init__(self) -> None:
        self._rows: list[Column] = []

    def add_thread(self) -> None:
        """Make room for the ids of the thread with the next serial."""
        self._rows.append(Column("i4"))

    def define(self, ids: IntArray, rows: IntArray) -> None:
        """Note the rows of events, both of shape (k,)."""
        for serial, index in _by_serial(ids):
            counts = ids[index] & _COUNT_MASK
            table = self._rows[serial]
            table.resize(max(table.n, int(counts.max()) + 1), UNKNOWN_ROW)
            table.values[counts] = rows[index]

    def find(self, ids: IntArray) -> IntArray:
        """Return the row of each id, `UNKNOWN_ROW` where it has none yet, shape (k,)."""
        found = np.full(len(ids), UNKNOWN_ROW, np.int64)
        for serial, index in _by_serial(ids):
            if serial < len(self._rows):
                table = self._rows[serial].values
                counts = ids[index] & _COUNT_MASK
                known = counts < len(table)
                found[index[known]] = table[counts[known]]
        return found

    def renumber(self, new_row: IntArray) -> None:
        """Note that each row r is now row ``new_row[r]``."""
        for table in self._rows:
            known = table.values >= 0
            table.values[known] = new_row[table.values[known]]


def _by_serial(ids: IntArray) -> Iterable[tuple[int, IntArray]]:
    """Group ids by the serial of the thread that gave them out."""
    serials = ids >> SERIAL_SHIFT
    if not len(serials):
        return
    first = int(serials[0])
    if (serials == first).all():
        yield first, np.arange(len(ids))
        return
    order = np.argsort(serials, kind="stable")
    starts = np.flatnonzero(np.diff(serials[order], prepend=-1))
    for index in np.split(order, starts[1:]):
        yield int(serials[index[0]]), index
