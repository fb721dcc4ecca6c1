"""Read-modify-write and check-then-act that another thread's write came in between of: lost updates, broken atomicity.

That a write depends on a read is seen in the source (the same statement, a local name that carries the value, an
``if`` round the write) or, for numbers, in the values: if each write is the read before it plus the same number, it is
a count.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.cures import for_tasks, lock_between, lock_for, spots_of, under_lock
from simulator.analysis.detectors.pair_findings import explain_pairs
from simulator.analysis.detectors.pairs import Pairs
from simulator.analysis.detectors.sources import Use
from simulator.analysis.findings import Finding, Severity
from simulator.analysis.orders.wholes import is_whole
from simulator.analysis.updates import count_lost
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.values import TAG_INT, TAG_MASK

_FEWEST = 3
"""Fewer pairs of numbers than this may differ by the same number by chance."""


def find_broken_updates(case: Case) -> list[Finding]:
    """Find updates and checks that another thread's write came in between of.

    Parameters
    ----------
    case : Case
        The run.

    Returns
    -------
    list of Finding
        ``lost-update`` where nothing orders the writes, ``atomicity`` where locks do but were given back in between,
        and where what was checked no longer held when it was acted on.
    """
    pairs = Pairs(*case.evidence.updates.columns)
    found = []
    losses = _Losses(case)
    for group in case.evidence.updates.groups:
        these = pairs.take(group.index)
        use = _use(case, these)
        if use is not Use.NONE:
            found.append(_explain(case, these, use, losses))
    return found


class _Losses:
    """Counts what was lost in cells, each of them once for a variable, of which several lines may make updates."""

    def __init__(self, case: Case) -> None:
        self._trace = case.trace
        self._counted: dict[str, IntArray] = {}

    def count(self, name: str, writes: IntArray) -> tuple[int, int]:
        """Return how many updates the cells of these writes have, and how many of them are lost.

        Those that were counted before for this name are left out. Where something was lost that is no update itself,
        as what a plain store had stored, it counts once for each of the writes.
        """
        trace = self._trace
        cells = np.unique(_cell(trace, writes))
        known = self._counted.setdefault(name, np.empty(0, np.int64))
        fresh = np.setdiff1d(cells, known)
        self._counted[name] = np.union1d(cells, known)
        rows = np.flatnonzero(trace.kind <= Kind.DELETE)
        n, n_lost = count_lost(trace, rows[np.isin(_cell(trace, rows), fresh)])
        return n, n_lost or (len(writes) if len(fresh) else 0)


def _cell(trace: Trace, rows: IntArray) -> IntArray:
    found: IntArray = trace.variable[rows].astype(np.int64) << 32 | trace.place[rows]
    return found


def _use(case: Case, pairs: Pairs) -> Use:
    read, write = int(pairs.first[0]), int(pairs.second[0])
    if case.trace.file[read] != case.trace.file[write]:
        return Use.NONE
    use = case.source(read).use(case.line(read), case.line(write))
    if is_whole(case.trace, pairs.first[:1])[0] and use is not Use.CHECK:
        return Use.NONE  # what is added to a container does not overwrite what others add
    if use is Use.NONE and case.is_over and _is_count(case, pairs.first, pairs.second):  # one more may be none
        return Use.UPDATE
    return use


def _is_count(case: Case, reads: IntArray, writes: IntArray) -> bool:
    """Tell whether each write is the read before it plus the same whole number."""
    trace = case.trace
    sources = trace.reads_from[reads]
    known = (sources >= 0) & (trace.flags[writes] & TAG_MASK == TAG_INT)
    known &= trace.flags[np.maximum(sources, 0)] & TAG_MASK == TAG_INT
    steps = trace.value[writes[known]] - trace.value[sources[known]]
    return len(steps) >= _FEWEST and len(steps) == len(reads) and bool(steps[0]) and bool((steps == steps[0]).all())


def _explain(case: Case, pairs: Pairs, use: Use, losses: _Losses) -> Finding:
    read, write, between = int(pairs.first[0]), int(pairs.second[0]), int(pairs.between[0])
    is_ordered = case.order.is_before(read, between) and case.order.is_before(between, write)
    is_ordered &= not case.are_tasks(read, between)
    if use is Use.CHECK:
        return _explain_check(case, pairs, is_ordered)
    if is_ordered:
        end = "Each access holds a lock, but it is given back between the read and the write."
        return _finding(case, "atomicity", pairs, _lost_sentences(case, pairs, end))
    n, n_lost = losses.count(case.name(write), pairs.second)
    end = f"othing keeps others out between the read and the write{_locks(case, read, between)}."
    if case.are_tasks(read, between):
        end = "othing keeps others out while it awaits between the read and the write."
    end = f"In all {n_lost:,} of {n:,} updates are lost: n{end}" if 1 < n_lost <= n else f"N{end}"
    return replace(_finding(case, "lost-update", pairs, _lost_sentences(case, pairs, end)), count=n_lost)


def _lost_sentences(case: Case, pairs: Pairs, end: str) -> list[str]:
    read, write, between = int(pairs.first[0]), int(pairs.second[0]), int(pairs.between[0])
    trace, name = case.trace, case.said(read)
    mine, theirs = case.who(write), case.who(between)
    return [
        f"{mine} read {trace.value_text(read)} from {name} ({case.where(read)}).",
        f"{theirs} stored {trace.value_text(between)} ({case.where(between)}), and {mine} then stored "
        f"{trace.value_text(write)} ({case.where(write)}), made of the older value: what {theirs} did is lost.",
        end,
    ]


def _explain_check(case: Case, pairs: Pairs, is_ordered: bool) -> Finding:
    read, write, between = int(pairs.first[0]), int(pairs.second[0]), int(pairs.between[0])
    trace, name = case.trace, case.said(read)
    mine, theirs = case.who(write), case.who(between)
    saw = trace.value_text(read)
    sentences = [
        f"{mine} looked at {name} ({case.where(read)}) and found {saw}; before it acted on that, "
        f"{theirs} stored {trace.value_text(between)} ({case.where(between)}).",
        f"{mine} stored {trace.value_text(write)} ({case.where(write)}) nevertheless.",
        "Each access holds a lock, but it is given back between the check and the act."
        if is_ordered
        else f"Nothing keeps others out {'while it awaits ' if case.are_tasks(read, between) else ''}"
        "between the check and the act.",
    ]
    return _finding(case, "atomicity", pairs, sentences)


def _finding(case: Case, kind: str, pairs: Pairs, sentences: list[str]) -> Finding:
    """Make the finding that tells of the first pair, and what came between its read and its write."""
    read, write = int(pairs.first[0]), int(pairs.second[0])
    cure = _cure(case, read, write)
    if case.are_tasks(read, int(pairs.between[0])):
        cure = for_tasks(case.source(write), cure)
    return explain_pairs(case, kind, pairs, sentences, cure, case.who(write), Severity.ERROR)


def _locks(case: Case, one: int, other: int) -> str:
    """Say which locks were held, where that is the trouble."""
    mine, theirs = case.lock_names(one), case.lock_names(other)
    if mine and theirs:
        return f": {case.who(one)} holds {mine[0]} and {case.who(other)} {theirs[0]}"
    if mine or theirs:
        holder = one if mine else other
        return f": only {case.who(holder)} holds {(mine or theirs)[0]}"
    return ""


def _cure(case: Case, read: int, write: int) -> str:
    source = case.source(write)
    guarded = next((row for row in (write, read) if case.lock_names(row)), None)
    lock = "" if guarded is None else lock_for(case, guarded, guarded)
    by_property = source.updates_by_property(case.line(read), case.line(write))
    if by_property:
        return under_lock([(source, line) for line in by_property], case.name(write), lock)
    if source.function_at(case.line(read)) is not source.function_at(case.line(write)):
        return under_lock(spots_of(case, (read, write)), case.name(write), lock)
    return lock_between(source, case.line(read), case.line(write), lock)
