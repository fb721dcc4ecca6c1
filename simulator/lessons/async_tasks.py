"""Does it work with asyncio? Tasks store, await and read back; one starts a child and changes its own value then.

Invariant that breaks: what a task reads back is what it stored. All tasks of an event loop run on one thread, and every
``await`` lets another run; a `threading.local` is one for all of them, no better than a global. A ContextVar cures it:
each task runs in a context of its own, a copy of its creator's at the moment it was created. So the child finds what
its parent had stored by then, and what either stores later is not seen by the other.
"""

from __future__ import annotations

from simulator.lessons.base import (
    CONTEXT,
    LOCAL,
    LOOPS,
    SHARED,
    WORK_BOUNDS,
    Bounds,
    Lesson,
    RunSettings,
    state_line,
)
from simulator.runtime.program import Variable

_CODE = '''
async def audit():
    answer(state.request_id)
    await asyncio.sleep({half_s})

async def handle(rid):
    state.request_id = rid
    if rid == 1:
        child = asyncio.create_task(audit(), name="child")
        state.request_id = 100  # the child has its copy
        await child
    await asyncio.sleep({work_s})
    answer(state.request_id)

async def serve(rids):
    tasks = []
    for rid in rids:
        tasks.append(asyncio.create_task(handle(rid), name=f"task-{{rid}}"))
    await asyncio.gather(*tasks)

def run_loop(rids):
    asyncio.run(serve(rids))

for number in range(1, {threads} + 1):
    rids = range(number, {tasks} + 1, {threads})
    Thread(target=run_loop, args=(rids,), name=f"loop-{{number}}").start()
'''


def _write_code(settings: RunSettings) -> str:
    work_s = settings.work_ms / 1000
    numbers = {"threads": settings.threads, "tasks": settings.tasks, "work_s": work_s, "half_s": work_s / 2}
    return state_line(settings.storage or LOCAL) + _CODE.format(**numbers)


ASYNC_TASKS = Lesson(
    id="async-tasks",
    question="Does it work with asyncio?",
    storages=(LOCAL, SHARED, CONTEXT),
    runners=(LOOPS,),
    bounds={"threads": Bounds(1, 1, 8), "tasks": Bounds(5, 2, 1000), "work_ms": WORK_BOUNDS},
    variables=(Variable("request_id", is_private=True),),
    write_code=_write_code,
    n_helpers=1,
)
