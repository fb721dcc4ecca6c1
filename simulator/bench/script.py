"""What recording a script costs: beside plain Python, tracing every opcode, and VizTracer logging writes."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from simulator.bench.figures import Figure, at_most
from simulator.bench.script_programs import PROGRAMS, Program
from simulator.bench.script_ways import Bench, Interpreter, Recorded, find_interpreter
from simulator.process.ablation import LEVELS

ROUNDS = 5
EVENT_GOAL_NS = 400.0
LOOP_GOAL = 2.0


def bench_script(
    pythons: Sequence[str] = (), programs: Sequence[Program] = PROGRAMS, rounds: int = ROUNDS, part: int = 1
) -> list[Figure]:
    """Measure the CPU time of scripts recorded, as ratios to the same script without.

    Parameters
    ----------
    pythons : sequence of str, optional
        Paths of interpreters; the figures then say whose they are. By default the one that runs this.
    programs : sequence of Program, optional
        What to run.
    rounds : int
        How often; each round runs every way once, and the median of the rounds counts.
    part : int
        Do only this fraction of the work.
    """
    figures: list[Figure] = []
    for path in pythons or (sys.executable,):
        python = find_interpreter(path)
        found: list[Figure] = []
        with tempfile.TemporaryDirectory(prefix="threadloom-bench-") as folder:
            for program in programs:
                bench = Bench(program, python, Path(folder), max(1, program.work // part))
                found += _figures(program, python, _measure(bench, python, rounds), bench)
        if not python.has_viztracer:
            found.append(Figure("VizTracer is not installed there: its figures are left out", 0.0, ""))
        figures += [replace(one, figure=f"{python.name}: {one.figure}") for one in found] if pythons else found
    return figures


@dataclass(slots=True)
class _Runs:
    """What each round measured; times in CPU seconds."""

    plain: list[float] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    traced: list[float] = field(default_factory=list)
    viztraced: list[float] = field(default_factory=list)

    def slower(self, times_s: list[float]) -> float:
        """Return how many times as long as plain Python something took: the median of the rounds."""
        return statistics.median(one / plain for one, plain in zip(times_s, self.plain, strict=True))

    @property
    def recorded_s(self) -> list[float]:
        """CPU seconds of the recorded program."""
        return [one.cpu_s for one in self.recorded]

    @property
    def event_ns(self) -> float:
        """Nanoseconds more for each event."""
        pairs = zip(self.recorded, self.plain, strict=True)
        return statistics.median((one.cpu_s - plain) / one.n_events for one, plain in pairs) * 1e9


def _measure(bench: Bench, python: Interpreter, rounds: int) -> _Runs:
    runs = _Runs()
    for _ in range(rounds):
        runs.plain.append(bench.plain())
        runs.recorded.append(bench.recorded())
        runs.traced.append(bench.traced())
        if python.has_viztracer:
            runs.viztraced.append(bench.viztraced())
    return runs


def _figures(program: Program, python: Interpreter, runs: _Runs, bench: Bench) -> list[Figure]:
    name, reference = program.name, f"plain Python, {statistics.median(runs.plain) * 1e3:.0f} ms"
    slower = runs.slower(runs.recorded_s)
    judged = [at_most(f"{name}, recorded", slower, "ratio", reference, program.goal)]
    if program.goal > LOOP_GOAL:  # of programs that do little else
        judged.append(at_most(f"{name}, an event", runs.event_ns, "ns", "", EVENT_GOAL_NS))
    figures = [*judged, Figure(f"{name}, every opcode traced", round(runs.slower(runs.traced), 3), "ratio", reference)]
    if python.has_viztracer:
        other = runs.slower(runs.viztraced)
        figures.append(Figure(f"{name}, VizTracer logging writes", round(other, 3), "ratio", reference))
        judged.append(at_most(f"{name}, recorded", slower / other, "ratio", "VizTracer logging writes", 1.0))
        figures.append(judged[-1])
    missed = [one for one in judged if not one.met]
    return [*figures, *map(_shortfall, missed), *(_parts(name, bench, len(runs.plain)) if missed else [])]


def _shortfall(missed: Figure) -> Figure:
    """Say by how much a goal was missed."""
    assert missed.goal is not None
    return Figure(f"{missed.figure}: missed by", round(missed.value - missed.goal, 3), missed.unit, missed.reference)


def _parts(name: str, bench: Bench, rounds: int) -> list[Figure]:
    """Say what an event of a program costs where, from runs that leave more and more of the recording out.

    Of each kind of run the fastest counts: what others do on the machine is a large part of the differences.
    """
    times_s: list[list[float]] = []
    recorded: list[Recorded] = []
    for _ in range(rounds):
        times_s.append([bench.plain(), *map(bench.partly, LEVELS)])
        recorded.append(bench.recorded())
    steps = [*map(min, zip(*times_s, strict=True)), min(one.cpu_s for one in recorded)]
    costs = [(after - before) / recorded[0].n_events * 1e9 for before, after in pairwise(steps)]
    costs.append(min(one.host_s / one.n_events for one in recorded) * 1e9)
    return [Figure(f"{name}, an event: {what}", round(cost, 3), "ns") for what, cost in zip(_PARTS, costs, strict=True)]


_PARTS = (
    "values put aside, the clock, a call",
    "checks, the row, who holds what",
    "packing for the host",
    "sending, and waiting for the other thread",
    "draining it in the host, meanwhile",
)
