"""Waits for conditions: the lock is given back for them and taken again, and held whenever ``wait_for`` looks.

Such a wait is recorded once, from the lock's giving back to its being taken again. Who takes it again comes after
whoever gave it back before, whether that was who notified or not. So does each look of ``wait_for`` in between, and it
comes before whoever takes the lock next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.nearest import last_of, next_of, object_key
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN
from simulator.trace.values import TAG_MASK, TAG_OBJECT

CONDITION = "condition"
"""Value of a wait for a condition."""
RELEASE = "release"
"""Value of the signal of a thread that gives a lock or semaphore back."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Accesses made inside of waits for conditions, arrays of shape (k,).

    Attributes
    ----------
    row : ndarray of int64
        The accesses, sorted.
    lock : ndarray of int64
        Row of the signal with which the condition's lock was given back: it says which lock is held.
    """

    row: IntArray
    lock: IntArray


def find_looks(trace: Trace) -> Looks:
    """Find the accesses that a condition's lock guards although it is not recorded as held.

    Notes
    -----
    Thread: any (pure). Cost: O(n) for each thread that has waited for a condition.
    """
    waits, releases = rows_of(trace, Kind.WAIT, CONDITION), rows_of(trace, Kind.SIGNAL, RELEASE)
    rows, locks = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for serial in np.unique(trace.thread[waits]).tolist():
        mine = np.flatnonzero(trace.thread == serial)
        accesses = mine[trace.kind[mine] <= Kind.DELETE]
        released = releases[trace.thread[releases] == serial]
        wait = waits[trace.thread[waits] == serial]
        at = wait.searchsorted(accesses) - 1
        end_ns = trace.end_ns[wait[np.maximum(at, 0)]]
        inside = (at >= 0) & ((end_ns == OPEN) | (trace.begin_ns[accesses] <= end_ns))
        before = released.searchsorted(wait[at[inside]]) - 1
        rows.append(accesses[inside][before >= 0])
        locks.append(released[before[before >= 0]])
    row, lock = np.concatenate(rows), np.concatenate(locks)
    order = np.argsort(row)
    return Looks(row[order], lock[order])


def find_returns(trace: Trace) -> tuple[IntArray, IntArray]:
    """Return where a lock was taken again after a wait for its condition, and who had given it back last.

    Returns
    -------
    release, hold : ndarray of int64, shape (k,)
        Rows of the last release of the lock, and of the `Kind.HOLD`.
    """
    waits, releases = rows_of(trace, Kind.WAIT, CONDITION), rows_of(trace, Kind.SIGNAL, RELEASE)
    waits, holds = waits[trace.end_ns[waits] != OPEN], np.flatnonzero(trace.kind == Kind.HOLD)
    ended = trace.begin_ns.searchsorted(trace.end_ns[waits]) - 1
    hold = next_of(trace.thread[holds], holds, trace.thread[waits], ended)
    hold = hold[hold >= 0]
    release = last_of(object_key(trace, releases), releases, object_key(trace, hold), hold)
    return release[release >= 0], hold[release >= 0]


def has_text(trace: Trace, rows: IntArray, text: str) -> IntArray:
    """Tell which of some rows have this text as their value."""
    indices = [i for i, value in enumerate(trace.objects) if type(value) is str and value == text]
    found: IntArray = np.isin(trace.value[rows], indices) & (trace.flags[rows] & TAG_MASK == TAG_OBJECT)
    return found


def rows_of(trace: Trace, kind: Kind, text: str) -> IntArray:
    """Return the rows of a kind whose value is this text."""
    rows = np.flatnonzero(trace.kind == kind)
    found: IntArray = rows[has_text(trace, rows, text)]
    return found
