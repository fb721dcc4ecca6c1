"""What a recorded access costs."""

from __future__ import annotations

import gc
import statistics
import threading
from collections.abc import Callable
from functools import partial

from simulator.analysis.analysis import Analysis
from simulator.bench.figures import Figure, at_least, at_most
from simulator.record.clock import now_ns
from simulator.record.recorder import Recorder
from simulator.runtime.cost import recorded_accesses
from simulator.trace.trace import COLUMNS, Trace

ACCESSES = 20_000
ROUNDS = 15
THREAD_COUNTS = (1, 2, 8)
RECORD_GOAL = 2.5
THROUGHPUT_GOAL = 0.7
BYTES_GOAL = 48.0


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
