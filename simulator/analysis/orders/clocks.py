"""Vector clocks, one for each stretch of a thread between two acquisitions that brought it news.

A thread's clock says how many releases of each other thread it has come after. It changes only where the thread
acquires something that it did not know yet; so a run of any length has few clocks, and only acquisitions are looked at
one by one. That an acquisition brings nothing new is seen from one number (an epoch), as in FastTrack: C. Flanagan and
S. N. Freund, "FastTrack: efficient and precise dynamic race detection", PLDI 2009.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.edges import Edges
from simulator.trace.columns import IntArray

MOST_NUMBERS = 250_000_000
"""Clocks of more numbers than this (1 GB) are not made."""
CHECK_EVERY = 4096


class TooManyClocksError(Exception):
    """The run has so many threads and so much synchronisation that its clocks would not fit into memory."""


class OutdatedError(Exception):
    """Nobody wants the answer any more."""


def never() -> bool:
    """Return False: the answer is wanted in any case."""
    return False


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a run.

    Attributes
    ----------
    known : ndarray of int32, shape (s, c)
        For each stretch how many releases it has come after, of each thread that has a column.
    column : ndarray of int64, shape (number of threads,)
        The column of each thread, -1 for those that nobody has acquired anything from.
    thread, start : ndarray of int64, shape (s,)
        Thread and first row of each stretch, sorted by both.
    release_thread, release_row : ndarray of int64, shape (r,)
        Thread and last covered row of each release, sorted by both.
    n_dropped : int
        Edges that were left out since they contradict the others; none unless the clock was broken.
    """

    known: IntArray
    column: IntArray
    thread: IntArray
    start: IntArray
    release_thread: IntArray
    release_row: IntArray
    n_dropped: int


def build_clocks(edges: Edges, n_threads: int, is_outdated: Callable[[], bool] = never) -> Clocks:
    """Work out the clocks.

    Parameters
    ----------
    edges : Edges
        Synchronises-with.
    n_threads : int
        Number of threads.
    is_outdated : callable
        Asked now and then whether to give up.

    Raises
    ------
    TooManyClocksError
        If they would need more than a gigabyte.
    OutdatedError
        If `is_outdated` says so.

    Notes
    -----
    Thread: any (pure). Cost: O(k c) for k acquisitions, most of them O(1).
    """
    releases = _Releases.of(edges, n_threads)
    n_columns = len(np.unique(releases.thread))
    if (n_threads + len(edges)) * n_columns > MOST_NUMBERS:
        raise TooManyClocksError
    column = np.full(n_threads, -1, np.int64)
    column[np.unique(releases.thread)] = np.arange(n_columns)
    work = _Propagation(edges, releases, column)
    work.run(is_outdated)
    thread, start = np.array(work.threads, np.int64), np.array(work.starts, np.int64)
    order = np.lexsort((np.arange(len(thread)), start, thread))
    return Clocks(
        work.known[order], column, thread[order], start[order], releases.thread, releases.row, work.n_dropped
    )


@dataclass(frozen=True, slots=True)
class _Releases:
    """The releases of all edges, once each, sorted by thread and time; arrays of shape (r,).

    Attributes
    ----------
    thread, row : ndarray of int64
        Thread, and the last row that the release covers.
    number : ndarray of int64
        How many releases the thread has made before.
    needs : ndarray of int64
        How many acquisitions the thread has made before.
    of_edge : ndarray of int64, shape (k,)
        The release of each edge.
    """

    thread: IntArray
    row: IntArray
    number: IntArray
    needs: IntArray
    of_edge: IntArray

    @classmethod
    def of(cls, edges: Edges, n_threads: int) -> _Releases:
        order = np.lexsort((edges.given_ns, edges.source, edges.giver))
        keys = np.stack([edges.giver, edges.source, edges.given_ns])[:, order]
        is_new = np.ones(len(order), bool)
        is_new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
        of_edge = np.empty(len(order), np.int64)
        of_edge[order] = np.cumsum(is_new) - 1
        thread, row, given_ns = keys[:, is_new]
        number = np.arange(len(thread)) - thread.searchsorted(np.arange(n_threads))[thread]
        return cls(thread, row, number, _count_before(edges, thread, row, given_ns), of_edge)


