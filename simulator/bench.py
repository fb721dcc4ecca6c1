"""Performance figures of this machine, as ratios to a reference measured in the same run."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from simulator.analysis.analysis import Analysis
from simulator.errors import UsageError
from simulator.lessons.base import IN_PROCESS, OWN_PROCESS
from simulator.lessons.registry import find
from simulator.record.clock import now_ns
from simulator.record.recorder import Recorder
from simulator.runtime.cost import recorded_accesses
from simulator.runtime.place import interpreter_name
from simulator.session import Session
from simulator.trace.trace import COLUMNS, Trace

ACCESSES = 20_000
ROUNDS = 15
THREAD_COUNTS = (1, 2, 8)
RECORD_GOAL = 2.5
THROUGHPUT_GOAL = 0.7
BYTES_GOAL = 48.0
STOP_GOAL_MS = 200.0
STOP_WORK_MS = 60_000
STOP_THREADS = (5, 256)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes
    ----------
    figure : str
        What was measured.
    value : float
        In `unit`; a ratio to `reference` wherever one is possible.
    unit, reference : str
        ``ratio`` and what it is a ratio to; otherwise the unit and an empty text.
    goal : float or None
        What the value should reach.
    met : bool or None
        Whether it does.
    """

    figure: str
    value: float
    unit: str
    reference: str = ""
    goal: float | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """The figures of one benchmark."""

    name: str
    machine: str
    figures: list[Figure] = field(default_factory=list)


def run_bench(names: list[str], more: Mapping[str, Callable[[], list[Figure]]] | None = None) -> list[dict[str, Any]]:
    """Run benchmarks.

    Parameters
    ----------
    names : list of str
        Among `NAMES` and those of `more`; raises `UsageError` for another.
    more : mapping of str to callable, optional
        Further benchmarks by name: those that need the window's libraries.

    Returns
    -------
    list of dict
        One ``{name, machine, figures: [{figure, value, unit, reference, goal, met}]}`` each.
    """
    benches = {**BENCHES, **(more or {})}
    for name in names:
        if name not in benches and name in WINDOW_NAMES:
            raise UsageError(f"the benchmark {name!r} paints, which needs Qt; run it as threadloom bench {name}")
        if name not in benches:
            raise UsageError(f"there is no benchmark {name!r}; choose among {', '.join(NAMES)}")
    return [asdict(Bench(name, machine(), benches[name]())) for name in names]


def machine() -> str:
    """Describe this machine in a few words."""
    return f"{interpreter_name()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


# -- record ----------------------------------------------------------------------------------------------------------


def bench_record() -> list[Figure]:
    """Measure what a recorded access costs, as a ratio to clock + tuple + append written inline."""
    figures = []
    throughput: dict[int, float] = {}
    for n in THREAD_COUNTS:
        costs = _costs(n)
        floor = statistics.median(costs["floor"])
        for access in ("read", "write"):
            ratios = [cost / base for cost, base in zip(costs[access], costs["floor"], strict=True)]
            name = f"recorded {access}, {n} thread{'s' if n > 1 else ''}"
            reference = f"clock + tuple + append inline, {floor:.0f} ns"
            figures.append(at_most(name, statistics.median(ratios), "ratio", reference, RECORD_GOAL))
        throughput[n] = 1 / (statistics.median(costs["read"]) + statistics.median(costs["write"]))
    most = THREAD_COUNTS[-1]
    figures.append(
        at_least(
            f"total throughput, {most} threads", throughput[most] / throughput[1], "ratio", "1 thread", THROUGHPUT_GOAL
        )
    )
    return [*figures, *_memory_figures()]


