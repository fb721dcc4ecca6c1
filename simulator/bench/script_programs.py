"""The programs whose recording is measured: two busy threads each, or a pool, or a database."""

from __future__ import annotations

from dataclasses import dataclass

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
ROWS = ("with recursive k(i) as (select 0 union all select i + 1 from k where i < 999) "
        "insert into t select i, 'name ' || i, -50 from k")
ctx = threading.local()
def connection():
    try:
        return ctx.connection
    except AttributeError:
        ctx.connection = sqlite3.connect(":memory:")
        ctx.connection.execute("create table t (id integer primary key, name text, n integer)")
        ctx.connection.execute(ROWS)
        return ctx.connection
def work(n):
    for i in range(n):
        connection().execute("insert or replace into t values (?, ?, ?)", (i % 1000, f"name {i}", i))
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
class Program:
    """A program to measure.

    Attributes
    ----------
    name, source : str
        What it is called, and what is specific to it.
    work : int
        How much of it.
    goal : float
        How much slower it may become by being recorded.
    variables, attributes : str
        Patterns of what VizTracer is to log the writes of: the same as is recorded, and nothing else.
    """

    name: str
    source: str
    work: int
    goal: float
    variables: str = ""
    attributes: str = ""

    def text(self, is_traced: bool = False) -> str:
        """Return the whole program; it takes the amount of work as its argument and prints the CPU seconds it took."""
        return _FRAME + (_TRACE if is_traced else "") + self.source


PROGRAMS = (
    Program("request-id loop", _REQUESTS, 60_000, 8.0, attributes="request_id"),
    Program("counter loop", _COUNTER, 300_000, 17.0, "counter", "n"),
    Program("objects shared with nobody", _PRIVATE, 200_000, 24.0, attributes="x|y"),
    Program("pool", _POOL, 900, 1.5, "done"),
    Program("SQLite", _DATABASE, 2_000, 1.5, attributes="connection|seen"),
)
