"""Barriers: every arrival of a round comes before every departure, and so does the barrier's action.

The action is what the thread that really came last does inside of its wait. Stamps of arrivals cannot tell which that
was, for each is taken right before the call.
"""

from __future__ import annotations

import numpy as np

from simulator.analysis.orders.nearest import last_of, object_key
from simulator.analysis.orders.predicates import rows_of
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

ARRIVE = "arrive"
"""Value of the signal of a thread that has come to a barrier."""
_Part = tuple[IntArray, IntArray, IntArray, IntArray, IntArray]


def find_barrier_edges(trace: Trace) -> _Part:
    """Find the edges that barriers make, besides those that the recorder saw.

    Returns
    -------
    source, target, taker, given_ns, taken_ns : ndarray of int64, shape (k,)
        See `simulator.analysis.orders.edges.Edges`.

    Notes
    -----
    Thread: any (pure). Cost: O(k log k) for k arrivals, and O(k) for each action.
    """
    arrivals = rows_of(trace, Kind.SIGNAL, ARRIVE)
    if not len(arrivals):
        empty = np.empty(0, np.int64)
        return empty, empty, empty, empty, empty
    parts = [_between_arrivals(trace, arrivals), *_after_actions(trace, arrivals)]
    source, target, taker, given_ns, taken_ns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return source, target, taker, given_ns, taken_ns


def _between_arrivals(trace: Trace, arrivals: IntArray) -> _Part:
    """Return edges from each arrival to the next of its round: the last one then stands for all."""
    met = trace.reads_from[np.isin(trace.kind, (Kind.WAIT, Kind.RECEIVE))]
    key = object_key(trace, arrivals)
    order = np.argsort(key, kind="stable")
    arrivals, key = arrivals[order], key[order]
    is_last = np.isin(arrivals, met)
    is_chained = (key[1:] == key[:-1]) & ~is_last[:-1]
    source, target = arrivals[:-1][is_chained], arrivals[1:][is_chained]
    taker = trace.thread[target].astype(np.int64)
    return source, target + 1, taker, trace.begin_ns[source], trace.begin_ns[target]


def _after_actions(trace: Trace, arrivals: IntArray) -> list[_Part]:
    """Return edges from what a thread did inside of its wait, the action, to the others that waited meanwhile."""
    passed = np.flatnonzero(np.isin(trace.kind, (Kind.WAIT, Kind.RECEIVE)))
    passed = passed[np.isin(object_key(trace, passed), object_key(trace, arrivals))]
    thread = trace.thread[passed].astype(np.int64)
    arrival = last_of(trace.thread[arrivals], arrivals, thread, passed)
    end_ns = np.where(trace.kind[passed] == Kind.WAIT, trace.end_ns[passed], trace.begin_ns[passed])
    accesses = np.flatnonzero(trace.kind <= Kind.DELETE)
    ended = trace.begin_ns.searchsorted(end_ns, "right")
    action = last_of(trace.thread[accesses], accesses, thread, ended)
    parts = []
    for i in np.flatnonzero((arrival >= 0) & (action > arrival)).tolist():
        row, at_ns = int(action[i]), trace.begin_ns[action[i]]
        is_let_go = (arrival < row) & (arrival >= 0) & (end_ns >= at_ns) & (thread != thread[i])
        is_let_go &= object_key(trace, passed) == object_key(trace, passed[i : i + 1])
        others = passed[is_let_go]
        source, target = np.full(len(others), row), others + (trace.kind[others] == Kind.WAIT)
        parts.append((source, target, thread[is_let_go], trace.begin_ns[source], end_ns[is_let_go]))
    return parts
