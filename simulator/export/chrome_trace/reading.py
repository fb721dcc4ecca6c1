"""Opening Chrome traces of others, above all those of VizTracer: threads, spans and instants, as far as they go.

A slice becomes a block with its name, an instant a log line. VizTracer's names, ``function (file:line)``, give file
and line, and the sources that it puts into the file are the program's code. Counters, arrows, objects and asynchronous
events have no counterpart and are left out. There are no reads or writes in such a trace, so nothing is judged.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from simulator.analysis.analysis import Analysis
from simulator.analysis.recording import DONE, Recording
from simulator.errors import FileError
from simulator.export.atomic import shown
from simulator.lessons.base import THREADS, RunSettings
from simulator.progress import Progress, silent, told
from simulator.record.kinds import LINE_BITS, NO_VARIABLE, Kind
from simulator.record.values import MAX_TEXT
from simulator.trace.restore import restore
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import COLUMNS, Trace
from simulator.trace.tracks import OPEN, Actor, ThreadInfo
from simulator.trace.values import TAG_OBJECT

LESSON = "chrome-trace"
"""Stands in the settings in place of a lesson's id."""
MAX_BYTES = 1 << 30
MAX_THREADS = 1 << 16
_MAX_US = float(1 << 53)
_PLACE = re.compile(r"^(?P<name>.*) \((?P<file>.+):(?P<line>\d{1,6})\)$", re.DOTALL)
_STEPS = 64

Thread = tuple[Any, Any]
Named = TypeVar("Named")


def load_chrome_trace(path: str | os.PathLike[str], progress: Progress = silent) -> Recording:
    """Read a Chrome trace; `progress` is told how much is done.

    Raises
    ------
    FileError
        If it cannot be read, or is no Chrome trace; one line says what is wrong.
    """
    try:
        return _Reader(_parse(path), Path(path).name).read(progress)
    except (ValueError, RecursionError) as error:
        reason = "it is no JSON" if isinstance(error, (json.JSONDecodeError, RecursionError, UnicodeError)) else error
        raise FileError(f"{shown(path)} is no Chrome trace: {reason}; choose another file") from error
    except MemoryError:
        raise FileError(f"{shown(path)} is too large for this machine's memory; open it on a larger one") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"cannot read {shown(path)}: {reason}; check the name and that you may read it") from error


