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

    def until(self, stamp: int) -> tuple[Pending | None, Pending | None]:
        """Return the rows up to a stamp, and those after it; None for none."""
        if not len(self) or int(self.stamp.max()) <= stamp:
            return self, None
        is_late = self.stamp > stamp
        if is_late.all():
            return None, self
        return self.take(np.flatnonzero(~is_late)), self.take(np.flatnonzero(is_late))

    def order(self) -> IntArray:
        """Return the indices of the rows by stamp, of one stamp by thread, of one thread as they are."""
        order = np.argsort(self.stamp, kind="stable")
        stamp, thread = self.stamp[order], self.thread[order]
        if ((stamp[1:] == stamp[:-1]) & (thread[1:] < thread[:-1])).any():
            order = np.lexsort((self.thread, self.stamp))
        return order

    @classmethod
    def join(cls, parts: Sequence[Pending]) -> Pending:
        """Return the rows of all parts, one part after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))
