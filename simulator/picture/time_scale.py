"""Time to pixels and back, ticks, and how a time is written. The only place where time is a float."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.picture.knots import Cut, Knots, cut_ns, shown_ns

IntArray = npt.NDArray[Any]

MIN_SPAN_NS = 20
"""The deepest zoom."""

GAP_PX = 26
"""How wide a part of the run is drawn that is left out."""

_UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns"))


@dataclass(frozen=True)
class TimeScale:
    """Maps a window of time onto pixels: evenly, but for what is left out of it.

    Attributes
    ----------
    t0_ns, t1_ns : int
        The window, nanoseconds since the start of the run.
    x0_px, x1_px : int
        Where its ends are drawn. What lies a little outside the window is drawn beside it, so that a mark at the very
        begin is not cut in half.
    cuts : tuple of (int, int)
        Begin and end of each part of the run that is left out, sorted, apart from each other.
    gap_px : float
        How wide each of them is drawn. A window that lies wholly in one is drawn evenly.

    Raises
    ------
    ValueError
        If the window or its picture is empty or turned round.
    """

    t0_ns: int
    t1_ns: int
    x0_px: int
    x1_px: int
    cuts: tuple[Cut, ...] = ()
    gap_px: float = GAP_PX

    def __post_init__(self) -> None:
        if self.t1_ns <= self.t0_ns or self.x1_px <= self.x0_px:
            raise ValueError(f"an empty scale: {self}")
        if self.cuts and (shown_ns(self.cuts, self.t0_ns, self.t1_ns) <= 0 or self._plain_px <= 0):
            object.__setattr__(self, "cuts", ())

    @property
    def _plain_px(self) -> float:
        """Pixels of the window that are not a gap's."""
        parts = (cut_ns(cut, self.t0_ns, self.t1_ns) / (cut[1] - cut[0]) for cut in self.cuts)
        return self.x1_px - self.x0_px - self.gap_px * sum(parts)

    @cached_property
    def px_per_ns(self) -> float:
        """Pixels of one nanosecond, where none is left out."""
        return self._plain_px / shown_ns(self.cuts, self.t0_ns, self.t1_ns)

    def px(self, time_ns: int) -> float:
        """Return where a time is drawn, pixels."""
        if self.cuts:
            return float(self._places(np.array([time_ns], np.int64))[0])
        return self.x0_px + (time_ns - self.t0_ns) * self.px_per_ns

    def pxs(self, times_ns: IntArray) -> IntArray:
        """Return where times are drawn, whole pixels, int64, shape (n,)."""
        if self.cuts:
            x_px: IntArray = np.floor(self._places(times_ns.astype(np.int64)) + 0.5)
        else:
            x_px = np.floor((times_ns - np.int64(self.t0_ns)) * self.px_per_ns + (self.x0_px + 0.5))
        return x_px.astype(np.int64)

    def ns(self, x_px: float) -> int:
        """Return the time that is drawn at `x_px`, nanoseconds."""
        if self.cuts:
            return int(self._knots.ns(np.array([x_px + self._shift_px]))[0])
        return self.t0_ns + round((x_px - self.x0_px) / self.px_per_ns)

    def nss(self, xs_px: IntArray) -> IntArray:
        """Return the times that are drawn at places, nanoseconds, int64, shape (n,)."""
        if self.cuts:
            return self._knots.ns(np.asarray(xs_px) + self._shift_px)
        times: IntArray = np.rint((np.asarray(xs_px) - self.x0_px) / self.px_per_ns)
        return times.astype(np.int64) + self.t0_ns

    @cached_property
    def _knots(self) -> Knots:
        return Knots(self.cuts, self.gap_px, self.px_per_ns, self.t0_ns)

    @cached_property
    def _shift_px(self) -> float:
        """Where the plot begins along the knots' axis."""
        return float(self._knots.px(np.array([self.t0_ns]))[0]) - self.x0_px

    def _places(self, times_ns: IntArray) -> IntArray:
        places: IntArray = self._knots.px(times_ns) - self._shift_px
        return places

    def gaps(self) -> list[tuple[Cut, int, int]]:
        """Return each cut that can be seen with its left and right edge, whole pixels."""
        edges = ((cut, *self.pxs(np.array(cut)).tolist()) for cut in self.cuts)
        return [(cut, left, right) for cut, left, right in edges if right > self.x0_px and left < self.x1_px]

    # -- other windows -----------------------------------------------------------------------------------------------

    def panned(self, dx_px: float, limits_ns: tuple[int, int]) -> tuple[int, int]:
        """Return the window after everything has been pushed `dx_px` to the left, inside limits."""
        if self.cuts:
            return self._window(dx_px + self.x0_px + self._shift_px, self._knots, limits_ns)
        delta_ns = max(limits_ns[0] - self.t0_ns, min(round(dx_px / self.px_per_ns), limits_ns[1] - self.t1_ns))
        return self.t0_ns + delta_ns, self.t1_ns + delta_ns

    def zoomed(self, factor: float, x_px: float, limits_ns: tuple[int, int]) -> tuple[int, int]:
        """Return the window `factor` times shorter, inside limits; what is drawn at `x_px` stays where it is."""
        least_ns = (self.x1_px - self.x0_px) / self.px_per_ns / factor
        density = self.px_per_ns * factor * min(least_ns / MIN_SPAN_NS, 1.0)
        anchor_ns = self.ns(x_px)
        knots = Knots(self.cuts, self.gap_px, density, self.t0_ns)
        anchor_px = float(knots.px(np.array([anchor_ns]))[0])
        return self._window(anchor_px - (x_px - self.x0_px), knots, limits_ns)

    def _window(self, left_px: float, knots: Knots, limits_ns: tuple[int, int]) -> tuple[int, int]:
        """Return the window that begins at a place along the knots' axis and is as wide as this one."""
        width_px = self.x1_px - self.x0_px
        low_px, high_px = knots.px(np.array(limits_ns)).tolist()
        if high_px - low_px <= width_px:
            return limits_ns
        left_px = min(max(left_px, low_px), high_px - width_px)
        t0_ns, t1_ns = knots.ns(np.array([left_px, left_px + width_px])).tolist()
        return t0_ns, t1_ns

    # -- ticks -------------------------------------------------------------------------------------------------------

    def ticks(self, min_gap_px: float = 70) -> list[tuple[int, str]]:
        """Return times of nice steps inside the window with their texts, at least `min_gap_px` apart."""
        step_ns = nice_step_ns(min_gap_px / self.px_per_ns)
        texts: list[tuple[int, str]] = []
        for begin_ns, end_ns in self._kept():
            unit_ns, unit = _unit_for(end_ns)
            decimals = _decimals(unit_ns, step_ns)
            texts += [
                (time_ns, f"{time_ns / unit_ns:.{decimals}f} {unit}" if time_ns else "0")
                for time_ns in _multiples(step_ns, begin_ns, end_ns)
            ]
        return self._apart(texts, min_gap_px) if self.cuts else texts

    def _kept(self) -> list[Cut]:
        """Return the parts of the window between the cuts."""
        seen = [cut for cut in self.cuts if cut_ns(cut, self.t0_ns, self.t1_ns)]
        edges = [self.t0_ns, *(time_ns for cut in seen for time_ns in cut), self.t1_ns]
        return [(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if begin <= end]

    def _apart(self, ticks: list[tuple[int, str]], min_gap_px: float) -> list[tuple[int, str]]:
        """Leave out ticks that a cut has brought close to the one before."""
        kept: list[tuple[int, str]] = []
        last_px = -math.inf
        for time_ns, text in ticks:
            x_px = self.px(time_ns)
            if x_px - last_px >= min_gap_px - 1e-6:
                kept.append((time_ns, text))
                last_px = x_px
        return kept


def _multiples(step_ns: int, begin_ns: int, end_ns: int) -> range:
    return range(-(-begin_ns // step_ns) * step_ns, end_ns + 1, step_ns)


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
