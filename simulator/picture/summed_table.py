"""Counts of events by key between any two times, at a cost that does not depend on how many events there are.

A summed table: beside the sorted times and keys stands one row of cumulative counts for each block of events. The
count up to an edge is the row of the edge's block plus the few events of that block before the edge; the count of a
pixel column is the difference of two such counts. Source of the idea: F. C. Crow, "Summed-area tables for texture
mapping", SIGGRAPH 1984, in one dimension.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.picture.sorted_search import SortedSearch
from simulator.trace.columns import Column, IntArray

MIN_BLOCK = 32
MAX_BLOCK = 256
_SLAB = 1 << 18
_ONE = np.int32(1)
"""Of the sums' own type: a Python number would make adding 40 times slower."""


def columns_of(table: IntArray, keys: IntArray) -> IntArray:
    """Return some columns of a table: a view of it where they are neighbours, as those of threads mostly are."""
    if len(keys) and int(keys[-1]) - int(keys[0]) == len(keys) - 1 and (np.diff(keys) == 1).all():
        return table[:, int(keys[0]) : int(keys[-1]) + 1]
    chosen: IntArray = table.take(keys, axis=1)
    return chosen


class CountTable:
    """Keys of events in their order, ready to be counted.

    Parameters
    ----------
    n_keys : int
        Keys are 0 … n_keys - 1.
    room : int
        Events to reserve room for.

    Attributes
    ----------
    n_keys : int
        Number of keys.
    block : int
        Events a block: to count before a multiple of it takes no look at any event.

    Notes
    -----
    Thread: one at a time. Memory: 2 bytes an event, and 4 × `n_keys` bytes a block of 32 to 256 events.
    """

    def __init__(self, n_keys: int, room: int = 0) -> None:
        self.n_keys = n_keys
        self.block = 1 << (max(MIN_BLOCK, min(n_keys // 4, MAX_BLOCK)) - 1).bit_length()
        self._keys = Column("u2" if n_keys <= 1 << 16 else "u4", room)
        self._sums = Column("u4", (room // self.block + 1) * n_keys)
        self._sums.resize(n_keys, 0)

    @property
    def n(self) -> int:
        """Number of events."""
        return self._keys.n

    @property
    def keys(self) -> IntArray:
        """Keys of the events, shape (n,)."""
        return self._keys.values

    def extend(self, keys: IntArray) -> None:
        """Append events by their keys, shape (k,), each below `n_keys`."""
        self._keys.extend(keys)
        self._sum_full_blocks()

    def _sum_full_blocks(self) -> None:
        block, n_keys = self.block, self.n_keys
        n_summed, n_full = self._sums.n // n_keys - 1, self.n // block
        while n_summed < n_full:
            n_blocks = min(n_full - n_summed, max(1, _SLAB // n_keys))
            keys = self.keys[n_summed * block : (n_summed + n_blocks) * block].astype(np.intp)
            keys += np.repeat(np.arange(n_blocks) * n_keys, block)
            sums = np.zeros((n_blocks, n_keys), np.uint32)
            np.add.at(sums.reshape(-1), keys, np.uint32(1))
            sums[0] += self._sums.values[n_summed * n_keys :]
            np.cumsum(sums, axis=0, out=sums)
            self._sums.extend(sums.reshape(-1))
            n_summed += n_blocks

    def sums_at(self, rows: IntArray) -> IntArray:
        """Count the events before each of some rows, by key.

        Parameters
        ----------
        rows : ndarray of int, shape (k,)
            Numbers of events from the start.

        Returns
        -------
        ndarray of int32, shape (k, n_keys)
            Cumulative counts.
        """
        block, n_keys = self.block, self.n_keys
        full = np.minimum(rows // block, self._sums.n // n_keys - 1)
        sums: IntArray = self._sums.values.reshape(-1, n_keys).take(full, axis=0).view(np.int32)
        n_rest = rows - full * block
        n_all = int(n_rest.sum())
        if n_all:
            starts = np.cumsum(n_rest) - n_rest
            at = np.arange(n_all) + np.repeat(full * block - starts, n_rest)
            cells = np.repeat(np.arange(0, sums.size, n_keys), n_rest) + self.keys.take(at)
            np.add.at(sums.reshape(-1), cells, _ONE)
        return sums

    def sums_of(self, rows: IntArray, groups: Sequence[IntArray]) -> list[IntArray]:
        """Count the events of some groups of keys before each of some rows, int32, shape (rows, keys) each."""
        sums = self.sums_at(rows)
        return [columns_of(sums, keys) for keys in groups]


class SummedTable(CountTable):
    """Times and keys of events, ready to be counted.

    Parameters
    ----------
    n_keys : int
        Keys are 0 … n_keys - 1.
    room : int
        Events to reserve room for.

    Notes
    -----
    Thread: one at a time. Memory: 8 bytes an event more than a `CountTable`.
    """

    def __init__(self, n_keys: int, room: int = 0) -> None:
        super().__init__(n_keys, room)
        self._times = Column("i8", room)
        self._search = SortedSearch()

    @property
    def times(self) -> IntArray:
        """Times of the events, nanoseconds, sorted, shape (n,)."""
        return self._times.values

    def append(self, times_ns: IntArray, keys: IntArray) -> None:
        """Append events.

        Parameters
        ----------
        times_ns : ndarray of int64, shape (k,)
            Sorted, and none before the last time so far.
        keys : ndarray of int, shape (k,)
            Below `n_keys`.

        Raises
        ------
        ValueError
            If the times are not sorted.
        """
        if not len(times_ns):
            return
        if (self.n and times_ns[0] < self.times[-1]) or (np.diff(times_ns) < 0).any():
            raise ValueError("times must be sorted, and none may lie before the last one so far")
        self._times.extend(times_ns)
        self.extend(keys)

    def rows_at(self, edges_ns: IntArray) -> IntArray:
        """Return for each edge the number of events before it, shape (k,).

        Parameters
        ----------
        edges_ns : ndarray of int64, shape (k,)
            Times, nanoseconds.
        """
        return self._search.n_before(self.times, np.asarray(edges_ns, np.int64))  # floats would convert the whole table

    def counts(self, edges_ns: IntArray) -> IntArray:
        """Count the events between neighbouring edges.

        Parameters
        ----------
        edges_ns : ndarray of int64, shape (w + 1,)
            Sorted times, nanoseconds.

        Returns
        -------
        ndarray of int32, shape (w, n_keys)
            Events with ``edges_ns[i] <= time < edges_ns[i + 1]``, exact.

        Notes
        -----
        Cost: O(w × (n_keys + block) + w log n).
        """
        sums = self.sums_at(self.rows_at(edges_ns))
        counts: IntArray = sums[1:] - sums[:-1]
        return counts
