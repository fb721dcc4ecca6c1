"""The end of a lesson's code: it starts the threads, or gives the tasks to a pool."""

from __future__ import annotations

from simulator.lessons.base import POOL, RunSettings

_THREADS = """
for n in range(1, {threads} + 1):
    Thread(target={function}, args=(n,), name=f"worker-{{n}}").start()
"""

_JOINED = """
workers = []
for n in range(1, {threads} + 1):
    workers.append(Thread(target={function}, args=(n,), name=f"worker-{{n}}"))
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""

_POOL = """
with ThreadPoolExecutor({pool_size}) as pool:
    for number in range(1, {tasks} + 1):
        pool.submit({function}, number)
"""


def start_code(settings: RunSettings, function: str, is_joined: bool = False) -> str:
    """Return the code that calls a function once for each number from 1, on the threads that were chosen.

    Parameters
    ----------
    settings : RunSettings
        Runner and numbers.
    function : str
        The function's name.
    is_joined : bool
        Whether code follows that needs all of them to have ended.
    """
    template = _POOL if settings.runner == POOL else _JOINED if is_joined else _THREADS
    numbers = {"threads": settings.threads, "pool_size": settings.pool_size, "tasks": settings.tasks}
    return template.format(function=function, **numbers)
