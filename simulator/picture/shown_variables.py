"""Which variables of a script have a strip: it may have thousands, and a few can be taken in."""

from __future__ import annotations

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.sites import SHARED
from simulator.trace.trace import Trace

MOST_ABOVE = 6
MOST_INSIDE = 2

_NOBODY = 0
_CHANGING, _SHARED, _ALONE = 0, 1, 2
"""Touched by several threads and changed more than once; touched by several threads; touched by one."""
_LOCKS = frozenset(("lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"))


class ShownVariables:
    """Chooses the variables of a script that have a strip; follows the trace while it grows.

    Variables that several threads touch come first, before them those that are changed again and again; among equal
    ones those that the source gives a name, then in the order in which they were first touched. What only one thread
    touches has a strip as long as all find room, and so has what holds a lock: locks have a view of their own.

    Parameters
    ----------
    trace : Trace
        The run of a script.

    Attributes
    ----------
    above, inside : list of int
        Variables with a strip above the lanes, and inside them.
    n_touched : int
        How many variables were touched at all.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._first_thread = Column("u2")
        self._is_shared = Column("u1")
        self._n_changes = Column("u4")
        self._is_numbered = Column("u1")
        self._is_lock = Column("u1")
        self._class = np.empty(0, np.uint8)
        self._wanted: frozenset[str] = frozenset()
        self.above: list[int] = []
        self.inside: list[int] = []
        self.n_touched = 0

    def update(self, rows: IntArray) -> bool:
        """Take in new accesses, shape (k,) and not empty; return whether other variables have a strip now."""
        trace = self._trace
        variable, thread = trace.variable[rows], trace.thread[rows]
        n = int(variable.max()) + 1
        for column in (self._first_thread, self._is_shared, self._n_changes, self._is_lock):
            column.resize(max(column.n, n), 0)
        fresh_names = trace.variables[self._is_numbered.n : n]
        self._is_numbered.extend(np.array(["#" in name for name in fresh_names], np.uint8))
        different, first = np.unique(variable, return_index=True)
        fresh = self._first_thread.values[different] == _NOBODY
        self._first_thread.values[different[fresh]] = thread[first[fresh]]
        self._is_lock.values[different[fresh]] = [_is_lock(trace.value_of(row)) for row in rows[first[fresh]].tolist()]
        self._is_shared.values[variable[thread != self._first_thread.values[variable]]] = 1
        changed, n_times = np.unique(variable[trace.kind[rows] != Kind.READ], return_counts=True)
        self._n_changes.values[changed] += n_times.astype(np.uint32)
        return self._choose()

    def want(self, names: frozenset[str]) -> bool:
        """Let variables of these names have a strip whatever they are; return whether that changes anything."""
        if names == self._wanted:
            return False
        self._wanted = names
        return self._choose()

    def _choose(self) -> bool:
        is_shared = (self._is_shared.values != 0) & (self._is_lock.values == 0)
        rank = np.where(is_shared, np.where(self._n_changes.values > 1, _CHANGING, _SHARED), _ALONE).astype(np.uint8)
        rank[self._first_thread.values == _NOBODY] = _ALONE + 1
        if not self._wanted and np.array_equal(rank, self._class):
            return False
        self._class = rank
        self.n_touched = int(np.count_nonzero(rank <= _ALONE))
        before = self.above, self.inside
        order = np.argsort(2 * rank + self._is_numbered.values[: len(rank)], kind="stable")[: self.n_touched]
        is_above = np.array([storage == SHARED for storage in self._trace.storages or ()], bool)[order]
        self.above = self._first(order[is_above], MOST_ABOVE)
        self.inside = self._first(order[~is_above], MOST_INSIDE)
        return before != (self.above, self.inside)

    def _first(self, order: IntArray, most: int) -> list[int]:
        """Return the wanted ones and the first of the others; those of one thread only if there is room for all."""
        names = self._trace.variables
        wanted = [index for index in order.tolist() if names[index] in self._wanted] if self._wanted else []
        others = order if len(order) <= most else order[self._class[order] < _ALONE][: most + len(wanted)]
        rest = [index for index in others.tolist() if index not in wanted]
        return [*wanted, *rest[: max(most - len(wanted), 0)]]


def _is_lock(value: object) -> bool:
    """Return whether a value is a lock or the like, as values are recorded: type name, id and length."""
    return isinstance(value, tuple) and value[0] in _LOCKS
