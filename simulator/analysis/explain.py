"""Turns problem events into findings: groups equal ones and writes their sentences."""

from __future__ import annotations

import numpy as np

from simulator.analysis.findings import Finding, make_finding
from simulator.analysis.outcomes import Outcome
from simulator.analysis.relations import last_own_write, overwriter_of
from simulator.analysis.updates import Updates
from simulator.analysis.writes import has_written_before
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

PRIVATE_CURES: dict[str, str] = {
    "shared": "state = threading.local()",
    "locked": "state = threading.local()",
    "local": "del state.{name}  # in a finally clause, when the task ends",
    "context": "pool.submit(copy_context().run, task, …)",
}


def actor_name(trace: Trace, row: int) -> str:
    """Return who did it: ``worker-2``, or ``task-7 on pool-1`` for a task."""
    actor = trace.actors[trace.actor[row]]
    thread = trace.threads[actor.thread].name
    return f"{actor.name} on {thread}" if actor.is_task else thread


def explain_reads(trace: Trace, filename: str, rows: IntArray, outcomes: IntArray) -> list[Finding]:
    """Explain problem reads of private variables.

    Parameters
    ----------
    trace : Trace
        The run.
    filename : str
        What the program's code is called.
    rows, outcomes : ndarray of int, shape (k,)
        Rows of foreign, leftover and erased reads, and their outcomes.

    Returns
    -------
    list of Finding
        One for each kind, variable and line; each explains its first event.
    """
    groups: dict[tuple[str, int, int], list[int]] = {}
    wrote = has_written_before(trace, rows)
    for row, outcome, has_own in zip(rows.tolist(), outcomes.tolist(), wrote.tolist(), strict=True):
        kind = _KINDS[Outcome(outcome)]
        if kind == "clobbered-read" and not has_own:
            kind = "foreign-read"
        groups.setdefault((kind, int(trace.variable[row]), int(trace.line[row])), []).append(row)
    return [_explain_read(trace, filename, kind, group) for (kind, _, _), group in sorted(groups.items())]


_KINDS: dict[Outcome, str] = {
    Outcome.FOREIGN: "clobbered-read",
    Outcome.ERASED: "erased-read",
    Outcome.LEFTOVER: "leftover",
}


def _explain_read(trace: Trace, filename: str, kind: str, rows: list[int]) -> Finding:
    row = rows[0]
    name = trace.variables[trace.variable[row]]
    reader, source = actor_name(trace, row), int(trace.reads_from[row])
    writer, value = actor_name(trace, source), trace.value_text(source)
    own = last_own_write(trace, row)
    line, source_line = int(trace.line[row]), int(trace.line[source])
    if kind == "leftover":
        message = (
            f"{writer} stored {value} in {name} (line {source_line}) and ended. "
            f"The thread lived on and so did the value: {reader} read {value} (line {line}) without having stored it."
        )
    elif kind == "erased-read":
        message = (
            f"{reader} had stored {_own_value(trace, own)} in {name}. "
            f"{writer} deleted it (line {source_line}) before {reader} read it back (line {line}) and found nothing."
        )
    elif own is None:
        message = (
            f"{reader} read {name} (line {line}) without having stored anything in it. "
            f"It got {value}, which {writer} had stored (line {source_line})."
        )
    else:
        culprit = overwriter_of(trace, own, before=row)
        between = "" if culprit is None or culprit == source else f"{actor_name(trace, culprit)} overwrote it; "
        message = (
            f"{reader} stored {_own_value(trace, own)} in {name} (line {int(trace.line[own])}). "
            f"{between}{writer} stored {value} before {reader} read it back (line {line}), so {reader} got {value}."
        )
    cure = PRIVATE_CURES.get(trace.storage or "", "").format(name=name)
    if trace.has_loop_tasks and trace.storage != "context":
        cure = f'{name} = ContextVar("{name}")  # each task has a context of its own'
    return make_finding(
        kind,
        rows,
        filename,
        line,
        message,
        variable=name,
        threads=(reader, writer),
        value=value,
        writer=writer,
        cure=cure,
    )


def _own_value(trace: Trace, own: int | None) -> str:
    return "a value" if own is None else trace.value_text(own)


def explain_updates(trace: Trace, filename: str, variable: int, updates: Updates) -> list[Finding]:
    """Explain lost updates of a counter: one finding for all of them, that tells of the first fork."""
    if not updates.n_lost or not len(updates.forks):
        return []
    write = int(updates.forks[0])
    name = trace.variables[variable]
    read = _read_before(trace, write)
    base = int(trace.reads_from[read])
    first = _first_update_from(trace, base, write)
    winner, loser = actor_name(trace, write), actor_name(trace, first)
    start, value = trace.value_text(base), trace.value_text(write)
    line = int(trace.line[write])
    message = (
        f"{loser} and {winner} both read {start} from {name} (line {int(trace.line[read])}). "
        f"{loser} stored {trace.value_text(first)}, then {winner} stored {value} (line {line}) without having seen it. "
        f"In all {updates.n_lost:,} of {updates.n_updates:,} increments are not in the final value."
    )
    cure = "with lock:  # round the read and the write"
    rows = updates.forks.tolist()
    return [
        make_finding(
            "lost-update",
            rows,
            filename,
            line,
            message,
            variable=name,
            threads=(loser, winner),
            value=value,
            writer=winner,
            cure=cure,
            count=updates.n_lost,
        )
    ]


def _read_before(trace: Trace, write: int) -> int:
    same = (trace.actor[:write] == trace.actor[write]) & (trace.variable[:write] == trace.variable[write])
    return int(np.flatnonzero(same & (trace.kind[:write] == Kind.READ))[-1])


def _first_update_from(trace: Trace, base: int, last: int) -> int:
    """Return the first write whose actor had read `base` just before; `last` is known to be another."""
    for read in np.flatnonzero(trace.reads_from[:last] == base).tolist():
        same = (trace.actor[read + 1 : last] == trace.actor[read]) & (trace.kind[read + 1 : last] <= Kind.WRITE)
        after = np.flatnonzero(same & (trace.variable[read + 1 : last] == trace.variable[read]))
        if len(after) and trace.kind[read + 1 + after[0]] == Kind.WRITE:
            return int(read + 1 + after[0])
    return base


def explain_failures(trace: Trace, filename: str) -> list[Finding]:
    """Explain the exceptions that the program does not declare, one finding each kind, file and line."""
    groups: dict[tuple[str, int, int], list[int]] = {}
    summaries = {failure.row: failure for failure in trace.failures if not failure.is_declared}
    for row, failure in summaries.items():
        groups.setdefault((failure.kind, int(trace.file[row]), int(trace.line[row])), []).append(row)
    found = []
    for rows in groups.values():
        row = rows[0]
        who, line = actor_name(trace, row), int(trace.line[row])
        file = int(trace.file[row])
        where = f"at line {line} {f'of {trace.files[file]} ' if file else ''}" if line else ""
        message = f"{who} ended {where}with {summaries[row].summary}. What it had to do was not finished."
        value = summaries[row].kind
        name = trace.files[file] if file else filename
        found.append(make_finding("thread-died", rows, name, line, message, threads=(who,), value=value))
    return found
