"""Many boxes in one call: a numpy array handed to Qt as an array of QRect, without an object for each."""

from __future__ import annotations

import numpy as np
import shiboken6
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from simulator.picture.draw_list import IntArray

_FEW = 16
_buffer = np.empty((1024, 4), np.int32)


def draw_rects(painter: QPainter, boxes: IntArray, pen_px: int) -> None:
    """Draw boxes with the painter's pen and brush.

    Parameters
    ----------
    painter : QPainter
        Not antialiased.
    boxes : ndarray of int32, shape (n, 4)
        Left, top, width, height in pixels, outline inside.
    pen_px : int
        Width of the outline, 0 for none.

    Notes
    -----
    A QRect is four ints: left, top, right, bottom, both ends inside. Wrapping is safe as long as one buffer is only
    ever wrapped as one type and the wrapper does not outlive the call (`measured`: a live wrapper of another type at
    the same address would be returned instead).
    """
    global _buffer
    n = len(boxes)
    if n <= _FEW:
        painter.drawRects([QRect(x, y, w - pen_px, h - pen_px) for x, y, w, h in boxes.tolist()])
        return
    if n > len(_buffer):
        _buffer = np.empty((2 * n, 4), np.int32)
    corners = _buffer[:n]
    corners[:, :2] = boxes[:, :2]
    corners[:, 2:] = boxes[:, :2] + boxes[:, 2:] - (1 + pen_px)
    wrapped = shiboken6.wrapInstance(corners.ctypes.data, QRect)
    assert isinstance(wrapped, QRect)
    painter.drawRects(wrapped, n)
    del wrapped
