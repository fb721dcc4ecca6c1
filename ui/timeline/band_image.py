"""Bands as images: numpy repeats their columns line by line in a buffer, Qt copies those lines to where they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QImage, QPainter

from simulator.picture.bands import Bands, IntArray

_Pixels = np.ndarray[tuple[int, int], np.dtype[np.uint32]]

MOST_GAP_PX = 3
"""So many empty lines are rather copied along than left out with another call."""

_NONE = -1
_EMPTY = np.empty(0, np.int64)
_buffer = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Which lines of pixels some bands take.

    Attributes
    ----------
    rows : ndarray of int64, shape (k,)
        Which row of the bands each line of the buffer shows.
    empty : ndarray of int64
        Lines of the buffer in which nothing is seen.
    runs : list of (int, int, int)
        Neighbouring lines: where the first of them is seen and where it is in the buffer, and how many they are.
    """

    rows: IntArray
    empty: IntArray
    runs: list[tuple[int, int, int]]


def paint_bands(painter: QPainter, bands: Bands) -> None:
    """Paint bands over what is there, at whole pixels; their rows must not overlap each other."""
    width = bands.width_px
    lines = _find_lines(bands.y_px.tobytes(), bands.height_px.tobytes())
    if not width or not lines.runs:
        return
    pixels = _room_for(width, len(lines.rows))
    bands.colours.take(lines.rows, axis=0, out=pixels, mode="clip")
    if len(lines.empty):
        pixels[lines.empty] = 0
    image = QImage(pixels.data, width, len(pixels), 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    draw, left = painter.drawImage, bands.x_px
    for top, first, n in lines.runs:
        draw(left, top, image, 0, first, width, n)


def _room_for(width: int, height: int) -> _Pixels:
    """Return a buffer of a size, always in the same memory: fresh memory costs more than what is written to it."""
    global _buffer
    if len(_buffer) < height * width:
        _buffer = np.empty(height * width, np.uint32)
    return _buffer[: height * width].reshape(height, width)


@lru_cache(maxsize=64)
def _find_lines(tops: bytes, heights: bytes) -> _Lines:
    """Find the lines of bands whose rows have these tops and heights, int64; these seldom change."""
    y_px, height_px = np.frombuffer(tops, np.int64), np.frombuffer(heights, np.int64)
    if not height_px.any():
        return _Lines(_EMPTY, _EMPTY, [])
    top, ends = int(y_px.min()), np.cumsum(height_px)
    lines = np.arange(int(ends[-1])) + np.repeat(y_px - top - ends + height_px, height_px)
    rows = np.full(int((y_px + height_px).max()) - top, _NONE)
    rows[lines] = np.repeat(np.arange(len(y_px)), height_px)
    shown = np.flatnonzero(rows != _NONE)
    breaks = np.flatnonzero(np.diff(shown) > MOST_GAP_PX + 1)
    begins, stops = shown[[0, *(breaks + 1)]], shown[[*breaks, -1]] + 1
    kept = np.concatenate([rows[begin:stop] for begin, stop in zip(begins, stops, strict=True)])
    sizes = stops - begins
    runs = zip((begins + top).tolist(), (np.cumsum(sizes) - sizes).tolist(), sizes.tolist(), strict=True)
    return _Lines(np.maximum(kept, 0), np.flatnonzero(kept == _NONE), list(runs))
