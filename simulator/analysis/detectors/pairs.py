"""Pairs of one actor's accesses to a cell that another actor's write came in between of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.findings import MAX_EVENTS
from simulator.analysis.orders.cells import Accesses
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of accesses of one actor to one cell, the actor's next after each other; arrays of shape (k,).

    Attributes
    ----------
    first, second : ndarray of int64
        Rows of the two.
    between : ndarray of int64
        Row of the last change of the cell between them: another thread's write or delete, or another task's.
    """

    first: IntArray
    second: IntArray
    between: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def take(self, mask: IntArray) -> Pairs:
        """Return those that are chosen, by a mask or by their indices."""
        return Pairs(self.first[mask], self.second[mask], self.between[mask])

    @property
    def events(self) -> list[int]:
        """Rows of the pairs, each once, those of the first pair before the others; as many as a finding holds."""
        few = slice(MAX_EVENTS)
        rows = np.stack([self.second[few], self.between[few], self.first[few]], axis=1).reshape(-1)
        return list(dict.fromkeys(rows.tolist()))

    def of_kinds(self, trace: Trace, first: Kind, second: Kind) -> Pairs:
        """Return those whose two accesses are of these kinds."""
        return self.take((trace.kind[self.first] == first) & (trace.kind[self.second] == second))


class PairFinder:
    """Finds the pairs of a trace piece by piece that another thread changed the cell in between of.

    Tasks of one event loop are others to each other, too: they take turns at each ``await``.

    Notes
    -----
    These are the interleavings that no run of one pair after the other explains: S. Lu et al., "AVIO: detecting
    atomicity violations via access interleaving invariants", ASPLOS 2006.
    """

    def __init__(self) -> None:
        self._last: dict[int, int] = {}  # of each cell and actor: the last access

    def find(self, trace: Trace, accesses: Accesses) -> Pairs:
        """Return all pairs whose second access is in a piece of the trace that follows on the last, in order of time.

        Notes
        -----
        Thread: one at a time. Cost: O(n log n) over all pieces.
        """
        rows = accesses.rows
        key = accesses.cells[accesses.cell] << 32 | trace.actor[rows]
        order = np.argsort(key, kind="stable")
        rows, key, before = rows[order], key[order], accesses.before[order]
        if not len(rows):
            return Pairs(rows, rows, rows)
        is_first = np.diff(key, prepend=key[0] - 1) != 0
        first = np.concatenate([[NO_ROW], rows[:-1]])
        last = self._last
        first[is_first] = [last.get(one, NO_ROW) for one in key[is_first].tolist()]
        is_last = np.append(is_first[1:], True)
        last.update(zip(key[is_last].tolist(), rows[is_last].tolist(), strict=True))
        chosen = (first >= 0) & (before > first)
        pairs = Pairs(first[chosen], rows[chosen], before[chosen])
        is_on_loop = np.array([actor.is_on_loop for actor in trace.actors], bool)
        is_other = trace.thread[pairs.between] != trace.thread[pairs.first]
        is_other |= is_on_loop[trace.actor[pairs.between]] & is_on_loop[trace.actor[pairs.first]]
        pairs = pairs.take(is_other)
        return pairs.take(np.argsort(pairs.second, kind="stable"))
