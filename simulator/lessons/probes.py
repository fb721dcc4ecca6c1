"""Probes: tiny programs that find out what `threading.local` and `contextvars` do on an interpreter. No lessons.

Each has one read that decides, the last of its program: whose value it gets is the answer.
"""

from __future__ import annotations

from simulator.lessons.base import CONTEXT, LOCAL, LOOPS, THREADS, Bounds, Lesson, RunSettings, state_line
from simulator.runtime.program import Variable

_THREADS = '''
def other():
    state.value = "another thread's"

state.value = "this thread's"
worker = Thread(target=other, name="other")
worker.start()
worker.join()
answer(state.value)
'''

_TASKS = '''
async def other():
    state.value = "another task's"

async def this():
    state.value = "this task's"
    await asyncio.create_task(other(), name="other")
    answer(state.value)

async def both():
    await asyncio.create_task(this(), name="this")

Thread(target=lambda: asyncio.run(both()), name="loop").start()
'''

_COPIED = '''
async def child():
    answer(getattr(state, "value", None))

async def parent():
    state.value = "stored before"
    task = asyncio.create_task(child(), name="child")
    state.value = "stored after"
    await task

async def both():
    await asyncio.create_task(parent(), name="parent")

Thread(target=lambda: asyncio.run(both()), name="loop").start()
'''


def _probe(name: str, question: str, runner: str, code: str) -> Lesson:
    def write_code(settings: RunSettings) -> str:
        return state_line(settings.storage or LOCAL) + code

    return Lesson(
        id=f"probe-{name}",
        question=question,
        storages=(LOCAL, CONTEXT),
        runners=(runner,),
        bounds={"threads": Bounds(1, 1, 1)},
        variables=(Variable("value"),),
        write_code=write_code,
        has_barrier=False,
        n_helpers=2 if runner == LOOPS else 0,
    )


THREAD_ISOLATION = _probe("threads", "Does each thread have a value of its own?", THREADS, _THREADS)
TASK_ISOLATION = _probe("tasks", "Does each task have a value of its own?", LOOPS, _TASKS)
COPIED = _probe("copied", "Does a new task begin with a copy of its creator's value?", LOOPS, _COPIED)
