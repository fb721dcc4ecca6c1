"""What recording a script costs: beside plain Python, tracing every opcode, and VizTracer logging writes."""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulator.bench.figures import Figure, at_most
from simulator.process.script_host import ScriptProcess
from simulator.script.settings import ScriptSettings

ROUNDS = 3
EVENT_GOAL_NS = 400.0
LOOP_GOAL = 2.0
TRACED_PART = 20
"""Tracing every opcode is so slow that it gets only this fraction of the work."""

_REQUESTS = """
ctx = threading.local()
def handle(i):
    ctx.request_id = i
    total = 0
    for k in range(4):
        total += k * ctx.request_id
    return total + ctx.request_id
def work(n):
    for i in range(n):
        handle(i)
run(work, N)
"""

_COUNTER = """
counter = 0
class Account:
    def __init__(self):
        self.n = 0
account = Account()
def work(n):
    global counter
    for _ in range(n):
        counter += 1
        account.n += 1
run(work, N)
"""

_PRIVATE = """
class Point:
    def __init__(self, x):
        self.x = x
        self.y = x
    def move(self, k):
        self.x += k
        self.y += self.x
def work(n):
    point = Point(0)
    for i in range(n):
        point.move(i)
run(work, N)
"""

_POOL = """
from concurrent.futures import ThreadPoolExecutor
done = 0
lock = threading.Lock()
def task(n):
    global done
    text = json.dumps([{"n": i, "s": str(i)} for i in range(n)])
    size = len(json.loads(text))
    with lock:
        done += size
def work(n):
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(task, 200) for _ in range(n)]:
            future.result()
begin = time.process_time()
work(N)
report(begin)
"""

_DATABASE = """
import sqlite3
ctx = threading.local()
def connection():
    try:
        return ctx.connection
    except AttributeError:
        ctx.connection = sqlite3.connect(":memory:")
        ctx.connection.execute("create table t (id integer primary key, name text, n integer)")
        return ctx.connection
def work(n):
    for i in range(n):
        connection().execute("insert into t (name, n) values (?, ?)", (f"name {i}", i))
        rows = connection().execute("select id, name, n from t where n > ? order by name limit 40", (i - 50,))
        ctx.seen = len(rows.fetchall())
    ctx.connection.close()
run(work, N)
"""

_FRAME = """
import json, sys, threading, time
def report(begin):
    print("CPU", time.process_time() - begin)
def run(work, n):
    begin = time.process_time()
    threads = [threading.Thread(target=work, args=(n,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report(begin)
N = int(sys.argv[1])
"""

_TRACE = """
def trace(frame, event, argument):
    frame.f_trace_opcodes = True
    return trace
sys.settrace(trace)
threading.settrace(trace)
"""


@dataclass(frozen=True)
class _Program:
    """A program to measure: its source, how much work it is given, and how much slower it may become."""

    name: str
    source: str
    work: int
    goal: float


PROGRAMS = (
    _Program("request-id loop", _REQUESTS, 60_000, 8.0),
    _Program("counter loop", _COUNTER, 300_000, 17.0),
    _Program("objects shared with nobody", _PRIVATE, 200_000, 24.0),
    _Program("pool", _POOL, 300, 1.5),
    _Program("SQLite", _DATABASE, 1_000, 1.5),
)


def bench_script() -> list[Figure]:
    """Measure the CPU time of scripts recorded, as ratios to the same script without."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for program in PROGRAMS:
            path = Path(folder, "program.py")
            path.write_text(_FRAME + program.source, encoding="utf-8")
            figures += _measure(program, path)
    return figures


def _measure(program: _Program, path: Path) -> list[Figure]:
    plain: list[float] = []
    recorded: list[float] = []
    events = 0
    ways: dict[str, Callable[[], float]] = {"every opcode traced": lambda: _traced(program, path)}
    if importlib.util.find_spec("viztracer") is not None:
        ways["VizTracer logging writes"] = lambda: _viztraced(program, path)
    for _ in range(ROUNDS):
        plain.append(_cpu_s([sys.executable, str(path), str(program.work)]))
        seconds, events = _recorded(program, path)
        recorded.append(seconds)
    reference = f"plain Python, {statistics.median(plain) * 1e3:.0f} ms"
    ratio = statistics.median(a / b for a, b in zip(recorded, plain, strict=True))
    figures = [at_most(f"{program.name}, recorded", ratio, "ratio", reference, program.goal)]
    if program.goal > LOOP_GOAL:  # of programs that do little else
        cost_ns = statistics.median(a - b for a, b in zip(recorded, plain, strict=True)) / events * 1e9
        figures.append(at_most(f"{program.name}, an event", cost_ns, "ns", "", EVENT_GOAL_NS))
    for name, measure in ways.items():
        other = measure() / statistics.median(plain)
        figures.append(Figure(f"{program.name}, {name}", round(other, 3), "ratio", reference))
        if name.startswith("VizTracer"):
            figures.append(at_most(f"{program.name}, recorded", ratio / other, "ratio", name, 1.0))
    if len(ways) == 1:
        figures.append(Figure("VizTracer is not installed: its figures are left out", 0.0, ""))
    return figures


def _cpu_s(command: list[str], part: int = 1) -> float:
    """Return the CPU seconds that a program says it took, times `part`."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    return _said(done.stdout) * part


def _said(output: str) -> float:
    return next(float(line.split()[1]) for line in output.splitlines() if line.startswith("CPU "))


def _traced(program: _Program, path: Path) -> float:
    traced = path.with_name("traced.py")
    traced.write_text(_FRAME + _TRACE + program.source, encoding="utf-8")
    return _cpu_s([sys.executable, str(traced), str(max(1, program.work // TRACED_PART))], TRACED_PART)


def _viztraced(program: _Program, path: Path) -> float:
    options = ["--quiet", "--max_stack_depth", "0", "--log_var", ".*", "--log_attr", ".*", "-o"]
    options.append(str(path.with_name("trace.json")))
    return _cpu_s([sys.executable, "-m", "viztracer", *options, str(path), str(program.work)])


def _recorded(program: _Program, path: Path) -> tuple[float, int]:
    """Return the CPU seconds of the recorded script, and how many accesses and other events it had."""
    process = ScriptProcess(ScriptSettings(str(path), argv=(str(program.work),)), "capture")
    process.start()
    events, output = 0, b""
    while not process.done.is_set():
        batches = process.drain(100_000)
        events += sum(len(rows) for _, rows in batches)
        output += b"".join(data for _, data in process.take_output())
        if not batches:
            process.done.wait(0.01)
    while batches := process.drain(100_000):
        events += sum(len(rows) for _, rows in batches)
    output += b"".join(data for _, data in process.take_output())
    process.close()
    return _said(output.decode()), events + process.left_out
