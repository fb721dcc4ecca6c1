"""A run in a few lines of plain text, as the command line prints it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from simulator.analysis.counts import Counts
from simulator.analysis.findings import Finding
from simulator.analysis.recording import Recording
from simulator.analysis.verdict import BAD, GOOD
from simulator.lessons.base import IN_PROCESS, OWN_PROCESS

WIDTH = 96
_MARKS = {GOOD: "✓", BAD: "✗"}


def summary_text(recording: Recording, findings: Iterable[Finding] | None = None) -> str:
    """Return question, settings, verdict, counts and findings (by default all), one below the other."""
    verdict = recording.verdict
    parts = [
        [recording.question, recording.badge],
        [f"{_MARKS.get(verdict.tone, '–')} {verdict.text}"],
        list(_count_lines(recording)),
    ]
    parts += [list(_finding_lines(finding)) for finding in (recording.findings if findings is None else findings)]
    return "\n\n".join("\n".join(lines) for lines in parts)


def duration_text(duration_ns: int) -> str:
    """Return a duration in the unit that fits: ``830 ns``, ``12.3 ms``."""
    for unit, size_ns in (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)):
        if duration_ns >= size_ns:
            return f"{float(f'{duration_ns / size_ns:.3g}'):,g} {unit}"
    return f"{duration_ns} ns"


def counted(number: int, noun: str) -> str:
    """Return ``1 read``, ``2 reads``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _count_lines(recording: Recording) -> Iterator[str]:
    counts, events = recording.analysis.counts, recording.trace.n
    reads = counted(counts.reads, "read")
    outcomes = ", ".join(_outcome_parts(counts))
    yield f"{reads}: {outcomes}" if outcomes else reads
    others = [
        counted(number, noun) for number, noun in ((counts.writes, "write"), (counts.deletes, "delete")) if number
    ]
    others += [counted(counts.lost_updates, "lost update")] if counts.lost_updates else []
    others += [f"{counts.uncertain:,} of uncertain order"] if counts.uncertain else []
    yield ", ".join([*others, f"{counted(events, 'event')} in all"])
    places = {IN_PROCESS: "in this process", OWN_PROCESS: "in a process of its own"}
    gil = "" if recording.gil else " without a GIL"
    end = f"{recording.status} after {duration_text(recording.elapsed_ns)}"
    yield ", ".join(part for part in (end, places.get(recording.place), f"{recording.interpreter}{gil}") if part)
    if recording.ending is not None:
        yield from recording.ending.left_out_lines()
    if recording.unstopped:
        yield f"did not stop: {', '.join(recording.unstopped)}"


def _outcome_parts(counts: Counts) -> Iterable[str]:
    return (f"{number:,} {outcome.name.lower()}" for outcome, number in counts.by_outcome.items() if number)


def _finding_lines(finding: Finding) -> Iterator[str]:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    times = f"{finding.count:,} times" if finding.count > 1 else ""
    yield ", ".join(
        part for part in (f"{finding.severity.name.lower()}: {finding.kind}", finding.variable, where, times) if part
    )
    yield textwrap.fill(finding.message, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
    if "\n" in finding.cure:
        yield "  cure:"
        yield textwrap.indent(finding.cure, "    ")
    elif finding.cure:
        yield f"  cure: {finding.cure}"
    if finding.lesson:
        yield f"  lesson: {finding.lesson}"
