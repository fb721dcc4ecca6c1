"""What did the last task leave behind? Each task of a pool reads, then stores its own id.

Invariant that breaks: a task that has stored nothing finds nothing. A pool's thread outlives its tasks, and so does
what they store in a `threading.local` or in the thread's context. Running each task in a copied context cures it; so
does removing the value when the task ends (the lesson `pool-cleanup`).
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

_CODE = """
def task(number):
    answer(getattr(state, "user", None))
    work()
    state.user = number
"""

COPY_CONTEXT = Option("copy_context", False, "run each task in a copy of the submitter's context")


def _write_code(settings: RunSettings) -> str:
    storage = settings.storage or LOCAL
    call = "copy_context().run, task" if settings.options.get(COPY_CONTEXT.name) else "task"
    return state_line(storage) + _CODE + start_code(settings, call)


POOL_LEFTOVER = Lesson(
    id="pool-leftover",
    question="What did the last task leave behind?",
    storages=(LOCAL, SHARED, CONTEXT),
    runners=(POOL,),
    bounds=SMALL_POOL_BOUNDS,
    variables=(Variable("user", is_private=True),),
    write_code=_write_code,
    options=(COPY_CONTEXT,),
)
