"""The guard map: which locks were held at the accesses to each variable that threads share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.locksets import Lock, LocksHeld
from simulator.progress import Progress, silent
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]

FunctionOf = Callable[[int, int], str]
"""Returns the name of the function at a file's index and a line."""

_LINE_BITS = 32


@dataclass(frozen=True, slots=True)
class Guarded:
    """How the accesses to a variable are guarded.

    Attributes
    ----------
    variable : str
        The variable.
    accesses, guarded : int
        How many there were, and at how many of them a lock was held that guards the variable elsewhere, too.
    threads : tuple of (str, int)
        Each thread with the number of its accesses, most first.
    locks : tuple of (str, int)
        Each lock held at any of them with the number of accesses, most first.
    places : tuple of (str, int, int)
        Each function (or line, outside of functions) with its accesses and how many of them were guarded.
    row : int
        The first access that was not guarded, else the first of all.
    """

    variable: str
    accesses: int
    guarded: int
    threads: tuple[tuple[str, int], ...]
    locks: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int, int], ...]
    row: int

    @property
    def text(self) -> str:
        """The row as a sentence: ``v: guarded in safe, not in unsafe``."""
        inside = [name for name, n, guarded in self.places if guarded == n]
        outside = [name for name, n, guarded in self.places if guarded < n]
        if not self.guarded or not outside or not inside:
            return f"{self.variable}: {self.accesses:,} accesses, {self.guarded:,} guarded"
        return f"{self.variable}: guarded in {', '.join(inside)}, not in {', '.join(outside)}"


def map_guards(trace: Trace, function_of: FunctionOf, progress: Progress = silent) -> list[Guarded]:
    """Return how each variable is guarded that more than one thread has accessed, the least guarded first.

    Parameters
    ----------
    trace : Trace
        The run.
    function_of : callable
        Names the function at a file's index and a line.
    progress : callable, optional
        Told how much is done; what it raises ends the work.

    Notes
    -----
    Variables that are only read are left out: they need no lock. Thread: any (pure). Cost: O(n log n), and some µs for
    each different thread, line and set of locks of a variable.
    """
    progress(0.0)
    rows = _shared_rows(trace)
    if not len(rows):
        return []
    progress(0.4)
    begins = np.flatnonzero(np.diff(trace.variable[rows], prepend=-1))
    group = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(rows)))
    locks, is_guarded = _locks_of(LocksHeld(trace), rows, group, len(begins))
    progress(0.6)
    threads = _threads_of(trace, rows, group, len(begins))
    progress(0.8)
    places = _places_of(trace, rows, group, len(begins), is_guarded, function_of)
    total, guarded = np.bincount(group), np.bincount(group, weights=is_guarded)
    first = rows[begins]
    bare = np.flatnonzero(~is_guarded)[::-1]
    first[group[bare]] = rows[bare]  # the last one assigned is the earliest
    found = [
        Guarded(
            trace.variables[trace.variable[row]],
            int(total[i]),
            int(guarded[i]),
            tuple(threads[i].most_common()),
            tuple((trace.variables[lock[0]], n) for lock, n in locks[i].most_common()),
            tuple((name, n, n_guarded) for name, (n, n_guarded) in places[i].items()),
            row,
        )
        for i, row in enumerate(first.tolist())
    ]
    return sorted(found, key=lambda one: (one.guarded / one.accesses, -one.accesses, one.variable))


def _shared_rows(trace: Trace) -> IntArray:
    """Return the accesses to places that several threads access and somebody changes, by variable and then by time."""
    rows = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN))
    if not len(rows):
        return rows
    key = trace.variable[rows].astype(np.int64) << 32 | trace.place[rows]
    order = np.argsort(key, kind="stable")
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    thread, is_change = trace.thread[rows[order]], trace.kind[rows[order]] != Kind.READ
    is_shared = np.minimum.reduceat(thread, begins) != np.maximum.reduceat(thread, begins)
    is_shared &= np.logical_or.reduceat(is_change, begins)
    found = np.sort(rows[order][np.repeat(is_shared, np.diff(begins, append=len(rows)))])
    return found[np.argsort(trace.variable[found], kind="stable")]


def _pairs(group: IntArray, value: IntArray) -> tuple[list[tuple[int, int]], IntArray, IntArray]:
    """Return the different pairs of a group and a value, how often each comes, and for each element which it is."""
    values, number = np.unique(value, return_inverse=True)
    key = group * len(values) + number.reshape(-1)
    different, which, n = np.unique(key, return_inverse=True, return_counts=True)
    pairs = zip((different // len(values)).tolist(), values[different % len(values)].tolist(), strict=True)
    return list(pairs), n, which.reshape(-1)


def _locks_of(held: LocksHeld, rows: IntArray, group: IntArray, n_groups: int) -> tuple[list[Counter[Lock]], BoolArray]:
    """Return how often each lock was held, by group, and at which rows the one that is held most often."""
    pairs, times, which = _pairs(group, held.index[rows].astype(np.int64))
    locks: list[Counter[Lock]] = [Counter() for _ in range(n_groups)]
    for (at, number), n in zip(pairs, times.tolist(), strict=True):
        locks[at].update(dict.fromkeys(held.sets[number], n))
    usual = [_most_held(one) for one in locks]
    return locks, np.array([usual[at] in held.sets[number] for at, number in pairs])[which]


def _most_held(locks: Counter[Lock]) -> Lock | None:
    return max(locks, key=lambda lock: (locks[lock], lock), default=None)


def _threads_of(trace: Trace, rows: IntArray, group: IntArray, n_groups: int) -> list[Counter[str]]:
    threads: list[Counter[str]] = [Counter() for _ in range(n_groups)]
    pairs, times, _ = _pairs(group, trace.thread[rows].astype(np.int64))
    for (at, serial), n in zip(pairs, times.tolist(), strict=True):
        threads[at][trace.threads[serial].name] += n
    return threads


def _places_of(
    trace: Trace, rows: IntArray, group: IntArray, n_groups: int, is_guarded: BoolArray, function_of: FunctionOf
) -> list[dict[str, list[int]]]:
    """Return, by group, how often each function (or line, outside of functions) accesses, and how often guarded."""
    places: list[dict[str, list[int]]] = [{} for _ in range(n_groups)]
    names: dict[int, str] = {}
    pairs, times, which = _pairs(group, trace.file[rows].astype(np.int64) << _LINE_BITS | trace.line[rows])
    guarded = np.bincount(which, weights=is_guarded)
    for (at, place), n, n_guarded in zip(pairs, times.tolist(), guarded.tolist(), strict=True):
        if place not in names:
            file, line = place >> _LINE_BITS, place & (1 << _LINE_BITS) - 1
            names[place] = function_of(file, line) or f"line {line}"
        known = places[at].setdefault(names[place], [0, 0])
        known[0] += n
        known[1] += int(n_guarded)
    return places
