"""How fast a trace is understood: outcomes of reads, happens-before and data races."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from simulator.analysis.orders.happens_before import HappensBefore
from simulator.analysis.orders.races import find_races
from simulator.analysis.outcomes import outcomes_of
from simulator.bench.figures import Figure, at_least
from simulator.record.kinds import Kind
from simulator.trace.restore import restore
from simulator.trace.row_table import NO_ROW, RowTable
from simulator.trace.trace import COLUMNS, Trace
from simulator.trace.tracks import Actor, ThreadInfo

EVENTS = 1_000_000
THREADS = 16
ROUNDS = 5
CELLS = 50
LOCKS = 6
SYNC_SHARE = 0.1
WRITE_SHARE = 0.3
RATE_GOAL = 1.0


def bench_analyse() -> list[Figure]:
    """Measure events a second for outcomes, reads-from and happens-before, beside a plain loop over the same trace."""
    trace = make_synchronised(EVENTS, THREADS)
    reads = np.flatnonzero(trace.kind == Kind.READ)
    writes = np.flatnonzero(trace.kind == Kind.WRITE)
    times = _times(
        {
            "outcomes of reads": lambda: outcomes_of(trace, reads),
            "reads-from by write ids": lambda: _find_sources(trace, writes, reads),
            "happens-before and data races": lambda: find_races(trace, HappensBefore(trace)),
        },
        ROUNDS,
    )
    (plain,) = _times({"": lambda: plain_races(trace)}, 1).values()
    what = f"{EVENTS:,} events, {THREADS} threads"
    figures = [
        at_least(f"{name}, {what}", EVENTS / seconds / 1e6, "million events/s", "", RATE_GOAL)
        for name, seconds in times.items()
    ]
    reference = f"a plain vector-clock loop, {EVENTS / plain / 1e6:.2f} million events/s"
    speed_up = plain / times["happens-before and data races"]
    return [*figures, at_least(f"happens-before, speed-up, {what}", speed_up, "ratio", reference, 1.0)]


def _times(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the median seconds that each of some works takes, done in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begin = perf_counter()
            work()
            seconds[name].append(perf_counter() - begin)
    return {name: statistics.median(all_of) for name, all_of in seconds.items()}


def _find_sources(trace: Trace, writes: Any, reads: Any) -> Any:
    table = RowTable()
    table.add_thread()
    table.define(writes + 1, writes)
    return table.find(trace.reads_from[reads].astype(np.int64) + 1)


# -- made-up traces --------------------------------------------------------------------------------------------------


def make_synchronised(n_events: int, n_threads: int, seed: int = 1) -> Trace:
    """Make a trace of threads that take turns at random on some cells and some locks.

    A tenth of the events take a lock or give it back; only some accesses are made under the same one, so that there
    are races.
    """
    columns, names = _made_up(n_events, n_threads, seed), ["before the run"]
    names += [f"worker-{i}" for i in range(1, n_threads + 1)]
    threads = [ThreadInfo(i, name, 0, n_events) for i, name in enumerate(names)]
    actors = [(Actor(i, i, 0, name), n_events) for i, name in enumerate(names)]
    variables = [*(f"x{i}" for i in range(CELLS)), *(f"lock{i}" for i in range(LOCKS))]
    return restore(Trace(variables, None, filename="synthetic.py"), columns, threads, actors, ["release"])


def _made_up(n_events: int, n_threads: int, seed: int) -> dict[str, Any]:
    choose = random.Random(seed)
    thread, kind, variable = [0] * n_events, [0] * n_events, [0] * n_events
    reads_from = [NO_ROW] * n_events
    held: dict[int, int] = {}
    released: dict[int, int] = {}
    written = [NO_ROW] * CELLS
    for row in range(n_events):
        one = thread[row] = choose.randrange(1, n_threads + 1)
        if choose.random() < SYNC_SHARE and (one in held or len(held) < LOCKS):
            lock = held.pop(one, None)
            kind[row] = Kind.RECEIVE if lock is None else Kind.SIGNAL
            if lock is None:
                lock = held[one] = choose.choice([i for i in range(LOCKS) if i not in held.values()])
                reads_from[row] = released.get(lock, NO_ROW)
            else:
                released[lock] = row
            variable[row] = CELLS + lock
            continue
        cell = variable[row] = choose.randrange(CELLS)
        kind[row] = Kind.WRITE if choose.random() < WRITE_SHARE else Kind.READ
        if kind[row] == Kind.WRITE:
            written[cell] = row
        else:
            reads_from[row] = written[cell]
    given = {"thread": thread, "actor": thread, "kind": kind, "variable": variable, "reads_from": reads_from}
    given["begin_ns"] = given["end_ns"] = list(range(n_events))
    flags = np.isin(np.array(kind), (Kind.SIGNAL, Kind.RECEIVE)) * 2 + (np.array(kind) == Kind.WRITE)
    arrays = {name: np.array(given.get(name, [0] * n_events)) for name in COLUMNS} | {"flags": flags}
    return {name: arrays[name].astype(kind) for name, kind in COLUMNS.items()}


# -- the reference ---------------------------------------------------------------------------------------------------


def plain_races(trace: Trace) -> set[tuple[int, int]]:
    """Find the races as one would without thinking of speed: a vector clock for each thread, lock and last access.

    Returns
    -------
    set of (int, int)
        The racing pairs that `simulator.analysis.orders.races.find_races` looks at; for runs whose threads meet in
        signals and receives only.

    Notes
    -----
    After M. Pozniansky and A. Schuster, "MultiRace: efficient on-the-fly data race detection", 2007 (DJIT+).
    """
    n_threads = len(trace.threads)
    clocks = [[0] * n_threads for _ in range(n_threads)]
    for serial, clock in enumerate(clocks):
        clock[serial] = 1
    released: dict[int, list[int]] = {}
    writes: dict[tuple[int, int], tuple[int, list[int]]] = {}
    reads: dict[tuple[int, int], list[tuple[int, list[int]]]] = {}
    found = set()
    rows = zip(
        trace.thread.tolist(),
        trace.kind.tolist(),
        trace.variable.tolist(),
        trace.place.tolist(),
        trace.reads_from.tolist(),
        strict=True,
    )
    for row, (thread, kind, variable, place, source) in enumerate(rows):
        clock, cell = clocks[thread], (variable, place)
        if kind == Kind.SIGNAL:
            released[row] = clock[:]
            clock[thread] += 1
        elif kind == Kind.RECEIVE:
            if source >= 0:
                clocks[thread] = [max(one, other) for one, other in zip(clock, released[source], strict=True)]
        else:
            before = [writes[cell]] if cell in writes else []
            if kind == Kind.READ:
                reads.setdefault(cell, []).append((row, clock[:]))
            else:
                before += reads.pop(cell, [])
                writes[cell] = (row, clock[:])
            for other, then in before:
                if any(one > now for one, now in zip(then, clock, strict=True)):
                    found.add((other, row))
    return found
