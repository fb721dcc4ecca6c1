"""Thousands of mutated recording files: each is refused in one line or opens as a trace that can be looked at.

Nothing else may happen: no crash, no hang, no more memory than twice what the file declares, nothing executed.
"""

import json
import random
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.recording import Recording
from simulator.errors import FileError
from simulator.export.recording_file import load, save
from simulator.record.kinds import Kind, Result
from simulator.synthetic import make_recording
from simulator.trace.trace import COLUMNS
from tests.simulator.recordings import Script, assert_equal, record, two_workers
from tests.simulator.zip_files import refusal, rezip, unzip

EVENT_BYTES = sum(np.dtype(kind).itemsize for kind in COLUMNS.values())
SMALL_BYTES = 400_000
"""What opening a file of a few events takes besides: buffers, texts of errors, Python's own objects."""
LONG_S = 10.0
"""Of the processor's time: so long takes nothing but a hang."""


def peak_of(action: Callable[[], Any]) -> int:
    """Return the most bytes of memory that something took at once."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def open_or_refuse(path: Path) -> Recording | None:
    try:
        return load(path)
    except FileError as error:
        message = str(error)
    assert str(path) in message
    assert message.isprintable()
    return None


def open_fully(path: Path, is_weighed: bool = False) -> Recording | None:
    """Load within the limits and look at everything; None if it was refused. Weighing takes four times as long."""
    if is_weighed:
        assert peak_of(lambda: open_or_refuse(path)) < SMALL_BYTES
    started = time.process_time()
    recording = open_or_refuse(path)
    assert time.process_time() - started < LONG_S
    if recording is not None:
        recording.summary()
        for row in range(recording.trace.n):
            recording.trace.value_text(row)
    return recording


def rich(path: Path) -> Path:
    """Save a recording with tasks, spans, lost updates, exceptions and values of all kinds."""
    script = Script()
    base = script.add(0, 1000, Kind.WRITE, 0, 1)
    for step in range(12):
        thread = 1 + step % 3
        script.begin(thread, 1100 + 90 * step, Kind.TASK, step + 1)
        script.add(thread, 1110 + 90 * step, Kind.READ, None, 1, 2, base)
        written = script.add(thread, 1120 + 90 * step, Kind.WRITE, step, 1, 3)
        base = written if step % 2 else base
        script.add(thread, 1130 + 90 * step, Kind.WRITE, f"value {step}", 0, 3)
        script.add(thread, 1140 + 90 * step, Kind.READ, None, 0, 4, script.writes[-1 - step % 4 * 2][1])
        if step == 5:
            script.add(thread, 1145 + 90 * step, Kind.EXCEPTION, ("KeyError", "KeyError: 1", "Traceback", False))
        script.end(thread, 1150 + 90 * step, Result(step % 7))
    for step, kind in enumerate((Kind.LOG, Kind.OPEN, Kind.CLOSE, Kind.MARK, Kind.CLEAR, Kind.CHECK, Kind.ANSWER)):
        script.add(4, 3000 + step, kind, "word", variable=2)
    signal = script.add(5, 3100, Kind.SIGNAL, "set", 2, 4)
    script.begin(4, 3050, Kind.WAIT, "event")
    script.end(4, 3150, met=signal)
    script.add(6, 3200, Kind.RECEIVE, "event", 2, 4, signal)
    save(record(script.trace()), path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_changed_bytes_are_refused_or_harmless(tmp_path: Path, seed: int) -> None:
    path = rich(tmp_path / "run.threadloom")
    whole, original = path.read_bytes(), load(path)
    draw = random.Random(seed)
    for number in range(200):
        content = bytearray(whole)
        at = draw.randrange(len(content))
        match draw.randrange(4):
            case 0:
                content[at] ^= 1 << draw.randrange(8)
            case 1:
                content[at : at + draw.randrange(1, 9)] = b""
            case 2:
                content[at:at] = draw.randbytes(draw.randrange(1, 9))
            case 3:
                content[at : at + 4] = draw.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
        path.write_bytes(content)
        recording = open_fully(path, number % 8 == 0)
        if recording is not None:
            assert_equal(recording, original)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_changed_columns_are_refused_or_can_be_looked_at(tmp_path: Path, seed: int) -> None:
    path = rich(tmp_path / "run.threadloom")
    members = unzip(path)
    columns = sorted(name for name in members if name.startswith("columns/"))
    draw = random.Random(seed)
    opened = 0
    for number in range(200):
        name = draw.choice(columns)
        plane = bytearray(members[name])
        for _ in range(draw.randrange(1, 4)):
            plane[draw.randrange(len(plane))] = draw.choice([0, 1, 2, 4, 17, 19, 255, draw.randrange(256)])
        rezip(members | {name: bytes(plane)}, path)
        opened += open_fully(path, number % 8 == 0) is not None
    assert 0 < opened < 200  # both ends of the sentence are tried


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_changed_fields_are_refused_or_can_be_looked_at(tmp_path: Path, seed: int) -> None:
    path = rich(tmp_path / "run.threadloom")
    members = unzip(path)
    draw = random.Random(seed)
    for number in range(160):
        member = draw.choice(["manifest.json", "recording.json"])
        content = json.loads(members[member])
        holder, key = draw.choice(list(places(content)))
        holder[key] = draw.choice([None, -1, 0, 1, 2**31, 2**64, 1.5, "", "x", [], {}, True, [1, 2, "t", -1]])
        open_fully(rezip(members | {member: json.dumps(content).encode()}, path), number % 8 == 0)


def places(content: Any) -> Any:
    """Yield every place in nested JSON as (container, key)."""
    keys = list(content) if isinstance(content, dict) else range(len(content))
    for key in keys:
        yield content, key
        if isinstance(content[key], (dict, list)):
            yield from places(content[key])


def test_nothing_of_a_file_is_executed(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    payload = f"cos\nsystem\n(S'touch {marker}'\ntR.".encode()
    path = rich(tmp_path / "run.threadloom")
    members = unzip(path)
    for name in members:
        open_fully(rezip(members | {name: payload}, path))
    assert not marker.exists()


def test_opening_takes_no_more_memory_than_twice_what_the_file_declares(tmp_path: Path) -> None:
    n = 200_000
    save(make_recording(n, 8), tmp_path / "run.threadloom")
    assert peak_of(lambda: load(tmp_path / "run.threadloom")) < 2 * n * EVENT_BYTES


def test_a_text_that_was_pressed_far_too_well_is_not_unpacked(tmp_path: Path) -> None:
    path = rich(tmp_path / "run.threadloom")
    rezip(unzip(path) | {"recording.json": b"[" + b"[]," * 1_000_000 + b"[]]"}, path)
    assert open_fully(path) is None
    assert "its part recording.json would be 3,000,004 bytes large" in refusal(path)


HOSTILE = [b"{}", b"[]", b"300", b'"ab"', b'{"ab":{}}', b"[" * 900 + b"]" * 900]


@pytest.mark.parametrize("item", HOSTILE, ids=lambda item: item[:9].decode())
def test_a_text_of_values_that_no_event_brought_is_refused_before_they_take_memory(item: bytes, tmp_path: Path) -> None:
    path = rich(tmp_path / "run.threadloom")
    n = 1_000_000 // (len(item) + 1)
    text = b'{"values":[' + b",".join([item] * n) + b"]}"
    rezip(unzip(path) | {"recording.json": text}, path)
    assert peak_of(lambda: open_or_refuse(path)) < 2 * len(text) + SMALL_BYTES
    assert "holds far more than" in refusal(path)


@pytest.mark.parametrize("shift", range(4))
def test_commas_in_a_programs_text_are_no_values(shift: int, tmp_path: Path) -> None:
    recording = two_workers()
    recording.code = "x" * shift + " = [" + '0, "\\\\", ' * 40_000 + "]\n"
    save(recording, tmp_path / "run.threadloom")
    assert load(tmp_path / "run.threadloom").code == recording.code
