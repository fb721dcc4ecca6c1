"""Growing numpy columns that reserve their room ahead, so that appending does not stall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]

MIN_ROOM = 1 << 10


class Column:
    """A one-dimensional array with room to grow.

    Parameters
    ----------
    dtype : dtype
        Element type.
    room : int
        Elements to reserve. Memory that was never written is not committed by the operating system, so a generous
        figure costs nothing; when it is exceeded the column doubles by copying.
    """

    __slots__ = ("_data", "n")

    def __init__(self, dtype: npt.DTypeLike, room: int = MIN_ROOM) -> None:
        self._data: IntArray = np.empty(max(room, MIN_ROOM), dtype)
        self.n = 0

    @classmethod
    def holding(cls, values: IntArray) -> Column:
        """Return a column of these elements, shape (n,), without a copy of them."""
        column = cls.__new__(cls)
        column._data, column.n = values, len(values)
        return column

    @property
    def values(self) -> IntArray:
        """The elements so far, shape (n,); a view that stays right until the column has to double."""
        return self._data[: self.n]

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self._data.itemsize

    def resize(self, n: int, fill: int | None = None) -> None:
        """Make the column `n` long, filling new elements with `fill` unless it is None."""
        if n > len(self._data):
            room = max(len(self._data), 1)
            while room < n:
                room *= 2
            data = np.empty(room, self._data.dtype)
            data[: self.n] = self._data[: self.n]
            self._data = data
        if fill is not None and n > self.n:
            self._data[self.n : n] = fill
        self.n = n

    def extend(self, values: npt.ArrayLike) -> None:
        """Append elements, shape (k,)."""
        array = np.asarray(values)
        start = self.n
        self.resize(start + len(array))
        self._data[start : self.n] = array

    def reorder(self, order: IntArray) -> None:
        """Let element r be what was element ``order[r]``; arrays that were handed out before stay as they are."""
        room = len(self._data)
        data = np.empty(room, self._data.dtype)
        data[: self.n] = self._data[order]
        self._data = data

    def append(self, value: int) -> None:
        """Append one element."""
        self.resize(self.n + 1, value)


def make_columns(kinds: Mapping[str, npt.DTypeLike], room: int) -> dict[str, Column]:
    """Make columns that grow together, each with a little more room than the one before.

    So not all of them have to double at the same time: at some millions of elements a copy of one takes 10 ms, of all
    of them a stall that one sees.
    """
    least = max(room, MIN_ROOM)
    return {name: Column(kind, least + least * i // len(kinds)) for i, (name, kind) in enumerate(kinds.items())}
