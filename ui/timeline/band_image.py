"""Bands as one image: numpy writes the columns into a buffer, Qt copies it in one call, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage, QPainter

from simulator.picture.bands import Bands, IntArray
from simulator.picture.colours import NO_COLOUR

_Pixels = np.ndarray[tuple[int, int], np.dtype[np.uint32]]

_NONE = -1
_buffer = np.empty(0, np.uint32)


def paint_bands(painter: QPainter, many: Sequence[Bands]) -> None:
    """Paint bands, later ones over earlier ones.

    Parameters
    ----------
    painter : QPainter
        At whole pixels.
    many : sequence of Bands
        Rows may overlap those of earlier bands, but not each other.
    """
    shown = [bands for bands in many if len(bands.y_px) and bands.width_px]
    if not shown:
        return
    left = min(bands.x_px for bands in shown)
    right = max(bands.x_px + bands.width_px for bands in shown)
    top = min(int(bands.y_px.min()) for bands in shown)
    bottom = max(int((bands.y_px + bands.height_px).max()) for bands in shown)
    width, height = right - left, bottom - top
    pixels = _room_for(width, height)
    rows_of = [_rows_of(bands, top, height) for bands in shown]
    first, lines = _different(rows_of, [len(bands.y_px) for bands in shown])
    colours = np.zeros((len(first), width), np.uint32)
    for bands, rows in zip(shown, rows_of, strict=True):
        _write_over(colours, rows[first], bands, bands.x_px - left)
    colours.take(lines, axis=0, out=pixels, mode="clip")
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(left, top, image)


def _room_for(width: int, height: int) -> _Pixels:
    """Return a buffer of a size, always in the same memory: fresh memory costs more than what is written to it."""
    global _buffer
    if len(_buffer) < height * width:
        _buffer = np.empty(height * width, np.uint32)
    return _buffer[: height * width].reshape(height, width)


def _rows_of(bands: Bands, top: int, height: int) -> IntArray:
    """Return for each line of pixels which row of some bands is seen in it, `_NONE` where there is none."""
    rows = np.full(height, _NONE)
    ends = np.cumsum(bands.height_px)
    lines = np.arange(int(ends[-1])) + np.repeat(bands.y_px - top - ends + bands.height_px, bands.height_px)
    rows[lines] = np.repeat(np.arange(len(bands.y_px)), bands.height_px)
    return rows


def _different(rows_of: list[IntArray], n_rows: list[int]) -> tuple[IntArray, IntArray]:
    """Return the first of each set of lines that look the same, and for each line which set it belongs to."""
    looks = np.zeros(len(rows_of[0]), np.int64)
    for rows, n in zip(rows_of, n_rows, strict=True):
        looks = looks * (n + 1) + rows + 1
    _, first, lines = np.unique(looks, return_index=True, return_inverse=True)
    return first, lines


def _write_over(colours: IntArray, rows: IntArray, bands: Bands, left: int) -> None:
    """Write bands over what is below them where they are not transparent; `rows` says which row each line shows."""
    lines = np.flatnonzero(rows != _NONE)
    part = slice(left, left + bands.width_px)
    shown, below = bands.colours[rows[lines]], colours[lines, part]
    np.copyto(below, shown, where=shown != NO_COLOUR)
    colours[lines, part] = below
