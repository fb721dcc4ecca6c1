"""How many events of each thread fall into each pixel column: exact, at a cost that does not grow with their number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.outcomes import Outcome
from simulator.picture.summed_table import SummedTable
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

CHANGES, OWN_READS, OTHER_READS = range(3)
_N_CLASSES = 3
_LEAST_THREADS = 16


@dataclass(frozen=True, slots=True)
class Columns:
    """Counts in pixel columns.

    Attributes
    ----------
    changes, own_reads, other_reads, problems : ndarray of int32, shape (lanes, columns)
        Writes and deletes; reads that got their actor's own value; all other reads; events of any kind that are
        problems (these are also counted as what they are).
    """

    changes: IntArray
    own_reads: IntArray
    other_reads: IntArray
    problems: IntArray


class Density:
    """Counts the accesses and problems of a recording between any times.

    Parameters
    ----------
    trace : Trace
        The run.

    Notes
    -----
    Thread: one at a time. `update` costs O(new events); it starts again when rows were renumbered, when more threads
    appear than there was room for, or when problems were found among old events.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._begin_again()

    def _begin_again(self) -> None:
        self._generation = self._trace.generation
        n_threads = len(self._trace.threads)
        self._room = max(_LEAST_THREADS, -(-(n_threads + n_threads // 8) // 8) * 8)
        self._n_seen = 0
        self._events = SummedTable(_N_CLASSES * self._room, self._trace.n)
        self._begin_problems()

    def _begin_problems(self) -> None:
        self._last_problem = -1
        self._problems = SummedTable(self._room)

    def update(self, outcome: IntArray, problems: IntArray) -> None:
        """Take in new events.

        Parameters
        ----------
        outcome : ndarray of uint8, shape (n,)
            `Outcome` of each row that has been judged; rows after those wait.
        problems : ndarray of int64, sorted
            Rows of all problems.
        """
        if self._generation != self._trace.generation or len(self._trace.threads) > self._room:
            self._begin_again()
        self._add_events(outcome)
        self._add_problems(problems)

    def _add_events(self, outcome: IntArray) -> None:
        trace, start, stop = self._trace, self._n_seen, len(outcome)
        rows = np.flatnonzero(trace.kind[start:stop] <= Kind.DELETE) + start
        self._n_seen = max(stop, start)
        is_read = trace.kind[rows] == Kind.READ
        group = np.where(is_read, np.where(outcome[rows] == Outcome.OWN, OWN_READS, OTHER_READS), CHANGES)
        self._events.append(trace.begin_ns[rows], group * self._room + trace.thread[rows])

    def _add_problems(self, problems: IntArray) -> None:
        n_known = self._problems.n
        if len(problems) < n_known or (n_known and problems[n_known - 1] != self._last_problem):
            self._begin_problems()
            n_known = 0
        fresh = problems[n_known:]
        if len(fresh):
            self._last_problem = int(fresh[-1])
            self._problems.append(self._trace.begin_ns[fresh], self._trace.thread[fresh])

    def columns(self, edges_ns: IntArray, threads: IntArray) -> Columns:
        """Count what lies between neighbouring edges.

        Parameters
        ----------
        edges_ns : ndarray of int64, shape (w + 1,)
            Sorted times; a column takes in its left edge and not its right one.
        threads : ndarray of int, shape (k,)
            Serials of the threads to count, in the order of the result.

        Returns
        -------
        Columns
            Arrays of shape (k, w).

        Notes
        -----
        Cost: O(w × threads of the run + w log n).
        """
        counts = self._events.counts(edges_ns)
        changes, own, other = (counts.take(threads + group * self._room, axis=1).T for group in range(_N_CLASSES))
        if self._problems.n:
            problems = self._problems.counts(edges_ns).take(threads, axis=1).T
        else:
            problems = np.zeros_like(changes)
        return Columns(changes, own, other, problems)

    def n_between(self, from_ns: int, to_ns: int) -> int:
        """Return how many accesses happened from `from_ns` to `to_ns`, both included."""
        low, high = self._events.rows_at(np.array([from_ns, to_ns + 1])).tolist()
        return int(high - low)
