"""What tasks leave behind in the threads of a pool, and what does not get there: leftovers, contexts that are lost."""

from __future__ import annotations

import numpy as np

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.cures import clean_up, with_context
from simulator.analysis.findings import Finding, Place, Severity, make_finding
from simulator.analysis.outcomes import Outcome
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.row_table import NO_ROW

LOCAL, CONTEXT = "local", "context"


def find_leftovers(case: Case, outcome: IntArray) -> list[Finding]:
    """Find values that a task left in a thread and a later task read.

    Parameters
    ----------
    case : Case
        The run.
    outcome : ndarray of uint8, shape (n,)
        `Outcome` of each event.

    Returns
    -------
    list of Finding
        ``leftover``, unless the program makes the value only where there is none: then it is kept on purpose.
    """
    reads = np.flatnonzero(outcome == Outcome.LEFTOVER)
    reads = reads[case.has_storage(reads, LOCAL)]
    found = []
    for group in case.group_by_lines(reads, case.trace.reads_from[reads].astype(np.int64)):
        read = int(reads[group.index[0]])
        source = int(case.trace.reads_from[read])
        if not _is_made_once(case, source):
            found.append(_explain_leftover(case, reads[group.index], read, source))
    return found


def _is_made_once(case: Case, write: int) -> bool:
    return case.source(write).is_checked_first(case.line(write), case.name(write))


def _explain_leftover(case: Case, rows: IntArray, read: int, write: int) -> Finding:
    trace, name, value = case.trace, case.name(read), case.trace.value_text(write)
    mine, theirs = case.who(read), case.who(write)
    sentences = (
        f"{theirs} stored {value} in {name} ({case.where(write)}) and ended.",
        f"{mine} read {value} ({case.where(read)}) without having stored it.",
        "The pool's thread had lived on, and so had the value.",
    )
    severity, message = case.with_doubt(Severity.ERROR, sentences, read)
    return make_finding(
        "leftover",
        [row for one in rows.tolist() for row in (one, int(trace.reads_from[one]))],
        trace.files[trace.file[read]],
        case.line(read),
        message,
        severity=severity,
        variable=name,
        threads=(mine, theirs),
        value=value,
        writer=theirs,
        cure=clean_up(case, write),
        count=len(rows),
        places=(case.place(read), case.place(write)),
    )


def find_not_cleaned_up(case: Case, explained: set[str]) -> list[Finding]:
    """Find thread-local values that tasks of a pool leave behind though nobody has read them yet: notes."""
    trace = case.trace
    is_task = np.array([actor.is_task for actor in trace.actors])
    changes = np.flatnonzero(np.isin(trace.kind, (Kind.WRITE, Kind.DELETE)))
    changes = changes[case.has_storage(changes, LOCAL)]
    key = np.stack([trace.variable[changes], trace.place[changes], trace.actor[changes]]).astype(np.int64)
    _, last = np.unique(key[:, ::-1], axis=1, return_index=True)
    last = np.sort(changes[::-1][last])
    left = last[(trace.kind[last] == Kind.WRITE) & is_task[trace.actor[last]]]
    found = []
    for group in case.group_by_lines(left):
        rows = left[group.index]
        if case.name(int(rows[0])) not in explained and not _is_made_once(case, int(rows[0])):
            found.append(_explain_not_cleaned(case, rows))
    return found


def _explain_not_cleaned(case: Case, rows: IntArray) -> Finding:
    row, trace = int(rows[0]), case.trace
    name, value = case.name(row), trace.value_text(row)
    message = (
        f"{case.who(row)} stored {value} in {name} ({case.where(row)}) and ended without removing it. The thread goes "
        "on to other tasks, and the value stays with it as long as it lives. No later task has read it in this run."
    )
    return make_finding(
        "not-cleaned-up",
        rows.tolist(),
        trace.files[trace.file[row]],
        case.line(row),
        message,
        severity=Severity.NOTE,
        variable=name,
        threads=(case.who(row),),
        value=value,
        writer=case.who(row),
        cure=clean_up(case, row),
        places=(case.place(row),),
    )


