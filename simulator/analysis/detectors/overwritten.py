"""Values that a thread stored and did not get back: another stored its own in between, at the same line, or deleted it.

One line that several threads run, each storing what is its own, and a read of it further down: what was meant to be
private is shared. A flag that one thread sets and another clears at a line of its own is not meant to be read back.
"""

from __future__ import annotations

import numpy as np

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.cures import make_context, make_local
from simulator.analysis.detectors.pair_findings import explain_pairs
from simulator.analysis.detectors.pairs import Pairs
from simulator.analysis.detectors.sources import Use
from simulator.analysis.findings import Finding, Severity
from simulator.record.kinds import Kind

_BLOCK_ROWS = 1 << 10


def find_overwritten(case: Case) -> list[Finding]:
    """Find clobbered and erased reads.

    Returns
    -------
    list of Finding
        ``clobbered-read`` and ``erased-read``; a warning where locks order the accesses, for then it may be meant.
    """
    pairs = Pairs(*case.evidence.overwritten.columns)
    found = []
    for group in case.evidence.overwritten.groups:
        these = pairs.take(group.index)
        if _is_read_back(case, int(these.first[0]), int(these.second[0])):
            found.append(_explain(case, these))
    return found


def _is_read_back(case: Case, write: int, read: int) -> bool:
    """Tell whether a function stores a value that is not made of the old one, and reads it further down."""
    source, trace = case.source(write), case.trace
    if trace.file[write] != trace.file[read] or case.line(read) < case.line(write):
        return False
    if source.function_at(case.line(write)) is not source.function_at(case.line(read)):
        return False
    after = _next_write(case, read)
    if after is None and not case.is_certain_of_end(read):
        return False
    is_update = after is not None and source.use(case.line(read), case.line(after)) is not Use.NONE
    return not is_update and not _is_augmented(case, write)


def _is_augmented(case: Case, write: int) -> bool:
    """Tell whether a write is made of a read at the same line."""
    trace = case.trace
    rows = slice(max(write - 50, 0), write)
    same = (trace.line[rows] == trace.line[write]) & (trace.actor[rows] == trace.actor[write])
    same &= (trace.kind[rows] == Kind.READ) & (trace.variable[rows] == trace.variable[write])
    return bool(same.any())


def _next_write(case: Case, read: int) -> int | None:
    """Return the actor's next write to the cell."""
    trace, start, size = case.trace, read, _BLOCK_ROWS
    while start < trace.n:
        rows = slice(start, start + size)
        same = (trace.actor[rows] == trace.actor[read]) & (trace.variable[rows] == trace.variable[read])
        same &= (trace.place[rows] == trace.place[read]) & (trace.kind[rows] == Kind.WRITE)
        found = np.flatnonzero(same)
        if len(found):
            return int(found[0]) + start
        start, size = start + size, 2 * size
    return None


def _explain(case: Case, pairs: Pairs) -> Finding:
    write, read, between = int(pairs.first[0]), int(pairs.second[0]), int(pairs.between[0])
    trace, name = case.trace, case.said(write)
    mine, theirs = case.who(read), case.who(between)
    is_erased = bool(trace.kind[between] == Kind.DELETE)
    are_tasks = case.are_tasks(write, between)
    is_ordered = case.order.is_before(write, between) and case.order.is_before(between, read) and not are_tasks
    sentences = [f"{mine} stored {trace.value_text(write)} in {name} ({case.where(write)})."]
    read_back = f"before {mine} read it back ({case.where(read)})"
    if is_erased:
        sentences.append(f"{theirs} deleted it ({case.where(between)}) {read_back}.")
    else:
        stored, got = trace.value_text(between), trace.value_text(read)
        place = case.where(between)
        sentences.append(f"{theirs} stored {stored} there ({place}) {read_back}, so {mine} got {got}.")
    if is_ordered:
        sentences.append("Each access holds a lock, but the lock does not enclose the write and the read together.")
    kind = "erased-read" if is_erased else "clobbered-read"
    severity = Severity.WARNING if is_ordered else Severity.ERROR
    cure = make_context(case, write) if are_tasks else make_local(case, write)
    return explain_pairs(case, kind, pairs, sentences, cure, theirs, severity)
