"""The command line as a process: signals, pipes, terminals."""

import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from simulator.export.recording_file import load, save
from tests.patience import PATIENCE_S
from tests.simulator.recordings import two_workers


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.threadloom"
    save(two_workers(), path)
    return path


def start(*arguments: object, **keywords: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "simulator", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keywords)


TELLING = """
import sys
from simulator.cli import main
from simulator.session import Session

pump = Session.pump

def pump_and_tell(session, limit=1000):
    news = pump(session, limit)
    if session.recording.analysis.counts.writes == 5:
        print("all have written", file=sys.stderr, flush=True)
        Session.pump = pump
    return news

Session.pump = pump_and_tell
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("place", ["--in-process", "--own-process"])
def test_stopping_keeps_and_reports_what_was_recorded(tmp_path: Path, number: int, place: str) -> None:
    path = tmp_path / "run.threadloom"
    command = [sys.executable, "-c", TELLING, "run", "request-id", "--storage", "local", "--work-ms", "60000"]
    command += ["--json", place, "--export", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline() == b"all have written\n"
    process.send_signal(number)
    out, _ = process.communicate(timeout=PATIENCE_S)
    result = json.loads(out)
    assert process.returncode == 3
    assert (result["status"], result["writes"], result["reads"]) == ("stopped", 5, 0)
    assert result["elapsed_ns"] < 30_000_000_000
    assert load(path).summary() == result


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_an_export_leaves_the_old_file(tmp_path: Path, saved: Path, number: int) -> None:
    target = tmp_path / "old.csv"
    target.write_text("old")
    code = (
        "import os, signal, sys\n"
        "from simulator.cli import main\n"
        f"os.fsync = lambda _: signal.raise_signal({int(number)})\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code, "export", str(saved), str(target)]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == 130
    assert ended.stderr == b"threadloom: interrupted; files are as they were before\n"
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.csv", saved.name]


def test_the_spinner_turns_on_a_terminal_and_is_cleared() -> None:
    try:
        master, terminal = pty.openpty()
    except OSError:
        pytest.skip("declared: no terminal can be made here")
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "run", "request-id", "--json", "--work-ms", "60000"],
        stdout=subprocess.PIPE,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    while b"\r/ " not in shown:
        shown += os.read(master, 1000)
    process.send_signal(signal.SIGINT)
    with suppress(OSError):  # the terminal is closed when the process has ended
        while part := os.read(master, 1000):
            shown += part
    out, _ = process.communicate(timeout=PATIENCE_S)
    os.close(master)
    assert json.loads(out)["status"] == "stopped"
    frames = shown.decode().split("\r")
    assert frames[1] == "\\ running"
    assert frames[2].startswith("| running")
    assert frames[-1] == ""
    assert frames[-2].strip() == ""


def test_a_pipe_that_closes_early_is_no_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "simulator", "lessons"]
    ended = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="declared: no /dev/full here")
def test_a_full_output_is_told() -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "simulator", "lessons"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 2
    assert ended.stderr == b"threadloom: cannot write the result: No space left on device; send it somewhere else\n"


def test_a_terminal_without_the_characters_still_gets_the_result() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    process = start("lessons", env=environment)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"request-id")
