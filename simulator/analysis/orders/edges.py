"""Synchronises-with: which point of one thread came before which point of another, and through what.

Known edges are those that the recorder saw (a wait, receive, check or begin of a thread that met a signal), those from
one holder of a lock to the next, and those of a barrier, where every arrival of a round comes before every departure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.barriers import find_barrier_edges
from simulator.analysis.orders.nearest import object_key
from simulator.analysis.orders.predicates import RELEASE, find_looks, find_returns, has_text, rows_of
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN
from simulator.trace.values import TAG_MASK, TAG_OBJECT

_ACQUIRES = (Kind.WAIT, Kind.RECEIVE, Kind.CHECK, Kind.THREAD_BEGIN)


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges of synchronises-with, all arrays of shape (k,).

    Attributes
    ----------
    source : ndarray of int64
        The last row of the releasing thread that the edge covers.
    target : ndarray of int64
        From this row on the acquiring thread comes after `source`; the row itself may be another thread's.
    giver, taker : ndarray of int64
        Serials of the releasing and the acquiring thread; never the same.
    given_ns, taken_ns : ndarray of int64
        When the giver released, and when the taker went on.
    """

    source: IntArray
    target: IntArray
    giver: IntArray
    taker: IntArray
    given_ns: IntArray
    taken_ns: IntArray

    def __len__(self) -> int:
        return len(self.source)


def find_edges(trace: Trace, with_locks: bool = True) -> Edges:
    """Find all edges between threads.

    Parameters
    ----------
    trace : Trace
        The run.
    with_locks : bool
        Whether handing a lock on counts. Without it only the order that another schedule would keep is left.

    Returns
    -------
    Edges
        In no particular order.

    Notes
    -----
    Thread: any (pure). Cost: O(n), and O(k log k) in the synchronisation events.
    """
    parts = [_met(trace, with_locks), _checked(trace), find_barrier_edges(trace)]
    if with_locks:
        parts += [_hand_overs(trace), _looked(trace), _taken_again(trace)]
    source, target, taker, given_ns, taken_ns = (np.concatenate(column) for column in zip(*parts, strict=True))
    giver = trace.thread[source].astype(np.int64)
    columns = (source, target, giver, taker, given_ns, taken_ns)
    return Edges(*(column[giver != taker] for column in columns))


_Part = tuple[IntArray, IntArray, IntArray, IntArray, IntArray]
"""Source, target, taker, times of release and of acquisition."""


def _met(trace: Trace, with_locks: bool) -> _Part:
    """Return the edges that the recorder saw."""
    rows = np.flatnonzero(np.isin(trace.kind, _ACQUIRES) & (trace.reads_from >= 0))
    source = trace.reads_from[rows].astype(np.int64)
    is_release = trace.kind[source] == Kind.SIGNAL
    if not with_locks:
        is_release &= ~has_text(trace, source, RELEASE)
    rows, source = rows[is_release], source[is_release]
    is_wait = trace.kind[rows] == Kind.WAIT
    ended = trace.end_ns[rows]
    is_over = ~is_wait | (ended != OPEN)
    rows, source, is_wait, ended = rows[is_over], source[is_over], is_wait[is_over], ended[is_over]
    return source, rows + is_wait, _thread(trace, rows), trace.begin_ns[source], ended


def _checked(trace: Trace) -> _Part:
    """Return edges to checks that found a flag set, from the last signal that set it, where the recorder does not say.

    An Event that is set was set by some signal before; the last one is met for certain if nobody cleared it since.
    """
    checks = np.flatnonzero((trace.kind == Kind.CHECK) & (trace.reads_from < 0))
    true = [i for i, value in enumerate(trace.objects) if value is True]
    checks = checks[np.isin(trace.value[checks], true) & (trace.flags[checks] & TAG_MASK == TAG_OBJECT)]
    if not len(checks):
        return _no_part()
    signals = np.flatnonzero(trace.kind == Kind.SIGNAL)
    keys = object_key(trace, signals)
    order = np.lexsort((signals, keys))
    signals, keys = signals[order], keys[order]
    wanted = object_key(trace, checks)
    places = np.array([_last_before(keys, signals, key, row) for key, row in zip(wanted, checks, strict=True)])
    checks, sources = checks[places >= 0], signals[places[places >= 0]]
    return sources, checks, _thread(trace, checks), trace.begin_ns[sources], trace.begin_ns[checks]


