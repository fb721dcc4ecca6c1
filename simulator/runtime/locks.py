"""A real lock whose waiting and holding are recorded as spans."""

from __future__ import annotations

import threading
from collections.abc import Callable
from sys import _getframe

from simulator.record.kinds import Kind
from simulator.record.recorder import Recorder
from simulator.runtime.crew import Crew
from simulator.runtime.program import LOCK_NAME
from simulator.runtime.schedule import Schedule


class RecordedLock:
    """A real `threading.Lock` whose waiting and holding are recorded as spans."""

    def __init__(self, recorder: Recorder, schedule: Schedule, variable: int) -> None:
        self._lock = threading.Lock()
        self._recorder = recorder
        self._schedule = schedule
        self._variable = variable
        self._hold = 0

    def __enter__(self) -> bool:
        self._acquire(_getframe(1).f_lineno)
        return True

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> bool:
        """Wait until the lock is free and take it."""
        self._acquire(_getframe(1).f_lineno)
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._recorder.end(self._hold)
        self._lock.release()

    def locked(self) -> bool:
        """Return whether some thread holds the lock."""
        return self._lock.locked()

    def _acquire(self, line: int) -> None:
        self._schedule.before_lock()
        if not self._lock.acquire(blocking=False):
            wait = self._recorder.begin(Kind.WAIT, LOCK_NAME, self._variable, line)
            self._schedule.begin_wait()
            self._lock.acquire()
            self._schedule.end_wait()
            self._recorder.end(wait)
        self._hold = self._recorder.begin(Kind.HOLD, LOCK_NAME, self._variable, line)


def lock_maker(crew: Crew) -> Callable[[], RecordedLock]:
    """Return what the program's code calls ``Lock``: each call makes a recorded lock."""

    def lock() -> RecordedLock:
        return RecordedLock(crew.recorder, crew.schedule, crew.program.index_of(LOCK_NAME))

    return lock
