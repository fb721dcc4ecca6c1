"""Cures of data races: what would order the two accesses as the program seems to mean it; else a lock round both."""

from __future__ import annotations

import ast

import numpy as np

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.cures import lock_for, new_lock, spots_of, under_lock
from simulator.analysis.detectors.edits import at_top, in_place, lock_of, names_in, renamed, with_header, with_round
from simulator.analysis.detectors.sources import SourceFile
from simulator.record.kinds import Kind
from simulator.trace.tracks import OPEN

_GIVES = ("set", "notify", "put")
"""Values of signals that are given once something is ready."""


def cure_race(case: Case, first: int, second: int) -> str:
    """Return the usual cure for two accesses that nothing orders."""
    for way in (_join_before, _store_before_signal, _event_for_flag, _same_lock):
        cure = way(case, first, second)
        if cure:
            return cure
    source, name = case.source(first), case.name(second)
    lines = [case.line(first), case.line(second)]
    by_property = source.updates_by_property(*lines) or source.updates_by_property(*lines[::-1])
    if by_property:
        return under_lock([(source, line) for line in by_property], name)
    held = {row: case.lock_names(row) for row in (first, second)}
    if set(held[first]) & set(held[second]):  # a semaphore that lets several in
        return under_lock(spots_of(case, (first, second)), name)
    bare = [row for row, locks in held.items() if not locks] or [second]
    guarded = next((row for row, locks in held.items() if locks), None)
    lock = "" if guarded is None else lock_for(case, guarded, bare[0])
    return under_lock(spots_of(case, bare), name, lock)


def early_signal(case: Case, first: int, second: int) -> int | None:
    """Return the signal that whoever reads has waited for, if whoever writes gave it before the write, else None."""
    trace = case.trace
    for write, read in ((first, second), (second, first)):
        if trace.kind[write] == Kind.READ:
            continue
        met = np.flatnonzero((trace.thread[:read] == trace.thread[read]) & (trace.reads_from[:read] >= 0))
        met = met[np.isin(trace.kind[met], (Kind.WAIT, Kind.RECEIVE, Kind.CHECK))]
        for signal in trace.reads_from[met].tolist()[::-1]:
            if trace.thread[signal] == trace.thread[write] and signal < write and trace.value_of(signal) in _GIVES:
                return int(signal)
    return None


def _join_before(case: Case, first: int, second: int) -> str:
    """Return how whoever started a thread waits for its end before it reads what that stored."""
    trace = case.trace
    for write, read in ((first, second), (second, first)):
        begins = np.flatnonzero((trace.kind == Kind.THREAD_BEGIN) & (trace.thread == trace.thread[write]))
        start = int(trace.reads_from[begins[0]]) if len(begins) else -1
        has_ended = trace.threads[int(trace.thread[write])].end_ns != OPEN
        if start < 0 or trace.thread[start] != trace.thread[read] or trace.kind[read] != Kind.READ or not has_ended:
            continue
        source, line = case.source(start), case.line(read)
        name, statement = _started(source, case.line(start)), source.statement_at(line)
        is_near = source is case.source(read) and source.function_at(line) is source.function_at(case.line(start))
        if name and is_near and line > case.line(start) and not isinstance(statement, ast.While | None):
            lines = source.whole_lines(line)
            return in_place(source, *lines, [f"{name}.join()", *source.block(*lines).splitlines()])
    return ""


def _started(source: SourceFile, line: int) -> str:
    """Return the name of the one thread that is started at a line; empty if it may be several."""
    statement = source.statement_at(line)
    call = statement.value if isinstance(statement, ast.Expr) else None
    is_start = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "start"
    is_looped = any(isinstance(block, ast.For | ast.While) for block in source.blocks_at(line))
    return ast.unparse(call.func.value) if is_start and not is_looped else ""  # type: ignore[union-attr]


def _store_before_signal(case: Case, first: int, second: int) -> str:
    """Return how something is stored before others are told that it is there."""
    signal = early_signal(case, first, second)
    if signal is None:
        return ""
    write = first if case.trace.thread[first] == case.trace.thread[signal] else second
    source, told, stored = case.source(write), case.line(signal), case.line(write)
    is_near = source is case.source(signal) and source.function_at(told) is source.function_at(stored)
    if not is_near or told >= stored or source.blocks_at(told) != source.blocks_at(stored):
        return ""
    (start, _), (moved, end) = source.whole_lines(told), source.whole_lines(stored)
    lines = [*source.block(moved, end).splitlines(), *source.block(start, moved - 1).splitlines()]
    return in_place(source, start, end, lines)


def _event_for_flag(case: Case, first: int, second: int) -> str:
    """Return how a global that is True or False and asked in a loop becomes an Event."""
    source, name = case.source(first), case.name(first)
    asked = [source.statement_at(case.line(row)) for row in (first, second)]
    begin = source.value_assigned_to(name)
    if source is not case.source(second) or not any(isinstance(one, ast.While) for one in asked):
        return ""
    if not (isinstance(begin, ast.Constant) and begin.value is False):
        return ""
    changes: list[tuple[ast.expr | ast.stmt, str]] = [(begin, "threading.Event()")]
    for node in names_in(source, name):
        statement = source.statement_at(node.lineno)
        if isinstance(node.ctx, ast.Load):
            changes.append((node, f"{name}.is_set()"))
        elif source.function_at(node.lineno) is not None:
            value = statement.value if isinstance(statement, ast.Assign) else None
            if statement is None or not (isinstance(value, ast.Constant) and isinstance(value.value, bool)):
                return ""
            changes.append((statement, f"{name}.{'set' if value.value else 'clear'}()"))
    return "\n".join(renamed(source, changes))


def _same_lock(case: Case, first: int, second: int) -> str:
    """Return how two sides that hold different locks come to hold the same."""
    theirs, mine = case.lock_names(first), case.lock_names(second)
    blocks = [with_round(case.source(row), case.line(row), locks) for row, locks in ((first, theirs), (second, mine))]
    if not (theirs and mine) or set(theirs) & set(mine) or None in blocks:
        return ""
    one, other = (block for block in blocks if block is not None)
    sources, texts = (case.source(first), case.source(second)), [lock_of(one), lock_of(other)]
    if texts[0] != texts[1] and "(" not in texts[0] and sources[0] is sources[1]:
        return with_header(sources[1], other, texts[0])
    lock = new_lock(sources[0])
    headers = dict.fromkeys([with_header(sources[0], one, lock), with_header(sources[1], other, lock)])
    return "\n\n".join([at_top(sources[0], f"{lock} = threading.Lock()"), *headers])
