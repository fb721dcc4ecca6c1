"""When does a local's ``__init__`` run? ``main`` changes an attribute; threads read theirs, then change it.

A subclass of `threading.local` runs its ``__init__`` once in every thread that touches it, at the first touch and with
the arguments that the object was made with. So each thread begins with a value of its own, and what ``main`` changes
stays with ``main``. A plain object of the same class body runs it once in all, and everybody sees every change.
"""

from __future__ import annotations

from simulator.lessons.base import LOCAL, SHARED, THREADS, WORK_BOUNDS, Bounds, Lesson, RunSettings
from simulator.runtime.program import Variable

_CODE = '''\
class Settings{base}:
    def __init__(self, retries):
        self.retries = retries

def use(number):
    answer(state.retries)  # a first touch
    work()
    state.retries = 10 * number
    work()
    answer(state.retries)

state = Settings(3)
work()
state.retries = 5
for number in range(1, {threads} + 1):
    worker = Thread(target=use, args=(number,), name=f"worker-{{number}}")
    worker.start()
    worker.join()
answer(state.retries)
'''
_BASES = {LOCAL: "(threading.local)", SHARED: ""}


def _write_code(settings: RunSettings) -> str:
    return _CODE.format(base=_BASES[settings.storage or LOCAL], threads=settings.threads)


SUBCLASS_LOCAL = Lesson(
    id="subclass-local",
    question="When does a local's __init__ run?",
    storages=(LOCAL, SHARED),
    runners=(THREADS,),
    bounds={"threads": Bounds(3, 1, 256), "work_ms": Bounds(10, WORK_BOUNDS.low, WORK_BOUNDS.high)},
    variables=(Variable("retries"),),
    write_code=_write_code,
    has_barrier=False,
)
