"""However a script ends, or does not: it can be stopped, nothing is left running, what was recorded is there."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from simulator.errors import StartError
from simulator.process import script_host
from simulator.process.script_host import MAX_WAITING_ROWS, ScriptProcess
from simulator.record.kinds import Kind
from simulator.script.settings import ScriptSettings
from tests.patience import PATIENCE_S
from tests.simulator.script.running import finish, run_script, start_script, write_script

SHARED = """
import threading
n = 0
def touch():
    global n
    n += 1
touch()
"""

HANGS = {
    "endless loop": """
        print("ready", flush=True)
        while True:
            pass
        """,
    "endless recorded loop": """
        print("ready", flush=True)
        while True:
            touch()
        """,
    "in C code": """
        import re, time
        time.sleep(0)  # what was recorded is sent before a wait
        print("ready", flush=True)
        re.match(r"(a+)+$", "a" * 64 + "b")
        """,
    "ignores signals": """
        import signal, time
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        print("ready", flush=True)
        while True:
            time.sleep(60)
        """,
    "has children": """
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(600)"])
        child.wait()
        """,
    "waits for input": """
        print("ready", flush=True)
        input()
        """,
    "prints for ever": """
        print("ready", flush=True)
        while True:
            print("x" * 65536)
        """,
    "non-daemon thread": """
        import time
        threading.Thread(target=time.sleep, args=(600,)).start()
        print("ready", flush=True)
        """,
}


def wait_until_ready(process: ScriptProcess) -> None:
    while not any(b"ready" in data for _, data in process.take_output()):
        assert not process.done.wait(0.002)


def is_gone(group: int) -> bool:
    """Tell whether nothing of a process group runs any more; who has ended may wait for its parent."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has just gone
            continue
        if int(its_group) == group and state != "Z":
            return False
    return True


@pytest.mark.parametrize("name", HANGS)
def test_a_script_that_does_not_end_is_stopped_with_all_that_it_started(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "in C code":  # which hears of no request
        monkeypatch.setattr(script_host, "POLITE_S", PATIENCE_S)
    process = start_script(write_script(tmp_path, SHARED + textwrap.dedent(HANGS[name])))
    wait_until_ready(process)
    process.stop()
    seen = finish(process)
    assert seen.status == "stopped"
    assert seen.accesses("n")[:2] == [("MainThread", Kind.WRITE, 0), ("MainThread", Kind.READ, 0)]
    assert is_gone(process.child.process.pid)


DEADLOCK = """
    a, b = threading.Lock(), threading.Lock()
    barrier = threading.Barrier(2)
    def work(first, second):
        with first:
            barrier.wait()
            with second:
                pass
    for pair in ((a, b), (b, a)):
        threading.Thread(target=work, args=pair).start()
"""


def test_a_deadlock_is_stopped_and_both_locks_that_were_waited_for_are_there(tmp_path: Path) -> None:
    process = start_script(write_script(tmp_path, SHARED + textwrap.dedent(DEADLOCK)))
    seen = finish(process, stop_after=["lock"] * 4)  # each has taken one and waits for another
    assert seen.status == "stopped"
    waits = [row[3] for row in seen.rows if row[2] == Kind.WAIT and row[4] == "lock"]
    assert sorted(waits) == ["a", "b"]
    assert is_gone(process.child.process.pid)


@pytest.mark.parametrize(("limits", "limit"), [({"timeout_s": 1.0}, "time"), ({"max_events": 1000}, "events")])
def test_a_limit_ends_the_script_and_says_which(
    limits: dict[str, float], limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script_host, "POLITE_S", PATIENCE_S)
    seen = run_script(tmp_path, f"{SHARED}while True: touch()\n", **limits)
    assert (seen.status, seen.limit) == ("limit", limit)
    assert seen.accesses("n")
    if limit == "events":
        assert len(seen.rows) == 1000
        assert seen.dropped > 0


def test_leaving_at_once_keeps_what_was_recorded(tmp_path: Path) -> None:
    seen = run_script(tmp_path, f"{SHARED}import os\nos._exit(3)\n")
    assert (seen.status, seen.exit_code) == ("done", 3)
    assert [value for _, _, value in seen.accesses("n")] == [0, 0, 1]


def test_a_fork_records_once(tmp_path: Path) -> None:
    child = "if not pid:\n    touch()\n    os._exit(0)\n"
    seen = run_script(tmp_path, f"{SHARED}import os\npid = os.fork()\n{child}os.waitpid(pid, 0)\ntouch()\n")
    assert [value for _, _, value in seen.accesses("n")] == [0, 0, 1, 1, 2]


def test_a_killed_script_has_the_signal_as_its_code(tmp_path: Path) -> None:
    seen = run_script(tmp_path, "import os\nos.kill(os.getpid(), 9)\n")
    assert (seen.status, seen.exit_code) == ("done", -9)


def test_when_the_host_is_killed_the_script_ends(tmp_path: Path) -> None:
    script = write_script(tmp_path, "import os, time\nprint(os.getpid(), flush=True)\nwhile True: pass\n")
    host = f"""
import sys
from simulator.process import script_host
from simulator.process.script_host import ScriptProcess
from simulator.script.settings import ScriptSettings
process = ScriptProcess(ScriptSettings({str(script)!r}))
process.start()
process.done.wait()
"""
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen([sys.executable, "-c", host], stdout=subprocess.PIPE, cwd=root) as running:
        assert running.stdout is not None
        group = int(running.stdout.readline())
        with open(os.pidfd_open(group), "rb") as script_process:
            running.send_signal(signal.SIGKILL)
            assert select.select([script_process], [], [], PATIENCE_S)[0]  # readable once it has ended


def test_a_host_that_does_not_fetch_holds_the_script_back(tmp_path: Path) -> None:
    process = start_script(write_script(tmp_path, f"{SHARED}print('ready', flush=True)\nwhile True: touch()\n"))
    wait_until_ready(process)
    while process._has_room.is_set():
        process.done.wait(0.01)
    assert process._n_waiting < MAX_WAITING_ROWS + 1000
    process.stop()
    assert finish(process).status == "stopped"


def test_memory_that_runs_out_is_the_scripts_own_error(tmp_path: Path) -> None:
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))\n"
    seen = run_script(tmp_path, f"{SHARED}{limit}x = bytearray(1 << 30)\n")
    assert (seen.exit_code, seen.stderr.splitlines()[-1]) == (1, b"MemoryError")
    assert len(seen.accesses("n")) == 3


