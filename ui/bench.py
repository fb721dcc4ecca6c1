"""Benchmarks that paint: the timeline with up to ten million events, and opening a recording."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from simulator.analysis.recording import Recording
from simulator.bench import Figure, at_least, at_most
from simulator.export import recording_file
from simulator.synthetic import Growing, make_recording
from ui.bench_live import measure_live
from ui.bench_stage import Stage, blit_ms, repaint_ms
from ui.timeline.pg import scatter_plot

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
MOST = SIZES[-1]
LANES_GOAL_MS = {16: 8.0, 64: 12.0, 256: 33.0}
GROWTH_GOAL = 1.5
CHEAP_MS = 4.0
FIRST_GOAL_MS = 500.0
HIT_GOAL_MS = 0.2
RATE_GOAL = 58.0
GAP_GOAL_MS = 50.0
OPEN_GOALS_S = {1_000_000: 1.0, 10_000_000: 5.0}
N_FRAMES = 24
N_HITS = 200
EVENTS_A_TICK = 1_600
DEEP_EVENTS = 1_000

_MS = "CPU ms"


# -- timeline --------------------------------------------------------------------------------------------------------


def bench_timeline() -> list[Figure]:
    """Measure what painting costs: lanes × events × evenly or in bursts, in each view."""
    figures = _references()
    for lanes in LANES_GOAL_MS:
        for is_bursty in (False, True):
            medians = {}
            for n_events in SIZES:
                name = f"{lanes} lanes, {n_events:,} events{' in bursts' if is_bursty else ''}"
                found, medians[n_events] = _views(name, lanes, n_events, is_bursty)
                figures += found
            figures += _growth(f"{lanes} lanes{' in bursts' if is_bursty else ''}", medians)
    return figures + _live()


def _views(name: str, lanes: int, n_events: int, is_bursty: bool) -> tuple[list[Figure], dict[str, float]]:
    """Return the figures of one recording, and the median of each view."""
    recording = make_recording(n_events, lanes, is_bursty=is_bursty)
    is_most = n_events == MOST
    stage = Stage(recording)
    costs_ms = {
        "full view": stage.look_at(0, 1, N_FRAMES),
        "middle zoom": stage.look_at(0.45, 0.1, N_FRAMES),
        "deep zoom": stage.look_at(0.5, DEEP_EVENTS / n_events, N_FRAMES),
        "pan": stage.look_at(0.3, 0.1, N_FRAMES, step=0.01),
    }
    stage.viewport.fit()
    figures = [
        _goal(f"{name}, first paint", stage.first_ms, _MS, FIRST_GOAL_MS if is_most else None),
        _goal(f"{name}, hit test", stage.hit_ms(N_HITS), "ms", HIT_GOAL_MS if is_most else None),
    ]
    n_paints = stage.paints_a_frame
    stage.close()
    costs_ms["live append"] = _append(recording)
    for view, costs in costs_ms.items():
        figures.append(_goal(f"{name}, {view}, median", statistics.median(costs), _MS))
        p95 = float(np.percentile(costs, 95))
        figures.append(_goal(f"{name}, {view}, p95", p95, _MS, LANES_GOAL_MS[lanes] if is_most else None))
    figures.append(_goal(f"{name}, paints a frame", n_paints, "count", 1.0))
    gc.collect()
    return figures, {view: statistics.median(costs) for view, costs in costs_ms.items()}


def _append(recording: Recording) -> list[float]:
    """Return the cost of ticks in which events arrive, all of the run in view."""
    growing = Growing(recording, recording.trace.n - min(N_FRAMES * EVENTS_A_TICK, recording.trace.n // 2))
    stage = Stage(growing.recording)

    def tick() -> None:
        growing.grow(EVENTS_A_TICK)
        stage.view.refresh()

    costs_ms = stage.frames([tick] * N_FRAMES)
    stage.close()
    return costs_ms


def _growth(name: str, medians: dict[int, dict[str, float]]) -> list[Figure]:
    """Compare the most events with a hundredth of them; where the frame is cheap anyway, growth does not matter."""
    few, many = medians[MOST // 100], medians[MOST]
    figures = []
    for view, cost_ms in many.items():
        growth = round(cost_ms / few[view], 3)
        is_met = growth <= GROWTH_GOAL or cost_ms < CHEAP_MS
        text = f"{name}, {view}, {MOST:,} events"
        figures.append(Figure(text, growth, "ratio", f"{MOST // 100:,} events", GROWTH_GOAL, is_met))
    return figures


def _references() -> list[Figure]:
    """Compare the full view of a million events with a plain image and with pyqtgraph's scatter plot."""
    recording = make_recording(1_000_000, 16)
    stage = Stage(recording)
    full_ms = statistics.median(stage.look_at(0, 1, N_FRAMES))
    stage.close()
    blit = blit_ms()
    trace = recording.trace
    plot = scatter_plot(trace.begin_ns, trace.thread)
    scatter = repaint_ms(plot, plot.update, 3)
    name = "16 lanes, 1,000,000 events, full view"
    return [
        Figure(name, round(full_ms / blit, 3), "ratio", f"an image of that size, {blit:.2f} {_MS}"),
        Figure(name, round(full_ms / scatter, 3), "ratio", f"pyqtgraph's ScatterPlotItem, {scatter:.0f} {_MS}"),
    ]


def _live() -> list[Figure]:
    live = measure_live()
    name = f"live, {live.events_a_second:,.0f} events a second from another process"
    return [
        at_least(f"{name}, frames", live.frames_a_second, "a second", "", RATE_GOAL),
        at_most(f"{name}, longest gap between frames", live.longest_gap_ms, "ms", "", GAP_GOAL_MS),
        _goal(f"{name}, share of a core", live.cpu_share, "ratio"),
    ]


def _goal(figure: str, value: float, unit: str, goal: float | None = None) -> Figure:
    return Figure(figure, round(value, 3), unit) if goal is None else at_most(figure, value, unit, "", goal)


# -- open ------------------------------------------------------------------------------------------------------------


def bench_open() -> list[Figure]:
    """Measure how long it takes until a saved recording is painted."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="threadloom-bench-") as folder:
        for n_events, goal_s in OPEN_GOALS_S.items():
            path = Path(folder) / "recording.threadloom"
            recording_file.save(make_recording(n_events, 16), path)
            gc.collect()
            before = time.perf_counter()
            stage = Stage(recording_file.load(path))
            opened_s = time.perf_counter() - before
            stage.close()
            figures.append(at_most(f"open {n_events:,} events until painted", opened_s, "s", "", goal_s))
            figures.append(_goal(f"size of the file of {n_events:,} events", path.stat().st_size / 1e6, "MB"))
    return figures


BENCHES: dict[str, Callable[[], list[Figure]]] = {"timeline": bench_timeline, "open": bench_open}
