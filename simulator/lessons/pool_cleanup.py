"""How do I leave nothing behind? Each task of a pool removes in a ``finally`` clause what it stored.

Invariant that breaks without it: a task that has stored nothing finds nothing. Removal at the end of the task's body
is not enough, since a task that raises never gets there: every third task here raises. With ``finally`` nothing is
left, in a `threading.local` and in a context alike. In one namespace for all threads the clean-up of one task also
removes what a neighbour still needs.
"""

from __future__ import annotations

from simulator.lessons.base import (
    CONTEXT,
    LOCAL,
    POOL,
    SHARED,
    SMALL_POOL_BOUNDS,
    Lesson,
    Option,
    RunSettings,
    state_line,
)
from simulator.lessons.starts import start_code
from simulator.runtime.program import Variable

_TASK = """
def task(number):
    answer(getattr(state, "user", None))
    state.user = number
    try:
        work()
        if number % 3 == 0:
            raise ValueError("fails on purpose")
        answer(state.user)
    finally:
        del state.user
"""

_TASK_WITHOUT = """
def task(number):
    answer(getattr(state, "user", None))
    state.user = number
    work()
    if number % 3 == 0:
        raise ValueError("fails on purpose")
    answer(state.user)
    del state.user
"""

CLEANUP = Option("cleanup", True, "remove the value in a finally clause, so that tasks that raise remove it, too")


def _write_code(settings: RunSettings) -> str:
    task = _TASK if settings.options.get(CLEANUP.name, CLEANUP.default) else _TASK_WITHOUT
    return state_line(settings.storage or LOCAL) + task + start_code(settings, "task")


POOL_CLEANUP = Lesson(
    id="pool-cleanup",
    question="How do I leave nothing behind?",
    storages=(LOCAL, SHARED, CONTEXT),
    runners=(POOL,),
    bounds=SMALL_POOL_BOUNDS,
    variables=(Variable("user", is_private=True),),
    write_code=_write_code,
    options=(CLEANUP,),
    declared=("ValueError", "AttributeError"),
)
