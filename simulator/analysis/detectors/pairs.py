"""Pairs of one actor's accesses to a cell that another actor's write came in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.cells import accesses_in_run, sort_by_cell
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of accesses of one actor to one cell, the actor's next after each other; arrays of shape (k,).

    Attributes
    ----------
    first, second : ndarray of int64
        Rows of the two.
    between : ndarray of int64
        Row of the last change of the cell between them: another thread's write or delete.
    """

    first: IntArray
    second: IntArray
    between: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def take(self, mask: IntArray) -> Pairs:
        """Return those that are chosen, by a mask or by their indices."""
        return Pairs(self.first[mask], self.second[mask], self.between[mask])


def broken_pairs(trace: Trace, first: Kind, second: Kind) -> Pairs:
    """Return all pairs of these kinds that another thread changed the cell in between of, in order of time.

    Notes
    -----
    These are the interleavings that no run of one pair after the other explains: S. Lu et al., "AVIO: detecting
    atomicity violations via access interleaving invariants", ASPLOS 2006. Thread: any (pure). Cost: O(n log n).
    """
    rows, starts = sort_by_cell(trace, accesses_in_run(trace))
    n = len(rows)
    cell = np.repeat(np.arange(len(starts)), np.diff(starts, append=n))
    kind = trace.kind[rows]
    change = np.maximum.accumulate(np.where(kind != Kind.READ, np.arange(n), -1))
    before = np.concatenate([np.array([-1]), change[:-1]])[:n]
    by_actor = np.lexsort((np.arange(n), trace.actor[rows], cell))
    one, other = by_actor[:-1], by_actor[1:]
    chosen = (cell[one] == cell[other]) & (trace.actor[rows[one]] == trace.actor[rows[other]])
    chosen &= (kind[one] == first) & (kind[other] == second) & (before[other] > one)
    one, other = one[chosen], other[chosen]
    between = rows[before[other]]
    foreign = trace.thread[between] != trace.thread[rows[one]]
    pairs = Pairs(rows[one][foreign], rows[other][foreign], between[foreign])
    return pairs.take(np.argsort(pairs.second, kind="stable"))
