"""The class that a program's code calls ``Thread``."""

from __future__ import annotations

import threading
from typing import Any

from simulator.runtime.crew import Crew


def thread_class(crew: Crew) -> type[threading.Thread]:
    """Make the class that the program's code calls ``Thread``: real threads that meet at the start barrier."""

    class RecordedThread(threading.Thread):
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self.daemon = True

        def start(self) -> None:
            crew.stop.check()
            crew.threads.append(self)
            self._work = self.run
            self.run = self._run_recorded  # type: ignore[method-assign]  # so that a subclass may have a `run` of its own
            super().start()

        def _run_recorded(self) -> None:
            serial = crew.begin_thread()
            try:
                if crew.barrier is not None:
                    crew.barrier.wait()
                crew.stop.check()
                self._work()
            except BaseException as error:  # recorded: part of the run's record, never only printed
                crew.note_exception(error)
            finally:
                crew.end_thread(serial)
                if not crew.program.tasks:
                    crew.finished.append(1)

    return RecordedThread
