"""Rows that have arrived and are not yet in their final order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.trace.columns import IntArray


@dataclass(slots=True)
class Pending:
    """Recorded rows as arrays of equal length.

    Attributes
    ----------
    stamp : ndarray of int64, shape (n,)
        Readings of the clock, nanoseconds.
    kind, variable, place, line, reference : ndarray of int64
        What they are about, see `simulator.record.recorder`; of an `END` the variable is a `Result`.
    value, tag : ndarray of int64
        As `simulator.trace.values.ValueTable` converts them.
    actor, thread : ndarray of int64
        Index of the actor and serial of the thread.
    """

    stamp: IntArray
    kind: IntArray
    variable: IntArray
    place: IntArray
    line: IntArray
    reference: IntArray
    value: IntArray
    tag: IntArray
    actor: IntArray
    thread: IntArray

    def __len__(self) -> int:
        return len(self.stamp)

    def take(self, index: IntArray) -> Pending:
        """Return the rows with these indices, in their order."""
        return Pending(*(getattr(self, name)[index] for name in self.__slots__))

    @classmethod
    def join(cls, parts: Sequence[Pending]) -> Pending:
        """Return the rows of all parts, one part after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))
