"""The class that a program's code calls ``ThreadPoolExecutor``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Any

from simulator.runtime.crew import Crew


def pool_class(crew: Crew) -> type[ThreadPoolExecutor]:
    """Make the class that the program's code calls ``ThreadPoolExecutor``: a real one whose tasks are actors."""

    class RecordedPool(ThreadPoolExecutor):
        def __init__(self, max_workers: int) -> None:
            super().__init__(max_workers, initializer=self._name_worker)
            self._worker_numbers = count(1)
            self._numbers = count(1)
            self._serials: list[int] = []
            crew.pools.append(self)

        def _name_worker(self) -> None:
            thread = threading.current_thread()
            thread.name = f"pool-{next(self._worker_numbers)}"
            crew.threads.append(thread)
            self._serials.append(crew.begin_thread())

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait, cancel_futures=cancel_futures)
            if wait:
                while self._serials:
                    crew.recorder.end_thread(self._serials.pop())

        def submit(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
            crew.stop.check()
            try:
                return super().submit(crew.run_task, next(self._numbers), function, arguments, keywords)
            except RuntimeError:
                crew.stop.check()
                raise

    return RecordedPool
