"""Where many keys belong in a long sorted array: a directory says about where in a coarse copy, then a few steps."""

from __future__ import annotations

import numpy as np

from simulator.trace.columns import Column, IntArray

STRIDE = 64
MOST_BINS = 1 << 17
_FEW = 64
_LEAST = 4096


class SortedSearch:
    """Searches an array that grows at its end.

    Parameters
    ----------
    stride : int
        One of so many values, a power of two, is in the coarse copy. Where there is slack, the places found are
        multiples of this.

    Notes
    -----
    Thread: one at a time. Memory: that of one of `stride` values, and a megabyte at most. Many times faster than
    `numpy.searchsorted` on millions of values, whose halving touches memory that is far apart.
    """

    def __init__(self, stride: int = STRIDE) -> None:
        self._stride = stride
        self._coarse = Column("i8")
        self._directory = _Directory()

    def n_before(self, values: IntArray, keys: IntArray, slack: float | IntArray | None = None) -> IntArray:
        """Return for each key how many values are smaller, int64, shape (k,).

        Parameters
        ----------
        values : ndarray of int64, shape (n,)
            Sorted; those of the call before and perhaps further ones.
        keys : ndarray of int64, shape (k,)
            What to look for, in any order.
        slack : float or ndarray, shape (k,), optional
            Values up to so much above a key may be counted too. Where many values lie close together that is quicker,
            since none of them need be looked at.
        """
        if len(keys) <= _FEW or len(values) <= _LEAST:
            return values.searchsorted(keys)
        stride, n = self._stride, len(values)
        self._coarse.extend(values[self._coarse.n * stride :: stride])
        coarse = self._coarse.values
        after = self._directory.n_before(coarse, keys)
        high = after * stride
        low = high - (stride - 1)
        np.maximum(low, 0, out=low)
        if slack is None:
            return _refined(values, keys, low, np.minimum(high, n))
        is_open = coarse.take(after, mode="clip") - coarse.take(after - 1, mode="clip") > slack
        is_open |= after == 0
        is_open |= after == len(coarse)
        rest = np.flatnonzero(is_open)
        if len(rest):
            high[rest] = _refined(values, keys[rest], low[rest], np.minimum(high[rest], n))
        return high


class _Directory:
    """Where equal bins, a power of two wide, begin in an array that grows at its end."""

    def __init__(self) -> None:
        self._shift = 0
        self._starts = Column("i8")
        """First a 0, for what lies before 0; then how many values lie before each bin; at last how many there are."""

    def n_before(self, values: IntArray, keys: IntArray) -> IntArray:
        """Return for each key how many values are smaller."""
        self._extend(values)
        starts = self._starts.values
        place = keys >> self._shift
        place += 1
        np.maximum(place, 0, out=place)
        np.minimum(place, len(starts) - 2, out=place)
        low = starts.take(place)
        place += 1
        high = starts.take(place)
        rest = np.flatnonzero(low != high)  # in pauses between bursts nothing is left to look for
        if len(rest):
            low[rest] = _refined(values, keys[rest], low[rest], high[rest])
        return low

    def _extend(self, values: IntArray) -> None:
        """Take in further values; make the bins wider when there would be too many, narrower when there are few."""
        n, last = len(values), int(values[-1])
        if self._starts.n and self._starts.values[-1] == n:
            return
        shift = (max(last, 1) // min(n, MOST_BINS)).bit_length()
        if shift < self._shift - 1 or not self._starts.n:
            self._shift, self._starts.n = shift, 0
            self._starts.append(0)
        else:
            self._starts.n -= 1
            while self._shift < shift:
                self._widen()
        edges = np.arange(self._starts.n - 1, (max(last, -1) >> self._shift) + 1, dtype=np.int64) << self._shift
        known = int(self._starts.values[-1])
        self._starts.extend(values[known:].searchsorted(edges) + known)
        self._starts.append(n)

    def _widen(self) -> None:
        """Make the bins twice as wide."""
        kept = np.concatenate([self._starts.values[:1], self._starts.values[1::2]])
        self._shift += 1
        self._starts.n = 0
        self._starts.extend(kept)


def _refined(values: IntArray, keys: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """Return how many values are smaller than each key, of which it is known that there are `low` to `high`."""
    most = int((high - low).max())
    for step in (1 << bit for bit in reversed(range(most.bit_length()))):
        at = low + (step - 1)
        is_before = values.take(at, mode="clip") < keys
        is_before &= at < high
        low += is_before * step
    return low
