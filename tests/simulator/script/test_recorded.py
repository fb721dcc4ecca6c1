"""What is recorded of a script: each kind of variable, by its name, with its values and lines."""

from __future__ import annotations

from pathlib import Path

from simulator.record.kinds import Kind
from tests.simulator.script.running import run_script

THREADS = """
import threading
ctx = threading.local()
counter = 0

def work(name):
    global counter
    ctx.request_id = name
    counter += 1
    print(ctx.request_id)

for name in ("a", "b"):
    thread = threading.Thread(target=work, args=(name,), name=f"worker {name}")
    thread.start()
    thread.join()
"""


def test_globals_and_thread_locals_are_recorded_with_thread_line_and_value(tmp_path: Path) -> None:
    seen = run_script(tmp_path, THREADS)
    assert (seen.status, seen.exit_code, seen.stdout, seen.stderr) == ("done", 0, b"a\nb\n", b"")
    assert seen.accesses("counter") == [
        ("MainThread", Kind.WRITE, 0),
        ("worker a", Kind.READ, 0),
        ("worker a", Kind.WRITE, 1),
        ("worker b", Kind.READ, 1),
        ("worker b", Kind.WRITE, 2),
    ]
    assert [row[1:6] for row in seen.rows if row[3] == "ctx.request_id"] == [
        ("worker a", Kind.WRITE, "ctx.request_id", "a", 7),
        ("worker a", Kind.READ, "ctx.request_id", "a", 9),
        ("worker b", Kind.WRITE, "ctx.request_id", "b", 7),
        ("worker b", Kind.READ, "ctx.request_id", "b", 9),
    ]
    assert sorted(place for place in seen.places.values() if place[1] == "local") == [
        ("ctx", "local", 2),
        ("ctx", "local", 3),
    ]
