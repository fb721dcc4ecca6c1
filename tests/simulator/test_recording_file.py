"""A recording reopens to exactly the same trace; a file that is anything else ends in one clear line."""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.analysis.recording import Recording
from simulator.errors import UsageError
from simulator.export.recording_file import VERSION, load, save
from simulator.record.kinds import Kind
from simulator.record.recorder import SERIAL_SHIFT
from tests.simulator.recordings import Script, assert_equal, record, recordings, two_workers
from tests.simulator.zip_files import refusal, rezip, unzip


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "run.threadloom"
    save(two_workers(), path)
    return path


def change(path: Path, member: str, edit: Callable[[Any], None]) -> None:
    """Change a JSON member in place."""
    members = unzip(path)
    content = json.loads(members[member])
    edit(content)
    members[member] = json.dumps(content).encode()
    rezip(members, path)


# ── Round trip ──


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_every_recording_reopens_as_it_was(tmp_path: Path, recording: Recording) -> None:
    save(recording, tmp_path / "run.threadloom")
    assert_equal(load(tmp_path / "run.threadloom"), recording)


@pytest.mark.parametrize(
    "values",
    [
        (1 << 90, -(1 << 63)),
        (10**4000, 0),
        (float("nan"), float("-inf")),
        (-0.0, 0.1),
        ("\ud800", "\0\n"),
        (True, None),
    ],
    ids=["beyond 64 bits", "very long", "no numbers", "floats", "odd text", "constants"],
)
def test_odd_values_reopen_exactly(tmp_path: Path, values: tuple[object, object]) -> None:
    recording = two_workers(values)
    save(recording, tmp_path / "run.threadloom")
    assert_equal(load(tmp_path / "run.threadloom"), recording)


def test_equal_recordings_make_equal_files(saved: Path, tmp_path: Path) -> None:
    save(two_workers(), tmp_path / "again.threadloom")
    assert (tmp_path / "again.threadloom").read_bytes() == saved.read_bytes()


def test_saving_again_what_was_opened_changes_nothing(saved: Path, tmp_path: Path) -> None:
    save(load(saved), tmp_path / "again.threadloom")
    assert (tmp_path / "again.threadloom").read_bytes() == saved.read_bytes()


def test_a_run_that_goes_on_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="still going on; stop it"):
        save(record(two_workers().trace, status="running"), tmp_path / "run.threadloom")
    assert not list(tmp_path.iterdir())


# ── Files that are something else ──


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"begin_ns,end_ns\n", b"\0" * 10_000], ids=repr)
def test_a_foreign_file_is_named_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.threadloom"
    path.write_bytes(content)
    assert refusal(path) == f"{path} is no recording of Threadloom; choose a .threadloom file"


def test_another_zip_file_is_foreign(saved: Path, tmp_path: Path) -> None:
    members = unzip(saved)
    assert "is no recording" in refusal(rezip({"a.txt": b"a", **members}, tmp_path / "b.threadloom"))
    change(saved, "manifest.json", lambda manifest: manifest.update(format="loom"))
    assert "is no recording" in refusal(saved)


