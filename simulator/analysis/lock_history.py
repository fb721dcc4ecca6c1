"""The lock view: for each lock when it was free, held, and held while others waited; and the longest waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

FREE, HELD, CONTENDED = 0, 1, 2
MOST_WAITS = 20


@dataclass(frozen=True, slots=True)
class LockWait:
    """A wait for a lock.

    Attributes
    ----------
    row : int
        Its event.
    thread : int
        Serial of who waited.
    duration_ns : int
        How long.
    """

    row: int
    thread: int
    duration_ns: int


@dataclass(frozen=True, slots=True)
class LockHistory:
    """What became of a lock.

    Attributes
    ----------
    name : str
        What the program calls it.
    begin_ns, state : ndarray of int64, shape (k,)
        When it changed, and to what: `FREE`, `HELD` or `CONTENDED` (held while somebody waits).
    threads : tuple of int
        Serials of all threads that held it or waited for it.
    n_held : int
        How often it was taken.
    held_ns, waited_ns : int
        For how long in all.
    waits : tuple of LockWait
        The longest waits, longest first; at most 20.
    first_row : int
        Its first event.
    """

    name: str
    begin_ns: IntArray
    state: IntArray
    threads: tuple[int, ...]
    n_held: int
    held_ns: int
    waited_ns: int
    waits: tuple[LockWait, ...]
    first_row: int

    def state_at(self, time_ns: int) -> int:
        """Return what it was at a time."""
        k = int(self.begin_ns.searchsorted(np.int64(time_ns), "right"))
        return int(self.state[k - 1]) if k else FREE


def follow_locks(trace: Trace) -> list[LockHistory]:
    """Return the history of each lock that was ever held, in the order of their first events.

    Notes
    -----
    Thread: any (pure). Cost: O(n), and O(k log k) in the spans of locks.
    """
    spans = np.flatnonzero(np.isin(trace.kind, (Kind.HOLD, Kind.WAIT)))
    key = trace.variable[spans].astype(np.int64) << 32 | trace.place[spans]
    held = set(key[trace.kind[spans] == Kind.HOLD].tolist())
    found = [_follow(trace, spans[key == one]) for one in sorted(held)]
    return sorted(found, key=lambda lock: lock.first_row)


def _follow(trace: Trace, spans: IntArray) -> LockHistory:
    begin_ns = trace.begin_ns[spans].astype(np.int64)
    end_ns = np.where(trace.end_ns[spans] == OPEN, trace.duration_ns, trace.end_ns[spans]).astype(np.int64)
    is_hold = trace.kind[spans] == Kind.HOLD
    times, state = _states(begin_ns, end_ns, is_hold)
    waits = np.flatnonzero(~is_hold)
    longest = waits[np.argsort(begin_ns[waits] - end_ns[waits], kind="stable")][:MOST_WAITS].tolist()
    return LockHistory(
        trace.variables[trace.variable[spans[0]]],
        times,
        state,
        tuple(np.unique(trace.thread[spans]).tolist()),
        int(is_hold.sum()),
        int((end_ns - begin_ns)[is_hold].sum()),
        int((end_ns - begin_ns)[waits].sum()),
        tuple(LockWait(int(spans[i]), int(trace.thread[spans[i]]), int(end_ns[i] - begin_ns[i])) for i in longest),
        int(spans[0]),
    )


def _states(begin_ns: IntArray, end_ns: IntArray, is_hold: IntArray) -> tuple[IntArray, IntArray]:
    """Return when the lock's state changed and to what."""
    times = np.concatenate([begin_ns, end_ns])
    change = np.concatenate([np.ones(len(begin_ns), np.int64), np.full(len(end_ns), -1)])
    of_hold = np.concatenate([is_hold, is_hold])
    order = np.argsort(times, kind="stable")
    times = times[order]
    holders = np.cumsum(np.where(of_hold, change, 0)[order])
    waiters = np.cumsum(np.where(of_hold, 0, change)[order])
    state = np.where(holders <= 0, FREE, np.where(waiters > 0, CONTENDED, HELD))
    is_last = np.append(times[1:] != times[:-1], True)
    times, state = times[is_last], state[is_last]
    is_news = np.append(True, state[1:] != state[:-1])
    return times[is_news], state[is_news]


def names_of(trace: Trace, threads: Iterable[int]) -> list[str]:
    """Return the names of threads."""
    return [trace.threads[serial].name for serial in threads]
