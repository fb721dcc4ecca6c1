"""The grid of pixel columns in which events are counted where there are too many for shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.picture.time_scale import TimeScale
from simulator.trace.columns import IntArray


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of one pixel.

    Attributes
    ----------
    left_px : int
        Where the first is drawn.
    edges_ns : ndarray of int64, shape (w + 1,)
        Times at their edges.
    """

    left_px: int
    edges_ns: IntArray

    @property
    def n(self) -> int:
        """How many columns there are."""
        return len(self.edges_ns) - 1


def make_grid(scale: TimeScale, left_px: int, right_px: int) -> Grid:
    """Make the columns from `left_px` to `right_px`.

    Their edges lie at whole pixels from the start of the run, not of the window, so that the same events stay in a
    column together while panning and nothing shimmers; a column is drawn less than a pixel beside its place.
    """
    begin_px = scale.px(0) + 0.5
    shift = begin_px - math.floor(begin_px) - 0.5
    edges_ns = scale.nss(np.arange(left_px, right_px + 1) + shift)
    return Grid(left_px, np.maximum.accumulate(edges_ns))


def busy_columns(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return in which columns anything happens, shape (k,), and the edges between which to count only those.

    Parameters
    ----------
    rows : ndarray of int64, shape (w + 1,)
        For each edge how many events lie before it.

    Returns
    -------
    ndarray of int64, shape (k,)
        Numbers of the columns.
    ndarray of int64, shape (k + 1,)
        Numbers of edges: between neighbours of these lies what happens in one of the columns, and nothing else.
    """
    busy = np.flatnonzero(rows[1:] != rows[:-1])
    return busy, np.append(busy, len(rows) - 1)
