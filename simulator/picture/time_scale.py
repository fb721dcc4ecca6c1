"""Time to pixels and back, ticks, and how a time is written. The only place where time is a float."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]

MIN_SPAN_NS = 20
"""The deepest zoom."""

_UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns"))


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Maps a window of time onto pixels.

    Attributes
    ----------
    t0_ns, t1_ns : int
        The window, nanoseconds since the start of the run.
    x0_px, x1_px : int
        Where its ends are drawn. What lies a little outside the window is drawn beside it, so that a mark at the very
        begin is not cut in half.

    Raises
    ------
    ValueError
        If the window or its picture is empty or turned round.
    """

    t0_ns: int
    t1_ns: int
    x0_px: int
    x1_px: int

    def __post_init__(self) -> None:
        if self.t1_ns <= self.t0_ns or self.x1_px <= self.x0_px:
            raise ValueError(f"an empty scale: {self}")

    @property
    def px_per_ns(self) -> float:
        """Pixels of one nanosecond."""
        return (self.x1_px - self.x0_px) / (self.t1_ns - self.t0_ns)

    def px(self, time_ns: int) -> float:
        """Return where a time is drawn, pixels."""
        return self.x0_px + (time_ns - self.t0_ns) * self.px_per_ns

    def pxs(self, times_ns: IntArray) -> IntArray:
        """Return where times are drawn, whole pixels, int64, shape (n,)."""
        x_px: IntArray = np.floor((times_ns - np.int64(self.t0_ns)) * self.px_per_ns + (self.x0_px + 0.5))
        return x_px.astype(np.int64)

    def ns(self, x_px: float) -> int:
        """Return the time that is drawn at `x_px`, nanoseconds."""
        return self.t0_ns + round((x_px - self.x0_px) / self.px_per_ns)

    def ticks(self, min_gap_px: float = 70) -> list[tuple[int, str]]:
        """Return times of nice steps inside the window with their texts, at least `min_gap_px` apart."""
        step_ns = nice_step_ns(min_gap_px / self.px_per_ns)
        times = range(-(-self.t0_ns // step_ns) * step_ns, self.t1_ns + 1, step_ns)
        unit_ns, unit = _unit_for(self.t1_ns)
        decimals = _decimals(unit_ns, step_ns)
        return [(time_ns, f"{time_ns / unit_ns:.{decimals}f} {unit}" if time_ns else "0") for time_ns in times]


def nice_step_ns(least_ns: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … ns that is not below `least_ns`."""
    power: int = 10 ** max(0, math.floor(math.log10(max(least_ns, 1))))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least_ns or step == 10)


def _unit_for(time_ns: int) -> tuple[int, str]:
    """Return the largest unit that is not larger than the time."""
    return next((ns, name) for ns, name in _UNITS if ns <= max(abs(time_ns), 1))


def _decimals(unit_ns: int, step_ns: int) -> int:
    """Return how many decimals of the unit the step needs."""
    return max(0, math.ceil(math.log10(unit_ns / step_ns) - 1e-9)) if step_ns < unit_ns else 0


def time_text(time_ns: int) -> str:
    """Write a point in time to the microsecond or finer: ``103.400 ms``, ``12.345 µs``, ``1.250300 s``."""
    if abs(time_ns) < 1_000:
        return f"{time_ns} ns"
    unit_ns, unit = _unit_for(time_ns)
    return f"{time_ns / unit_ns:.{6 if unit == 's' else 3}f} {unit}"


def duration_text(duration_ns: int) -> str:
    """Write a duration with three digits: ``100 ms``, ``2.10 ms``, ``850 ns``."""
    unit_ns, unit = _unit_for(duration_ns)
    value = duration_ns / unit_ns
    decimals = 0 if unit == "ns" else 0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2
    text = f"{value:.{decimals}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"
