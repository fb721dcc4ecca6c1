"""How many events of each track fall into each pixel column: exact, at a cost that does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from simulator.analysis.outcomes import Outcome
from simulator.picture.count_lists import make_counts
from simulator.picture.problem_columns import ProblemColumns, Problems
from simulator.picture.row_lists import RowLists
from simulator.picture.sorted_search import STRIDE, SortedSearch
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

CHANGES, OWN_READS, OTHER_READS = range(3)
_N_CLASSES = 3
"""Keys are class × track, and one more for every row of the trace that is no access."""

_LEAST_TRACKS = 16
_SLAB = 1 << 20
_IS_ACCESS = np.zeros(256, bool)
_IS_ACCESS[[Kind.READ, Kind.WRITE, Kind.DELETE]] = True


@dataclass(frozen=True)
class Columns:
    """Counts in pixel columns.

    Attributes
    ----------
    changes, own_reads, other_reads, accesses : ndarray of int32, shape (lanes, columns)
        Writes and deletes; reads that got their actor's own value; all other reads; all of these.
    problems : ndarray of int32, shape (lanes, columns)
        Events of any kind that are problems; these are also counted as what they are.
    wrong : ProblemColumns
        The worst problem of each column.
    """

    _sums: list[IntArray]
    _find_wrong: Callable[[], ProblemColumns]
    _others: RowLists
    _tracks: IntArray

    @cached_property
    def changes(self) -> IntArray:
        """Writes and deletes."""
        return _between_edges(self._sums[CHANGES])

    @cached_property
    def own_reads(self) -> IntArray:
        """Reads that got their actor's own value."""
        return _between_edges(self._sums[OWN_READS])

    @cached_property
    def other_reads(self) -> IntArray:
        """All other reads."""
        return _between_edges(self._sums[OTHER_READS])

    @cached_property
    def accesses(self) -> IntArray:
        """Accesses of all classes."""
        changes, own, other = self._sums
        return _between_edges(changes + own + other)

    @cached_property
    def wrong(self) -> ProblemColumns:
        """The worst problem of each column."""
        return self._find_wrong()

    @property
    def problems(self) -> IntArray:
        """How many events of any kind that are problems each column has; they are also counted as what they are."""
        return self.wrong.count

    def lanes_with_others(self) -> IntArray:
        """Return which lanes have any read that is not of its actor's own value."""
        n_others = self._sums[OTHER_READS]
        return np.flatnonzero(n_others[-1] > n_others[0])

    def others_at(self, lane: int, columns: IntArray) -> IntArray:
        """Return the row of the last read that is not of its actor's own value in some columns that have one."""
        track = int(self._tracks[lane])
        return self._others.last_before(track, self._sums[OTHER_READS][columns + 1, lane])


def _between_edges(sums: IntArray) -> IntArray:
    """Return what lies between neighbouring edges, by lane, of what lies before each of them."""
    counts: IntArray = sums[1:] - sums[:-1]
    return counts.T


class Density:
    """Counts the accesses and problems of a recording between any times.

    Parameters
    ----------
    trace : Trace
        The run.

    Notes
    -----
    Thread: one at a time. `update` costs O(new events); it starts again when rows were renumbered, when more tracks
    appear than there was room for, or when problems were found among old events.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._begin_again()

    def _begin_again(self) -> None:
        self._generation = self._trace.generation
        n_tracks = len(self._trace.tracks)
        self._room = max(_LEAST_TRACKS, -(-(n_tracks + n_tracks // 8) // 8) * 8)
        self._n_seen = 0
        self._events = make_counts(_N_CLASSES * self._room + 1, self._trace.n * 5 // 4)
        self._search = SortedSearch(max(STRIDE, self._events.block))
        self._n_accesses = 0
        self._others = RowLists()
        self.wrong = Problems(self._trace, self._room)

    @property
    def n(self) -> int:
        """Number of accesses."""
        return self._n_accesses

    def update(self, outcome: IntArray, problems: IntArray) -> None:
        """Take in new events.

        Parameters
        ----------
        outcome : ndarray of uint8, shape (n,)
            `Outcome` of each row that has been judged; rows after those wait.
        problems : ndarray of int64, sorted
            Rows of all problems.
        """
        if self._generation != self._trace.generation or len(self._trace.tracks) > self._room:
            self._begin_again()
        while self._n_seen < len(outcome):
            self._add_events(outcome, self._n_seen, min(self._n_seen + _SLAB, len(outcome)))
        self.wrong.update(problems, outcome)

    def _add_events(self, outcome: IntArray, start: int, stop: int) -> None:
        trace, room = self._trace, self._room
        kind, track = trace.kind[start:stop], trace.tracks_of(slice(start, stop)).astype(np.int32)
        is_read = kind == Kind.READ
        is_other = is_read & (outcome[start:stop] != Outcome.OWN)
        keys = track + np.int32(room) * (is_read.view(np.int8) * np.int32(OWN_READS))
        keys += np.int32(room) * is_other.view(np.int8)
        others = np.flatnonzero(is_other)
        self._others.extend(track[others], others + start)
        is_access = _IS_ACCESS[kind]
        keys[~is_access] = self._events.n_keys - 1
        self._n_accesses += int(np.count_nonzero(is_access))
        self._n_seen = stop
        self._events.extend(keys)

    def rows_at(self, times_ns: IntArray, slack_ns: float | None = None) -> IntArray:
        """Return for each time the first row of the trace that is not before it, shape (k,).

        Where events lie close together it may be a later one, by up to `slack_ns`; that is quicker.
        """
        return self._search.n_before(self._trace.begin_ns, times_ns, slack_ns)

    def columns(self, edges_ns: IntArray, tracks: IntArray, rows: IntArray | None = None) -> Columns:
        """Count what lies between neighbouring edges.

        Parameters
        ----------
        edges_ns : ndarray of int64, shape (w + 1,)
            Sorted times; a column takes in its left edge and not its right one.
        tracks : ndarray of int, shape (k,)
            Tracks to count, in the order of the result.
        rows : ndarray of int64, shape (w + 1,), optional
            For each edge the first row of the trace that is not before it, if that is known already.

        Returns
        -------
        Columns
            Arrays of shape (k, w).

        Notes
        -----
        Cost: O(w × tracks of the run + w log n); with thousands of tracks O(w × k × log n) instead.
        """
        rows = self._trace.begin_ns.searchsorted(edges_ns) if rows is None else rows
        keys = [tracks + group * self._room for group in range(_N_CLASSES)]
        sums = self._events.sums_of(np.minimum(rows, self._events.n), keys)
        return Columns(sums, partial(self.wrong.columns, edges_ns, tracks), self._others, tracks)

    def n_between(self, from_ns: int, to_ns: int) -> int:
        """Return how many accesses happened from `from_ns` to `to_ns`, both included."""
        rows = np.searchsorted(self._trace.begin_ns, np.array([from_ns, to_ns + 1], np.int64))
        rows = np.minimum(rows, self._events.n)
        others = self._events.sums_of(rows, [np.array([self._events.n_keys - 1])])[0]
        before, after = (rows - others[:, 0]).tolist()
        return int(after - before)
