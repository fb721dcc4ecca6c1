"""Counts of events by key where there are very many keys, of which few are asked for at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.picture.row_lists import RowLists
from simulator.picture.sorted_search import STRIDE
from simulator.picture.summed_table import CountTable
from simulator.trace.columns import IntArray

MOST_KEYS = 12_288
"""With more, counting all of them for each column costs more than looking for those that are seen."""


class CountLists:
    """Keys of events in their order, as a list of its events for each key.

    Attributes
    ----------
    n, n_keys : int
        Number of events, and of keys.
    block : int
        Any multiple of it is as good as any other number.

    Notes
    -----
    Thread: one at a time. Memory: 4 bytes an event.
    """

    def __init__(self, n_keys: int) -> None:
        self.n = 0
        self.n_keys = n_keys
        self.block = STRIDE
        self._lists = RowLists()

    def extend(self, keys: IntArray) -> None:
        """Append events by their keys, shape (k,). Cost: O(k + different keys among them)."""
        self._lists.extend(keys, np.arange(self.n, self.n + len(keys)))
        self.n += len(keys)

    def sums_of(self, rows: IntArray, groups: Sequence[IntArray]) -> list[IntArray]:
        """Count the events of some groups of keys before each of some rows, int32, shape (rows, keys) each.

        Cost: O(rows × keys × log n), however many keys there are.
        """
        return [self._sums_of(rows, keys) for keys in groups]

    def _sums_of(self, rows: IntArray, keys: IntArray) -> IntArray:
        sums = np.empty((len(keys), len(rows)), np.int32)
        for i, key in enumerate(keys.tolist()):
            numbers = self._lists.rows(key)
            sums[i] = numbers.searchsorted(rows.astype(numbers.dtype))
        return sums.T


def make_counts(n_keys: int, room: int) -> CountTable | CountLists:
    """Return what counts that many keys best; `room` is how many events to reserve room for."""
    return CountTable(n_keys, room) if n_keys <= MOST_KEYS else CountLists(n_keys)
