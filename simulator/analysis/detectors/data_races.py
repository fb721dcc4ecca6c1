"""Data races: two accesses to one place, different threads, one a write, and nothing that orders them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.groups import Group
from simulator.analysis.detectors.race_cures import cure_race, early_signal
from simulator.analysis.findings import Finding, Place, Severity, make_finding
from simulator.record.kinds import Kind

MOST_PLACES = 6
MOST_ALIKE = 20
"""More variables than this that are raced for at the same lines, as attributes in a loop, are told as one."""


def find_data_races(case: Case, explained: Collection[str]) -> list[Finding]:
    """Find the data races of a run, one finding for each variable; very many at the same lines are told as one.

    Parameters
    ----------
    case : Case
        The run.
    explained : collection of str
        Variables of which another finding tells what their races did; they are left out.
    """
    by_family: dict[int, list[Group]] = {}
    for group in case.evidence.races.groups:
        by_family.setdefault(group.family, []).append(group)
    known = {int(case.families[i]) for i, name in enumerate(case.trace.variables) if name in explained}
    by_lines: dict[tuple[int, ...], list[list[Group]]] = {}
    for family, groups in by_family.items():
        if family not in known:
            by_lines.setdefault(_lines_of(case, groups[0]), []).append(groups)
    found = []
    for alike in by_lines.values():
        found += [_explain_many(case, alike)] if len(alike) > MOST_ALIKE else [_explain(case, one) for one in alike]
    return found


def _lines_of(case: Case, group: Group) -> tuple[int, ...]:
    rows = [int(column[group.first]) for column in case.evidence.races.columns]
    return tuple(int(column[row]) for row in rows for column in (case.trace.file, case.trace.line))


def _explain_many(case: Case, alike: list[list[Group]]) -> Finding:
    """Explain the races of one of many variables that are raced for at the same lines, and count them all."""
    first = min(alike, key=lambda groups: case.trace.variables[groups[0].family])
    found = _explain(case, first)
    count = sum(len(group) for groups in alike for group in groups)
    others = f"The same holds for {len(alike) - 1:,} more variables at these lines."
    return replace(found, variable=f"{found.variable} and others", message=f"{found.message} {others}", count=count)


def _explain(case: Case, groups: list[Group]) -> Finding:
    """Explain the races of a variable by the pair that tells most: a write and a read that got its value."""
    trace, (firsts, seconds) = case.trace, case.evidence.races.columns
    pairs = [(int(firsts[group.first]), int(seconds[group.first])) for group in groups]
    first, second = max(pairs, key=lambda pair: _telling(case, *pair))
    name, count = case.name(second), sum(map(len, groups))
    mine, theirs = case.who(second), case.who(first)
    message = (
        f"{theirs} {case.did(first)} ({case.where(first)}), {mine} {case.did(second)} ({case.where(second)}), "
        f"and nothing says which comes first: {_reason(case, first, second)}. "
        f"In this run {mine} came second{_got(case, second)}; in another it may come first."
    )
    order = [(first, second), *(pair for pair in pairs if pair != (first, second))]
    rows = list(dict.fromkeys(row for one, other in order for row in (other, one)))
    return make_finding(
        "data-race",
        rows,
        trace.files[trace.file[second]],
        case.line(second),
        message,
        severity=Severity.WARNING,
        variable=name,
        threads=(mine, theirs),
        value=trace.value_text(second),
        writer=mine if trace.kind[second] != Kind.READ else theirs,
        cure=cure_race(case, first, second),
        count=count,
        places=_places(case, rows),
    )


def _telling(case: Case, first: int, second: int) -> tuple[int, ...]:
    kinds = case.trace.kind[[first, second]]
    return int(kinds[0] == Kind.WRITE and kinds[1] == Kind.READ), int(case.line(first) != case.line(second)), -second


def _got(case: Case, row: int) -> str:
    return f" and got {case.trace.value_text(row)}" if case.trace.kind[row] == Kind.READ else ""


def _reason(case: Case, first: int, second: int) -> str:
    """Say why they are not ordered, as far as signals and locks show it."""
    signal = early_signal(case, first, second)
    if signal is not None:
        writer, reader = (first, second) if case.who(signal) == case.who(first) else (second, first)
        return _too_early(case, signal, case.who(writer), case.who(reader))
    theirs, mine = case.lock_names(first), case.lock_names(second)
    both = sorted(set(theirs) & set(mine))
    if both:
        return f"{case.who(first)} and {case.who(second)} hold {both[0]}, which lets more than one in at a time"
    if theirs and mine:
        return f"{case.who(first)} holds {theirs[0]} and {case.who(second)} {mine[0]}, which are different locks"
    if theirs or mine:
        with_lock, without = (first, second) if theirs else (second, first)
        return f"{case.who(with_lock)} holds {(theirs or mine)[0]}, {case.who(without)} does not"
    return "no lock, event, queue or join orders them"


def _too_early(case: Case, signal: int, writer: str, reader: str) -> str:
    """Say that somebody told others that something is ready before it was."""
    name, where = case.name(signal), case.where(signal)
    if case.trace.value_of(signal) == "put":
        return f"{writer} had put it into {name} before ({where}), where {reader} gets it"
    did = "set it" if case.trace.value_of(signal) == "set" else "notified"
    return f"{reader} waits for {name}, but {writer} had {did} before ({where})"


def _places(case: Case, rows: list[int]) -> list[Place]:
    """Return the places of the rows, each line once."""
    trace = case.trace
    found = {(int(trace.file[row]), int(trace.line[row]), int(trace.kind[row])): row for row in reversed(rows)}
    return [case.place(row) for row in sorted(found.values(), key=rows.index)[:MOST_PLACES]]
