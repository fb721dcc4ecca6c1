"""`threadloom script`: the user's own program, its streams, what the command says of it, and its exit codes."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from simulator.export import recording_file
from simulator.record.kinds import Kind
from simulator.trace.row_table import UNKNOWN_ROW
from tests.simulator.recordings import assert_equal

ROOT = Path(__file__).resolve().parents[2]

SHARED = """
    import sys
    import threading

    counter = 0
    state = threading.local()

    def work(number):
        global counter
        state.number = number
        counter += number
        print("worker", state.number)

    threads = [threading.Thread(target=work, args=(n,), name=f"w{n}") for n in (1, 2)]
    for thread in threads:
        thread.start()
        thread.join()
    print("total", counter, *sys.argv[1:])
    print("to stderr", file=sys.stderr)
    sys.exit(counter)
"""


def write(folder: Path, source: str, name: str = "app.py") -> str:
    path = folder / name
    path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")
    return str(path)


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", "script", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300, env=environment)


def summary_of(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.stdout, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def test_the_program_runs_as_it_would_and_the_command_says_what_its_threads_did(tmp_path: Path) -> None:
    done = run(write(tmp_path, SHARED), "--", "one", "two words")
    assert done.stderr == "to stderr\n"
    assert done.stdout.startswith("worker 1\nworker 2\ntotal 3 one two words\n")
    assert "4 of 6 reads returned another thread's value" in done.stdout
    assert "Nothing found in this run; the script ended with exit code 3; 4 of 6" in done.stdout
    assert done.returncode == 0  # nothing was found: the program's own code is another thing


def test_json_has_the_stdout_to_itself(tmp_path: Path) -> None:
    path = write(tmp_path, SHARED)
    done = run(path, "--json", "--seed", "7")
    assert "total 3\n" in done.stderr
    summary = json.loads(done.stdout)
    assert "lesson" not in summary
    given = {name: summary[name] for name in ("script", "storage", "mode", "place", "status", "script_exit_code")}
    assert given == {
        "script": path,
        "storage": None,
        "mode": "faithful",
        "place": "own-process",
        "status": "done",
        "script_exit_code": 3,
    }
    assert (summary["reads"], summary["own_reads"], summary["foreign_reads"], summary["seed"]) == (6, 2, 4, 7)
    assert sum(summary[name] for name in summary if name.endswith("_reads")) == summary["reads"]
    assert (summary["unknown_reads"], summary["uncertain_events"]) == (0, 0)


def test_a_recording_of_a_script_reopens_as_it_was_and_tables_name_things_as_the_source_does(tmp_path: Path) -> None:
    path = write(tmp_path, SHARED)
    saved, table = tmp_path / "run.threadloom", tmp_path / "run.jsonl"
    again = tmp_path / "again.threadloom"
    assert run(path, "--quiet", "--export", str(saved), "--export", str(table)).returncode == 0
    recording = recording_file.load(saved)
    recording_file.save(recording, again)
    assert_equal(recording, recording_file.load(again))
    assert recording.summary()["script_exit_code"] == 3
    assert recording.source_of(0).startswith("import sys\n")
    rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
    state = [(row["thread"], row["kind"], row["value"]) for row in rows if row["variable"] == "state.number"]
    assert state == [("w1", "write", 1), ("w1", "read", 1), ("w2", "write", 2), ("w2", "read", 2)]
    got = [row["value"] for row in rows if row["variable"] == "counter" and row["kind"] == "read"]
    assert got == [0, 1, 3, 3]
    assert {row["file"] for row in rows if row["line"]} == {"app.py"}
    write_ids = {row["write_id"] for row in rows}
    assert all(row["reads_from"] in write_ids for row in rows if row["kind"] == "read")


def test_modules_beside_the_script_are_recorded_under_their_own_names(tmp_path: Path) -> None:
    write(tmp_path, "level = 1\n", "config.py")
    path = write(
        tmp_path,
        """
        import threading
        import config

        def raise_level():
            config.level += 1

        thread = threading.Thread(target=raise_level)
        thread.start()
        thread.join()
        print(config.level)
        """,
    )
    saved = tmp_path / "run.threadloom"
    run(path, "--quiet", "--export", str(saved))
    trace = recording_file.load(saved).trace
    level = [name for name in trace.variables if name.endswith("level")]
    assert level == ["config.level"]
    assert sorted(trace.files) == ["app.py", "config.py"]


def test_a_limit_of_time_stops_it_and_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "import time\nprint('before', flush=True)\ntime.sleep(600)\n")
    done = run(path, "--timeout", "2")
    assert done.stdout.startswith("before\n")
    assert "Stopped at the limit of time" in done.stdout
    assert done.returncode == 3


def test_a_deadlock_that_a_limit_ends_is_what_the_command_tells(tmp_path: Path) -> None:
    path = write(tmp_path, "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n")
    saved = tmp_path / "run.json"
    done = run(path, "--timeout", "2", "--json", "--sarif", str(saved))
    summary = json.loads(done.stdout)
    assert summary["verdict"] == (
        "Stopped at the limit of time in a deadlock: MainThread waits for the lock, which it holds itself"
    )
    assert (summary["status"], [one["kind"] for one in summary["findings"]]) == ("limit", ["deadlock"])
    assert done.returncode == 1
    assert "deadlock" in saved.read_text(encoding="utf-8")


def test_a_limit_of_events_stops_it_and_what_was_recorded_is_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        import threading

        def count():
            global n
            while True:
                n += 1

        n = 0
        for _ in range(2):
            threading.Thread(target=count).start()
        """,
    )
    summary = summary_of(path, "--max-events", "1000")
    assert (summary["status"], summary["events"]) == ("limit", 1000)
    assert summary["verdict"].startswith("Stopped at the limit of events")