def _parse(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the object that a trace is; a bare list of events is one too."""
    if not Path(path).is_file():
        os.stat(path)  # says so if it does not exist
        raise ValueError("it is no ordinary file")
    if os.stat(path).st_size > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES >> 20:,} MiB")
    plain = json.loads(Path(path).read_bytes())
    if isinstance(plain, list):
        return {"traceEvents": plain}
    if not isinstance(plain, dict) or not isinstance(plain.get("traceEvents"), list):
        raise ValueError("it has no list of traceEvents")
    return plain


@dataclass(slots=True)
class _Rows:
    """The events so far, one list a column."""

    begin_ns: list[int] = field(default_factory=list)
    end_ns: list[int] = field(default_factory=list)
    thread: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)
    file: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)

    def add(self, begin_ns: int, end_ns: int, thread: int, kind: Kind, named: tuple[int, int, int]) -> int:
        """Add an event; return its number."""
        for column, number in zip(
            (self.begin_ns, self.end_ns, self.thread, self.kind, self.value, self.file, self.line),
            (begin_ns, end_ns, thread, int(kind), *named),
            strict=True,
        ):
            column.append(number)
        return len(self.begin_ns) - 1


class _Reader:
    """Turns the events of a Chrome trace into a recording."""

    def __init__(self, plain: dict[str, Any], filename: str) -> None:
        self._events: list[Any] = plain["traceEvents"]
        self._filename = filename
        self._sources = _sources(plain)
        metadata = plain.get("viztracer_metadata")
        version = metadata.get("version", "") if isinstance(metadata, dict) else None
        self._recorder = "recorded elsewhere" if version is None else f"recorded by VizTracer {version}".rstrip()
        self._rows = _Rows()
        self._threads: dict[Thread, int] = {}
        self._thread_names: dict[Thread, str] = {}
        self._process_names: dict[Any, str] = {}
        self._values: dict[str, int] = {}
        self._files: dict[str, int] = {name: i for i, name in enumerate(self._sources or {filename: ""})}
        self._named: dict[str, tuple[int, int, int]] = {}
        self._open: dict[Thread, list[int]] = {}

    def read(self, progress: Progress) -> Recording:
        """Return the recording."""
        size = max(len(self._events) // _STEPS, 1)
        for start in told(range(0, len(self._events), size), _STEPS + 1, progress):
            for number, event in enumerate(self._events[start : start + size], start + 1):
                if not isinstance(event, dict):
                    raise ValueError(f"its event {number:,} is no object")
                self._take(event, number)
        return self._recording()

    def _take(self, event: dict[str, Any], number: int) -> None:
        match event.get("ph"):
            case "X":
                begin_ns = _ns(event, "ts", number)
                end_ns = begin_ns + max(_ns(event, "dur", number), 0)
                self._rows.add(begin_ns, end_ns, self._thread(event, number), Kind.BLOCK, self._name(event))
            case "B":
                thread = self._thread(event, number)
                row = self._rows.add(_ns(event, "ts", number), OPEN, thread, Kind.BLOCK, self._name(event))
                self._open.setdefault(_key(event), []).append(row)
            case "E":
                begun = self._open.get(_key(event))
                if begun:
                    row = begun.pop()
                    self._rows.end_ns[row] = max(_ns(event, "ts", number), self._rows.begin_ns[row])
            case "i" | "I" | "R":
                time_ns = _ns(event, "ts", number)
                self._rows.add(time_ns, time_ns, self._thread(event, number), Kind.LOG, self._name(event, True))
            case "M":
                self._take_name(event)

    def _take_name(self, event: dict[str, Any]) -> None:
        arguments = event.get("args")
        name = arguments.get("name") if isinstance(arguments, dict) else None
        if isinstance(name, str) and event.get("name") == "thread_name":
            self._thread_names[_key(event)] = name
        elif isinstance(name, str) and event.get("name") == "process_name":
            self._process_names[_key(event)[0]] = name

    def _thread(self, event: dict[str, Any], number: int) -> int:
        serial = self._threads.setdefault(_key(event), len(self._threads) + 1)
        if serial >= MAX_THREADS:
            raise ValueError(f"its event {number:,} is of one thread more than the {MAX_THREADS - 1:,} possible")
        return serial

    def _name(self, event: dict[str, Any], has_arguments: bool = False) -> tuple[int, int, int]:
        """Return value, file and line of an event's name."""
        text = str(event.get("name", ""))
        if has_arguments and event.get("args"):
            text = f"{text} {json.dumps(event['args'], ensure_ascii=False)}"
        found = self._named.get(text)
        if found is None:
            place = _PLACE.match(text)
            name, line = (place["name"], int(place["line"])) if place and not has_arguments else (text, 0)
            file = self._files.setdefault(place["file"], len(self._files)) if place and line else 0
            is_place = file < MAX_THREADS and line < 1 << LINE_BITS
            value = self._values.setdefault(name[:MAX_TEXT], len(self._values))
            found = self._named[text] = (value, file if is_place else 0, line if is_place else 0)
        return found

    def _recording(self) -> Recording:
        rows = {name: np.array(getattr(self._rows, name), np.int64) for name in self._rows.__slots__}
        start_ns = int(rows["begin_ns"].min()) if len(rows["begin_ns"]) else 0
        is_open = rows["end_ns"] == OPEN
        rows["begin_ns"] -= start_ns
        rows["end_ns"] = np.where(is_open, OPEN, rows["end_ns"] - start_ns)
        last_ns = np.where(is_open, np.iinfo(np.int64).max, rows["end_ns"])
        order = np.lexsort((-last_ns, rows["thread"], rows["begin_ns"]))
        n = len(order)
        given = {name: column[order] for name, column in rows.items()} | {
            "actor": rows["thread"][order],
            "place": np.zeros(n),
            "reads_from": np.full(n, NO_ROW),
            "variable": np.full(n, NO_VARIABLE),
            "flags": np.full(n, TAG_OBJECT),
        }
        files = list(self._files)[:MAX_THREADS]
        trace = Trace((), None, filename=files[0])
        trace.files += files[1:]
        threads = self._thread_infos(given)
        actors = [(Actor(info.serial, info.serial, 0, info.name), info.end_ns) for info in threads]
        columns = {name: given[name].astype(kind) for name, kind in COLUMNS.items()}
        restore(trace, columns, threads, actors, list(self._values))
        return self._finish(trace)

    def _thread_infos(self, given: dict[str, Any]) -> list[ThreadInfo]:
        """Return the threads by serial, the first being before the run; each begins and ends with its events."""
        first_ns, last_ns = (np.full(len(self._threads) + 1, start, np.int64) for start in (np.iinfo(np.int64).max, 0))
        np.minimum.at(first_ns, given["thread"], given["begin_ns"])
        np.maximum.at(last_ns, given["thread"], np.maximum(given["begin_ns"], given["end_ns"]))
        infos = [ThreadInfo(0, "before the run", 0, 0)]
        for key, serial in self._threads.items():
            infos.append(ThreadInfo(serial, self._thread_name(key), int(first_ns[serial]), int(last_ns[serial])))
        return infos

    def _thread_name(self, key: Thread) -> str:
        process, tid = key
        name = self._thread_names.get(key) or ("main" if process == tid else f"thread {tid}")
        has_several = len({one for one, _ in self._threads}) > 1
        return f"{name}, {self._process_names.get(process, f'process {process}')}" if has_several else name

    def _finish(self, trace: Trace) -> Recording:
        sources = [self._sources.get(name, "") for name in trace.files]
        settings = RunSettings(LESSON, None, THREADS, threads=len(self._threads))
        analysis = Analysis(trace, (), trace.files[0])
        question = f"Trace {self._filename}"
        recording = Recording(settings, question, sources[0], trace.files[0], (), trace, analysis, DONE)
        recording.other_sources = sources[1:]
        recording.elapsed_ns, recording.interpreter = trace.duration_ns, self._recorder
        analysis.finish()
        return recording


def _key(event: dict[str, Any]) -> Thread:
    """Return what tells a thread from others: process and thread as the trace has them, numbers or texts."""
    pid, tid = event.get("pid", 0), event.get("tid", 0)
    return (pid if isinstance(pid, (int, str)) else str(pid), tid if isinstance(tid, (int, str)) else str(tid))


def _ns(event: dict[str, Any], name: str, number: int) -> int:
    """Return a time in nanoseconds; the file has microseconds with decimals."""
    value = event.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"its event {number:,} has no number {name}")
    if abs(value) >= _MAX_US:
        raise ValueError(f"the {name} of its event {number:,} is out of range")
    return round(value * 1000)


def _sources(plain: dict[str, Any]) -> dict[str, str]:
    """Return the texts of the files that VizTracer put in, by name, that of the main module first."""
    info = plain.get("file_info")
    files = info.get("files") if isinstance(info, dict) else None
    if not isinstance(files, dict):
        return {}
    texts = {name: one[0] for name, one in files.items() if isinstance(one, list) and one and isinstance(one[0], str)}
    main = _main_file(plain["traceEvents"])
    return dict(sorted(texts.items(), key=lambda item: item[0] != main))


def _main_file(events: Iterable[Any]) -> str:
    """Return the file whose module ran longest: it imported the others."""
    longest, found = -1.0, ""
    for event in events:
        if isinstance(event, dict) and str(event.get("name")).startswith("<module> ("):
            duration, place = event.get("dur"), _PLACE.match(str(event["name"]))
            if place and isinstance(duration, (int, float)) and duration > longest:
                longest, found = duration, place["file"]
    return found
