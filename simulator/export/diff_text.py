"""The difference of two recordings, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.analysis.diff import Change, Diff, Parting
from simulator.analysis.kind_words import does
from simulator.analysis.recording import Recording
from simulator.export.summary_text import duration_text
from simulator.record.kinds import Kind


def diff_plain(paths: tuple[str, str], recordings: tuple[Recording, Recording], found: Diff) -> dict[str, Any]:
    """Return a difference as ``diff --json`` prints it; ``first`` and ``second`` are the recordings as given."""
    runs = [
        {"recording": path, "verdict": one.verdict.text, "findings": len(one.findings)}
        for path, one in zip(paths, recordings, strict=True)
    ]
    return {
        "same": found.is_empty,
        "first": runs[0],
        "second": runs[1],
        "settings": [_change_plain(one) for one in found.settings],
        "counts": [_change_plain(one) for one in found.counts],
        "facts": [_change_plain(one) for one in found.facts],
        "code_line": found.code_line,
        "order": _parting_plain(recordings, found.order),
        "source": _parting_plain(recordings, found.source),
    }


def _change_plain(change: Change) -> dict[str, Any]:
    return {"name": change.name, "first": change.first, "second": change.second}


def _parting_plain(recordings: tuple[Recording, Recording], parting: Parting | None) -> dict[str, Any] | None:
    if parting is None:
        return None
    events = [_event_plain(one, row) for one, row in zip(recordings, (parting.first, parting.second), strict=True)]
    return {"variable": parting.variable, "number": parting.number, "first": events[0], "second": events[1]}


def _event_plain(recording: Recording, row: int | None) -> dict[str, Any] | None:
    """Return an event; ``event`` is its number in tables, from 1."""
    if row is None:
        return None
    trace = recording.trace
    source = int(trace.reads_from[row])
    return {
        "event": row + 1,
        "time_ns": int(trace.begin_ns[row]),
        "actor": trace.actors[trace.actor[row]].name,
        "kind": Kind(int(trace.kind[row])).name.lower(),
        "value": trace.value_text(row) if trace.has_value(row) else None,
        "writer": trace.actors[trace.actor[source]].name if source >= 0 else None,
        "file": trace.files[trace.file[row]] if trace.line[row] else None,
        "line": int(trace.line[row]) or None,
    }


def diff_text(paths: tuple[str, str], recordings: tuple[Recording, Recording], found: Diff) -> str:
    """Return a difference in a few lines."""
    head = [f"{mark} {path}: {one.verdict.text}" for mark, path, one in zip("AB", paths, recordings, strict=True)]
    if found.is_empty:
        return "\n".join([*head, "", "The same settings, counts and order of accesses."])
    parts = [head]
    for title, changes in (("settings", found.settings), ("counts", found.counts), ("facts", found.facts)):
        if changes:
            parts.append([title, *_table(changes)])
    if found.code_line is not None:
        parts.append([f"The code differs from line {found.code_line:,} on."])
    parts.append(list(_order_lines(recordings, found.order)))
    if found.source is not None:
        parts.append(list(_source_lines(recordings, found.source)))
    return "\n\n".join("\n".join(lines) for lines in parts)


def _table(changes: tuple[Change, ...]) -> Iterator[str]:
    rows = [(change.name.replace("_", " "), _shown(change.first), _shown(change.second)) for change in changes]
    widths = [max(len(row[column]) for row in (*rows, ("", "A", "B"))) for column in range(3)]
    for row in (("", "A", "B"), *rows):
        yield "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _order_lines(recordings: tuple[Recording, Recording], parting: Parting | None) -> Iterator[str]:
    if parting is None:
        yield "The order of accesses is the same."
        return
    yield f"The order differs first at access {parting.number:,} to {parting.variable}:"
    yield from _event_lines(recordings, parting)


def _source_lines(recordings: tuple[Recording, Recording], parting: Parting) -> Iterator[str]:
    yield f"The first read that got another write is read {parting.number:,} of its actor of {parting.variable}:"
    yield from _event_lines(recordings, parting)


def _event_lines(recordings: tuple[Recording, Recording], parting: Parting) -> Iterator[str]:
    for mark, recording, row in zip("AB", recordings, (parting.first, parting.second), strict=True):
        yield f"  {mark}  {_event_text(recording, row)}"


def _event_text(recording: Recording, row: int | None) -> str:
    event = _event_plain(recording, row)
    if event is None or row is None:
        return "no further access"
    text = f"{event['actor']} {does(recording.trace, row)}"
    text += f" {event['value']}" if event["value"] is not None else ""
    text += f" of {event['writer']}" if event["writer"] else ""
    text += f", line {event['line']}" if event["line"] else ""
    return f"{text}, at {duration_text(event['time_ns'])} (event {event['event']:,})"