def test_a_program_that_is_killed_has_failed(tmp_path: Path) -> None:
    done = run(write(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"), "--json")
    summary = json.loads(done.stdout)
    assert (summary["status"], summary["script_exit_code"]) == ("failed", -signal.SIGKILL)
    assert "SIGKILL" in summary["verdict"]
    assert done.returncode == 3


def test_ctrl_c_stops_the_program_and_keeps_what_was_seen(tmp_path: Path) -> None:
    path = write(tmp_path, "import time\nx = 1\nprint('up', flush=True)\ntime.sleep(600)\n")
    command = [sys.executable, "-m", "simulator", "script", path]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        text = process.stdout.read()
        assert process.wait(60) == 3
    assert "stopped after" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.py"], "is not there; give the path of a Python file"),
        ([str(ROOT)], "is a folder; give the path of a Python file"),
        (["APP", "--timeout", "soon"], "is no number of seconds"),
        (["APP", "--max-events", "0"], "is not between 1 and"),
        (["APP", "--python", "no-such-python"], "is no program that can be run"),
        (["APP", "--export", "run.doc"], "there is no format '.doc'"),
        (["APP", "--storage", "local"], "is not understood"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    path = write(tmp_path, "print('never')\n")
    done = run(*(path if argument == "APP" else argument for argument in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_reads_from_is_exact_where_threads_race(tmp_path: Path) -> None:
    """Every write is of a value of its own: what a read got tells the write, without any order of stamps."""
    path = write(
        tmp_path,
        """
        import threading

        shared = 0
        items, numbers = {"k": 0}, [0, 0]

        class Box:
            value = 0

        box = Box()
        box.value, items["k"], numbers[1] = 0, 0, 0

        def race(number):
            global shared
            for i in range(400):
                own = number * 1_000_000 + i
                shared, box.value, items["k"], numbers[1] = own, -own, 2 * own, 3 * own
                shared, box.value, items["k"], numbers[1], items.get("k"), getattr(box, "value")

        threads = [threading.Thread(target=race, args=(n,)) for n in range(1, 7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """,
    )
    saved = tmp_path / "run.threadloom"
    run(path, "--quiet", "--widen", "--export", str(saved))
    trace = recording_file.load(saved).trace
    reads = [row for row in range(trace.n) if trace.kind[row] == Kind.READ]
    assert sum(trace.variable_name(row) == "shared" for row in reads) == 2400
    assert len(reads) >= 4 * 2400
    for row in reads:
        source = int(trace.reads_from[row])
        assert source != UNKNOWN_ROW, trace.variable_name(row)
        if isinstance(trace.value_of(row), int):
            assert trace.value_of(row) == trace.value_of(source)
