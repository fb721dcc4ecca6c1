"""A time axis with parts left out: time runs evenly, and each cut takes the same few pixels however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Cut = tuple[int, int]
"""Begin and end of what is left out, nanoseconds."""


class Knots:
    """Where times stand along an endless axis, pixels, in a piecewise linear way.

    Parameters
    ----------
    cuts : sequence of (int, int)
        Begin and end of each part that is left out, sorted, apart from each other.
    gap_px : float
        How wide each of them is drawn.
    px_per_ns : float
        Pixels of a nanosecond everywhere else.
    origin_ns : int
        Where the axis begins if there are no cuts; keeps numbers small, so that they stay exact.
    """

    __slots__ = ("_px", "_slopes", "_times")

    def __init__(self, cuts: Sequence[Cut], gap_px: float, px_per_ns: float, origin_ns: int) -> None:
        times = [time_ns for cut in cuts for time_ns in cut] or [origin_ns]
        self._times = np.array(times, np.int64)
        self._slopes = np.full(len(times), px_per_ns)
        lengths_ns = np.diff(self._times)
        if cuts:
            self._slopes[::2] = gap_px / lengths_ns[::2]
        self._px = np.concatenate([[0.0], np.cumsum(lengths_ns * self._slopes[:-1])])
        # what lies before the first knot goes on evenly
        self._times = np.concatenate([self._times[:1], self._times])
        self._px = np.concatenate([self._px[:1], self._px])
        self._slopes = np.concatenate([[px_per_ns], self._slopes])

    def px(self, times_ns: Array) -> Array:
        """Return where times stand, float64, shape (n,)."""
        at = np.searchsorted(self._times[1:], times_ns, "right")
        place: Array = self._px[at] + (times_ns - self._times[at]) * self._slopes[at]
        return place

    def ns(self, places_px: Array) -> Array:
        """Return which times stand at places, int64, shape (n,)."""
        at = np.searchsorted(self._px[1:], places_px, "right")
        times: Array = self._times[at] + np.rint((places_px - self._px[at]) / self._slopes[at]).astype(np.int64)
        return times


def shown_ns(cuts: Sequence[Cut], from_ns: int, to_ns: int) -> int:
    """Return how much of a window is not left out, nanoseconds."""
    return to_ns - from_ns - sum(cut_ns(cut, from_ns, to_ns) for cut in cuts)


def cut_ns(cut: Cut, from_ns: int, to_ns: int) -> int:
    """Return how much of a cut lies inside a window, nanoseconds."""
    return max(min(cut[1], to_ns) - max(cut[0], from_ns), 0)
