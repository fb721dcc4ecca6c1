"""How does the spinner know when to stop? A supervisor starts it, does slow work, sets ``done`` and joins.

Invariant: whatever happens in the slow work, ``done`` is set, and the spinner ends within one tick of it, since it
sleeps by waiting for ``done``: a sleep that can be ended. The class is the very one that the app uses.
"""

from __future__ import annotations

from simulator.lessons.base import THREADS, WORK_BOUNDS, Bounds, Lesson, RunSettings
from simulator.runtime.program import Variable
from simulator.runtime.spinner import spinner_source

_SUPERVISOR = '''
def slow() -> int:
    work()
    return 42

done = threading.Event()
spinner = Spinner(done, "thinking", show)
spinner.start()
try:
    answer(slow())
finally:
    done.set()
    spinner.join()
'''


def _write_code(settings: RunSettings) -> str:
    return spinner_source() + _SUPERVISOR


EVENT_SPINNER = Lesson(
    id="event-spinner",
    question="How does the spinner know when to stop?",
    storages=(),
    runners=(THREADS,),
    bounds={"work_ms": Bounds(1000, WORK_BOUNDS.low, WORK_BOUNDS.high)},
    variables=(Variable("done", is_lock=True),),
    write_code=_write_code,
    has_barrier=False,
    n_helpers=1,
)