def test_a_thousand_short_threads_have_a_thousand_lanes(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        f"{SHARED}for i in range(1000):\n    t = threading.Thread(target=touch)\n    t.start()\n    t.join()\n",
    )
    assert [value for _, kind, value in seen.accesses("n") if kind == Kind.WRITE] == list(range(1002))
    assert len(seen.kinds(Kind.THREAD_BEGIN)) == len(seen.kinds(Kind.THREAD_END)) == 1001


RECURSION = """
import sys, threading
n = 0
class Node: pass
node = Node()
def down(k):
    global n
    n += 1
    node.depth = k
    down(k + 1)
def deep(limit):
    if limit:
        sys.setrecursionlimit(limit)
    try:
        down(0)
    except RecursionError as error:
        print(str(error)[:32])
def on_thread(limit):
    before = n
    thread = threading.Thread(target=deep, args=(limit,))
    thread.start()
    thread.join()
    print((limit or sys.getrecursionlimit()) - 20 < n - before < (limit or sys.getrecursionlimit()))
on_thread(0)
threading.stack_size(256 << 20)
on_thread(20_000)
"""


def test_a_script_may_recurse_as_deep_as_without_recording_but_for_a_few_calls(tmp_path: Path) -> None:
    seen = run_script(tmp_path, RECURSION)
    assert (seen.exit_code, seen.stderr) == (0, b"")
    assert seen.stdout.decode().splitlines() == ["maximum recursion depth exceeded", "True"] * 2
    assert len(seen.accesses("n")) > 2 * 19_900
    assert len(seen.accesses("node.depth")) > 19_900


def test_an_object_with_thousands_of_attributes(tmp_path: Path) -> None:
    source = """
    import threading
    class C: pass
    c = C()
    def fill():
        for i in range(5000):
            setattr(c, f"a{i}", i)
            d[i] = i
        c.a1 += 1
    d = {}
    for _ in range(2):
        thread = threading.Thread(target=fill)
        thread.start()
        thread.join()
    """
    seen = run_script(tmp_path, source)
    assert seen.exit_code == 0
    assert [value for _, kind, value in seen.accesses("c.a1") if kind == Kind.WRITE] == [1, 2, 1, 2]
    items = {row[3] for row in seen.rows if row[3].startswith("d[")}
    assert len(items - {"d[…]"}) == 5000


def test_values_that_sleep_or_are_huge_cost_nothing(tmp_path: Path) -> None:
    source = """
    import threading, time
    class Slow:
        def __repr__(self): time.sleep(60)
        __len__ = __eq__ = __hash__ = __bool__ = __str__ = __repr__
    value = None
    def work():
        global value
        for made in (Slow(), "x" * 10_000_000, 1 << 5_000_000, b"y" * 1000):
            value = made
            value
    work()
    """
    seen = run_script(tmp_path, source, timeout_s=50.0)
    assert seen.status == "done"
    values = [value for _, kind, value in seen.accesses("value") if kind == Kind.WRITE]
    assert [value[0] if isinstance(value, tuple) else value for value in values] == [
        None,
        "Slow",
        "x" * 79 + "…",
        "int",
        "bytes",
    ]


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/false"])
def test_an_interpreter_that_cannot_run_it_is_named(python: str, tmp_path: Path) -> None:
    process = ScriptProcess(ScriptSettings(str(write_script(tmp_path, "")), python=python), "capture")
    with pytest.raises(StartError, match=f"^(cannot start )?{python}"):
        process.start()
    process.close()
