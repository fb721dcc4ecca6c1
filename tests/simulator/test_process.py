from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from simulator.errors import StartError
from simulator.process import host, starting
from simulator.process.host import OwnProcess
from simulator.process.script_host import ScriptProcess
from simulator.record.kinds import Kind
from simulator.script.settings import ScriptSettings
from simulator.trace.trace import Trace
from tests.patience import PATIENCE_S
from tests.simulator.running import program_of, run_lesson

HANG = "import signal\nstate = SimpleNamespace()\nstate.x = 1\nwhile True:\n    pass\n"


def rows_until_first_write(place: OwnProcess) -> Trace:
    trace = Trace(["x"], "shared", place.origin_ns)
    while not (trace.kind == Kind.WRITE).any() and not place.done.is_set():
        trace.append(place.drain(1000))
    return trace


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_program_that_will_not_stop_is_ended_for_certain_and_what_was_recorded_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host, "KILL_AFTER_S", 0.05)
    place = OwnProcess(program_of(HANG))
    place.start()
    trace = rows_until_first_write(place)
    assert trace.value_text(trace.n - 1) == "1"
    pid = place.child.process.pid
    place.stop()
    assert place.done.wait(PATIENCE_S)
    place.close()
    assert place.status == "stopped"
    assert is_gone(pid)


def test_a_process_that_dies_fails_the_run_and_says_so() -> None:
    place = OwnProcess(program_of("import os\nstate = SimpleNamespace()\nos._exit(7)\n"))
    place.start()
    assert place.done.wait(PATIENCE_S)
    place.close()
    assert place.status == "failed"


def test_a_killed_process_leaves_nothing_waiting() -> None:
    place = OwnProcess(program_of(HANG))
    place.start()
    rows_until_first_write(place)
    os.killpg(place.child.process.pid, signal.SIGKILL)
    assert place.done.wait(PATIENCE_S)
    place.close()
    assert (place.status, place.n_alive) == ("failed", 0)


@pytest.mark.parametrize("python", ["/nowhere/python", sys.executable + ".no"])
def test_an_interpreter_that_is_not_there_is_named_in_one_line(python: str) -> None:
    place = OwnProcess(program_of(HANG), python)
    with pytest.raises(StartError) as caught:
        place.start()
    assert str(caught.value) == f"cannot start {python}: No such file or directory; give the path of a Python"
    place.close()


def test_something_that_is_no_python_is_named_in_one_line() -> None:
    place = OwnProcess(program_of(HANG), "/bin/false")
    with pytest.raises(StartError, match=r"^/bin/false cannot run the threads: .*CPython 3.10 or newer is needed$"):
        place.start()
    assert place.done.is_set()
    place.close()


def test_a_program_that_never_answers_is_given_up_and_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(starting, "HELLO_TIMEOUT_S", 0.2)
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    place = OwnProcess(program_of(HANG), str(silent))
    with pytest.raises(StartError, match="gave no answer"):
        place.start()
    assert place.processes_alive() == []
    place.close()


@pytest.fixture
def silent(tmp_path: Path) -> str:
    """An interpreter that is there and never answers."""
    path = tmp_path / "silent"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("make", ["lesson", "script"])
def test_the_start_of_a_program_that_never_answers_can_be_cancelled(make: str, silent: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("pass\n")
    place = (
        OwnProcess(program_of(HANG), silent)
        if make == "lesson"
        else ScriptProcess(ScriptSettings(str(script), python=silent), "capture")
    )
    errors: list[StartError] = []

    def start() -> None:
        try:
            place.start()
        except StartError as error:
            errors.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    place.cancel_start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert "was stopped before it had come up" in str(errors[0])
    assert place.processes_alive() == []
    place.close()


def test_the_place_and_the_interpreter_are_named() -> None:
    recording = run_lesson("request-id", "local", place="own-process", work_ms=1)
    version = ".".join(map(str, sys.version_info[:3]))
    assert (recording.place, recording.interpreter, recording.gil) == ("own-process", f"CPython {version}", True)


def test_cancelling_a_start_that_has_succeeded_changes_nothing() -> None:
    place = OwnProcess(program_of("state = SimpleNamespace()\nstate.x = 1\n"))
    place.start()
    place.cancel_start()
    assert place.done.wait(PATIENCE_S)
    assert place.status == "done"
    place.close()
