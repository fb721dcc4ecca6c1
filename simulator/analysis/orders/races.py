"""Data races: accesses of different threads to one cell, one of them a write, that happens-before leaves unordered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.cells import accesses_in_run, sort_by_cell
from simulator.analysis.orders.happens_before import HappensBefore
from simulator.analysis.orders.nearest import last_of, next_of, object_key
from simulator.analysis.orders.wholes import is_whole
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Races:
    """Racing pairs of accesses.

    Attributes
    ----------
    first, second : ndarray of int64, shape (k,)
        Rows of the two accesses, in the order in which they happened to come; sorted by the second.
    """

    first: IntArray
    second: IntArray

    def __len__(self) -> int:
        return len(self.first)


def find_races(trace: Trace, order: HappensBefore) -> Races:
    """Find the data races of a run.

    Parameters
    ----------
    trace : Trace
        The run.
    order : HappensBefore
        Its order.

    Returns
    -------
    Races
        Of each access with the last write before it, and of each read with the next write after it. If all of these
        are ordered so are all others in the cell, which is why no more need be looked at (FastTrack, PLDI 2009). Two
        changes of a container as such, two appends, do not race; going through it and changing it does.

    Notes
    -----
    Thread: any (pure). Cost: O(n), O(n log n) where there are many cells.
    """
    rows = accesses_in_run(trace)
    whole = is_whole(trace, rows)
    pairs_of = (_neighbours(trace, rows[~whole]), _around_looks(trace, rows[whole]))
    first, second = (np.concatenate(column) for column in zip(*pairs_of, strict=True))
    is_foreign = trace.thread[first] != trace.thread[second]
    first, second = first[is_foreign], second[is_foreign]
    races = ~order.precedes(first, second)
    pairs = np.sort(second[races] << 32 | first[races])
    return Races(pairs & 0xFFFFFFFF, pairs >> 32)


def _around_looks(trace: Trace, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return each look at a container as such with each thread's last change before it, and the next after it."""
    is_change = trace.kind[rows] != Kind.READ
    looks, changes = rows[~is_change], rows[is_change]
    first, second = [rows[:0]], [rows[:0]]
    for serial in np.unique(trace.thread[changes]).tolist() if len(looks) else ():
        mine = changes[trace.thread[changes] == serial]
        keys, wanted = object_key(trace, mine), object_key(trace, looks)
        before, after = last_of(keys, mine, wanted, looks), next_of(keys, mine, wanted, looks)
        first += [before[before >= 0], looks[after >= 0]]
        second += [looks[before >= 0], after[after >= 0]]
    return np.concatenate(first), np.concatenate(second)


def _neighbours(trace: Trace, accesses: IntArray) -> tuple[IntArray, IntArray]:
    """Return the pairs of accesses to compare."""
    rows, starts = sort_by_cell(trace, accesses)
    n = len(rows)
    if not n:
        return rows, rows
    is_write = trace.kind[rows] != Kind.READ
    index = np.arange(n, dtype=np.int32)
    sizes = np.diff(starts, append=n)
    cell_start = np.repeat(starts, sizes)
    cell_end = np.repeat(starts + sizes, sizes)
    last_write = np.maximum.accumulate(np.where(is_write, index, np.int32(-1)))
    before = np.concatenate([np.array([-1], np.int32), last_write[:-1]])
    next_write = np.minimum.accumulate(np.where(is_write, index, np.int32(n))[::-1])[::-1]
    later = np.flatnonzero(before >= cell_start)
    reads = np.flatnonzero(~is_write & (next_write < cell_end))
    first = np.concatenate([rows[before[later]], rows[reads]])
    second = np.concatenate([rows[later], rows[next_write[reads]]])
    return first, second
