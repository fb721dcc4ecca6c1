"""What the order of events tells of a run: kept while the run goes on, each event being looked at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.analysis.detectors.groups import Families, GroupLog
from simulator.analysis.detectors.pairs import PairFinder, Pairs
from simulator.analysis.orders.cells import CellBook
from simulator.analysis.orders.clocks import OutdatedError, TooManyClocksError, never
from simulator.analysis.orders.edges import EdgeFinder
from simulator.analysis.orders.happens_before import HappensBefore
from simulator.analysis.orders.horizon import Horizon, cut
from simulator.analysis.orders.predicates import Looks
from simulator.analysis.orders.races import RaceFinder
from simulator.analysis.orders.wholes import is_whole
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

STEP_ROWS = 1 << 16
"""So many events are looked at before one asks whether to go on."""


class Evidence:
    """Order, races and broken pairs of the settled part of a run; in the end of all of it.

    Whatever the pieces in which a trace is looked at, what is known at the end is the same.

    Attributes
    ----------
    n : int
        How many rows have been looked at.
    order, free_order : HappensBefore
        The order of these as it was, and as it would have been in any other order of the locks, too.
    races : GroupLog
        First and second access of each data race.
    updates, overwritten : GroupLog
        Read and write, or write and read, of an actor, and what another thread stored in between for no reason that
        the free order knows. What is overwritten was stored at the same line, or deleted.
    looks : Looks
        What conditions have looked at while they waited.
    families : ndarray of int64, shape (number of variables,)
        See `Families`.
    n_restarts : int
        How often what was taken for settled was not.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self) -> None:
        self.n_restarts = 0
        self._generation = 0
        self._names = Families()
        self._start_again()

    @property
    def looks(self) -> Looks:
        """What conditions have looked at while they waited."""
        return self._edges.looks

    def _start_again(self) -> None:
        self.n = 0
        self.order, self.free_order = HappensBefore(), HappensBefore()
        self.races, self.updates, self.overwritten = GroupLog(2, 2), GroupLog(3, 2), GroupLog(3, 3)
        self._is_too_large = False
        self._edges, self._horizon = EdgeFinder(), Horizon()
        self._cells = CellBook(self._edges.words)
        self._races, self._pairs = RaceFinder(), PairFinder()
        self.families: IntArray = np.empty(0, np.int64)

    def advance(self, trace: Trace, is_over: bool = True, is_outdated: Callable[[], bool] = never) -> None:
        """Look at what is new and settled.

        Parameters
        ----------
        trace : Trace
            The run as it is now.
        is_over : bool
            Whether it has ended.
        is_outdated : callable
            Asked now and then whether to give up; it may also rest for a while.

        Raises
        ------
        TooManyClocksError
            If the run is too large.
        OutdatedError
            If `is_outdated` says so; this evidence is of no use then.
        """
        if trace.generation != self._generation:
            self._generation, self._names = trace.generation, Families()
            self._start_again()
        self._edges.scout(trace)
        if self._edges.is_contradicted or self._horizon.is_refuted(trace):
            self.n_restarts += 1
            self._start_again()
            self._edges.scout(trace)
        if self._is_too_large:
            raise TooManyClocksError
        self.families = self._names.of(trace.variables)
        stop = trace.n if is_over else self._horizon.find(trace, self.n, self._edges.open_spans)
        while self.n < stop:
            if is_outdated():
                raise OutdatedError
            self._step(trace, cut(trace, self.n, STEP_ROWS, stop, self._edges.open_spans), is_over, is_outdated)

    def _step(self, trace: Trace, stop: int, is_over: bool, is_outdated: Callable[[], bool]) -> None:
        edges = self._edges.find(trace, stop, is_over and stop == trace.n)
        try:
            self.order.extend(trace, stop, edges, is_outdated)
            self.free_order.extend(trace, stop, edges.without_locks(), is_outdated)
        except TooManyClocksError:
            self._is_too_large = True
            raise
        accesses = self._cells.take(trace, self.n, stop)
        races = self._races.find(trace, accesses, self.order)
        self.races.extend(trace, self.families, races.first, races.second)
        pairs = self._pairs.find(trace, accesses)
        self._take(trace, self.updates, pairs.of_kinds(trace, Kind.READ, Kind.WRITE))
        backwards = pairs.of_kinds(trace, Kind.WRITE, Kind.READ)
        self._take(
            trace, self.overwritten, backwards.take(_is_own(trace, backwards) & ~is_whole(trace, backwards.first))
        )
        self.n = stop

    def _take(self, trace: Trace, log: GroupLog, pairs: Pairs) -> None:
        """Note pairs whose order is not meant."""
        is_meant = self.free_order.precedes(pairs.first, pairs.between)
        is_meant &= self.free_order.precedes(pairs.between, pairs.second)
        is_meant &= trace.thread[pairs.first] != trace.thread[pairs.between]  # whose turn it is the loop decides
        pairs = pairs.take(~is_meant)
        log.extend(trace, self.families, pairs.first, pairs.second, pairs.between)


def _is_own(trace: Trace, pairs: Pairs) -> IntArray:
    """Tell where the other thread ran the same line, or deleted."""
    same = trace.line[pairs.first] == trace.line[pairs.between]
    same &= trace.file[pairs.first] == trace.file[pairs.between]
    found: IntArray = same | (trace.kind[pairs.between] == Kind.DELETE)
    return found
