"""Lost updates: increments that are not in the counter's final value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Updates:
    """The read-modify-writes of one variable.

    Attributes
    ----------
    n_updates : int
        How many there were.
    n_lost : int
        How many are not on the reads-from chain that leads back from the final value.
    forks : ndarray of int, shape (k,)
        Rows of the writes with which losses begin: each followed a read of a value that another update had also started
        from, and was not the first to write. One fork can lose many.
    """

    n_updates: int
    n_lost: int
    forks: IntArray


def find_updates(trace: Trace, variable: int) -> Updates:
    """Find the read-modify-writes of a variable and those that were lost.

    Parameters
    ----------
    trace : Trace
        A finished run.
    variable : int
        Index of the variable.

    Returns
    -------
    Updates
        Over all cells of the variable: with a thread-local variable each thread's own chain counts.

    Notes
    -----
    Thread: any. Cost: O(n log n) in the variable's accesses.
    """
    is_access = (trace.kind <= Kind.DELETE) & (trace.variable == variable)
    rows = np.flatnonzero(is_access & (trace.thread != BEFORE_RUN))
    by_actor = rows[np.lexsort((rows, trace.place[rows], trace.actor[rows]))]
    before, after = by_actor[:-1], by_actor[1:]
    is_pair = (trace.kind[before] == Kind.READ) & (trace.kind[after] == Kind.WRITE)
    is_pair &= (trace.actor[before] == trace.actor[after]) & (trace.place[before] == trace.place[after])
    reads, writes = before[is_pair], after[is_pair]
    bases = trace.reads_from[reads]
    forks = _forks(writes, bases)
    lost = len(writes) - sum(_kept(trace, variable, int(place), writes, bases) for place in _places(trace, writes))
    return Updates(len(writes), lost, forks)


def _places(trace: Trace, writes: IntArray) -> IntArray:
    return np.unique(trace.place[writes])


def _forks(writes: IntArray, bases: IntArray) -> IntArray:
    order = np.lexsort((writes, bases))
    sorted_bases = bases[order]
    is_repeat = np.zeros(len(order), bool)
    is_repeat[1:] = (sorted_bases[1:] == sorted_bases[:-1]) & (sorted_bases[1:] >= 0)
    return np.sort(writes[order][is_repeat])


def _kept(trace: Trace, variable: int, place: int, writes: IntArray, bases: IntArray) -> int:
    """Count the updates on the chain back from the cell's final value."""
    cell = (trace.variable == variable) & (trace.place == place)
    in_cell = np.flatnonzero(cell & ((trace.kind == Kind.WRITE) | (trace.kind == Kind.DELETE)))
    base_of = dict(zip(writes.tolist(), bases.tolist(), strict=True))
    row, kept = int(in_cell[-1]), 0
    while row in base_of:
        row = base_of[row]
        kept += 1
    return kept
