"""Run small scripts for tests, recorded, and look at what was recorded."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.process.script_host import ScriptProcess, Streams
from simulator.record.kinds import Kind
from simulator.script.settings import ScriptSettings
from simulator.trace.sites import SiteTable
from simulator.trace.trace import Trace


@dataclass
class Seen:
    """What came of a script.

    Attributes
    ----------
    rows : list of tuple
        ``(stamp, thread name, kind, variable with its place, value, line, reference)`` by stamp.
    """

    status: str = ""
    exit_code: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    limit: str = ""
    left_out: int = 0
    dropped: int = 0
    untouched: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    places: dict[int, tuple[str, str, int]] = field(default_factory=dict)

    def accesses(self, name: str) -> list[tuple[str, Kind, Any]]:
        """Return thread, kind and value of the accesses to a variable."""
        return [(row[1], row[2], row[4]) for row in self.rows if row[3] == name and row[2] <= Kind.DELETE]

    def kinds(self, *kinds: Kind) -> list[tuple[Any, ...]]:
        """Return thread, kind, name and value of the rows of these kinds."""
        return [row[1:5] for row in self.rows if row[2] in kinds]


def write_script(folder: Path, source: str, name: str = "script.py") -> Path:
    """Write a script into a folder."""
    path = folder / name
    path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")
    return path


def start_script(path: Path, streams: Streams = "capture", wants_locks: bool = False, **settings: Any) -> ScriptProcess:
    """Start a script."""
    process = ScriptProcess(ScriptSettings(str(path), **{"cwd": str(path.parent), **settings}), streams, wants_locks)
    process.start()
    return process


def finish(process: ScriptProcess, stdin: bytes = b"", stop_after: Sequence[object] = ()) -> Seen:
    """Wait for the end of a script and return what was seen of it.

    With `stop_after` it is stopped as soon as these values, in whatever order, have been recorded.
    """
    if stdin:
        process.write_input(stdin)
    batches, tables, output = drain_all(process, stop_after)
    seen = Seen(
        process.status,
        process.exit_code,
        b"".join(data for stream, data in output if stream == "stdout"),
        b"".join(data for stream, data in output if stream == "stderr"),
        process.limit,
        process.left_out,
        process.dropped,
        process.untouched,
    )
    _read_rows(seen, batches, tables)
    return seen


def drain_all(process: ScriptProcess, stop_after: Sequence[object] = ()) -> tuple[list[Any], list[Any], list[Any]]:
    """Wait for the end of a script and return its batches of rows, its names and its output; see `finish`."""
    process.close_input()
    batches: list[tuple[int, list[tuple[Any, ...]]]] = []
    tables: list[Any] = []
    output: list[tuple[str, bytes]] = []

    def fetch() -> bool:
        new = process.drain(100_000)
        tables.extend(process.take_names())
        output.extend(process.take_output())
        batches.extend(new)
        return bool(new)

    try:
        while not process.done.is_set():
            if not fetch():
                process.done.wait(0.005)
            if stop_after and _are_recorded(stop_after, batches):
                process.stop()
        while fetch():
            pass
    finally:
        process.close()
    return batches, tables, output


def _are_recorded(values: Sequence[object], batches: Sequence[Any]) -> bool:
    return not Counter(values) - Counter(row[4] for _, rows in batches for row in rows if isinstance(row[4], str))


def run_script(folder: Path, source: str, stdin: bytes = b"", **settings: Any) -> Seen:
    """Write a script, run it to its end, and return what was seen of it."""
    return finish(start_script(write_script(folder, source), **settings), stdin)


def read_trace(process: ScriptProcess) -> Trace:
    """Wait for the end of a script and return the trace of it."""
    sites, batches = SiteTable(), []
    while True:
        is_done = process.done.wait(0.01)
        new = process.drain(1_000_000)
        for names in process.take_names():
            sites.learn(names)
        batches += new
        if is_done and not new:
            break
    process.close()
    trace = Trace((), None, sites=sites)
    trace.append(batches)
    trace.finish()
    return trace


def _read_rows(seen: Seen, batches: list[tuple[int, list[tuple[Any, ...]]]], tables: list[Any]) -> None:
    variables: dict[int, str] = {}
    sites: dict[int, tuple[int, ...]] = {}
    places: dict[int, tuple[str, str, int]] = {0: ("", "", 0)}
    for _, _, new_variables, new_sites, new_places in tables:
        variables |= {index: name for index, name, _ in new_variables}
        sites |= {index: tuple(rest) for index, *rest in new_sites}
        places |= {serial: tuple(rest) for serial, *rest in new_places}
    names = {serial: row[4] for serial, rows in batches for row in rows if sites[row[1]][0] == Kind.THREAD_BEGIN}
    for serial, rows in batches:
        for stamp, site, place, reference, value in rows:
            kind, variable, _, line, _ = sites[site]
            name = variables.get(variable, "") if kind != Kind.END else str(variable)
            full = places[place][0] + name if name.startswith((".", "[")) else name
            seen.rows.append((stamp, names[serial], Kind(kind), full, value, line, reference))
    seen.places = places
    seen.rows.sort(key=lambda row: row[0])
