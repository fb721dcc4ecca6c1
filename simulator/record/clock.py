"""The one clock: integer nanoseconds, monotonic, the same in every process of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]

now_ns: Clock = time.perf_counter_ns


class ManualClock:
    """A clock that moves only when told to, or by a fixed step at each reading.

    Attributes
    ----------
    time_ns : int
        The time that the next reading returns, nanoseconds.
    step_ns : int
        Added after each reading.
    """

    def __init__(self, time_ns: int = 0, step_ns: int = 1) -> None:
        self.time_ns = time_ns
        self.step_ns = step_ns

    def __call__(self) -> int:
        """Return the time in nanoseconds and step forward."""
        reading = self.time_ns
        self.time_ns += self.step_ns
        return reading

    def advance(self, duration_ns: int) -> None:
        """Move the clock forward by `duration_ns` nanoseconds."""
        self.time_ns += duration_ns
