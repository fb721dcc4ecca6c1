"""The flags of Events over time: which set or clear made each what it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace

_IS_ABOUT_SYNC = np.zeros(256, bool)
_IS_ABOUT_SYNC[[Kind.SIGNAL, Kind.CLEAR, Kind.CHECK, Kind.WAIT]] = True
_SAYS_EVENT = {int(Kind.SIGNAL): "set", int(Kind.WAIT): "event"}


@dataclass(slots=True)
class Flag:
    """The flag of one Event.

    Attributes
    ----------
    variable : int
        Index of its name.
    changes : Column
        Rows of its sets and clears, in order; it is not set before the first.
    """

    variable: int
    changes: Column = field(default_factory=lambda: Column("i8", 0))


class Flags:
    """All flags of a run; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    by_variable : dict of int to Flag
        In the order in which something was first done with each.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._n_seen = 0
        self.by_variable: dict[int, Flag] = {}

    def update(self) -> None:
        """Take in new rows of the trace. Cost: O(n log n) in the new events about locks, flags and the like."""
        trace, start = self._trace, self._n_seen
        self._n_seen = trace.n
        rows = np.flatnonzero(_IS_ABOUT_SYNC[trace.kind[start:]]) + start
        rows = rows[trace.variable[rows] < len(trace.variables)]
        if not len(rows):
            return
        order = np.argsort(trace.variable[rows], kind="stable")
        starts = np.flatnonzero(np.diff(trace.variable[rows[order]].astype(np.int64)))
        for group in sorted(np.split(rows[order], starts + 1), key=lambda group: int(group[0])):
            self._take_in(int(trace.variable[group[0]]), group)

    def at(self, n: int) -> list[tuple[int, int]]:
        """Return variable, and row of the last set or clear, of each flag after the first `n` events; -1: none yet."""
        found = []
        for flag in self.by_variable.values():
            changes = flag.changes.values
            k = int(changes.searchsorted(n))
            found.append((flag.variable, int(changes[k - 1]) if k else -1))
        return found

    def _take_in(self, variable: int, rows: IntArray) -> None:
        trace = self._trace
        if variable not in self.by_variable:
            if not any(_is_of_event(trace, row) for row in rows[:1].tolist()):
                return
            self.by_variable[variable] = Flag(variable)
        changes = np.isin(trace.kind[rows], (Kind.SIGNAL, Kind.CLEAR))
        self.by_variable[variable].changes.extend(rows[changes])


def _is_of_event(trace: Trace, row: int) -> bool:
    """Return whether what happened can only happen to an Event."""
    said = _SAYS_EVENT.get(int(trace.kind[row]))
    return said is None or trace.value_of(row) == said
