"""Which locks a thread held at each of its events."""

from __future__ import annotations

from collections import Counter

import numpy as np

from simulator.analysis.orders.predicates import Looks, find_looks
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

Lock = tuple[int, int]
"""A lock: the index of its variable and its place."""

NO_LOCKS: frozenset[Lock] = frozenset()


def locks_at(trace: Trace, holds: IntArray, looks: Looks, row: int) -> frozenset[Lock]:
    """Return the locks held at one event, as `LocksHeld` does for all.

    Parameters
    ----------
    trace : Trace
        The run.
    holds : ndarray of int64, shape (k,)
        Rows of all holdings of locks.
    looks : Looks
        What conditions have looked at while they waited.
    row : int
        The event.
    """
    mine = holds[: holds.searchsorted(row, "right")]
    mine = mine[trace.thread[mine] == trace.thread[row]]
    end_ns = trace.end_ns[mine]
    mine = mine[(end_ns == OPEN) | (end_ns >= trace.begin_ns[row])]
    mine = np.append(mine, looks.lock[looks.row == row])
    return frozenset(zip(trace.variable[mine].tolist(), trace.place[mine].tolist(), strict=True))


class LocksHeld:
    """The locks held at every event of a run.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    sets : list of frozenset of Lock
        The different sets that were held; the first is empty.
    index : ndarray of int32, shape (n,)
        For each row which of them.

    Notes
    -----
    Thread: any (pure). Cost: O(n), and some µs for each time that a lock was taken.
    """

    def __init__(self, trace: Trace) -> None:
        self.sets: list[frozenset[Lock]] = [NO_LOCKS]
        self._numbers: dict[frozenset[Lock], int] = {NO_LOCKS: 0}
        self.index = np.zeros(trace.n, np.int32)
        holds = np.flatnonzero(trace.kind == Kind.HOLD)
        self._looks = find_looks(trace)
        for serial in np.unique(trace.thread[np.append(holds, self._looks.row)]).tolist():
            self._follow(trace, np.flatnonzero(trace.thread == serial), holds[trace.thread[holds] == serial])

    def at(self, row: int) -> frozenset[Lock]:
        """Return the locks held at an event; a lock just taken is held at its own `Kind.HOLD`."""
        return self.sets[int(self.index[row])]

    def _follow(self, trace: Trace, rows: IntArray, holds: IntArray) -> None:
        """Go through what one thread took and gave back."""
        end_ns = trace.end_ns[holds]
        begins = rows.searchsorted(holds)
        ends = np.where(end_ns == OPEN, len(rows), trace.begin_ns[rows].searchsorted(end_ns, "right"))
        is_mine = trace.thread[self._looks.row] == trace.thread[rows[0]]
        looks, said = rows.searchsorted(self._looks.row[is_mine]), self._looks.lock[is_mine]
        holds, begins, ends = np.append(holds, said), np.append(begins, looks), np.append(ends, looks + 1)
        locks = list(zip(trace.variable[holds].tolist(), trace.place[holds].tolist(), strict=True))
        at = np.concatenate([ends, begins])
        order = np.argsort(at, kind="stable").tolist()  # where one ends and another begins, the end comes first
        held: Counter[Lock] = Counter()
        positions, numbers = [0], [0]
        for i in order:
            held[locks[i % len(locks)]] += 1 if i >= len(locks) else -1
            positions.append(int(at[i]))
            numbers.append(self._number(frozenset(lock for lock, times in held.items() if times > 0)))
        self.index[rows] = np.repeat(np.array(numbers, np.int32), np.diff(positions, append=len(rows)))

    def _number(self, held: frozenset[Lock]) -> int:
        number = self._numbers.setdefault(held, len(self.sets))
        if number == len(self.sets):
            self.sets.append(held)
        return number
