"""Bands as one image: numpy writes the columns into a buffer, Qt copies it in one call, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage, QPainter

from simulator.picture.bands import Bands

_Pixels = np.ndarray[tuple[int, int], np.dtype[np.uint32]]

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
    _begin(pixels, shown[0], left, top)
    for bands in shown[1:]:
        _write_over(pixels, bands, left, top)
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(left, top, image)


def _room_for(width: int, height: int) -> _Pixels:
    """Return a buffer of a size, always in the same memory: fresh memory costs more than what is written to it."""
    global _buffer
    if len(_buffer) < height * width:
        _buffer = np.empty(height * width, np.uint32)
    return _buffer[: height * width].reshape(height, width)


def _begin(pixels: _Pixels, bands: Bands, left: int, top: int) -> None:
    """Write the lowest bands, whose rows do not overlap each other, and leave all else transparent."""
    n, first = len(bands.y_px), bands.x_px - left
    lines = np.full(len(pixels), n)
    for row, (y, height) in enumerate(zip((bands.y_px - top).tolist(), bands.height_px.tolist(), strict=True)):
        lines[y : y + height] = row
    colours = np.zeros((n + 1, pixels.shape[1]), np.uint32)
    colours[:n, first : first + bands.width_px] = bands.colours
    colours.take(lines, axis=0, out=pixels, mode="clip")


def _write_over(pixels: _Pixels, bands: Bands, left: int, top: int) -> None:
    """Write further bands where they are not transparent."""
    first = bands.x_px - left
    last = first + bands.width_px
    is_drawn = bands.colours != 0
    tops, heights = (bands.y_px - top).tolist(), bands.height_px.tolist()
    for row in np.flatnonzero(is_drawn.any(axis=1)).tolist():
        lines = slice(tops[row], tops[row] + heights[row])
        np.copyto(pixels[lines, first:last], bands.colours[row], where=is_drawn[row])
