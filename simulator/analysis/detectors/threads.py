"""How threads end: killed by an exception, or never waited for."""

from __future__ import annotations

import ast
import re

import numpy as np

from simulator.analysis.detectors.case import Case, listed
from simulator.analysis.detectors.edits import renamed
from simulator.analysis.detectors.pools import local_slots
from simulator.analysis.findings import Finding, Severity, make_finding
from simulator.record.kinds import Kind
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN, Failure

_NO_ATTRIBUTE = re.compile(r"AttributeError: '([\w.]+)' object has no attribute '(\w+)'")


def find_failures(case: Case) -> list[Finding]:
    """Find threads and tasks that an exception ended; one that missed a thread-local attribute by that name."""
    groups: dict[tuple[str, int, int], list[Failure]] = {}
    for failure in case.trace.failures:
        if not failure.is_declared:
            key = (failure.kind, int(case.trace.file[failure.row]), case.line(failure.row))
            groups.setdefault(key, []).append(failure)
    found = (_explain_missing(case, group) or _explain_failure(case, group) for group in groups.values())
    return [finding for finding in found if case.is_over or _is_certain(finding)]


def _is_certain(finding: Finding) -> bool:
    """Return whether nothing that is still to come can explain it better."""
    return finding.kind == "missing-attribute" or finding.value != "AttributeError"


def _explain_failure(case: Case, group: list[Failure]) -> Finding:
    row, who = group[0].row, case.who(group[0].row)
    at = f"at {case.where(row)} " if case.line(row) else ""
    return make_finding(
        "thread-died",
        [failure.row for failure in group],
        case.trace.files[case.trace.file[row]],
        case.line(row),
        f"{who} ended {at}with {group[0].summary}. What it had to do was not finished.",
        threads=(who,),
        value=group[0].kind,
        places=(case.place(row, f"{who} raises {group[0].kind}"),),
    )


def _explain_missing(case: Case, group: list[Failure]) -> Finding | None:
    """Explain an AttributeError that says that another thread's attribute is not this thread's."""
    match = _NO_ATTRIBUTE.match(group[0].summary)
    slots = local_slots(case, match[2]) if match else []
    row = group[0].row
    who = case.who(row)
    slots = [place for place in slots if case.thread(place.row) != case.thread(row)]
    if match is None or not slots:
        return None
    name = case.name(slots[0].row)
    others = listed(list(dict.fromkeys(case.thread(place.row) for place in slots))[:3])
    message = (
        f"{who} read {name} ({case.where(row)}), but has never stored anything in it. "
        f"Only {others} did ({case.where(slots[0].row)}): each thread has attributes of its own in a threading.local."
    )
    return make_finding(
        "missing-attribute",
        [failure.row for failure in group],
        case.trace.files[case.trace.file[row]],
        case.line(row),
        message,
        variable=name,
        threads=(who, case.thread(slots[0].row)),
        value=case.trace.value_text(slots[0].row),
        writer=case.thread(slots[0].row),
        cure=_ask_first(case, row, name),
        places=(case.place(row, f"{who} reads {name}"), slots[0]),
    )


def _ask_first(case: Case, row: int, name: str) -> str:
    """Return how a thread-local attribute is read with a default."""
    source, line = case.source(row), case.line(row)
    attribute = name.rpartition(".")[2]
    read = next(
        (
            node
            for node in source.nodes
            if isinstance(node, ast.Attribute) and node.attr == attribute and node.lineno == line
        ),
        None,
    )
    if read is None:
        return f"getattr({name.rpartition('.')[0]}, {attribute!r}, None)  # or store it in this thread first"
    changed = renamed(source, [(read, f"getattr({ast.unparse(read.value)}, {attribute!r}, None)")])
    return changed[0] if changed else ""


def find_not_joined(case: Case) -> list[Finding]:
    """Find threads that the program started and nobody waited for: notes.

    Of one that still ran when recording ended that is known only if who started it had ended: else it may have waited.
    """
    trace = case.trace
    begins = np.flatnonzero((trace.kind == Kind.THREAD_BEGIN) & (trace.reads_from >= 0))
    waits = np.flatnonzero(np.isin(trace.kind, (Kind.WAIT, Kind.RECEIVE)) & (trace.reads_from >= 0))
    waited = set(trace.thread[trace.reads_from[waits[_is_join(case, waits)]]].tolist())
    by_program = begins[trace.line[trace.reads_from[begins]] > 0]
    left = [row for row in by_program.tolist() if int(trace.thread[row]) not in waited and _is_left(trace, row)]
    groups: dict[tuple[int, int], list[int]] = {}
    for row in left:
        start = int(trace.reads_from[row])
        groups.setdefault((int(trace.file[start]), case.line(start)), []).append(row)
    return [_explain_not_joined(case, rows) for rows in groups.values()]


def _is_left(trace: Trace, begin: int) -> bool:
    starter = int(trace.thread[trace.reads_from[begin]])
    return any(trace.threads[one].end_ns != OPEN for one in (int(trace.thread[begin]), starter))


def _is_join(case: Case, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[bool]:
    return [case.trace.value_of(row) == "join" for row in rows.tolist()]


def _explain_not_joined(case: Case, rows: list[int]) -> Finding:
    trace, start = case.trace, int(case.trace.reads_from[rows[0]])
    info = trace.threads[int(trace.thread[rows[0]])]
    ran = "was still running when recording ended" if info.end_ns == OPEN else "ended unnoticed"
    message = (
        f"{case.who(start)} started {info.name} ({case.where(start)}) and nobody waited for its end; it {ran}. "
        "What it did may come too late for whoever needs it, and its exceptions are seen by nobody."
    )
    return make_finding(
        "not-joined",
        [start, *rows],
        trace.files[trace.file[start]],
        case.line(start),
        message,
        severity=Severity.NOTE,
        threads=(info.name,),
        writer=case.who(start),
        cure=_join(case, start),
        count=len(rows),
        places=(case.place(start, f"{case.who(start)} starts {info.name}"),),
    )


def _join(case: Case, start: int) -> str:
    text = case.source(start).text_of(case.line(start))
    name = text.partition(".start(")[0]
    return f"{text}  # line {case.line(start)}\n...\n{name if name != text else 'thread'}.join()"