def _last_before(keys: IntArray, rows: IntArray, key: int, row: int) -> int:
    """Return the position of the last of some rows with this key before `row`, -1 if there is none."""
    low, high = int(keys.searchsorted(key)), int(keys.searchsorted(key, "right"))
    at = low + int(rows[low:high].searchsorted(row)) - 1
    return at if at >= low else -1


def _hand_overs(trace: Trace) -> _Part:
    """Return edges from the end of each lock's holding to the next holding, for locks whose releases are no signals."""
    holds = np.flatnonzero(trace.kind == Kind.HOLD)
    if not len(holds):
        return _no_part()
    signalled = np.unique(object_key(trace, np.flatnonzero(trace.kind == Kind.SIGNAL)))
    key = object_key(trace, holds)
    holds = holds[~np.isin(key, signalled)]
    parts = [_no_part()]
    key = object_key(trace, holds)
    for one in np.unique(key).tolist():
        parts.append(_hand_overs_of(trace, holds[key == one]))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))  # type: ignore[return-value]  # five


def _hand_overs_of(trace: Trace, holds: IntArray) -> _Part:
    ended = holds[trace.end_ns[holds] != OPEN]
    ended = ended[np.argsort(trace.end_ns[ended], kind="stable")]
    before = trace.end_ns[ended].searchsorted(trace.begin_ns[holds], "right") - 1
    takers, givers = holds[before >= 0], ended[before[before >= 0]]
    foreign = trace.thread[takers] != trace.thread[givers]
    takers, givers = takers[foreign], givers[foreign]
    return (
        _last_rows_before(trace, givers),
        takers,
        _thread(trace, takers),
        trace.end_ns[givers],
        trace.begin_ns[takers],
    )


def _looked(trace: Trace) -> _Part:
    """Return the edges to and from what a condition's ``wait_for`` looks at."""
    looks = find_looks(trace)
    if not len(looks.row):
        return _no_part()
    releases = rows_of(trace, Kind.SIGNAL, RELEASE)
    holds = np.flatnonzero(trace.kind == Kind.HOLD)
    lock_of_release, lock_of_hold, lock_of_look = (object_key(trace, rows) for rows in (releases, holds, looks.lock))
    sources, targets = [], []
    for lock in np.unique(lock_of_look).tolist():
        rows = looks.row[lock_of_look == lock]
        given = np.sort(np.append(releases[lock_of_release == lock], rows))
        taken = holds[lock_of_hold == lock]
        before, after = given.searchsorted(rows) - 1, taken.searchsorted(rows)
        has_before, has_after = before >= 0, after < len(taken)
        sources += [given[before[has_before]], rows[has_after]]
        targets += [rows[has_before], taken[after[has_after]]]
    source, target = np.concatenate(sources), np.concatenate(targets)
    return source, target, _thread(trace, target), trace.begin_ns[source], trace.begin_ns[target]


def _taken_again(trace: Trace) -> _Part:
    """Return the edges to where a condition's lock was taken again after a wait."""
    source, target = find_returns(trace)
    return source, target, _thread(trace, target), trace.begin_ns[source], trace.begin_ns[target]


def _last_rows_before(trace: Trace, spans: IntArray) -> IntArray:
    """Return the last row of each span's thread that lies before the span's end."""
    last = np.empty(len(spans), np.int64)
    thread, end_ns = trace.thread[spans], trace.end_ns[spans]
    for serial in np.unique(thread).tolist():
        chosen = np.flatnonzero(thread == serial)
        rows = np.flatnonzero(trace.thread == serial)
        last[chosen] = rows[trace.begin_ns[rows].searchsorted(end_ns[chosen], "right") - 1]
    return last


def _no_part() -> _Part:
    empty = np.empty(0, np.int64)
    return empty, empty, empty, empty, empty


def _thread(trace: Trace, rows: IntArray) -> IntArray:
    return trace.thread[rows].astype(np.int64)
