"""What tells two runs of a lesson apart, in at most three sentences worked out from what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import DONE, Recording
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

MOST_SENTENCES = 3

_OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.FOREIGN: "Reads that got another {actor}'s value",
    Outcome.ERASED: "Reads that found their own value deleted by another {actor}",
    Outcome.LEFTOVER: "Reads that got what an earlier task had left behind",
    Outcome.MISSING: "Reads that found nothing",
}


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the values of a variable lived.

    Attributes
    ----------
    n : int
        How many places were written to.
    n_writers : int
        How many threads or tasks wrote to the place that most of them shared.
    has_only_tasks : bool
        Whether all of them were tasks.
    """

    n: int
    n_writers: int
    has_only_tasks: bool = False


def describe_difference(one: Recording, other: Recording, names: tuple[str, str]) -> str:
    """Say what tells two runs of a lesson apart.

    Parameters
    ----------
    one, other : Recording
        The finished runs.
    names : (str, str)
        What the two are called, such as the labels of their storages.

    Returns
    -------
    str
        At most three sentences: numbers that differ, why they do, and what that cost.

    Notes
    -----
    Thread: any. Cost: O(n log n) in the events of both.
    """
    if not one.status == other.status == DONE:
        return "One of the runs did not come to its end, so there is nothing to compare."
    seen, counted = _outcomes(one, other, names), _facts(one, other, names)
    reads_matter = any(variable.is_private for variable in one.variables)
    numbers = [*_updates(one, other, names), *(seen + counted if reads_matter else counted + seen)]
    sentences = [*numbers[:1], *_places(one, other, names), *numbers[1:], *_waiting(one, other, names)]
    if not sentences:
        return f"With {names[0]} and with {names[1]} the same was seen."
    return " ".join(sentences[:MOST_SENTENCES])


def cells_of(trace: Trace, variable: int) -> Cells:
    """Return where the values of a variable lived; what was set before the run does not count."""
    is_write = (trace.kind == Kind.WRITE) & (trace.variable == variable) & (trace.thread != BEFORE_RUN)
    rows = np.flatnonzero(is_write)
    if not len(rows):
        return Cells(0, 0)
    pairs = np.unique(np.stack([trace.place[rows], trace.actor[rows].astype(np.int64)], 1), axis=0)
    _, n_writers = np.unique(pairs[:, 0], return_counts=True)
    writers = [trace.actors[actor] for actor in np.unique(pairs[:, 1]).tolist()]
    return Cells(len(n_writers), int(n_writers.max()), all(writer.is_task for writer in writers))


def waited_ns(recording: Recording) -> int:
    """Return how long the threads of a run waited for locks, together, in nanoseconds."""
    trace = recording.trace
    locks = [index for index, variable in enumerate(recording.variables) if variable.is_lock]
    is_wait = (trace.kind == Kind.WAIT) & np.isin(trace.variable, locks) & (trace.end_ns != OPEN)
    return int((trace.end_ns[is_wait] - trace.begin_ns[is_wait]).sum())


def _updates(one: Recording, other: Recording, names: tuple[str, str]) -> list[str]:
    counts = one.analysis.counts, other.analysis.counts
    if counts[0].lost_updates == counts[1].lost_updates:
        return []
    return [_numbers("Increments lost", [(c.lost_updates, c.updates) for c in counts], names)]


def _outcomes(one: Recording, other: Recording, names: tuple[str, str]) -> list[str]:
    counts = one.analysis.counts, other.analysis.counts
    actor = one.observed.actor
    has_private = any(sum(c.private.values()) for c in counts)
    sentences = []
    for outcome, words in _OUTCOME_WORDS.items():
        by_outcome = [c.private if has_private else c.by_outcome for c in counts]
        if by_outcome[0][outcome] != by_outcome[1][outcome] and not counts[0].updates:
            pairs = [(one_side[outcome], sum(one_side.values())) for one_side in by_outcome]
            sentences.append(_numbers(words.format(actor=actor), pairs, names))
    return sentences


def _facts(one: Recording, other: Recording, names: tuple[str, str]) -> list[str]:
    """Return sentences on the lesson's own numbers where they differ; those of counters are told by what was lost."""
    facts = one.facts, other.facts
    shared = [name for name in facts[0] if name in facts[1] and name not in ("expected", "final")]
    differing = [name for name in shared if facts[0][name] != facts[1][name]]
    return [_numbers(_title(name), [(fact[name], None) for fact in facts], names) for name in differing]


def _places(one: Recording, other: Recording, names: tuple[str, str]) -> list[str]:
    """Return the sentence that says why: where the values lived."""
    for index, variable in enumerate(one.variables):
        both = cells_of(one.trace, index), cells_of(other.trace, index)
        if both[0].n and both[1].n and both[0].n != both[1].n and not variable.is_lock:
            actor = "task" if all(cells.has_only_tasks for cells in both) else "thread"
            sides = [_place_words(cells, name, actor) for cells, name in zip(both, names, strict=True)]
            return [f"The values of {variable.name} lived {sides[0]}, and {sides[1]}."]
    return []


def _place_words(cells: Cells, name: str, actor: str) -> str:
    if cells.n == 1:
        return f"in one place with {name}, written by {_counted(cells.n_writers, actor)}"
    each = f"one {actor} each" if cells.n_writers == 1 else f"up to {_counted(cells.n_writers, actor)} each"
    return f"in {cells.n:,} places with {name}, written by {each}"


def _waiting(one: Recording, other: Recording, names: tuple[str, str]) -> list[str]:
    waits = [waited_ns(recording) for recording in (one, other)]
    if min(waits) * 2 >= max(waits):
        return []
    return [_numbers("Time spent waiting for the lock", [(_duration(ns), None) for ns in waits], names)]


def _numbers(title: str, pairs: Sequence[tuple[int | str, int | None]], names: tuple[str, str]) -> str:
    """Return ``Reads that …: 4 of 5 with Shared global, none of 5 with threading.local.``."""
    sides = []
    for (number, total), name in zip(pairs, names, strict=True):
        text = number if isinstance(number, str) else f"{number:,}" if number else "none"
        sides.append(f"{text}{f' of {total:,}' if total is not None else ''} with {name}")
    return f"{title}: {', '.join(sides)}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _duration(ns: int) -> str:
    return f"{ns / 1e6:,.1f} ms" if ns else "none"