def _costs(n_threads: int) -> dict[str, list[float]]:
    """Return nanoseconds an access over all threads, one for each round, with the empty loop taken off."""
    recorder = Recorder()
    read, write = (partial(access, ACCESSES) for access in recorded_accesses(recorder))

    def loop() -> None:
        for _ in range(ACCESSES):
            pass

    def floor() -> None:
        append, now = [].append, now_ns  # type: ignore[var-annotated]  # rows of the reference, thrown away
        for i in range(ACCESSES):
            append((now(), 1, 2, 3, i))

    write()
    costs: dict[str, list[float]] = {"floor": [], "read": [], "write": []}
    for _ in range(ROUNDS):
        empty = _time_on_threads(loop, n_threads)
        for name, work in (("floor", floor), ("read", read), ("write", write)):
            costs[name].append((_time_on_threads(work, n_threads) - empty) / (ACCESSES * n_threads))
            recorder.drain()
    return costs


def _time_on_threads(work: Callable[[], None], n_threads: int) -> int:
    """Return the nanoseconds from a common start until the last thread has done its work."""
    barrier = threading.Barrier(n_threads + 1)

    def run() -> None:
        barrier.wait()
        work()

    threads = [threading.Thread(target=run) for _ in range(n_threads)]
    gc.collect()
    gc.disable()
    try:
        for thread in threads:
            thread.start()
        barrier.wait()
        start = now_ns()
        for thread in threads:
            thread.join()
        return now_ns() - start
    finally:
        gc.enable()


def _memory_figures() -> list[Figure]:
    recorder = Recorder()
    recorded_accesses(recorder)[1](ACCESSES)
    trace = Trace(["x"], "shared")
    trace.append(recorder.drain())
    analysis = Analysis(trace, ())
    analysis.update()
    total = sum(getattr(trace, name).itemsize for name in COLUMNS)
    total += analysis.outcome.itemsize + analysis.severity.itemsize
    return [at_most("memory of an event in columns", float(total), "bytes", "", BYTES_GOAL)]


# -- stop ------------------------------------------------------------------------------------------------------------


def bench_stop() -> list[Figure]:
    """Measure how long Stop takes while every thread is in the middle of a minute's work."""
    figures = []
    for place in (IN_PROCESS, OWN_PROCESS):
        for n in STOP_THREADS:
            delay_ms, n_left = _stop(place, n)
            figures.append(at_most(f"stop, {n} threads, {place}", delay_ms, "ms", "", STOP_GOAL_MS))
            figures.append(at_most(f"threads and processes left, {n} threads, {place}", n_left, "count", "", 0))
    return figures


def _stop(place: str, n_threads: int) -> tuple[float, int]:
    lesson = find("request-id")
    settings = replace(lesson.default_settings(), threads=n_threads, work_ms=STOP_WORK_MS, place=place)
    before = set(threading.enumerate())
    session = Session(lesson, settings)
    session.start()
    while session.recording.analysis.counts.writes < n_threads:
        if not session.pump():
            time.sleep(0.001)
    start = now_ns()
    session.stop()
    session.done.wait()
    delay_ms = (now_ns() - start) / 1e6
    while not session.is_finished:
        session.pump()
    session.close()
    left = [thread for thread in threading.enumerate() if thread not in before]
    return delay_ms, len(left) + len(session.processes_alive())


# -- figures ---------------------------------------------------------------------------------------------------------


def at_most(figure: str, value: float, unit: str, reference: str, goal: float) -> Figure:
    """Return a figure with a goal that it should reach at most."""
    return Figure(figure, round(value, 3), unit, reference, goal, value <= goal)


def at_least(figure: str, value: float, unit: str, reference: str, goal: float) -> Figure:
    """Return a figure with a goal that it should reach at least."""
    return Figure(figure, round(value, 3), unit, reference, goal, value >= goal)


BENCHES: dict[str, Callable[[], list[Figure]]] = {"record": bench_record, "stop": bench_stop}
WINDOW_NAMES = ("timeline", "open")
"""Benchmarks that paint; the window's side brings them."""

NAMES = (*BENCHES, *WINDOW_NAMES)
