"""Who waits for whom, as far as it can be told while nothing moves: threads in a circle are in a deadlock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.locksets import Lock
from simulator.record.kinds import Kind
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

JOIN = "join"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread that waits for another.

    Attributes
    ----------
    thread, holder : int
        Serials of who waits, and for whom.
    wait : int
        Row of the wait.
    hold : int
        Row at which the other took the lock; `NO_ROW` where its end is waited for.
    """

    thread: int
    holder: int
    wait: int
    hold: int


@dataclass(frozen=True, slots=True)
class Standstill:
    """All that wait without end.

    Attributes
    ----------
    circles : tuple of tuple of Waiting
        Each a deadlock: everyone waits for the next, and the last for the first.
    stuck : tuple of int
        Rows of waits that nobody is left to end, since every thread that lives waits; empty where one does not.
    """

    circles: tuple[tuple[Waiting, ...], ...]
    stuck: tuple[int, ...]


def find_standstill(trace: Trace) -> Standstill:
    """Look for threads that wait for each other in a circle, and for waits that nobody will end.

    Parameters
    ----------
    trace : Trace
        A run, also one that goes on.

    Notes
    -----
    Thread: any (pure). Cost: O(n) to look for waits that have not ended, and nothing more if there is none.
    """
    waits = np.flatnonzero((trace.end_ns == OPEN) & (trace.kind == Kind.WAIT))
    if not len(waits):
        return Standstill((), ())
    open_waits = {int(trace.thread[row]): int(row) for row in waits.tolist()}
    edges = _edges(trace, open_waits)
    alive = [info.serial for info in trace.threads[1:] if info.end_ns == OPEN]
    is_still = bool(alive) and all(serial in open_waits for serial in alive)
    return Standstill(tuple(_circles(edges)), tuple(sorted(open_waits.values())) if is_still else ())


def holders_of(trace: Trace) -> dict[int, int]:
    """Return who holds what the waits that have not ended are for: serials of threads by the rows of the waits."""
    waits = np.flatnonzero((trace.end_ns == OPEN) & (trace.kind == Kind.WAIT))
    edges = _edges(trace, {int(trace.thread[row]): int(row) for row in waits.tolist()})
    return {one.wait: one.holder for one in edges.values() if one.hold != NO_ROW}


def _edges(trace: Trace, open_waits: dict[int, int]) -> dict[int, Waiting]:
    """Return for each thread that waits for another whom it waits for, where that can be told."""
    holds = _open_holds(trace)
    started = _started_threads(trace)
    found = {thread: _waiting(trace, thread, row, holds, started) for thread, row in open_waits.items()}
    return {thread: waiting for thread, waiting in found.items() if waiting is not None}


def _open_holds(trace: Trace) -> dict[Lock, int]:
    """Return the row at which each lock that is held was taken first by who holds it."""
    rows = np.flatnonzero((trace.end_ns == OPEN) & (trace.kind == Kind.HOLD))[::-1]
    return {(int(trace.variable[row]), int(trace.place[row])): int(row) for row in rows.tolist()}


def _started_threads(trace: Trace) -> dict[Lock, int]:
    """Return which thread was started with each object that threads are started with and joined by."""
    begins = np.flatnonzero((trace.kind == Kind.THREAD_BEGIN) & (trace.reads_from >= 0))
    starts = trace.reads_from[begins]
    keys = zip(trace.variable[starts].tolist(), trace.place[starts].tolist(), strict=True)
    return dict(zip(keys, trace.thread[begins].tolist(), strict=True))


def _waiting(trace: Trace, thread: int, row: int, holds: dict[Lock, int], started: dict[Lock, int]) -> Waiting | None:
    key = (int(trace.variable[row]), int(trace.place[row]))
    if trace.value_of(row) == JOIN:
        other = started.get(key)
        return Waiting(thread, other, row, NO_ROW) if other is not None else None
    hold = holds.get(key)
    return Waiting(thread, int(trace.thread[hold]), row, hold) if hold is not None else None


def _circles(edges: dict[int, Waiting]) -> list[tuple[Waiting, ...]]:
    """Return the circles; everyone waits for one other at most, so each thread is in one at most."""
    found, seen = [], set()
    for start in sorted(edges):
        path: list[int] = []
        thread = start
        while thread in edges and thread not in seen:
            seen.add(thread)
            path.append(thread)
            thread = edges[thread].holder
        if thread in path:
            found.append(tuple(edges[one] for one in path[path.index(thread) :]))
    return found
