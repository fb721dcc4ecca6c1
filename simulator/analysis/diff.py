"""Two recordings side by side: settings, counts, and the first event at which they part.

Times never agree, so order is compared by name. An access is known by its variable's name, its actor's name and what it
does; two runs agree on a variable as long as the same actors do the same things to it one after the other. Which write
a read got is compared apart from that, read for read: the n-th read of an actor, the n-th write of another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.analysis.recording import Recording
from simulator.progress import Progress, silent
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

COUNTS = (
    *("events", "reads", "writes", "deletes"),
    *("own_reads", "inherited_reads", "leftover_reads", "foreign_reads", "erased_reads", "missing_reads"),
    *("initial_reads", "unknown_reads", "lost_updates", "workers_ran"),
)
"""Keys of a run's summary that are compared as counts."""

_STAGES = (0.0, 0.1, 0.35, 0.6, 0.7)
"""How much is done before each step: summaries, the accesses of either run, their order, their sources."""
_MOST = 1 << 40
_NO_WRITE = -1
_OUTSIDE = 10
"""Taken from 0 for a write before the run, -1 for none and -2 for an unknown one, so that they equal no number."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that has one value in the first run and another in the second; None where a run lacks it."""

    name: str
    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class Parting:
    """Where the runs part.

    Attributes
    ----------
    variable : str
        Of which variable.
    number : int
        For an order: which access to it, from 1; for a source: which read of its actor, from 1.
    first, second : int or None
        Row of the event in each run; None where the run has no further one.
    """

    variable: str
    number: int
    first: int | None
    second: int | None


@dataclass(frozen=True, slots=True)
class Diff:
    """What two runs differ in.

    Attributes
    ----------
    settings, counts, facts : tuple of Change
        Only what differs.
    code_line : int or None
        The first line of the code that differs.
    order : Parting or None
        The first access at which the order of accesses to some variable differs; None if all orders are the same.
    source : Parting or None
        The first read that both runs have and that got its value from another write.
    """

    settings: tuple[Change, ...]
    counts: tuple[Change, ...]
    facts: tuple[Change, ...]
    code_line: int | None
    order: Parting | None
    source: Parting | None

    @property
    def is_empty(self) -> bool:
        """Whether the runs agree in everything but time."""
        parts = (self.settings, self.counts, self.facts)
        return not any(parts) and self.code_line is None and self.order is None and self.source is None


def diff(first: Recording, second: Recording, progress: Progress = silent) -> Diff:
    """Compare two runs that have ended.

    Parameters
    ----------
    first, second : Recording
        The runs.
    progress : callable, optional
        Told how much is done; what it raises ends the work.

    Notes
    -----
    Thread: any. Cost: O(n log n) in the accesses of both.
    """
    stages = iter(_STAGES)

    def tell() -> None:
        progress(next(stages))

    tell()
    summaries = first.summary(), second.summary()
    tell()
    a, b = _Accesses.of_both(first.trace, second.trace, tell)
    order = _order_parting(a, b)
    tell()
    return Diff(
        settings=_changes(_choices(first), _choices(second)),
        counts=_changes(*({name: one[name] for name in COUNTS} for one in summaries)),
        facts=_changes(*(one["facts"] for one in summaries)),
        code_line=_first_line(first.code, second.code),
        order=order,
        source=_source_parting(a, b),
    )


def _choices(recording: Recording) -> dict[str, Any]:
    """Return how a run was made, by name."""
    plain = recording.settings.to_plain()
    options = {f"option {name}": value for name, value in plain.pop("options").items()}
    plain |= {"place": recording.place, "interpreter": recording.interpreter, "gil": recording.gil}
    return plain | options | {"status": recording.status}


def _changes(first: dict[str, Any], second: dict[str, Any]) -> tuple[Change, ...]:
    names = [*first, *(name for name in second if name not in first)]
    pairs = ((name, first.get(name), second.get(name)) for name in names)
    return tuple(Change(name, one, other) for name, one, other in pairs if one != other)


def _first_line(first: str, second: str) -> int | None:
    if first == second:
        return None
    lines = first.splitlines(), second.splitlines()
    pairs = enumerate(zip(*lines, strict=False), 1)
    return next((number for number, (one, other) in pairs if one != other), min(map(len, lines)) + 1)


