"""Where did my increments go? Threads count up one counter: read, sometimes yield, write.

Invariant that breaks: the counter ends at the number of increments. Two threads that read the same value write the same
next value, and one increment is gone. A lock round the pair cures it. With `threading.local` each thread has a counter
of its own, and the sum is right. On CPython a bare ``counter += 1`` loses nothing in practice, because the interpreter
switches threads only at calls and backward jumps; so the yield point stands in the code, where one can see it.
"""

from __future__ import annotations

from simulator.lessons.base import (
    LOCAL,
    LOCKED,
    OWN_PROCESS,
    SHARED,
    THREADS,
    Bounds,
    Lesson,
    Option,
    RunSettings,
    state_line,
)
from simulator.runtime.program import Variable

_INCREMENT = '''
def increment(times, random):
    for _ in range(times):
        value = state.counter
        if random.random() < 0.1:
            sleep(0)  # let another thread run
        state.counter = value + 1
'''

_INCREMENT_LOCKED = '''
def increment(times, random):
    for _ in range(times):
        with lock:
            value = state.counter
            if random.random() < 0.1:
                sleep(0)  # let another thread run
            state.counter = value + 1
'''

_INCREMENT_LOCAL = '''totals = []

def increment(times, random):
    state.counter = 0
    for _ in range(times):
        value = state.counter
        if random.random() < 0.1:
            sleep(0)  # let another thread run
        state.counter = value + 1
    totals.append(state.counter)
'''

_START = '''
workers = []
for i in range({threads}):
    todo = ({increments}, Random({seed} + i))
    worker = Thread(target=increment, args=todo)
    worker.name = f"worker-{{i + 1}}"
    workers.append(worker)
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
answer({total})
'''

_BODIES = {SHARED: _INCREMENT, LOCKED: _INCREMENT_LOCKED, LOCAL: _INCREMENT_LOCAL}

INCREMENTS = Option("increments", 100, "how often each thread counts up", 1, 10_000)


def _write_code(settings: RunSettings) -> str:
    storage = settings.storage or SHARED
    is_local = storage == LOCAL
    start = _START.format(
        threads=settings.threads,
        increments=settings.options.get(INCREMENTS.name, INCREMENTS.default),
        seed=settings.seed,
        total="sum(totals)" if is_local else "state.counter",
    )
    return state_line(storage, "" if is_local else "counter=0") + _BODIES[storage] + start


LOST_UPDATE = Lesson(
    id="lost-update",
    question="Where did my increments go?",
    storages=(SHARED, LOCKED, LOCAL),
    runners=(THREADS,),
    bounds={"threads": Bounds(4, 2, 256)},
    variables=(Variable("counter", is_counter=True),),
    write_code=_write_code,
    place=OWN_PROCESS,
    options=(INCREMENTS,),
)