def _count_before(edges: Edges, thread: IntArray, row: IntArray, given_ns: IntArray) -> IntArray:
    """Return for each release how many acquisitions its thread has made before it.

    A wait that is the last row before the release may have ended before it or, as a condition's, after it.
    """
    n = len(edges)
    is_release = np.arange(n + len(thread)) >= n
    target = np.concatenate([edges.target, row + 1])
    time_ns = np.concatenate([edges.taken_ns, given_ns])
    who = np.concatenate([edges.taker, thread])
    order = np.lexsort((is_release, time_ns, target, who))
    n_taken = np.empty(len(order), np.int64)
    n_taken[order] = np.cumsum(~is_release[order])
    first = np.sort(edges.taker).searchsorted(thread)
    count: IntArray = n_taken[n:] - first
    return count


class _Propagation:
    """Goes through the acquisitions in an order in which every release is known before it is acquired."""

    def __init__(self, edges: Edges, releases: _Releases, column: IntArray) -> None:
        n_threads, n = len(column), len(edges)
        order = np.lexsort((edges.taken_ns, edges.target, edges.taker))
        taker, release = edges.taker[order], releases.of_edge[order]
        first = taker.searchsorted(np.arange(n_threads))
        self._taker = taker.tolist()
        self._giver = releases.thread[release].tolist()
        self._column = column[releases.thread[release]].tolist()
        self._number = releases.number[release].tolist()
        self._needs = releases.needs[release].tolist()
        self._target = edges.target[order].tolist()
        self._position = (np.arange(n) - first[taker]).tolist()
        self._first = first.tolist()
        self._by_time = np.lexsort((np.arange(n), edges.taken_ns[order])).tolist()
        self.known = np.zeros((n_threads + n, max(int(column.max(initial=-1)) + 1, 1)), np.int32)
        self.threads = list(range(n_threads))
        self.starts = [0] * n_threads
        self._stretches = [[serial] for serial in range(n_threads)]
        self.n_dropped = 0

    def run(self, is_outdated: Callable[[], bool]) -> None:
        """Do all of them."""
        stretches, taker, giver, needs, position = (
            self._stretches, self._taker, self._giver, self._needs, self._position,
        )
        for n, i in enumerate(self._by_time):
            done = len(stretches[taker[i]]) - 1
            if position[i] == done and len(stretches[giver[i]]) > needs[i]:
                self._apply(i)
            elif position[i] >= done:
                self._catch_up(i)
            if n % CHECK_EVERY == 0 and is_outdated():
                raise OutdatedError
        self.known = self.known[: len(self.threads)]

    def _apply(self, i: int) -> None:
        """Let the taker of acquisition `i` know what the giver knew at the release."""
        mine = self._stretches[self._taker[i]]
        now, column, number = mine[-1], self._column[i], self._number[i]
        known = self.known
        if known[now, column] > number:
            mine.append(now)
            return
        source = self._stretches[self._giver[i]][self._needs[i]]
        new = len(self.threads)
        np.maximum(known[now], known[source], out=known[new])
        known[new, column] = number + 1
        self.threads.append(self._taker[i])
        self.starts.append(self._target[i])
        mine.append(new)

    def _catch_up(self, i: int) -> None:
        """Do acquisition `i` after all that it depends on; stamps may lie in another order."""
        stack = [(self._taker[i], self._position[i] + 1)]
        busy = {self._taker[i]}
        while stack:
            thread, until = stack[-1]
            done = len(self._stretches[thread]) - 1
            if done >= until:
                stack.pop()
                busy.discard(thread)
                continue
            j = self._first[thread] + done
            giver = self._giver[j]
            if len(self._stretches[giver]) > self._needs[j]:
                self._apply(j)
            elif giver not in busy:
                busy.add(giver)
                stack.append((giver, self._needs[j]))
            else:  # a circle: no order of events explains it
                self.n_dropped += 1
                self._stretches[thread].append(self._stretches[thread][-1])

