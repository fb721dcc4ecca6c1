"""What does another thread see? ``main`` stores, one thread only asks, another stores its own and reads it back.

Nothing breaks here; the lesson shows what is visible where. One namespace for all: everybody sees the last value that
was stored. `threading.local`: a thread that has stored nothing finds nothing, whatever ``main`` did, and ``main`` keeps
its own. A ContextVar: a new thread starts with an empty context, unless the interpreter lets it inherit its parent's
(``sys.flags.thread_inherit_context``, from 3.14 on).
"""

from __future__ import annotations

from simulator.lessons.base import CONTEXT, LOCAL, SHARED, THREADS, Bounds, Lesson, RunSettings, state_line
from simulator.runtime.program import Variable

_CODE = '''
def visit(number):
    if number % 2 == 0:
        state.owner = f"worker-{{number}}"
    answer(getattr(state, "owner", None))

state.owner = "main"
for number in range(1, {threads} + 1):
    worker = Thread(target=visit, args=(number,))
    worker.name = f"worker-{{number}}"
    worker.start()
    worker.join()
answer(state.owner)
'''


def _write_code(settings: RunSettings) -> str:
    return state_line(settings.storage or LOCAL) + _CODE.format(threads=settings.threads)


VISIBILITY = Lesson(
    id="visibility",
    question="What does another thread see?",
    storages=(LOCAL, SHARED, CONTEXT),
    runners=(THREADS,),
    bounds={"threads": Bounds(2, 2, 256)},
    variables=(Variable("owner"),),
    write_code=_write_code,
    has_barrier=False,
)
