"""Recorded values while they are taken in: numbers as an array, whatever else there is beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.trace.columns import IntArray

_BIG = 1 << 63


@dataclass(frozen=True, slots=True)
class RowValues:
    """Values in order.

    Attributes
    ----------
    numbers : ndarray of int64, shape (n,)
        Those that are integers of 64 bits; 0 in place of others.
    others : mapping of int to object
        What is no such number, by its index.
    """

    numbers: IntArray
    others: Mapping[int, Any]

    @classmethod
    def of(cls, values: Sequence[Any]) -> RowValues:
        """Return values as they were recorded; a boolean is no number."""
        others = [] if set(map(type, values)) <= {int} else [i for i, one in enumerate(values) if type(one) is not int]
        try:
            return cls._without(values, others)
        except OverflowError:
            return cls._without(
                values, [i for i, one in enumerate(values) if type(one) is not int or not -_BIG <= one < _BIG]
            )

    @classmethod
    def _without(cls, values: Sequence[Any], others: Sequence[int]) -> RowValues:
        numbers = list(values) if others else values
        for i in others:
            numbers[i] = 0  # type: ignore[index]  # a list, by the line above
        return cls(np.fromiter(numbers, np.int64, len(numbers)), {i: values[i] for i in others})

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: int) -> Any:
        return self.others[index] if index in self.others else int(self.numbers[index])

    def take(self, index: IntArray) -> RowValues:
        """Return the values with these indices, shape (k,), in their order."""
        if not self.others:
            return RowValues(self.numbers[index], {})
        is_other = np.zeros(len(self), bool)
        is_other[np.fromiter(self.others, np.int64, len(self.others))] = True
        at = np.flatnonzero(is_other[index])
        others = self.others
        return RowValues(
            self.numbers[index], {i: others[j] for i, j in zip(at.tolist(), index[at].tolist(), strict=True)}
        )

    def part(self, start: int, stop: int) -> RowValues:
        """Return the values from one index on to another."""
        others = {i - start: self.others[i] for i in range(start, stop) if i in self.others} if self.others else {}
        return RowValues(self.numbers[start:stop], others)
