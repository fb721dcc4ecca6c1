"""Whose request is this? A handler stores its request id, works, reads it back and answers with it.

Invariant that breaks: what a handler reads back is what it stored. With one namespace for all threads the last writer
wins, so all others answer with its id. A lock round each access changes nothing, since it does not enclose the pair.
`threading.local` and a ContextVar cure it: each thread (each context) has a value of its own.
"""

from __future__ import annotations

from simulator.lessons.base import (
    CONTEXT,
    LOCAL,
    LOCKED,
    POOL,
    POOL_BOUNDS,
    SHARED,
    TASK_BOUNDS,
    THREAD_BOUNDS,
    THREADS,
    WORK_BOUNDS,
    Lesson,
    Option,
    RunSettings,
    state_line,
)
from simulator.runtime.program import Variable

_HANDLE = '''
def handle(rid):
    state.request_id = rid
    work()
    answer(state.request_id)
'''

_HANDLE_LOCKED = '''
def handle(rid):
    with lock:
        state.request_id = rid
    work()
    with lock:
        current = state.request_id
    answer(current)
'''

_HANDLE_GLOBAL = '''\
def handle(rid):
    global request_id
    request_id = rid
    work()
    answer(request_id)
'''

_THREADS = '''
for rid in range({threads}):
    worker = Thread(target=handle, args=(rid,))
    worker.name = f"worker-{{rid + 1}}"
    worker.start()
'''

_POOL = '''
with ThreadPoolExecutor({pool_size}) as pool:
    for rid in range({tasks}):
        pool.submit(handle, rid)
'''


LITERAL_GLOBAL = Option(
    "literal_global", False, "spell the shared variable as a global of the module, not as state", storages=(SHARED,)
)


def _has_literal_globals(settings: RunSettings) -> bool:
    return settings.storage == SHARED and bool(settings.options.get(LITERAL_GLOBAL.name))


def _write_code(settings: RunSettings) -> str:
    storage = settings.storage or SHARED
    if _has_literal_globals(settings):
        body = _HANDLE_GLOBAL
    else:
        body = state_line(storage) + (_HANDLE_LOCKED if storage == LOCKED else _HANDLE)
    start = _POOL if settings.runner == POOL else _THREADS
    numbers = {"threads": settings.threads, "pool_size": settings.pool_size, "tasks": settings.tasks}
    return body + start.format(**numbers)


REQUEST_ID = Lesson(
    id="request-id",
    question="Whose request is this?",
    storages=(SHARED, LOCKED, LOCAL, CONTEXT),
    runners=(THREADS, POOL),
    bounds={"threads": THREAD_BOUNDS, "pool_size": POOL_BOUNDS, "tasks": TASK_BOUNDS, "work_ms": WORK_BOUNDS},
    variables=(Variable("request_id", is_private=True),),
    write_code=_write_code,
    options=(LITERAL_GLOBAL,),
    has_literal_globals=_has_literal_globals,
)
