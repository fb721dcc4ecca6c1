"""The benchmark of scripts: every way is run, ratios are of runs beside each other, a missed goal is taken apart."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from simulator.bench import run_bench
from simulator.bench.figures import Figure
from simulator.bench.script import bench_script
from simulator.bench.script_programs import PROGRAMS, Program
from simulator.bench.script_ways import Bench, Interpreter, Recorded, find_interpreter
from simulator.cli.commands import main
from simulator.errors import StartError

PART = 1_000
NEVER, ALWAYS = -1.0, 1e9
PARTS = [
    "values put aside, the clock, a call",
    "checks, the row, who holds what",
    "packing for the host",
    "sending, and waiting for the other thread",
    "draining it in the host, meanwhile",
]


def with_goal(goal: float) -> Program:
    return replace(PROGRAMS[1], goal=goal)


@pytest.fixture
def no_viztracer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say that VizTracer is not there, whatever is installed."""
    found = replace(find_interpreter(sys.executable), has_viztracer=False)
    monkeypatch.setattr("simulator.bench.script.find_interpreter", lambda path: replace(found, path=path))


@pytest.mark.usefixtures("no_viztracer")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_each_program_is_run_in_each_way(program: Program) -> None:
    figures = {one.figure: one for one in bench_script(programs=[program], rounds=1, part=PART)}
    for name in (f"{program.name}, recorded", f"{program.name}, every opcode traced"):
        assert figures[name].unit == "ratio"
        assert figures[name].value > 0
        assert figures[name].reference.startswith("plain Python, ")
    assert figures[f"{program.name}, recorded"].goal == program.goal
    assert (f"{program.name}, an event" in figures) == (program.goal > 2)
    assert figures["VizTracer is not installed there: its figures are left out"].goal is None
    assert not any("VizTracer logging" in one.figure + one.reference for one in figures.values())


@pytest.mark.usefixtures("no_viztracer")
def test_a_missed_goal_says_by_how_much_and_what_an_event_costs() -> None:
    met = [one.figure for one in bench_script(programs=[with_goal(ALWAYS)], rounds=1, part=PART)]
    missed = {one.figure: one for one in bench_script(programs=[with_goal(NEVER)], rounds=1, part=PART)}
    recorded, shortfall = missed["counter loop, recorded"], missed["counter loop, recorded: missed by"]
    assert recorded.met is False
    assert shortfall.value == pytest.approx(recorded.value - NEVER, abs=0.01)
    assert [name.partition("an event: ")[2] for name in missed if "an event: " in name] == PARTS
    assert "counter loop, recorded: missed by" not in met


def test_ratios_are_of_runs_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that gets slower in between changes every time, and no ratio."""
    speeds = cycle([1.0, 3.0, 2.0])
    seen: dict[str, float] = {}

    def plain(bench: Bench) -> float:
        seen["speed"] = next(speeds)
        return 0.1 * seen["speed"]

    monkeypatch.setattr(Bench, "plain", plain)
    monkeypatch.setattr(Bench, "traced", lambda bench: 2.0 * seen["speed"])
    monkeypatch.setattr(Bench, "viztraced", lambda bench: 1.0 * seen["speed"])
    monkeypatch.setattr(Bench, "partly", lambda bench, level: 0.3)
    monkeypatch.setattr(Bench, "recorded", lambda bench: Recorded(0.5 * seen["speed"], 0.1, 1_000_000))
    python = Interpreter("/python", "CPython 3.99.1", True)
    monkeypatch.setattr("simulator.bench.script.find_interpreter", lambda path: python)
    figures = {(one.figure, one.reference): one for one in bench_script(["/python"], [with_goal(17.0)], rounds=3)}
    start, reference = "CPython 3.99.1: counter loop", "plain Python, 200 ms"
    assert figures == {
        (one.figure, one.reference): one
        for one in (
            Figure(f"{start}, recorded", 5.0, "ratio", reference, 17.0, True),
            Figure(f"{start}, an event", 800.0, "ns", "", 400.0, False),
            Figure(f"{start}, every opcode traced", 20.0, "ratio", reference),
            Figure(f"{start}, VizTracer logging writes", 10.0, "ratio", reference),
            Figure(f"{start}, recorded", 0.5, "ratio", "VizTracer logging writes", 1.0, True),
            Figure(f"{start}, an event: missed by", 400.0, "ns", ""),
        )
    } | {key: one for key, one in figures.items() if "an event: " in key[0] and "missed" not in key[0]}


def test_an_interpreter_is_asked_what_it_is(tmp_path: Path) -> None:
    found = find_interpreter(sys.executable)
    assert found.name == f"CPython {'.'.join(map(str, sys.version_info[:3]))}"
    with pytest.raises(StartError, match=f"^cannot measure with {tmp_path}"):
        find_interpreter(str(tmp_path / "python"))


def test_an_interpreter_is_only_for_the_benchmark_of_scripts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["bench", "stop", "--python", sys.executable]) == 2
    assert "--python: only the benchmark script takes it" in capsys.readouterr().err
    asked: list[list[str]] = []

    def bench(pythons: list[str]) -> list[Figure]:
        asked.append(pythons)
        return [Figure("a ratio", 2.0, "ratio", "one", 3.0, True)]

    monkeypatch.setattr("simulator.cli.commands.bench_script", bench)
    assert main(["bench", "script", "--python", "/a", "--python", "/b", "--json"]) == 0
    assert asked == [["/a", "/b"]]
    assert json.loads(capsys.readouterr().out)[0]["figures"][0]["figure"] == "a ratio"
    assert run_bench([], {}) == []
