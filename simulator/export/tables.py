"""Tables: every event a row, as CSV for spreadsheets or as JSON Lines for programs; written slice by slice."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import ON_VARIABLES
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.export.atomic import replacing
from simulator.export.utf8 import encode, encode_json
from simulator.progress import Progress, silent, told
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import FLAG_UNCERTAIN
from simulator.trace.tracks import OPEN
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_OBJECT

COLUMN_NAMES = (
    "begin_ns",
    "end_ns",
    "thread",
    "actor",
    "kind",
    "variable",
    "value",
    "write_id",
    "reads_from",
    "outcome",
    "file",
    "line",
    "flags",
)
Cell = None | bool | int | float | str
Row = tuple[Cell, ...]

SLICE_ROWS = 20_000
_WITH_ID = (Kind.WRITE, Kind.DELETE, Kind.SIGNAL, Kind.CLEAR)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet calculate; the last four are the same signs in the width of Chinese letters."""
_INT64 = 1 << 63
_JSON_LINE = "{" + ", ".join(f'"{name}": %s' for name in COLUMN_NAMES) + "}\n"
_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_csv(recording: Recording, path: str | os.PathLike[str], progress: Progress = silent) -> None:
    """Write a table as CSV (RFC 4180, UTF-8, a header line).

    Notes
    -----
    A cell that holds nothing is empty. A text that a spreadsheet would take for a formula gets a ' in front.
    """
    header = ",".join(COLUMN_NAMES).encode() + b"\r\n"
    _write(path, header, _slices(recording, progress, _guard), _csv_bytes)


def write_jsonl(recording: Recording, path: str | os.PathLike[str], progress: Progress = silent) -> None:
    """Write a table as JSON Lines (UTF-8): one object an event.

    Notes
    -----
    Where there is nothing stands an empty text or 0 (rows, lines and writes are counted from 1), so that programs which
    take the types of columns from the first rows understand all others; null in ``value`` and, for a span that never
    ended, in ``end_ns``. Whole numbers beyond 64 bits are texts.
    """
    _write(path, b"", _slices(recording, progress), _json_bytes)


