"""How fast a run is written in each format, beside `json.dump` of the same events as a plain list."""

from __future__ import annotations

import gc
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.analysis.recording import Recording
from simulator.bench.figures import Figure, at_least, at_most
from simulator.export import write
from simulator.export.chrome_trace.flows import ALL
from simulator.export.picture_file import PictureOptions
from simulator.export.recording_file import SUFFIX, load
from simulator.synthetic import make_recording

EVENTS = 1_000_000
THREADS = 16
PROBLEMS = 1_000
DUMP_SHARE = 10
"""Of how many events one is written with `json.dump`, whose speed does not depend on their number."""
CHROME_GOAL = 0.5
FILE_GOAL_S = 0.5
BYTES_GOAL = 20.0
FORMATS = (".json", ".csv", ".jsonl", ".svg", ".html")


def bench_export(n_events: int = EVENTS) -> list[Figure]:
    """Measure how many events a second each format takes, and how long a recording takes to save and to open."""
    recording = make_recording(n_events, THREADS, PROBLEMS)
    with tempfile.TemporaryDirectory(prefix="threadloom-bench-") as folder:
        dumped = _dump_rate(recording, Path(folder))
        reference = f"json.dump of the bare event list ({n_events // DUMP_SHARE:,} of them), {dumped:,.0f} events/s"
        figures = [_rate(recording, Path(folder), suffix, dumped, reference) for suffix in FORMATS]
        figures.append(_rate(recording, Path(folder), ".json", dumped, reference, PictureOptions(flows=ALL)))
        return figures + _file_figures(recording, Path(folder) / f"run{SUFFIX}", dumped, reference)


def _rate(
    recording: Recording,
    folder: Path,
    suffix: str,
    dumped: float,
    reference: str,
    options: PictureOptions | None = None,
) -> Figure:
    seconds = _seconds(lambda: write(recording, folder / f"run{suffix}", options))
    rate = recording.trace.n / seconds
    name = f"{suffix}{' with all arrows' if options else ''}, {recording.trace.n:,} events, {rate:,.0f} events/s"
    if suffix == ".json":
        return at_least(name, rate / dumped, "ratio", reference, CHROME_GOAL)
    return Figure(name, round(rate / dumped, 3), "ratio", reference)


def _file_figures(recording: Recording, path: Path, dumped: float, reference: str) -> list[Figure]:
    n = recording.trace.n
    saved_s = _seconds(lambda: write(recording, path))
    opened_s = _seconds(lambda: load(path))
    rate = n / saved_s
    return [
        Figure(f"{SUFFIX}, {n:,} events, {rate:,.0f} events/s", round(rate / dumped, 3), "ratio", reference),
        at_most(f"save {n:,} events as {SUFFIX}", saved_s, "s", "", FILE_GOAL_S),
        at_most(f"open {n:,} events from {SUFFIX}", opened_s, "s", "", FILE_GOAL_S),
        at_most(f"size of an event in {SUFFIX}", path.stat().st_size / n, "bytes", "", BYTES_GOAL),
    ]


def _dump_rate(recording: Recording, folder: Path) -> float:
    """Return how many events a second `json.dump` writes: dicts of what the trace holds, made before."""
    events = _bare_events(recording, recording.trace.n // DUMP_SHARE)
    with open(folder / "bare.json", "w", encoding="utf-8") as file:
        return len(events) / _seconds(lambda: json.dump(events, file))


def _bare_events(recording: Recording, n: int) -> list[dict[str, Any]]:
    """Return the first events as a Chrome trace has them, without names of threads, arrows and counters."""
    trace = recording.trace
    return [
        {
            "ph": "i",
            "s": "t",
            "pid": 1,
            "tid": tid,
            "ts": begin_ns / 1000,
            "name": "x",
            "args": {"kind": kind, "variable": "x", "value": value, "reads_from": source, "line": line},
        }
        for tid, begin_ns, kind, value, source, line in zip(
            trace.thread[:n].tolist(),
            trace.begin_ns[:n].tolist(),
            trace.kind[:n].tolist(),
            trace.value[:n].tolist(),
            trace.reads_from[:n].tolist(),
            trace.line[:n].tolist(),
            strict=True,
        )
    ]


def _seconds(action: Callable[[], object]) -> float:
    """Return how long something took; rubbish of what came before is not counted in."""
    gc.collect()
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
