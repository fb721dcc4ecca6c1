"""Chrome Trace Event JSON, which Perfetto's UI and ``chrome://tracing`` open.

An object with ``displayTimeUnit`` "ns", ``otherData`` (the run's summary, as ``threadloom run --json`` prints it) and
``traceEvents``, one a line in the order of time:

- ``M``: names of process and threads, and the order of the threads.
- ``X``: what lasts, and the window of each read-modify-write, from its read to its write.
- ``i``, of a thread's scope: everything else, with variable, value, writer, outcome, line and file as arguments.
- ``s`` and ``f``: arrows from a write to the reads that got it; where all are wanted, also from a signal to the waits
  that it ended, each of which then has an instant "goes on" at its end.
- ``C``: problems so far, threads alive.

Times are microseconds with three decimals, so that no nanosecond is lost.
Source: "Trace Event Format", docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

from simulator.analysis.recording import Recording
from simulator.export.atomic import replacing
from simulator.export.chrome_trace.events import FIRST_TID, PID, SLICE_ROWS, Events
from simulator.export.chrome_trace.flows import PROBLEMS
from simulator.export.chrome_trace.labels import compact
from simulator.export.utf8 import encode
from simulator.progress import Progress, silent, told
from simulator.trace.tracks import OPEN, ThreadInfo

SUFFIX = ".json"
_BACKSLASHES = re.compile(r'(\\{2,})"')


def write_chrome_trace(
    recording: Recording, path: str | os.PathLike[str], flows: str = PROBLEMS, progress: Progress = silent
) -> None:
    """Write a run as a Chrome trace.

    Parameters
    ----------
    recording : Recording
        The run.
    path : path-like
        Replaced when the new file is whole.
    flows : str
        Which arrows: ``problems`` or ``all``.
    progress : callable, optional
        Told how much is done.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    with replacing(path) as file:
        for text in told(trace_texts(recording, flows), recording.trace.n // SLICE_ROWS + 3, progress):
            file.write(encode(text))


def trace_texts(recording: Recording, flows: str = PROBLEMS) -> Iterator[str]:
    """Yield the text of a Chrome trace in pieces of some thousands of events."""
    return map(_without_last_backslashes, _texts(recording, flows))


def _texts(recording: Recording, flows: str) -> Iterator[str]:
    events = Events(recording, flows)
    head = {"displayTimeUnit": "ns", "otherData": recording.summary()}
    yield compact(head)[:-1] + ',"traceEvents":[\n'
    yield ",\n".join(map(compact, _fixed(recording, events)))
    for lines in events.lines():
        yield ",\n" + ",\n".join(lines)
    yield "\n]}\n"


def _without_last_backslashes(text: str) -> str:
    """Write a backslash that ends a text as its code.

    WORKAROUND: Perfetto (v52) takes the quote after it for a part of the text, and then reads nothing of the trace.
    """
    return _BACKSLASHES.sub(_spell_last, text) if r'\\"' in text else text


def _spell_last(found: re.Match[str]) -> str:
    marks = found[1]
    return rf'{marks[:-2]}\u005c"' if len(marks) % 2 == 0 else found[0]


def _fixed(recording: Recording, events: Events) -> Iterator[dict[str, Any]]:
    """Yield what does not grow with the run: names, order, and how many threads are alive."""
    title = f"{recording.question} ({recording.badge})"
    process = {"ph": "M", "pid": PID}
    yield process | {"name": "process_name", "args": {"name": title}}
    yield process | {"name": "process_labels", "args": {"labels": recording.verdict.text}}
    for place, (lane, name) in enumerate(events.lanes.in_order()):
        track = process | {"tid": lane + FIRST_TID}
        yield track | {"name": "thread_name", "args": {"name": name}}
        yield track | {"name": "thread_sort_index", "args": {"sort_index": place}}
    yield _counter("problems", "so far", 0, 0)
    for time_ns, alive in _alive(recording.trace.threads[1:]):
        yield _counter("threads", "alive", time_ns, alive)


def _counter(name: str, what: str, time_ns: int, value: int) -> dict[str, Any]:
    return {"ph": "C", "pid": PID, "ts": time_ns / 1000, "name": name, "args": {what: value}}


def _alive(threads: Iterable[ThreadInfo]) -> Iterator[tuple[int, int]]:
    """Yield when a thread begins or ends, and how many are alive from then on."""
    changes = {0: 0}
    for info in threads:
        for time_ns, change in ((info.begin_ns, 1), (info.end_ns, -1)):
            if time_ns != OPEN:
                changes[time_ns] = changes.get(time_ns, 0) + change
    alive = 0
    for time_ns in sorted(changes):
        alive += changes[time_ns]
        yield time_ns, alive