def _slices(recording: Recording, progress: Progress, change_text: Callable[[str], str] = str) -> Iterator[list[Row]]:
    return told(table_rows(recording, change_text), -(-recording.trace.n // SLICE_ROWS), progress)


def table_rows(recording: Recording, change_text: Callable[[str], str] = str) -> Iterator[list[Row]]:
    """Return the rows of the table, some thousands at a time.

    Parameters
    ----------
    recording : Recording
        The run.
    change_text : callable
        Applied to every text that comes from the recorded program.

    Yields
    ------
    list of tuple
        The cells of `COLUMN_NAMES` for each event. Times are nanoseconds since the start of the run, ``end_ns`` None
        for a span that never ended. ``write_id`` numbers a write, delete, signal or clear by its row, from 1;
        ``reads_from`` is the ``write_id`` of the write that a read got, or of the signal that a wait met. ``flags``
        holds words: ``problem`` (event of a finding of severity warning or error), ``uncertain`` (its order cannot be
        told).
    """
    table = _Table(recording, change_text)
    for start in range(0, recording.trace.n, SLICE_ROWS):
        yield table.rows(slice(start, min(start + SLICE_ROWS, recording.trace.n)))


class _Table:
    """Looks up the names behind the numbers of a recording's columns."""

    def __init__(self, recording: Recording, change_text: Callable[[str], str]) -> None:
        self._recording = recording
        trace = recording.trace
        self._threads = [change_text(thread.name) for thread in trace.threads]
        self._actors = [change_text(actor.name) for actor in trace.actors]
        self._names = [change_text(name) for name in trace.variables]
        self._files = [change_text(name) for name in trace.files]
        self._kinds = {int(kind): kind.name.lower().replace("_", "-") for kind in Kind}
        self._outcomes = [None, *(outcome.name.lower() for outcome in list(Outcome)[1:])]
        cells = map(value_cell, trace.objects)
        self._objects = [change_text(cell) if isinstance(cell, str) else cell for cell in cells]

    def rows(self, window: slice) -> list[Row]:
        trace = self._recording.trace
        kind, line = trace.kind[window].tolist(), trace.line[window].tolist()
        begin_ns, end_ns = trace.begin_ns[window].tolist(), trace.end_ns[window].tolist()
        source = trace.reads_from[window].tolist()
        file = trace.file[window].tolist()
        return list(
            zip(
                begin_ns,
                [None if ns == OPEN and one >= FIRST_SPAN else ns for ns, one in zip(end_ns, kind, strict=True)],
                [self._threads[serial] for serial in trace.thread[window].tolist()],
                [self._actors[index] for index in trace.actor[window].tolist()],
                [self._kinds[one] for one in kind],
                self._variables(kind, trace.variable[window].tolist()),
                self._values(window),
                [
                    row if one in _WITH_ID else None
                    for row, one in zip(range(window.start + 1, window.stop + 1), kind, strict=True)
                ],
                [row + 1 if row >= 0 else None for row in source],
                [self._outcomes[one] for one in self._recording.analysis.outcome[window].tolist()],
                [self._files[index] if one else None for one, index in zip(line, file, strict=True)],
                [one or None for one in line],
                self._flags(window),
                strict=True,
            )
        )

    def _variables(self, kind: list[int], variable: list[int]) -> list[Cell]:
        names = self._names
        return [
            names[index] if one in ON_VARIABLES and index < len(names) else None
            for one, index in zip(kind, variable, strict=True)
        ]

    def _values(self, window: slice) -> list[Cell]:
        """Return the values written; for a read the value it got."""
        trace = self._recording.trace
        source = trace.reads_from[window]
        rows = np.where((source >= 0) & (trace.kind[window] == Kind.READ), source, np.arange(window.start, window.stop))
        tags, values = (trace.flags[rows] & TAG_MASK).tolist(), trace.value[rows].tolist()
        objects = self._objects
        return [
            value if tag == TAG_INT else objects[value] if tag == TAG_OBJECT else None
            for tag, value in zip(tags, values, strict=True)
        ]

    def _flags(self, window: slice) -> list[Cell]:
        analysis, trace = self._recording.analysis, self._recording.trace
        is_problem: IntArray = analysis.severity[window] >= Severity.WARNING
        is_uncertain = (trace.flags[window] & FLAG_UNCERTAIN) != 0
        words = (None, "problem", "uncertain", "problem uncertain")
        return [words[index] for index in (is_problem + 2 * is_uncertain).tolist()]


def value_cell(value: object) -> Cell:
    """Return a recorded value as a cell: scalars as they are, everything else in words."""
    if isinstance(value, tuple):
        if len(value) == 4:
            return str(value[1])
        name, identity, length = value
        return f"<{name} of {length}>" if length >= 0 else f"<{name} {identity:#x}>"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    assert value is None or isinstance(value, (bool, int, float, str))
    return value


def _write(
    path: str | os.PathLike[str],
    header: bytes,
    slices: Iterable[list[Row]],
    to_bytes: Callable[[list[Row]], bytes],
) -> None:
    with replacing(path) as file:
        file.write(header)
        for rows in slices:
            file.write(to_bytes(rows))


def _csv_bytes(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return encode(text.getvalue())


def _guard(text: str) -> str:
    """Put a ' before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _json_bytes(rows: list[Row]) -> bytes:
    words = _Words()
    return encode_json("".join([_json_line(words, row) for row in rows]))


class _Words(dict[Cell, str]):
    """Texts as JSON, each encoded once; nothing is an empty text."""

    def __missing__(self, cell: Cell) -> str:
        self[cell] = text = _dump(cell or "")
        return text


def _json_line(words: _Words, row: Row) -> str:
    begin_ns, end_ns, thread, actor, kind, variable, value, write_id, reads_from, outcome, file, line, flags = row
    return _JSON_LINE % (
        begin_ns,
        "null" if end_ns is None else end_ns,
        words[thread],
        words[actor],
        words[kind],
        words[variable],
        _dump(narrow(value)),
        write_id or 0,
        reads_from or 0,
        words[outcome],
        words[file],
        line or 0,
        words[flags],
    )


def narrow(cell: Cell) -> Cell:
    """Return a cell that every reader of 64-bit numbers understands: larger whole numbers as text."""
    return str(cell) if isinstance(cell, int) and not -_INT64 <= cell < _INT64 else cell
