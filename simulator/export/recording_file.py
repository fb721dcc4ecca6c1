"""The recording file ``.threadloom``: all that was observed in a run, so that it reopens to exactly the same trace.

A zip archive of these members, version 3:

``mimetype``
    ``application/x-threadloom``, the first member and not compressed, so that the file's first bytes tell what it is.
``manifest.json``
    ``format`` ("threadloom"), ``version``, ``events`` (their number n), and ``columns``: for each column of the trace
    its ``base`` and number of ``planes``.
``recording.json``
    Settings, code, threads, actors, values; see `simulator.export.plain`.
``summary.json``
    For other tools: what ``threadloom show --json`` prints, with verdict and findings as they were judged when the file
    was written. Opening does not read it.
``columns/NAME.K``
    Plane K of column NAME: byte K of each event's ``number - base``, n bytes. The numbers are those of
    `simulator.export.packing.to_differences`, for ``begin_ns``, ``end_ns`` and ``reads_from``, else the trace's.

``columns/begin_ns.0`` is not compressed: the file then is no smaller than the number of events it claims, and nobody
can claim a thousand million in a kilobyte. The texts may not hold more values than so many events give reason for.
Outcomes, findings and verdict are worked out again on opening, from the facts: a file cannot claim what its events do
not show, and a later version may judge better. Loading runs nothing that the file brings along; whatever is in it
either makes a valid trace or is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import numpy as np

from simulator.analysis.analysis import Analysis
from simulator.analysis.judges.registry import judge_for
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.script_findings import judge_script
from simulator.errors import FileError, UsageError
from simulator.export import plain
from simulator.export.atomic import replacing, shown
from simulator.export.container import Container, DamagedError, ForeignError, write_container
from simulator.export.packing import MAX_PLANES, Packed, from_differences, pack, to_differences, unpack
from simulator.progress import Progress, silent, told
from simulator.script.settings import ScriptSettings
from simulator.trace.columns import IntArray
from simulator.trace.restore import restore
from simulator.trace.trace import COLUMNS

SUFFIX = ".threadloom"
FORMAT = "threadloom"
VERSION = 3
MAX_EVENTS = 100_000_000
MAX_NS = 1 << 53
"""No script runs for longer than a hundred days."""
ADDED_COLUMNS = {"file": 0}
"""Columns that version 1 did not have, and what their numbers were then."""
ABOUT_MEMBERS = 24
MOST_VALUES, VALUES_AN_EVENT = 50_000, 6
"""So much may stand in its texts: names and settings anyway, and for each event a value, a thread or a variable."""
COUNTED_BYTES = 1 << 14
_CLAIM = "begin_ns"
"""The column whose lowest plane is not compressed."""


def save(recording: Recording, path: str | os.PathLike[str], progress: Progress = silent) -> None:
    """Write a recording of a run that has ended; `progress` is told how much is done.

    Raises
    ------
    UsageError
        If the run is still going on.
    FileError
        If the file cannot be written; an older one is then as it was.
    """
    if recording.status == RUNNING:
        raise UsageError("the run is still going on; stop it or wait for its end, then save it")
    with replacing(path) as file:
        write_container(file, told(_members(recording), ABOUT_MEMBERS, progress))


def load(path: str | os.PathLike[str], progress: Progress = silent) -> Recording:
    """Read a recording and work out again what it means; `progress` is told how much is done.

    Raises
    ------
    FileError
        If the file cannot be read, is no recording, is damaged, or was written by a newer Threadloom; nothing of it is
        returned then.
    """
    try:
        with Container(path) as container:
            return _read(container, progress)
    except ForeignError:
        raise FileError(f"{shown(path)} is no recording of Threadloom; choose a {SUFFIX} file") from None
    except _NewerError as error:
        raise FileError(
            f"{shown(path)} was written by a newer Threadloom (format {error}; this one reads up to {VERSION}). "
            "Install a newer version."
        ) from None
    except (DamagedError, ValueError, RecursionError) as error:
        reason = "its text is no JSON" if isinstance(error, (json.JSONDecodeError, RecursionError)) else error
        raise FileError(f"{shown(path)} is damaged: {reason}; use another copy of it") from error
    except MemoryError:
        raise FileError(f"{shown(path)} is too large for this machine's memory; open it on a larger one") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"cannot read {shown(path)}: {reason}; check the name and that you may read it") from error


class _NewerError(Exception):
    """The file's version is beyond ours."""


def _members(recording: Recording) -> Iterator[tuple[str, bytes, bool]]:
    trace = recording.trace
    changed = to_differences({name: getattr(trace, name) for name in COLUMNS})
    packed = {name: pack(column, min_planes=name == _CLAIM) for name, column in changed.items()}
    columns = {name: {"base": one.base, "planes": len(one.planes)} for name, one in packed.items()}
    manifest = {"format": FORMAT, "version": VERSION, "events": trace.n, "columns": columns}
    yield "manifest.json", _dump(manifest), True
    yield "recording.json", _dump(plain.to_plain(recording)), True
    yield "summary.json", _dump(recording.summary()), True
    yield from _planes(packed)


