"""Two recordings: what differs is named, and the first event at which their order parts is the right one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from simulator.analysis.diff import Change, diff
from simulator.analysis.recording import Recording
from simulator.cli import main
from simulator.export.recording_file import save
from simulator.record.kinds import Kind
from tests.simulator import traces
from tests.simulator.recordings import Script, record, recordings, two_workers

COUNTER = 1


def run_of(order: str, gap_ns: int = 100, storage: str = "shared") -> Recording:
    """Make a run from words such as ``1w 2w 1r``: which worker writes or reads; a read gets the last write."""
    script = Script()
    last = 0
    for step, word in enumerate(order.split()):
        thread, stamp = int(word[0]), 2000 + step * gap_ns
        if word[1] == "w":
            last = script.add(thread, stamp, Kind.WRITE, step, line=2)
        else:
            script.add(thread, stamp, Kind.READ, line=4, ref=last)
    return record(script.trace(storage))


def at(recording: Recording, row: int | None) -> tuple[str, str] | None:
    """Return actor and kind of an event."""
    if row is None:
        return None
    trace = recording.trace
    return trace.actors[trace.actor[row]].name, Kind(int(trace.kind[row])).name.lower()


@given(recordings())
def test_a_run_does_not_differ_from_itself(recording: Recording) -> None:
    assert diff(recording, recording).is_empty


@pytest.mark.parametrize("gap_ns", [1, 5_000_000])
def test_times_do_not_matter(gap_ns: int) -> None:
    assert diff(run_of("1w 2w 1r 2r"), run_of("1w 2w 1r 2r", gap_ns)).is_empty


def test_the_first_access_out_of_order_is_found() -> None:
    one, other = run_of("1w 2w 1r 2r"), run_of("1w 1r 2w 2r")
    found = diff(one, other)
    assert found.order is not None
    assert (found.order.variable, found.order.number) == ("request_id", 2)
    assert at(one, found.order.first) == ("worker-2", "write")
    assert at(other, found.order.second) == ("worker-1", "read")


def test_a_run_that_has_more_parts_where_the_other_ends() -> None:
    one, other = run_of("1w 1r"), run_of("1w 1r 1r 2w")
    found = diff(one, other)
    assert found.order is not None
    assert (found.order.number, found.order.first) == (3, None)
    assert at(other, found.order.second) == ("worker-1", "read")
    assert diff(other, one).order is not None


def test_a_read_of_another_write_is_found_although_the_order_is_the_same() -> None:
    script = Script()
    own = script.add(1, 2000, Kind.WRITE, 0)
    script.add(2, 2100, Kind.WRITE, 1)
    script.add(1, 2200, Kind.READ, ref=own)
    one, other = run_of("1w 2w 1r"), record(script.trace("shared"))
    found = diff(one, other)
    assert found.order is None
    assert found.source is not None
    assert at(one, found.source.first) == at(other, found.source.second) == ("worker-1", "read")
    sources = [run.trace.reads_from[row] for run, row in ((one, found.source.first), (other, found.source.second))]
    assert [at(run, source) for run, source in zip((one, other), sources, strict=True)] == [
        ("worker-2", "write"),
        ("worker-1", "write"),
    ]


def test_of_several_variables_the_one_that_parts_first_is_told() -> None:
    def make(swaps: bool) -> Recording:
        script = Script()
        for step in range(3):
            script.add(1, 2000 + 10 * step, Kind.WRITE, step)
        first, second = (2, 1) if swaps else (1, 2)
        script.add(first, 2100, Kind.WRITE, 0, COUNTER)
        script.add(second, 2200, Kind.WRITE, 0, COUNTER)
        script.add(second, 2300, Kind.WRITE, 0)
        return record(script.trace("shared"))

    found = diff(make(False), make(True))
    assert found.order is not None
    assert (found.order.variable, found.order.number) == ("counter", 1)


def test_threads_of_one_name_are_told_apart() -> None:
    def make(order: tuple[int, int]) -> Recording:
        script = Script()
        for thread in (1, 2):
            script.rows[thread] = [(1500 + thread, int(Kind.THREAD_BEGIN), 0, 0, "worker")]
        for step, thread in enumerate(order):
            script.add(thread, 2000 + step, Kind.WRITE, step)
        return record(script.trace("shared"))

    assert diff(make((1, 2)), make((1, 2))).is_empty
    assert diff(make((1, 2)), make((2, 1))).order is not None


def test_settings_counts_and_code_are_named() -> None:
    one, other = run_of("1w 2w 1r"), run_of("1w 1r", storage="local")
    other.code = one.code.replace("work()", "rest()")
    other.settings = replace(other.settings, threads=7, options={"literal": True})
    found = diff(one, other)
    assert Change("storage", "shared", "local") in found.settings
    assert Change("threads", 2, 7) in found.settings
    assert Change("option literal", False, True) in found.settings
    assert Change("writes", 2, 1) in found.counts
    assert Change("foreign_reads", 1, 0) in found.counts
    assert found.code_line == 3


@pytest.fixture
def compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Save two runs and compare them on the command line; return exit code and output."""

    def compare(first: Recording, second: Recording, *options: str) -> tuple[int, str]:
        paths = [str(tmp_path / name) for name in ("a.threadloom", "b.threadloom")]
        for path, one in zip(paths, (first, second), strict=True):
            save(one, path)
        code = main(["diff", *paths, *options])
        return code, capsys.readouterr().out.replace(f"{tmp_path}/", "")

    return compare


def test_the_command_says_where_two_runs_part(compared) -> None:
    code, out = compared(run_of("1w 2w 1r 2r"), run_of("1w 1r 2w 2r"))
    assert code == 1
    assert out.startswith("A a.threadloom: 1 of 2 reads returned another thread's value\nB b.threadloom: All 2 reads")
    assert "foreign reads  1  0" in out
    assert "The order differs first at access 2 to request_id:" in out
    assert "A  worker-2 writes request_id 1, line 2, at 1.1 µs (event 4)" in out
    assert "B  worker-1 reads request_id 0 of worker-1, line 4, at 1.1 µs (event 3)" in out


def test_the_command_says_that_two_runs_are_the_same(compared) -> None:
    code, out = compared(two_workers(), two_workers())
    assert code == 0
    assert out.endswith("The same settings, counts and order of accesses.\n")


def test_json_names_both_events(compared) -> None:
    code, out = compared(run_of("1w 2w 1r"), run_of("1w 1r"), "--json")
    plain: dict[str, Any] = json.loads(out)
    assert (code, plain["same"]) == (1, False)
    keys = ("same", "first", "second", "settings", "counts", "facts", "code_line", "order", "source")
    assert tuple(plain) == keys
    assert plain["order"]["first"] == {
        "event": 4,
        "time_ns": 1100,
        "actor": "worker-2",
        "kind": "write",
        "value": "1",
        "writer": None,
        "file": "request-id.py",
        "line": 2,
    }
    assert {"name": "writes", "first": 2, "second": 1} in plain["counts"]


def test_a_file_that_is_none_is_refused(compared, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(traces.clobbered(), tmp_path / "a.threadloom")
    assert main(["diff", str(tmp_path / "a.threadloom"), str(tmp_path / "none.threadloom")]) == 2
    assert "No such file" in capsys.readouterr().err
