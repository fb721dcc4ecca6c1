"""Whose transaction am I in? Threads check that no transaction is open, set their own, use it and end it.

Invariant that breaks: what a transaction saves are the rows of the thread that began it, all or none. In one namespace
for all threads a neighbour's transaction is in the way, and between check and set another can slip in: then rows land
in the neighbour's transaction, and one's own cannot be committed. With `threading.local` or a ContextVar only the
nesting that is meant is refused.
"""

from __future__ import annotations

from simulator.lessons.base import (
    CONTEXT,
    LOCAL,
    SHARED,
    THREADS,
    Bounds,
    Lesson,
    RunSettings,
    state_line,
)
from simulator.lessons.starts import start_code
from simulator.record.kinds import Result
from simulator.runtime.program import Variable

_CODE = '''saved, pending = [], {}  # rows; and those of each open transaction

class Refused(Exception): ...
class Broken(Exception): ...

@contextmanager
def transaction(name):
    current = getattr(state, "transaction", None)
    if current is not None:
        raise Refused(f"{current} is open")
    sleep(0)  # let another thread run
    state.transaction = name
    pending[name] = []
    try:
        yield
        if getattr(state, "transaction", None) != name:
            raise Broken(f"{name} is not the current transaction any more")
        saved.extend(pending[name])
    finally:
        del pending[name]
        with suppress(AttributeError):
            del state.transaction

def add(row):
    pending[state.transaction].append(row)

def transfer(number):
    with transaction(f"transfer-{number}"):
        add(f"{number} pays")
        work()
        if number % 4 == 0:
            raise ValueError("fails on purpose")
        if number % 5 == 0:
            with transaction(f"inner-{number}"):
                add("nests on purpose")
        add(f"{number} is paid")
'''

OPERATION = "pending[state.transaction]"
"""What the line holds that puts a row into the current transaction."""


BREAKS = ("Broken", "AttributeError", "KeyError")
"""Exceptions that end a transaction which a neighbour has ended, or whose place it has taken."""


def _write_code(settings: RunSettings) -> str:
    return state_line(settings.storage or SHARED) + _CODE + start_code(settings, "transfer")


TRANSACTION_SCOPE = Lesson(
    id="transaction-scope",
    question="Whose transaction am I in?",
    storages=(SHARED, LOCAL, CONTEXT),
    runners=(THREADS,),
    bounds={"threads": Bounds(8, 2, 256), "work_ms": Bounds(20, 0, 60_000)},
    variables=(Variable("transaction", is_private=True),),
    write_code=_write_code,
    declared=("Refused", "ValueError", *BREAKS),
    transactions=("transaction",),
    results={"Refused": Result.REFUSED} | dict.fromkeys(BREAKS, Result.BROKEN),
)
