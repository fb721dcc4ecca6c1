"""Bands as one image: numpy writes the columns into a buffer, Qt copies it in one call, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage, QPainter

from simulator.picture.bands import Bands

_buffer = np.empty((0, 0), np.uint32)


def paint_bands(painter: QPainter, many: Sequence[Bands]) -> None:
    """Paint bands, later ones over earlier ones.

    Parameters
    ----------
    painter : QPainter
        At whole pixels.
    many : sequence of Bands
        Of one width and left edge or not; rows may overlap those of earlier bands.
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
    pixels.fill(0)
    for bands in shown:
        _write(pixels, bands, left, top)
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(left, top, image)


def _room_for(width: int, height: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    """Return a buffer of a size, the same one as long as the size stays."""
    global _buffer
    if _buffer.shape != (height, width):
        _buffer = np.empty((height, width), np.uint32)
    return _buffer


def _write(pixels: np.ndarray[tuple[int, int], np.dtype[np.uint32]], bands: Bands, left: int, top: int) -> None:
    first = bands.x_px - left
    last = first + bands.width_px
    is_drawn = bands.colours != 0
    full = is_drawn.all(axis=1).tolist()
    some = is_drawn.any(axis=1).tolist()
    tops = (bands.y_px - top).tolist()
    for row, (y, height) in enumerate(zip(tops, bands.height_px.tolist(), strict=True)):
        if full[row]:
            pixels[y : y + height, first:last] = bands.colours[row]
        elif some[row]:
            np.copyto(pixels[y : y + height, first:last], bands.colours[row], where=is_drawn[row])
