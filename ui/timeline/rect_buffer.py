"""Many boxes in one call: a numpy array handed to Qt as an array of QRect, without an object for each."""

from __future__ import annotations

import numpy as np
import shiboken6
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from simulator.picture.draw_list import IntArray

_LEAST = 1024
_BYTES = 16


class RectBuffer:
    """Memory into which numpy writes corners and from which Qt reads rectangles.

    Notes
    -----
    A QRect is four ints: left, top, right, bottom, both ends inside. Wrapping is safe as long as one buffer is only
    ever wrapped as one type and the wrapper does not outlive the call (`measured`: a live wrapper of another type at
    the same address would be returned instead).
    """

    def __init__(self) -> None:
        self._corners = np.empty((0, 4), np.int32)
        self._address = 0

    def room_for(self, n: int) -> IntArray:
        """Return the first rows of the memory, int32, shape (n, 4), to write corners into."""
        if n > len(self._corners):
            self._corners = np.empty((max(2 * n, _LEAST), 4), np.int32)
            self._address = self._corners.ctypes.data
        return self._corners[:n]

    def draw(self, painter: QPainter, first: int, n: int) -> None:
        """Draw some of the boxes with the painter's pen and brush; the painter must not be antialiased."""
        wrapped = shiboken6.wrapInstance(self._address + _BYTES * first, QRect)
        assert isinstance(wrapped, QRect)
        painter.drawRects(wrapped, n)
        del wrapped


_buffer = RectBuffer()


def draw_rects(painter: QPainter, boxes: IntArray) -> None:
    """Draw boxes with the painter's pen and brush.

    Parameters
    ----------
    painter : QPainter
        Not antialiased.
    boxes : ndarray of int, shape (n, 4)
        Left, top, width, height in pixels.
    """
    corners = _buffer.room_for(len(boxes))
    corners[:, :2] = boxes[:, :2]
    np.add(boxes[:, :2], boxes[:, 2:] - 1, out=corners[:, 2:], casting="unsafe")
    _buffer.draw(painter, 0, len(boxes))