@dataclass(frozen=True, slots=True)
class _Accesses:
    """The accesses of a run in the order of time, with numbers for names that mean the same in both runs.

    Attributes
    ----------
    trace : Trace
        The run.
    names : list of str
        Names of variables by number.
    row, variable, actor, kind : ndarray of int64, shape (k,)
        Of each access during the run.
    nth : ndarray of int64, shape (k,)
        How many of the same actor, kind and variable came before.
    """

    trace: Trace
    names: list[str]
    row: IntArray
    variable: IntArray
    actor: IntArray
    kind: IntArray
    nth: IntArray

    @classmethod
    def of_both(cls, first: Trace, second: Trace, tell: Callable[[], None]) -> tuple[_Accesses, _Accesses]:
        """Take the accesses of both; `tell` is called after each."""
        traces = (first, second)
        names, variables = _numbered([trace.variables for trace in traces])
        _, actors = _numbered([_actor_names(trace) for trace in traces])
        a = cls._of(first, names, variables[0], actors[0])
        tell()
        b = cls._of(second, names, variables[1], actors[1])
        tell()
        return a, b

    @classmethod
    def _of(cls, trace: Trace, names: list[str], variables: IntArray, actors: IntArray) -> _Accesses:
        row = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN))
        variable, actor = variables[trace.variable[row]], actors[trace.actor[row]]
        kind = trace.kind[row].astype(np.int64)
        nth = _nth((actor * max(len(names), 1) + variable) * 3 + kind)
        return cls(trace, names, row, variable, actor, kind, nth)


def _actor_names(trace: Trace) -> list[str]:
    """Return the actors' names; where several have one name, with the number of each in the order of beginning."""
    seen: Counter[str] = Counter()
    names = []
    for actor in trace.actors:
        seen[actor.name] += 1
        names.append(f"{actor.name}\0{seen[actor.name]}")
    return names


def _numbered(lists: Sequence[Sequence[str]]) -> tuple[list[str], list[IntArray]]:
    """Give names numbers so that equal ones of several lists have equal numbers."""
    numbers: dict[str, int] = {}
    found = [np.array([numbers.setdefault(name, len(numbers)) for name in names] or [0], np.int64) for names in lists]
    return list(numbers), found


def _nth(key: IntArray) -> IntArray:
    """Return for each element how many equal ones come before it."""
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    nth = np.empty(len(key), np.int64)
    nth[order] = np.arange(len(key)) - np.repeat(starts, np.diff(starts, append=len(key)))
    return nth


def _order_parting(first: _Accesses, second: _Accesses) -> Parting | None:
    """Return the earliest of the places at which the order of a variable's accesses parts."""
    found = []
    for variable, (a, b) in enumerate(zip(_by_variable(first), _by_variable(second), strict=True)):
        at = _first_difference(first.actor[a] * 3 + first.kind[a], second.actor[b] * 3 + second.kind[b])
        if at is not None:
            rows = (int(first.row[a[at]]) if at < len(a) else None, int(second.row[b[at]]) if at < len(b) else None)
            found.append(Parting(first.names[variable], at + 1, *rows))
    return min(found, key=lambda one: (one.first is None, one.first, one.second), default=None)


def _by_variable(accesses: _Accesses) -> list[IntArray]:
    """Return for each variable its accesses, in the order of time."""
    order = np.argsort(accesses.variable, kind="stable")
    borders = np.searchsorted(accesses.variable[order], np.arange(1, max(len(accesses.names), 1)))
    return np.split(order, borders)


def _first_difference(first: IntArray, second: IntArray) -> int | None:
    n = min(len(first), len(second))
    unequal = np.flatnonzero(first[:n] != second[:n])
    if len(unequal):
        return int(unequal[0])
    return n if len(first) != len(second) else None


def _source_parting(first: _Accesses, second: _Accesses) -> Parting | None:
    """Return the first read of the first run that got another write in the second."""
    (a, key_a, source_a), (b, key_b, source_b) = (_reads(one) for one in (first, second))
    _, at_a, at_b = np.intersect1d(key_a, key_b, assume_unique=True, return_indices=True)
    differs = np.flatnonzero((source_a[at_a] != source_b[at_b]).any(axis=1))
    if not len(differs):
        return None
    one = differs[first.row[a[at_a[differs]]].argmin()]
    read, other = int(a[at_a[one]]), int(b[at_b[one]])
    name = first.names[first.variable[read]]
    return Parting(name, int(first.nth[read]) + 1, int(first.row[read]), int(second.row[other]))


def _reads(accesses: _Accesses) -> tuple[IntArray, IntArray, IntArray]:
    """Return the reads, a key for each that means the same in both runs, and who wrote what each got."""
    trace, n_names = accesses.trace, max(len(accesses.names), 1)
    reads = np.flatnonzero(accesses.kind == Kind.READ)
    key = (accesses.actor[reads] * n_names + accesses.variable[reads]) * _MOST + accesses.nth[reads]
    position = np.full(trace.n, _NO_WRITE)
    position[accesses.row] = np.arange(len(accesses.row))
    source = trace.reads_from[accesses.row[reads]].astype(np.int64)
    write = np.where(source >= 0, position[source], _NO_WRITE)
    is_known = write >= 0
    told = np.repeat(np.minimum(source, 0)[:, None] - _OUTSIDE, 3, axis=1)
    columns = (accesses.actor, accesses.kind, accesses.nth)
    told[is_known] = np.stack([column[write[is_known]] for column in columns], axis=1)
    return reads, key, told