def test_a_missing_file_a_folder_and_a_pipe_are_named(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.threadloom")
    assert "is no recording" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.threadloom")
    assert "is no recording" in refusal(tmp_path / "pipe.threadloom")


def test_a_newer_file_says_what_to_do(saved: Path) -> None:
    change(saved, "manifest.json", lambda manifest: manifest.update(version=7, events="many"))
    words = f"was written by a newer Threadloom (format 7; this one reads up to {VERSION}). Install a newer version."
    assert refusal(saved) == f"{saved} {words}"


def test_every_truncation_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for size in range(0, len(whole), 37):
        saved.write_bytes(whole[:size])
        assert "damaged" in refusal(saved) or size < 30 + 8 + 24


# ── Files that lie ──


def edit_item(field: str, index: int, value: object) -> Callable[[Any], None]:
    def edit(content: Any) -> None:
        content[field][index] = value

    return edit


LIES: dict[str, tuple[str, Callable[[Any], None], str]] = {
    "too many events": ("manifest.json", lambda m: m.update(events=10**9), "it claims 1,000,000,000 events"),
    "more events than there": ("manifest.json", lambda m: m.update(events=90), "does not hold so many"),
    "no version": ("manifest.json", lambda m: m.pop("version"), "its field version is missing"),
    "version 0": ("manifest.json", lambda m: m.update(version=0), "its version 0 never was"),
    "planes": ("manifest.json", lambda m: m["columns"]["value"].update(planes=10**6), "has 1000000 planes"),
    "a missing plane": (
        "manifest.json",
        lambda m: m["columns"]["value"].update(planes=8),
        "columns/value.1 is missing",
    ),
    "base": ("manifest.json", lambda m: m["columns"]["value"].update(base=1 << 63), "out of range"),
    "kind": ("manifest.json", lambda m: m["columns"]["kind"].update(base=7), "is of an unknown kind"),
    "thread": ("manifest.json", lambda m: m["columns"]["thread"].update(base=9), "is of a thread that is not there"),
    "actor": ("manifest.json", lambda m: m["columns"]["actor"].update(base=9), "is of an actor that is not there"),
    "variable": ("manifest.json", lambda m: m["columns"]["variable"].update(base=9), "of a variable that is not there"),
    "place": ("manifest.json", lambda m: m["columns"]["place"].update(base=9), "is in a cell that is not there"),
    "line": ("manifest.json", lambda m: m["columns"]["line"].update(base=-9), "has a negative line"),
    "flags": ("manifest.json", lambda m: m["columns"]["flags"].update(base=64), "has a flag that is not known"),
    "duration": ("manifest.json", lambda m: m["columns"]["end_ns"].update(base=5), "has a duration"),
    "source": ("manifest.json", lambda m: m["columns"]["reads_from"].update(base=1), "got a value from another event"),
    "wide": ("manifest.json", lambda m: m["columns"]["kind"].update(base=1 << 40), "column kind is out of range"),
    "no columns": ("manifest.json", lambda m: m["columns"].clear(), "its field begin_ns is missing"),
    "values": ("recording.json", lambda r: r["values"].clear(), "has a value that is not there"),
    "a value": ("recording.json", edit_item("values", 0, {"pickle": "x"}), "holds something that is no recorded value"),
    "status": ("recording.json", lambda r: r.update(status="running"), "its status 'running' is not known"),
    "storage": ("recording.json", lambda r: r.update(storage="cloud"), "its storage 'cloud' is not known"),
    "seed": (
        "recording.json",
        lambda r: r["settings"].update(seed="1"),
        "its field seed is missing or of a wrong type",
    ),
    "option": ("recording.json", lambda r: r["settings"].update(options={"a": []}), "that is no option"),
    "threads": ("recording.json", lambda r: r["threads"].pop(), "do not belong together"),
    "an actor": ("recording.json", edit_item("actors", 1, [5, 1, "task-1", -1]), "do not belong together"),
    "code": ("recording.json", lambda r: r.update(code=None), "its field code is missing or of a wrong type"),
    "clock": ("recording.json", lambda r: r.update(origin_ns=1 << 70), "out of range"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_found(saved: Path, lie: str) -> None:
    member, edit, message = LIES[lie]
    change(saved, member, edit)
    assert message in refusal(saved)


def test_writes_that_rest_on_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    script = Script()
    for thread, other in ((1, 2), (2, 1)):
        script.add(thread, 1000 + thread, Kind.READ, None, 1, 2, other << SERIAL_SHIFT | 1)
        script.add(thread, 2000 + thread, Kind.WRITE, thread, 1, 3)
    trace = script.trace()
    assert trace.reads_from[trace.kind == Kind.READ].tolist() == [5, 4]
    recording = two_workers()
    recording.trace = trace
    save(recording, tmp_path / "run.threadloom")
    assert "event 5 stands in a circle of reads and writes" in refusal(tmp_path / "run.threadloom")


def test_json_that_is_none_is_refused(saved: Path) -> None:
    members = unzip(saved)
    for text in (b"{", b"[]", b"[" * 100_000, b"\xff", b"9" * 5000):
        rezip(members | {"recording.json": text}, saved)
        assert "is damaged" in refusal(saved)


def test_a_bomb_is_not_inflated(saved: Path) -> None:
    members = unzip(saved)
    rezip(members | {"recording.json": b" " * 30_000_000}, saved)
    assert "its part recording.json would be 30,000,000 bytes large" in refusal(saved)
    rezip(members | {"columns/kind.0": bytes(30_000_000)}, saved)
    assert "its part columns/kind.0 has 30,000,000 bytes instead of" in refusal(saved)
    rezip(members | {"columns/begin_ns.0": bytes(1000)}, saved, stored=("mimetype",))
    assert "its part columns/begin_ns.0 is not stored as it should be" in refusal(saved)


def test_a_wrong_check_sum_is_found(saved: Path) -> None:
    content = saved.read_bytes()
    at = content.index(b"columns/begin_ns.0") + len("columns/begin_ns.0")
    saved.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    assert "its part columns/begin_ns.0 cannot be read" in refusal(saved)


def test_the_file_is_a_zip_that_other_tools_read(saved: Path) -> None:
    assert zipfile.is_zipfile(saved)
    assert saved.read_bytes()[30:62] == b"mimetypeapplication/x-threadloom"
