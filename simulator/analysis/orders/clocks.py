"""Vector clocks, one for each stretch of a thread between two acquisitions that brought it news.

A thread's clock says up to which row of each other thread it comes after it. It changes only where the thread acquires
something that it did not know yet; so a run of any length has few clocks, and only acquisitions are looked at one by
one. That an acquisition brings nothing new is seen from one number (an epoch), as in FastTrack: C. Flanagan and
S. N. Freund, "FastTrack: efficient and precise dynamic race detection", PLDI 2009.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np

from simulator.analysis.orders.edges import Edges
from simulator.trace.columns import IntArray

MOST_NUMBERS = 250_000_000
"""Clocks of more numbers than this (1 GB) are not made."""
CHECK_EVERY = 4096
_FEWEST_COLUMNS = 4
_START = (0, -(1 << 62))


class TooManyClocksError(Exception):
    """The run has so many threads and so much synchronisation that its clocks would not fit into memory."""


class OutdatedError(Exception):
    """Nobody wants the answer any more."""


def never() -> bool:
    """Return False: the answer is wanted in any case."""
    return False


class Clocks:
    """The clocks of a run, as far as it has been looked at.

    Attributes
    ----------
    known : ndarray of int32, shape (s, c)
        For each stretch and each thread that has a column the first row of the thread that it does not come after.
    column : ndarray of int64, shape (number of threads,)
        The column of each thread, -1 for those that nobody has acquired anything from.
    n_dropped : int
        Edges that were left out since they contradict the others; none unless the clock was broken.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self) -> None:
        self.n_dropped = 0
        self.column = np.empty(0, np.int64)
        self._numbers = np.zeros((0, _FEWEST_COLUMNS), np.int32)
        self._n_columns = 0
        self._n_edges = 0
        self._n = 0
        self._starts: list[list[tuple[int, int]]] = []  # of each thread: where and when its stretches begin
        self._ids: list[list[int]] = []  # and the stretches

    @property
    def known(self) -> IntArray:
        """The numbers of all stretches."""
        return self._numbers[: self._n]

    @property
    def current(self) -> list[int]:
        """The stretch that each thread is in."""
        return [ids[-1] for ids in self._ids]

    def extend(self, edges: Edges, is_outdated: Callable[[], bool] = never) -> IntArray:
        """Take in edges whose acquisitions come after all that were taken in before; there is room for them.

        Parameters
        ----------
        edges : Edges
            Synchronises-with.
        is_outdated : callable
            Asked now and then whether to give up.

        Returns
        -------
        ndarray of int64, shape (k, 3)
            Thread, first row and number of each new stretch; those of a thread in their order.

        Raises
        ------
        OutdatedError
            If `is_outdated` says so; the clocks are of no use then.

        Notes
        -----
        Cost: O(k c) for k acquisitions and c threads that others acquire from, most of them O(1).
        """
        new = _Propagation(edges, len(self._ids), self).run(is_outdated)
        return np.array(new, np.int64).reshape(-1, 3)

    def make_room(self, edges: Edges, n_threads: int) -> None:
        """Prepare for so many threads, and for edges that are about to be taken in.

        Raises
        ------
        TooManyClocksError
            If they would need more than a gigabyte.
        """
        n_more = n_threads - len(self._ids)
        self.column = np.concatenate([self.column, np.full(n_more, -1, np.int64)])
        givers = np.unique(edges.giver)
        givers = givers[self.column[givers] < 0]
        self.column[givers] = np.arange(len(givers)) + self._n_columns
        self._n_columns += len(givers)
        self._n_edges += len(edges)
        if (n_threads + self._n_edges) * self._n_columns > MOST_NUMBERS:
            raise TooManyClocksError
        n_rows, n_columns = self._numbers.shape
        if self._n + n_more + len(edges) > n_rows or self._n_columns > n_columns:
            n_rows = max(n_rows, 2 * self._n, self._n + n_more + len(edges))
            n_columns = n_columns if self._n_columns <= n_columns else max(2 * n_columns, self._n_columns)
            numbers = np.zeros((n_rows, n_columns), np.int32)
            numbers[: self._n, : self._numbers.shape[1]] = self.known
            self._numbers = numbers
        self._starts += [[_START] for _ in range(n_more)]
        self._ids += [[self._n + i] for i in range(n_more)]
        self._n += n_more

    def at(self, thread: int, row: int, time_ns: int) -> int:
        """Return the stretch that a thread is in right before `row` at a time; a wait may end between two rows."""
        starts = self._starts[thread]
        key = (row, time_ns)
        return self._ids[thread][-1 if starts[-1] <= key else bisect_right(starts, key) - 1]

    def learn(self, thread: int, column: int, until: int, source: int, target: int, taken_ns: int) -> int:
        """Begin a stretch of a thread that comes after all that the stretch `source` does, and after a giver's rows."""
        new = self._n
        numbers = self._numbers
        np.maximum(numbers[self._ids[thread][-1]], numbers[source], out=numbers[new])
        numbers[new, column] = until
        self._n += 1
        self._starts[thread].append((target, taken_ns))
        self._ids[thread].append(new)
        return new

    def knows(self, thread: int, column: int) -> int:
        """Return up to which row a thread comes after the one with this column, now."""
        return int(self._numbers[self._ids[thread][-1], column])

    def covers(self, thread: int, source: int) -> bool:
        """Return whether a thread comes after all that a stretch does, now."""
        return not bool((self._numbers[source] > self._numbers[self._ids[thread][-1]]).any())


