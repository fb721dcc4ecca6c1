"""What does an Event do? Waiters ask, wait with a time-out, and wait for good; a setter sets, clears and sets again.

Nothing breaks here; the lesson shows what holds: ``wait()`` returns True exactly when a ``set()`` released it or the
flag was set already, and False exactly when its time-out came first. One ``set()`` releases everybody who waits at that
moment; after a ``clear()`` the next ``wait()`` waits again. There is no storage to choose: the one flag is shared, and
its own lock keeps it whole.
"""

from __future__ import annotations

from simulator.lessons.base import THREADS, WORK_BOUNDS, Bounds, Lesson, RunSettings
from simulator.runtime.program import Variable

_CODE = '''\
ready = threading.Event()

def wait_for_it():
    answer(ready.is_set())
    answer(ready.wait(timeout={half_s}))  # gives up
    answer(ready.wait())  # until it is set
    answer(ready.is_set())
    work()
    answer(ready.wait())  # cleared meanwhile

def set_it():
    work()
    ready.set()
    sleep({half_s})
    ready.clear()
    work()
    ready.set()

for number in range(1, {threads} + 1):
    Thread(target=wait_for_it, name=f"waiter-{{number}}").start()
Thread(target=set_it, name="setter").start()
'''


def _write_code(settings: RunSettings) -> str:
    return _CODE.format(threads=settings.threads, half_s=settings.work_ms / 2000)


EVENT_FLAG = Lesson(
    id="event-flag",
    question="What does an Event do?",
    storages=(),
    runners=(THREADS,),
    bounds={"threads": Bounds(3, 1, 64), "work_ms": WORK_BOUNDS},
    variables=(Variable("ready", is_lock=True),),
    write_code=_write_code,
    n_helpers=1,
)