def find_lost_contexts(case: Case, outcome: IntArray) -> list[Finding]:
    """Find reads of a context variable that got its default though whoever started the work had set it."""
    reads = np.flatnonzero(np.isin(outcome, (Outcome.MISSING, Outcome.INITIAL)))
    reads = reads[case.has_storage(reads, CONTEXT)]
    givers = np.array([_set_by_starter(case, row) for row in reads.tolist()], np.int64).reshape(-1, 2)
    known = givers[:, 0] != NO_ROW if len(givers) else np.zeros(0, bool)
    reads, givers = reads[known], givers[known]
    found = []
    for group in case.group_by_lines(reads, givers[:, 0] if len(givers) else reads):
        read = int(reads[group.index[0]])
        write, start = givers[group.index[0]].tolist()
        found.append(_explain_lost(case, reads[group.index], read, write, start))
    return found


def _set_by_starter(case: Case, read: int) -> tuple[int, int]:
    """Return the last write of the variable by whoever started the reader's work, and the row of that start."""
    start = _start_of(case, read)
    if start == NO_ROW:
        return NO_ROW, NO_ROW
    trace = case.trace
    same = (trace.variable[:start] == trace.variable[read]) & (trace.actor[:start] == trace.actor[start])
    changes = np.flatnonzero(same & np.isin(trace.kind[:start], (Kind.WRITE, Kind.DELETE)))
    if not len(changes) or trace.kind[changes[-1]] != Kind.WRITE:
        return NO_ROW, NO_ROW
    return int(changes[-1]), start


def _start_of(case: Case, row: int) -> int:
    """Return the signal with which the work of an event's actor was started: of its task, else of its thread."""
    trace = case.trace
    before = slice(0, row + 1)
    begins = (trace.kind[before] == Kind.RECEIVE) & (trace.actor[before] == trace.actor[row])
    begins |= (trace.kind[before] == Kind.THREAD_BEGIN) & (trace.thread[before] == trace.thread[row])
    rows = np.flatnonzero(begins & (trace.reads_from[before] >= 0))
    starts = [int(trace.reads_from[one]) for one in rows.tolist()[::-1]]
    return next((start for start in starts if trace.value_of(start) in ("submit", "start")), NO_ROW)


def _explain_lost(case: Case, rows: IntArray, read: int, write: int, start: int) -> Finding:
    trace, name = case.trace, case.name(read)
    mine, theirs = case.who(read), case.who(write)
    got = f"got the default, {trace.value_text(read)}" if trace.has_value(read) else "found no value"
    message = (
        f"{theirs} set {name} to {trace.value_text(write)} ({case.where(write)}) and then started {mine} "
        f"({case.where(start)}). The work runs in a context of its own, which the value did not come into. "
        f"{mine} read {name} ({case.where(read)}) and {got}."
    )
    return make_finding(
        "lost-context",
        [read, write, start, *rows.tolist()[1:]],
        trace.files[trace.file[read]],
        case.line(read),
        message,
        severity=Severity.WARNING,
        variable=name,
        threads=(mine, theirs),
        value=trace.value_text(write),
        writer=theirs,
        cure=with_context(case, start),
        count=len(rows),
        places=(case.place(read), case.place(write), case.place(start, f"{theirs} starts {mine}")),
    )


def local_slots(case: Case, name: str) -> list[Place]:
    """Return where threads stored something in a thread-local attribute, each thread once."""
    trace = case.trace
    variables = [i for i, one in enumerate(trace.variables) if one.rpartition(".")[2] == name]
    rows = np.flatnonzero((trace.kind == Kind.WRITE) & np.isin(trace.variable, variables))
    rows = rows[case.has_storage(rows, LOCAL)]
    first = {int(trace.thread[row]): int(row) for row in reversed(rows.tolist())}
    return [case.place(row) for row in sorted(first.values())]
