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
    reads, writes = find_pairs(trace, rows)
    bases = trace.reads_from[reads]
    forks = _forks(writes, bases)
    return Updates(len(writes), len(writes) - _count_kept(trace, rows, writes, bases), forks)


def count_lost(trace: Trace, rows: IntArray) -> tuple[int, int]:
    """Count the updates of some cells, and those that were lost.

    Parameters
    ----------
    trace : Trace
        The run.
    rows : ndarray of int, shape (k,)
        All accesses to these cells, in the order of time.

    Returns
    -------
    (int, int)
        How many read-modify-writes there were, and how many of them are on no chain; see `Updates`.
    """
    reads, writes = find_pairs(trace, rows)
    return len(writes), len(writes) - _count_kept(trace, rows, writes, trace.reads_from[reads])


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


def _forks(writes: IntArray, bases: IntArray) -> IntArray:
    order = np.lexsort((writes, bases))
    sorted_bases = bases[order]
    is_repeat = np.zeros(len(order), bool)
    is_repeat[1:] = (sorted_bases[1:] == sorted_bases[:-1]) & (sorted_bases[1:] >= 0)
    return np.sort(writes[order][is_repeat])


def _count_kept(trace: Trace, rows: IntArray, writes: IntArray, bases: IntArray) -> int:
    """Count the updates on the chains that lead back from final values.

    Final is what a cell held at the end, and what it held when something was stored that was made of no older value,
    as when a counter is set to 0 again.

    Parameters
    ----------
    trace : Trace
        The run.
    rows : ndarray of int, shape (k,)
        All accesses to some cells, in the order of time.
    writes, bases : ndarray of int, shape (m,)
        Rows of the updates' writes, and of the writes whose values they were made of; negative where none is known.

    Notes
    -----
    Cost: O(k log k): all chains are followed at once, the steps doubling each time.
    """
    changes = rows[trace.kind[rows] != Kind.READ]
    cell = trace.variable[changes].astype(np.int64) << 32 | trace.place[changes]
    order = np.argsort(cell, kind="stable")
    is_update = np.isin(changes, writes)
    is_final = np.ones(len(changes), bool)
    is_final[order[:-1]] = (cell[order[1:]] != cell[order[:-1]]) | ~is_update[order[1:]]
    nowhere = len(changes)
    step = np.full(nowhere + 1, nowhere)
    step[:-1][is_update] = _positions(changes, bases[np.argsort(writes)])
    kept = np.append(is_final, False)
    while (step != nowhere).any():
        kept[step[kept]] = True
        step = step[step]
    return int(np.count_nonzero(kept[:-1] & is_update))


def _positions(rows: IntArray, wanted: IntArray) -> IntArray:
    """Return where rows stand among sorted ones; past the end for those that do not."""
    at = np.minimum(rows.searchsorted(wanted), max(len(rows) - 1, 0))
    return np.where(rows[at] == wanted, at, len(rows)) if len(rows) else at
