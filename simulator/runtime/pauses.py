"""Time that passes: ``work()`` and ``sleep()`` wait on the run's stop Event, and are recorded as spans."""

from __future__ import annotations

import time
from sys import _getframe

from simulator.record.kinds import Kind
from simulator.runtime.crew import Crew


class Pauses:
    """What the program's code calls ``work`` and ``sleep``.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def work(self) -> None:
        """Do the program's work: wait as long as it was told to."""
        self._crew.stop.check()
        if self._crew.program.work_ms:
            self._wait(self._crew.program.work_ms / 1000, _getframe(1).f_lineno)

    def sleep(self, duration_s: float) -> None:
        """Wait as `time.sleep` does; with 0 only let another thread run."""
        self._crew.stop.check()
        if duration_s > 0:
            self._wait(duration_s, _getframe(1).f_lineno)
        else:
            time.sleep(0)

    def _wait(self, duration_s: float, line: int) -> None:
        span = self._crew.recorder.begin(Kind.SLEEP, round(duration_s * 1000), line=line)
        try:
            self._crew.stop.sleep(duration_s)
        finally:
            self._crew.recorder.end(span)
