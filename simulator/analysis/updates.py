"""Lost updates: increments that are not in the counter's final value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.row_table import NO_ROW
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
    reads, writes = find_pairs(trace, rows)
    bases = trace.reads_from[reads]
    forks = _forks(writes, bases)
    base_of = np.full(trace.n, NO_ROW)
    base_of[writes] = bases
    return Updates(len(writes), len(writes) - _count_kept(_final_writes(trace, variable), base_of), forks)


def find_pairs(trace: Trace, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Find reads that are directly followed by a write of the same actor to the same cell.

    Parameters
    ----------
    trace : Trace
        The run.
    rows : ndarray of int, shape (k,)
        The accesses to look at, in the order of time: of each cell all or none.

    Returns
    -------
    reads, writes : ndarray of int, shape (m,)
        Rows, pair by pair.

    Notes
    -----
    Thread: any. Cost: O(k log k); O(k) where actors and variables are few.
    """
    order = rows[_order_by_actor(trace, rows)]
    before, after = order[:-1], order[1:]
    is_pair = (trace.kind[before] == Kind.READ) & (trace.kind[after] == Kind.WRITE)
    for column in (trace.actor, trace.place, trace.variable):
        is_pair &= column[before] == column[after]
    return before[is_pair], after[is_pair]


def _order_by_actor(trace: Trace, rows: IntArray) -> IntArray:
    """Return the stable order of rows by actor, place and variable; numpy sorts 16-bit keys in linear time."""
    keys = trace.actor[rows].astype(np.int64)
    for column in (trace.place[rows], trace.variable[rows]):
        if len(column) and (column != column[0]).any():
            _, keys = np.unique(keys << 32 | column, return_inverse=True)
    is_small = not len(keys) or keys.max() < 1 << 16
    return np.argsort(keys.astype(np.uint16) if is_small else keys, kind="stable")


def _final_writes(trace: Trace, variable: int) -> IntArray:
    """Return the row of the last write or delete in each cell of the variable."""
    is_write = (trace.kind == Kind.WRITE) | (trace.kind == Kind.DELETE)
    backwards = np.flatnonzero(is_write & (trace.variable == variable))[::-1]
    _, last = np.unique(trace.place[backwards], return_index=True)
    return backwards[last]


def _forks(writes: IntArray, bases: IntArray) -> IntArray:
    order = np.lexsort((writes, bases))
    sorted_bases = bases[order]
    is_repeat = np.zeros(len(order), bool)
    is_repeat[1:] = (sorted_bases[1:] == sorted_bases[:-1]) & (sorted_bases[1:] >= 0)
    return np.sort(writes[order][is_repeat])


def _count_kept(final_writes: IntArray, base_of: IntArray) -> int:
    """Count the updates on the chains that lead back from the cells' final values."""
    bases = base_of.tolist()
    kept = 0
    for final in final_writes.tolist():
        row = bases[final]
        while row >= 0:
            kept += 1
            row = bases[row]
    return kept
