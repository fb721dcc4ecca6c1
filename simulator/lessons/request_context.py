"""Who is logged in, three calls deep? A context manager stores who asks, functions far below read it.

Invariant that breaks: inside its block a request finds its own user, outside it nobody. In one namespace for all
threads a deep call finds another's user, or nothing, because a neighbour has left its block and removed the values;
what a later exit wants to remove is then gone already. With `threading.local` or ContextVars each thread has its own.
"""

from __future__ import annotations

from simulator.lessons.base import (
    CONTEXT,
    LOCAL,
    POOL,
    POOL_BOUNDS,
    SHARED,
    TASK_BOUNDS,
    THREAD_BOUNDS,
    THREADS,
    WORK_BOUNDS,
    Lesson,
    RunSettings,
    state_line,
)
from simulator.lessons.starts import start_code
from simulator.runtime.program import Variable

_CODE = '''
@contextmanager
def signed_in(request_id, user):
    state.request_id = request_id
    state.user = user
    try:
        yield
    finally:
        del state.user
        del state.request_id

def handle(number):
    with signed_in(number, f"user-{number}"):
        show_page()
    answer(current_user())  # outside the block: nobody

def show_page():
    work()
    greet()

def greet():
    request_id = getattr(state, "request_id", None)
    answer(f"hello {current_user()}, request {request_id}")

def current_user():
    return getattr(state, "user", None)
'''


def _write_code(settings: RunSettings) -> str:
    return state_line(settings.storage or SHARED) + _CODE + start_code(settings, "handle")


REQUEST_CONTEXT = Lesson(
    id="request-context",
    question="Who is logged in, three calls deep?",
    storages=(SHARED, LOCAL, CONTEXT),
    runners=(THREADS, POOL),
    bounds={"threads": THREAD_BOUNDS, "pool_size": POOL_BOUNDS, "tasks": TASK_BOUNDS, "work_ms": WORK_BOUNDS},
    variables=(Variable("user", is_private=True), Variable("request_id", is_private=True)),
    write_code=_write_code,
    declared=("AttributeError",),
)
