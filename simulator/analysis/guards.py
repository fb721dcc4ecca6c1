"""The guard map: which locks were held at the accesses to each variable that threads share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.locksets import LocksHeld
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.trace import Trace

FunctionOf = Callable[[int, int], str]
"""Returns the name of the function at a file's index and a line."""


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


def map_guards(trace: Trace, function_of: FunctionOf) -> list[Guarded]:
    """Return how each variable is guarded that more than one thread has accessed, the least guarded first.

    Notes
    -----
    Variables that are only read are left out: they need no lock. Thread: any (pure). Cost: O(n log n).
    """
    held = LocksHeld(trace)
    rows = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN))
    key = trace.variable[rows].astype(np.int64) << 32 | trace.place[rows]
    order = np.argsort(key, kind="stable")
    cells = np.split(rows[order], np.flatnonzero(np.diff(key[order])) + 1) if len(rows) else []
    shared = [cell for cell in cells if _is_shared(trace, cell)]
    by_variable: dict[int, list[int]] = {}
    for cell in shared:
        by_variable.setdefault(int(trace.variable[cell[0]]), []).extend(cell.tolist())
    found = [_guarded(trace, held, sorted(accesses), function_of) for accesses in by_variable.values()]
    return sorted(found, key=lambda one: (one.guarded / one.accesses, -one.accesses, one.variable))


def _is_shared(trace: Trace, cell: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    thread = trace.thread[cell]
    return bool((thread != thread[0]).any() and (trace.kind[cell] != Kind.READ).any())


def _guarded(trace: Trace, held: LocksHeld, rows: list[int], function_of: FunctionOf) -> Guarded:
    at = np.array(rows)
    sets, times = np.unique(held.index[at], return_counts=True)
    locks: Counter[tuple[int, int]] = Counter()
    for number, count in zip(sets.tolist(), times.tolist(), strict=True):
        locks.update(dict.fromkeys(held.sets[number], count))
    usual = max(locks, key=lambda lock: (locks[lock], lock), default=None)
    guarding = [number for number in sets.tolist() if usual in held.sets[number]]
    is_guarded = np.isin(held.index[at], guarding) if usual is not None else np.zeros(len(at), bool)
    bare = at[~is_guarded]
    return Guarded(
        trace.variables[trace.variable[rows[0]]],
        len(rows),
        int(is_guarded.sum()),
        _counted(trace.threads[serial].name for serial in trace.thread[at].tolist()),
        tuple((trace.variables[lock[0]], n) for lock, n in locks.most_common()),
        _by_place(trace, at, is_guarded, function_of),
        int(bare[0]) if len(bare) else rows[0],
    )


def _by_place(
    trace: Trace,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    is_guarded: np.ndarray[tuple[int], np.dtype[np.bool_]],
    function_of: FunctionOf,
) -> tuple[tuple[str, int, int], ...]:
    lines = np.stack([trace.file[rows].astype(np.int64), trace.line[rows].astype(np.int64)])
    different, inverse = np.unique(lines, axis=1, return_inverse=True)
    total = np.bincount(inverse.reshape(-1))
    guarded = np.bincount(inverse.reshape(-1), weights=is_guarded)
    places: dict[str, list[int]] = {}
    for file, line, n, n_guarded in zip(*different.tolist(), total.tolist(), guarded.tolist(), strict=True):
        known = places.setdefault(function_of(file, line) or f"line {line}", [0, 0])
        known[0] += n
        known[1] += int(n_guarded)
    return tuple((name, n, n_guarded) for name, (n, n_guarded) in places.items())


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(names).most_common())
