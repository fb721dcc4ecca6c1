"""How a run is told to stop, and how its threads find out."""

from __future__ import annotations

import threading


class RunStoppedError(BaseException):
    """Ends a thread of a stopped run from inside; not an `Exception`, so that lesson code does not catch it."""


class StopSignal:
    """The run's stop Event and the two ways of minding it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Tell every thread to stop."""
        self._event.set()

    def is_set(self) -> bool:
        """Return whether the run was told to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `RunStoppedError` in the calling thread if the run was told to stop."""
        if self._event.is_set():
            raise RunStoppedError

    def sleep(self, duration_s: float) -> None:
        """Wait as `time.sleep` does, but end at once, with `RunStoppedError`, when the run is told to stop."""
        if self._event.wait(duration_s):
            raise RunStoppedError
