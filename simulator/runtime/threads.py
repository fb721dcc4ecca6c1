"""The class that a program's code calls ``Thread``."""

from __future__ import annotations

import threading
from sys import _getframe
from typing import Any

from simulator.record.kinds import NO_VARIABLE, Kind, Result
from simulator.runtime.crew import Crew

STARTS, ENDS, JOIN = "start", "done", "join"


def thread_class(crew: Crew) -> type[threading.Thread]:
    """Make the class that the program's code calls ``Thread``: real threads that meet at the start barrier.

    Where the program waits for the end of any, their starts and ends are recorded: who starts threads and does nothing
    afterwards has no lane.
    """
    is_joined = ".join(" in crew.program.code

    class RecordedThread(threading.Thread):
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self.daemon = True
            self._ended_by = 0

        def start(self) -> None:
            crew.stop.check()
            crew.threads.append(self)
            if is_joined:
                signal = crew.recorder.signal(Kind.SIGNAL, STARTS, NO_VARIABLE, _getframe(1).f_lineno)
                crew.recorder.expect(self, signal)
            self._work = self.run
            self.run = self._run_recorded  # type: ignore[method-assign]  # so that a subclass may have a `run` of its own
            super().start()

        def join(self, timeout: float | None = None) -> None:
            span = crew.recorder.begin(Kind.WAIT, JOIN, NO_VARIABLE, _getframe(1).f_lineno)
            super().join(timeout)
            has_ended = not self.is_alive()
            crew.recorder.end(span, Result.NONE if has_ended else Result.TIMED_OUT, self._ended_by if has_ended else 0)

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
                if is_joined:
                    self._ended_by = crew.recorder.signal(Kind.SIGNAL, ENDS, NO_VARIABLE)
                crew.end_thread(serial)
                if not crew.program.tasks:
                    crew.finished.append(1)

    return RecordedThread
