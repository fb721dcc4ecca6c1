"""Waits for conditions: the lock is given back for them and taken again, and held whenever ``wait_for`` looks.

Such a wait is recorded once, from the lock's giving back to its being taken again. Who takes it again comes after
whoever gave it back before, whether that was who notified or not. So does each look of ``wait_for`` in between, and it
comes before whoever takes the lock next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.words import CONDITION, RELEASE, Words
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

_GIVEN, _LOOKED, _TAKEN = range(3)


@dataclass(frozen=True, slots=True)
class Looks:
    """Accesses made inside of waits for conditions, arrays of shape (k,).

    Attributes
    ----------
    row : ndarray of int64
        The accesses, sorted.
    lock : ndarray of int64
        Row of the signal with which the condition's lock was given back: it says which lock is held.
    """

    row: IntArray
    lock: IntArray


def find_looks(trace: Trace) -> Looks:
    """Find the accesses that a condition's lock guards although it is not recorded as held.

    Notes
    -----
    Thread: any (pure). Cost: O(n) for each thread that has waited for a condition.
    """
    words = Words()
    words.look(trace.objects)
    finder = LookFinder(words)
    signals = np.flatnonzero(trace.kind == Kind.SIGNAL)
    finder.find(trace, 0, trace.n, signals[words.are(trace, signals, RELEASE)], np.empty(0, np.int64))
    return finder.found


class LookFinder:
    """Finds looks piece by piece, and what orders them.

    Parameters
    ----------
    words : Words
        The words among the trace's values.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._rows: list[int] = []
        self._locks: list[int] = []
        self._release_of: dict[int, int] = {}  # of each thread: its last release
        self._wait_of: dict[int, tuple[int, int]] = {}  # of each thread: its last wait for a condition, and its lock
        self._given: dict[int, int] = {}  # of each lock: the last release or look
        self._not_followed: dict[int, list[int]] = {}  # of each lock: looks after which nobody has taken it yet

    @property
    def found(self) -> Looks:
        """All looks so far."""
        return Looks(np.array(self._rows, np.int64), np.array(self._locks, np.int64))

    def find(self, trace: Trace, start: int, stop: int, releases: IntArray, holds: IntArray) -> list[tuple[int, int]]:
        """Find the looks of a piece of the trace that follows on the last.

        Parameters
        ----------
        trace : Trace
            The run.
        start, stop : int
            The piece.
        releases, holds : ndarray of int64, shape (k,)
            Rows in it at which locks were given back and taken.

        Returns
        -------
        list of (int, int)
            For each look the row that it comes directly after, and for each taking of its lock the looks before it.
        """
        looks = self._looks_in(trace, start, stop, releases)
        self._rows += looks
        self._locks += looks.values()
        keys = object_key(trace, releases).tolist()
        if not looks and not self._not_followed:
            self._given.update(zip(keys, releases.tolist(), strict=True))
            return []
        rows = np.concatenate([releases, np.array(list(looks), np.int64), holds])
        keys = object_key(trace, np.concatenate([releases, np.array(list(looks.values()), np.int64), holds])).tolist()
        what = [_GIVEN] * len(releases) + [_LOOKED] * len(looks) + [_TAKEN] * len(holds)
        return self._ordered(sorted(zip(rows.tolist(), keys, what, strict=True)))

    def _ordered(self, steps: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
        """Return what comes directly after what; each step has a row, a lock and what happened to it."""
        found = []
        for row, lock, what in steps:
            if what == _TAKEN:
                found += [(look, row) for look in self._not_followed.pop(lock, ())]
                continue
            if what == _LOOKED:
                if lock in self._given:
                    found.append((self._given[lock], row))
                self._not_followed.setdefault(lock, []).append(row)
            self._given[lock] = row
        return found

    def _looks_in(self, trace: Trace, start: int, stop: int, releases: IntArray) -> dict[int, int]:
        """Return the looks of a piece, sorted, each with the row at which its lock was given back."""
        waits = np.flatnonzero(trace.kind[start:stop] == Kind.WAIT) + start
        waits = waits[self._words.are(trace, waits, CONDITION)]
        mine: dict[int, list[tuple[int, int]]] = {serial: [known] for serial, known in self._wait_of.items()}
        for wait in waits.tolist():
            serial = int(trace.thread[wait])
            before = releases[: releases.searchsorted(wait)]
            before = before[trace.thread[before] == serial]
            lock = int(before[-1]) if len(before) else self._release_of.get(serial, -1)
            self._wait_of[serial] = wait, lock
            mine.setdefault(serial, []).append((wait, lock))
        self._release_of.update(zip(trace.thread[releases].tolist(), releases.tolist(), strict=True))
        found: dict[int, int] = {}
        for serial, known in mine.items():
            found |= _inside(trace, start, stop, serial, np.array(known, np.int64))
        return dict(sorted(found.items()))


def _inside(trace: Trace, start: int, stop: int, serial: int, waits: IntArray) -> dict[int, int]:
    """Return the accesses of a thread inside of its waits, each with the row at which the lock was given back.

    Parameters
    ----------
    waits : ndarray of int64, shape (k, 2)
        The thread's waits, and where the lock was given back before each; -1 where that is not known.
    """
    accesses = np.flatnonzero((trace.thread[start:stop] == serial) & (trace.kind[start:stop] <= Kind.DELETE)) + start
    at = waits[:, 0].searchsorted(accesses) - 1
    end_ns = trace.end_ns[waits[np.maximum(at, 0), 0]]
    inside = (at >= 0) & ((end_ns == OPEN) | (trace.begin_ns[accesses] <= end_ns)) & (waits[np.maximum(at, 0), 1] >= 0)
    return dict(zip(accesses[inside].tolist(), waits[at[inside], 1].tolist(), strict=True))


class ReturnFinder:
    """Finds where a lock was taken again after a wait for its condition, piece by piece."""

    def __init__(self) -> None:
        self._returning: dict[int, list[int]] = {}  # of each thread: rows at which waits had ended
        self._released: dict[int, int] = {}  # of each lock: the last release

    def find(self, trace: Trace, releases: IntArray, waits: IntArray, holds: IntArray) -> list[tuple[int, int]]:
        """Return for each return the last release of the lock before it, and the row of the `Kind.HOLD`.

        Parameters
        ----------
        trace : Trace
            The run.
        releases, holds : ndarray of int64, shape (k,)
            Rows at which locks were given back and taken, in a piece of the trace that follows on the last.
        waits : ndarray of int64, shape (k,)
            Waits for conditions that ended in it.
        """
        ended = trace.begin_ns.searchsorted(trace.end_ns[waits])
        for serial, row in zip(trace.thread[waits].tolist(), ended.tolist(), strict=True):
            self._returning.setdefault(serial, []).append(row)
        released, given = self._released, object_key(trace, releases).tolist()
        if not self._returning:
            released.update(zip(given, releases.tolist(), strict=True))
            return []
        found = []
        rows, keys = np.concatenate([releases, holds]).tolist(), [*given, *object_key(trace, holds).tolist()]
        for row, i in sorted(zip(rows, range(len(rows)), strict=True)):
            if i < len(given):
                released[keys[i]] = row
            elif self._has_returned(int(trace.thread[row]), row) and keys[i] in released:
                found.append((released[keys[i]], row))
        return found

    def _has_returned(self, thread: int, row: int) -> bool:
        """Return whether this is the first lock that a thread takes after a wait."""
        left = self._returning.get(thread, [])
        later = [ended for ended in left if ended > row]
        if len(later) == len(left):
            return False
        self._returning[thread] = later
        if not later:
            del self._returning[thread]
        return True


def object_key(trace: Trace, rows: IntArray) -> IntArray:
    """Return a number for the lock or other object that each row is about, shape (k,)."""
    key: IntArray = trace.variable[rows].astype(np.int64) << 32 | trace.place[rows]
    return key
