"""Which event of each key was the last before any place in their order, at a cost that does not grow with their number.

As a summed table does with counts: beside the keys stands one row for each block of events, with the last event of
each key before the block; the few events of the block itself are looked at one by one.
"""

from __future__ import annotations

import numpy as np

from simulator.trace.columns import Column, IntArray

NONE = 0
"""No event of that key yet; the first event of all has number 1."""

MIN_BLOCK, MAX_BLOCK = 8, 256
_SLAB = 1 << 12


class LastTable:
    """Keys of events in their order.

    Parameters
    ----------
    n_keys : int
        Keys are 0 … n_keys - 1.

    Attributes
    ----------
    block : int
        Events a block: to look before a multiple of it takes no look at any event.
    newest : ndarray of int32, shape (n_keys,)
        The last event of each key so far, `NONE` if there is none.

    Notes
    -----
    Thread: one at a time. Memory: 2 bytes an event, and 4 × `n_keys` bytes a block of 8 to 256 of them.
    """

    def __init__(self, n_keys: int) -> None:
        self.n_keys = n_keys
        self.block = 1 << (max(MIN_BLOCK, min(n_keys // 8, MAX_BLOCK)) - 1).bit_length()
        self.newest: IntArray = np.full(n_keys, NONE, np.int32)
        self._keys = Column("u2" if n_keys <= 1 << 16 else "u4")
        self._blocks = Column("i4")
        self._blocks.resize(n_keys, NONE)

    @property
    def n(self) -> int:
        """Number of events."""
        return self._keys.n

    def extend(self, keys: IntArray) -> None:
        """Append events by their keys, shape (k,)."""
        first = self.n
        self._keys.extend(keys)
        # where a key comes again, the last one counts
        self.newest[keys] = np.arange(first + 1, self.n + 1, dtype=np.int32)
        n_done, n_full = self._blocks.n // self.n_keys - 1, self.n // self.block
        while n_done < n_full:
            n_blocks = min(n_full - n_done, _SLAB)
            self._add_blocks(n_done, n_blocks)
            n_done += n_blocks

    def _add_blocks(self, first: int, n_blocks: int) -> None:
        """Add the rows that stand at the ends of some blocks."""
        last = np.full((n_blocks, self.n_keys), NONE, np.int32)
        numbers = np.arange(first * self.block, (first + n_blocks) * self.block, dtype=np.int32)
        last[np.repeat(np.arange(n_blocks), self.block), self._keys.values[numbers]] = numbers + 1
        np.maximum(last[0], self._blocks.values[-self.n_keys :], out=last[0])
        self._blocks.extend(np.maximum.accumulate(last, axis=0).reshape(-1))

    def at(self, places: IntArray) -> IntArray:
        """Return the last event of each key before some places.

        Parameters
        ----------
        places : ndarray of int, shape (k,)
            How many events come before each.

        Returns
        -------
        ndarray of int32, shape (k, n_keys)
            Numbers of events from 1, `NONE` where there is none.
        """
        full = places // self.block
        last: IntArray = self._blocks.values.reshape(-1, self.n_keys).take(full, axis=0)
        n_rest = places - full * self.block
        n_all = int(n_rest.sum())
        if n_all:
            starts = np.cumsum(n_rest) - n_rest
            numbers = np.arange(n_all) + np.repeat(full * self.block - starts, n_rest)
            cells = np.repeat(np.arange(0, last.size, self.n_keys), n_rest) + self._keys.values.take(numbers)
            last.reshape(-1)[cells] = numbers + 1
        return last
