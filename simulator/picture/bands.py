"""Bands: rows of coloured columns, one pixel wide each; how a draw list holds what is too much for single shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.picture.colours import NO_COLOUR, unpack

IntArray = npt.NDArray[Any]

ANY = 255

_EMPTY = np.empty(0, np.int64)


@dataclass(slots=True)
class Bands:
    """Rows of columns.

    Attributes
    ----------
    x_px : int
        Left edge of the first column.
    y_px, height_px : ndarray of int64, shape (n,)
        Top and height of each row.
    colours : ndarray of uint32, shape (n, w)
        Packed colour of each column, `NO_COLOUR` where nothing is drawn.
    track : ndarray of int64, shape (n,) or empty
        Track whose events a row stands for; empty where columns stand for no events.
    group : ndarray of uint8, shape (n,) or empty
        Which of its events: a class of marks (`simulator.picture.fold`) or `ANY`.
    edges_ns : ndarray of int64, shape (w + 1,) or empty
        Times at the edges of the columns.
    """

    x_px: int
    y_px: IntArray
    height_px: IntArray
    colours: IntArray
    track: IntArray = field(default_factory=lambda: _EMPTY)
    group: IntArray = field(default_factory=lambda: _EMPTY)
    edges_ns: IntArray = field(default_factory=lambda: _EMPTY)

    @property
    def width_px(self) -> int:
        """How many columns there are."""
        return int(self.colours.shape[1])

    def move(self, dx: int, dy: int) -> None:
        """Move every row, pixels."""
        self.x_px += dx
        self.y_px = self.y_px + dy

    def clipped(self, left_px: int, right_px: int) -> Bands:
        """Return what lies between two verticals."""
        first = min(max(left_px - self.x_px, 0), self.width_px)
        last = max(min(right_px - self.x_px, self.width_px), first)
        edges_ns = self.edges_ns[first : last + 1] if len(self.edges_ns) else self.edges_ns
        colours = self.colours[:, first:last]
        return Bands(self.x_px + first, self.y_px, self.height_px, colours, self.track, self.group, edges_ns)

    def runs(self) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
        """Return neighbouring columns of one colour as boxes: left, top, width, height and packed colour, (k,) each."""
        colours = self.colours
        is_first = np.ones(colours.shape, bool)
        is_first[:, 1:] = colours[:, 1:] != colours[:, :-1]
        band, left = np.nonzero(is_first)
        width = np.diff(np.flatnonzero(is_first), append=colours.size)
        shown = colours[band, left] != NO_COLOUR
        band, left, width = band[shown], left[shown], width[shown]
        return self.x_px + left, self.y_px[band], width, self.height_px[band], colours[band, left]

    def to_plain(self) -> list[dict[str, int | str]]:
        """Return the boxes of `runs` as dictionaries."""
        rows = zip(*(column.tolist() for column in self.runs()), strict=True)
        return [{"x": x, "y": y, "w": w, "h": h, "fill": unpack(fill)} for x, y, w, h, fill in rows]