def _planes(packed: dict[str, Packed]) -> Iterator[tuple[str, bytes, bool]]:
    for name, column in packed.items():
        for k, plane in enumerate(column.planes):
            yield _plane_name(name, k), plane, (name, k) != (_CLAIM, 0)


def _plane_name(column: str, k: int) -> str:
    return f"columns/{column}.{k}"


def _dump(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode("ascii")


def _parse(text: bytes, n_events: int = 0) -> Any:
    """Return what a text of JSON says, unless it would take more memory than that many events give reason for.

    Python takes up to 90 bytes for a value of which JSON has two letters; so they are counted before one is made.
    """
    most = MOST_VALUES + VALUES_AN_EVENT * n_events
    if any(n > most for n in accumulate(_count_values(text))):
        raise DamagedError(f"its text holds far more than {n_events:,} events could bring about")
    return json.loads(text)


def _count_values(text: bytes) -> Iterator[int]:
    """Count what tells the values of a text of JSON apart, outside of its strings, piece by piece."""
    rest, is_inside = b"", 0
    for begin in range(0, len(text), COUNTED_BYTES):
        piece = (rest + text[begin : begin + COUNTED_BYTES]).replace(b"\\\\", b"")
        rest = b"\\" if piece.endswith(b"\\") else b""  # what it escapes is in the next piece
        parts = piece.removesuffix(b"\\").replace(b'\\"', b"").split(b'"')
        outside = b"".join(parts[is_inside::2])
        yield sum(map(outside.count, (b",", b":", b"[", b"{")))
        is_inside ^= (len(parts) - 1) % 2


def _read(container: Container, progress: Progress) -> Recording:
    manifest = plain.Fields(_parse(container.read_text("manifest.json")))
    if manifest.text("format") != FORMAT:
        raise ForeignError
    version = manifest.number("version")
    if version > VERSION:
        raise _NewerError(version)
    if version < 1:
        raise ValueError(f"its version {version} never was")
    columns = _read_columns(container, manifest, version, progress)
    fields = plain.Fields(_parse(container.read_text("recording.json"), manifest.number("events")))
    variables = plain.variables_of(fields)
    trace = plain.empty_trace(fields, variables, version)
    restore(trace, columns, plain.threads_of(fields), plain.actors_of(fields), plain.values_of(fields))
    filename = fields.text("filename")
    settings = plain.settings_of(fields)
    recording = Recording(
        settings=settings,
        question=fields.text("question"),
        code=fields.text("code"),
        filename=filename,
        variables=variables,
        trace=trace,
        analysis=Analysis(trace, variables, filename, judge_for(settings)),
        status=plain.status_of(fields),
        elapsed_ns=fields.number("elapsed_ns"),
        place=fields.text("place"),
        interpreter=fields.text("interpreter"),
        gil=fields.flag("gil"),
        access_cost_ns=fields.number("access_cost_ns"),
        unstopped=plain.names_of(fields, "unstopped"),
        other_sources=list(plain.names_of(fields, "other_sources")) if version > 1 else [],
        ending=plain.ending_of(fields) if version > 2 else None,
    )
    if len(recording.other_sources) + 1 != len(trace.files):
        raise ValueError("its files and their texts do not belong together")
    if recording.ending is not None:
        trace.extend_to(min(recording.elapsed_ns, MAX_NS))
    if isinstance(settings, ScriptSettings) != (recording.ending is not None):
        raise ValueError("its settings and its end do not belong together")
    recording.analysis.finish()
    if isinstance(settings, ScriptSettings):
        recording.analysis.adopt(judge_script(recording))
    return recording


def _read_columns(
    container: Container, manifest: plain.Fields, version: int, progress: Progress
) -> dict[str, IntArray]:
    n = manifest.number("events")
    if not 0 <= n <= MAX_EVENTS:
        raise ValueError(f"it claims {n:,} events, and at most {MAX_EVENTS:,} can be")
    if container.stored_size(_plane_name(_CLAIM, 0)) != n:
        raise ValueError(f"it claims {n:,} events but does not hold so many")
    fields = plain.Fields(manifest.fields("columns"))
    added = ADDED_COLUMNS if version == 1 else {}
    names = told(COLUMNS, 2 * len(COLUMNS), progress)
    return from_differences(
        (name, np.full(n, added[name]) if name in added else _read_column(container, fields, name, n)) for name in names
    )


def _read_column(container: Container, columns: plain.Fields, name: str, n: int) -> IntArray:
    fields = plain.Fields(columns.fields(name))
    n_planes = fields.number("planes")
    if not 0 <= n_planes <= MAX_PLANES:
        raise ValueError(f"its column {name} has {n_planes} planes")
    return unpack(fields.number("base"), n, lambda k: container.read(_plane_name(name, k), n), n_planes)
