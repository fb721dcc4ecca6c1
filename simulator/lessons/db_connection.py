"""Can threads share a connection? Each task inserts a row into a real SQLite file and commits.

Invariant that breaks: every row that was asked for is found. ``main`` opens a connection to make the table. Where all
threads share it, `sqlite3` refuses every use by another thread, and not one row is written. With `threading.local` a
thread opens a connection when it first needs one, keeps it for its later tasks, and closes it when it ends: the object
in the local that holds the connection is dropped then, and its finaliser runs.
"""

from __future__ import annotations

from simulator.lessons.base import (
    LOCAL,
    POOL,
    POOL_BOUNDS,
    SHARED,
    TASK_BOUNDS,
    THREAD_BOUNDS,
    THREADS,
    Bounds,
    Lesson,
    Option,
    RunSettings,
    state_line,
)
from simulator.lessons.starts import start_code
from simulator.runtime.program import DATABASE_NAME, Variable

_DATABASE = '''
class Database:
    """A connection that is closed when nobody holds it any more."""

    def __init__(self):
        self.connection = sqlite3.connect(DATABASE, timeout=60)

    def __del__(self):
        self.connection.close()

def connection():
    if not hasattr(state, "database"):
        state.database = Database()
    return state.database.connection

def save_order(number):
    work()
    with connection() as orders:
        orders.execute("INSERT INTO orders VALUES (?)", (number,))
'''

_FAIL = """\
        if number % 5 == 0:
            raise ValueError("fails on purpose")
"""

_CREATE = """
connection().execute("CREATE TABLE orders (number INTEGER)")
"""

_COUNT = """
rows = connection().execute("SELECT number FROM orders").fetchall()
answer(len(rows))
del state.database
"""

FAILING = Option("failing", False, "let every fifth task fail after its insert, so that it is rolled back")


def _write_code(settings: RunSettings) -> str:
    body = _DATABASE + (_FAIL if settings.options.get(FAILING.name) else "")
    start = start_code(settings, "save_order", is_joined=True)
    return state_line(settings.storage or SHARED) + body + _CREATE + start.lstrip("\n") + _COUNT.lstrip("\n")


DB_CONNECTION = Lesson(
    id="db-connection",
    question="Can threads share a connection?",
    storages=(SHARED, LOCAL),
    runners=(POOL, THREADS),
    bounds={
        "threads": THREAD_BOUNDS,
        "pool_size": POOL_BOUNDS,
        "tasks": TASK_BOUNDS,
        "work_ms": Bounds(20, 0, 60_000),
    },
    variables=(Variable(DATABASE_NAME),),
    write_code=_write_code,
    options=(FAILING,),
    declared=("ProgrammingError", "ValueError"),
    has_files=True,
)
