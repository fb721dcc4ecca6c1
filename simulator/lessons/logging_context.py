"""Which request wrote this line? A real `logging.Filter` stamps each record with the id of the current request.

Invariant that breaks: a line carries the id of the request that wrote it. The filter runs in the thread that logs and
asks ``state``; in one namespace for all threads it finds whoever stored last. With `threading.local` or a ContextVar
each line carries its own. A record outside any request has no id; the formatter's ``defaults`` keep it from failing.
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
class AddRequest(logging.Filter):
    """Stamps each record with the request in which it is written."""

    def filter(self, record):
        request_id = getattr(state, "request_id", None)
        if request_id is not None:
            record.request_id = request_id
        return True

line = "%(threadName)s [%(request_id)s] %(message)s"
handler = logging.StreamHandler()
handler.setFormatter(logging.Formatter(line, defaults={"request_id": "-"}))
handler.addFilter(AddRequest())
log = logging.getLogger("shop")
log.setLevel(logging.INFO)
log.addHandler(handler)

def handle(number):
    state.request_id = f"request-{number}"
    try:
        log.info("order %d has come in", number)
        work()
        log.info("order %d is paid", number)
        work()
        log.info("order %d is on its way", number)
    finally:
        state.request_id = None

log.info("the shop is open")  # outside any request
'''


def _write_code(settings: RunSettings) -> str:
    return state_line(settings.storage or SHARED) + _CODE + start_code(settings, "handle").lstrip("\n")


LOGGING_CONTEXT = Lesson(
    id="logging-context",
    question="Which request wrote this line?",
    storages=(SHARED, LOCAL, CONTEXT),
    runners=(THREADS, POOL),
    bounds={"threads": THREAD_BOUNDS, "pool_size": POOL_BOUNDS, "tasks": TASK_BOUNDS, "work_ms": WORK_BOUNDS},
    variables=(Variable("request_id", is_private=True),),
    write_code=_write_code,
)
