"""Chrome traces of others open as runs: threads, spans, instants in place; anything else is refused in one line."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.recording import Recording
from simulator.cli import main
from simulator.errors import FileError
from simulator.export.chrome_trace import write_chrome_trace
from simulator.export.chrome_trace.reading import load_chrome_trace
from simulator.export.opening import open_recording
from simulator.export.recording_file import load, save
from simulator.record.kinds import Kind
from simulator.trace.tracks import OPEN
from tests.simulator import traces
from tests.simulator.recordings import assert_equal

PROGRAM = """\
import threading
from viztracer import get_tracer

def work(n):
    get_tracer().log_instant("starting", {"n": n}, "t")
    return helper(n)

def helper(n):
    return n

threads = [threading.Thread(target=work, args=(n,), name=f"worker-{n}") for n in (1, 2)]
for thread in threads:
    thread.start()
    thread.join()
"""


def opened(tmp_path: Path, content: Any) -> Recording:
    path = tmp_path / "other.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return load_chrome_trace(path)


def refusal(tmp_path: Path, content: Any) -> str:
    with pytest.raises(FileError) as caught:
        opened(tmp_path, content)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'other.json'} is no Chrome trace: ")
    assert message.isprintable()
    return message


def rows_of(recording: Recording, kind: Kind) -> list[tuple[str, Any, int, int]]:
    """Return thread, value, begin and end of the events of a kind."""
    trace = recording.trace
    return [
        (trace.threads[trace.thread[row]].name, trace.value_of(row), int(trace.begin_ns[row]), int(trace.end_ns[row]))
        for row in range(trace.n)
        if trace.kind[row] == kind
    ]


def test_a_trace_of_viztracer_opens(tmp_path: Path) -> None:
    script, path = tmp_path / "program.py", tmp_path / "result.json"
    script.write_text(PROGRAM)
    command = [sys.executable, "-m", "viztracer", "--quiet", "--log_func_args", "-o", path, script]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=tmp_path)
    recording = load_chrome_trace(path)
    assert (recording.filename, recording.code) == (str(script), PROGRAM)
    assert recording.interpreter.startswith("recorded by VizTracer")
    blocks = rows_of(recording, Kind.BLOCK)
    for name in ("worker-1", "worker-2"):
        (work,) = [one for one in blocks if one[:2] == (name, "work")]
        (helper,) = [one for one in blocks if one[:2] == (name, "helper")]
        assert work[2] <= helper[2] <= helper[3] <= work[3] + 1
    logged = [(thread, value) for thread, value, _, _ in rows_of(recording, Kind.LOG)]
    assert logged == [(f"worker-{n}", f'starting {{"n": {n}}}') for n in (1, 2)]
    trace = recording.trace
    (row, _) = [row for row in range(trace.n) if trace.value_of(row) == "helper"]
    assert (trace.files[trace.file[row]], int(trace.line[row])) == (str(script), 8)


def test_what_was_opened_can_be_saved_and_reopened(tmp_path: Path) -> None:
    recording = opened(tmp_path, [{"ph": "X", "pid": 1, "tid": 1, "ts": 5, "dur": 2, "name": "f (a.py:3)"}])
    save(recording, tmp_path / "run.threadloom")
    assert_equal(load(tmp_path / "run.threadloom"), recording)


def test_nanoseconds_begin_and_end_marks_are_understood(tmp_path: Path) -> None:
    recording = opened(
        tmp_path,
        [
            {"ph": "M", "pid": 7, "tid": 9, "name": "thread_name", "args": {"name": "loader"}},
            {"ph": "B", "pid": 7, "tid": 9, "ts": 1000.001, "name": "outer"},
            {"ph": "B", "pid": 7, "tid": 9, "ts": 1000.5, "name": "inner"},
            {"ph": "E", "pid": 7, "tid": 9, "ts": 1001.25},
            {"ph": "E", "pid": 7, "tid": 9, "ts": 1002},
            {"ph": "B", "pid": 7, "tid": 9, "ts": 1003, "name": "never ended"},
            {"ph": "C", "pid": 7, "ts": 1, "name": "ignored", "args": {"n": 1}},
        ],
    )
    expected = [("loader", "outer", 0, 1999), ("loader", "inner", 499, 1249), ("loader", "never ended", 2999, OPEN)]
    assert rows_of(recording, Kind.BLOCK) == expected


def test_threads_of_several_processes_are_told_apart(tmp_path: Path) -> None:
    events = [{"ph": "i", "pid": pid, "tid": 1, "ts": pid, "name": "x", "s": "t"} for pid in (1, 2)]
    names = [{"ph": "M", "pid": 1, "name": "process_name", "args": {"name": "parent"}}]
    recording = opened(tmp_path, {"traceEvents": events + names})
    assert [info.name for info in recording.trace.threads[1:]] == ["main, parent", "thread 1, process 2"]


def test_our_own_traces_open_too(tmp_path: Path) -> None:
    run = traces.clobbered()
    write_chrome_trace(run, tmp_path / "run.json")
    recording = open_recording(tmp_path / "run.json")
    assert recording.trace.n == run.trace.n
    assert [one[0] for one in rows_of(recording, Kind.BLOCK)] == ["worker-1", "worker-2"]


def test_the_command_line_shows_and_exports_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(tmp_path, [{"ph": "X", "pid": 1, "tid": 1, "ts": 5, "dur": 2, "name": "f"}])
    assert main(["show", str(tmp_path / "other.json")]) == 0
    out = capsys.readouterr().out
    assert "Trace other.json" in out
    assert "done after 2 µs, recorded elsewhere\n" in out
    assert main(["export", str(tmp_path / "other.json"), str(tmp_path / "run.csv")]) == 0
    assert "0,2000,main,main,block,,f," in (tmp_path / "run.csv").read_text()


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "it is no JSON"),
    "too deep": ("[" * 100_000, "it is no JSON"),
    "a number": (5, "it has no list of traceEvents"),
    "no events": ({"traceEvents": 5}, "it has no list of traceEvents"),
    "an event of another type": ([{"ph": "M"}, 5], "its event 2 is no object"),
    "no time": ([{"ph": "X", "dur": 1}], "its event 1 has no number ts"),
    "a text for a time": ([{"ph": "i", "ts": "5"}], "its event 1 has no number ts"),
    "no duration": ([{"ph": "X", "ts": 1}], "its event 1 has no number dur"),
    "not a number": ('[{"ph": "i", "ts": NaN}]', "its event 1 has no number ts"),
    "too late": ([{"ph": "i", "ts": 1e300}], "the ts of its event 1 is out of range"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_trace_is_refused(tmp_path: Path, case: str) -> None:
    content, message = BAD[case]
    assert message in refusal(tmp_path, content)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        load_chrome_trace(tmp_path / "none.json")
    with pytest.raises(FileError, match="it is no ordinary file"):
        load_chrome_trace(tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_mutated_events_are_refused_or_open(tmp_path: Path, seed: int) -> None:
    """A trace of anybody ends in a recording or in one line, whatever stands in its fields."""
    draw = random.Random(seed)
    odd = [None, True, -1, 0, 1.5, -1e15, 2**63, "", "x", "f (a.py:3)", "f (a.py:9999999)", [], {}, [1], {"name": 5}]
    ends = {True: 0, False: 0}
    for _ in range(100):
        events: list[Any] = [
            {"ph": phase, "pid": 1, "tid": draw.randrange(3), "ts": step, "dur": 2, "name": "f", "args": {"n": 1}}
            for step, phase in enumerate("XiBEMXBi")
        ]
        for _ in range(draw.randrange(1, 5)):
            draw.choice(events)[draw.choice(["ph", "pid", "tid", "ts", "dur", "name", "args"])] = draw.choice(odd)
        try:
            recording = opened(tmp_path, {"traceEvents": events, "file_info": draw.choice([*odd, {"files": 5}])})
        except FileError:
            refusal(tmp_path, (tmp_path / "other.json").read_text("utf-8"))
            ends[False] += 1
        else:
            recording.summary()
            ends[True] += 1
    assert all(ends.values())