class _Propagation:
    """Goes through acquisitions in an order in which every release is known before it is acquired."""

    def __init__(self, edges: Edges, n_threads: int, clocks: Clocks) -> None:
        self._clocks = clocks
        order = np.lexsort((edges.taken_ns, edges.target, edges.taker))
        taker, giver = edges.taker[order], edges.giver[order]
        first = taker.searchsorted(np.arange(n_threads))
        self._taker: list[int] = taker.tolist()
        self._giver: list[int] = giver.tolist()
        self._column: list[int] = clocks.column[giver].tolist()
        self._until: list[int] = (edges.source[order] + 1).tolist()
        self._released: list[int] = edges.released[order].tolist()
        self._given_ns: list[int] = edges.given_ns[order].tolist()
        self._needs: list[int] = _count_before(edges)[order].tolist()
        self._target: list[int] = edges.target[order].tolist()
        self._taken_ns: list[int] = edges.taken_ns[order].tolist()
        self._position: list[int] = (np.arange(len(edges)) - first[taker]).tolist()
        self._first: list[int] = first.tolist()
        self._by_time: list[int] = np.lexsort((np.arange(len(edges)), edges.taken_ns[order])).tolist()
        self._done = [0] * n_threads
        self._new: list[tuple[int, int, int]] = []

    def run(self, is_outdated: Callable[[], bool]) -> list[tuple[int, int, int]]:
        """Do all of them; return thread, first row and number of each new stretch."""
        done, taker, giver, needs, position = self._done, self._taker, self._giver, self._needs, self._position
        for n, i in enumerate(self._by_time):
            if position[i] == done[taker[i]] and done[giver[i]] >= needs[i]:
                self._apply(i)
            elif position[i] >= done[taker[i]]:
                self._catch_up(i)
            if n % CHECK_EVERY == 0 and is_outdated():
                raise OutdatedError
        return self._new

    def _apply(self, i: int) -> None:
        """Let the taker of acquisition `i` know what the giver knew at the release."""
        clocks, taker, column, until = self._clocks, self._taker[i], self._column[i], self._until[i]
        self._done[taker] += 1
        known = clocks.knows(taker, column)
        if known > until:
            return
        source = clocks.at(self._giver[i], self._released[i], self._given_ns[i])
        if known == until and clocks.covers(taker, source):
            return
        target = self._target[i]
        self._new.append((taker, target, clocks.learn(taker, column, until, source, target, self._taken_ns[i])))

    def _catch_up(self, i: int) -> None:
        """Do acquisition `i` after all that it depends on; stamps may lie in another order."""
        stack = [(self._taker[i], self._position[i] + 1)]
        busy = {self._taker[i]}
        while stack:
            thread, until = stack[-1]
            done = self._done[thread]
            if done >= until:
                stack.pop()
                busy.discard(thread)
                continue
            j = self._first[thread] + done
            giver = self._giver[j]
            if self._done[giver] >= self._needs[j]:
                self._apply(j)
            elif giver not in busy:
                busy.add(giver)
                stack.append((giver, self._needs[j]))
            else:  # a circle: no order of events explains it
                self._clocks.n_dropped += 1
                self._done[thread] += 1


def _count_before(edges: Edges) -> IntArray:
    """Return how many of these acquisitions the giver of each edge has made before its release, shape (k,).

    What was acquired between the same two rows as the release counts if it was acquired earlier.
    """
    n = len(edges)
    is_release = np.arange(2 * n) >= n
    target = np.concatenate([edges.target, edges.released])
    time_ns = np.concatenate([edges.taken_ns, edges.given_ns])
    who = np.concatenate([edges.taker, edges.giver])
    order = np.lexsort((is_release, time_ns, target, who))
    n_taken = np.empty(2 * n, np.int64)
    n_taken[order] = np.cumsum(~is_release[order])
    count: IntArray = n_taken[n:] - np.sort(edges.taker).searchsorted(edges.giver)
    return count
