"""Boxes with round corners: corners are copied from a stamp, the rest is plain boxes, many in one call."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from simulator.picture.draw_list import IntArray
from ui.timeline.rect_buffer import draw_rects


def draw_rounded(painter: QPainter, boxes: IntArray, corner_px: int, fill: int, stroke: int) -> None:
    """Draw boxes of one look.

    Parameters
    ----------
    painter : QPainter
        Not antialiased; afterwards with another pen and brush.
    boxes : ndarray of int32, shape (n, 4)
        Left, top, width, height in pixels, outline inside.
    corner_px : int
        Radius of the corners.
    fill, stroke : int
        Packed colours, 0 for none.
    """
    ratio = painter.device().devicePixelRatio()
    side = corner_px + 1
    is_large = (boxes[:, 2] >= 2 * side) & (boxes[:, 3] >= 2 * side)
    if ratio != int(ratio) or not is_large.all():
        _draw_paths(painter, boxes, corner_px, fill, stroke)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    x, y, w, h = boxes.T
    if fill:
        painter.setBrush(QBrush(QColor.fromRgb(fill & 0xFFFFFF)))
        middle = np.stack([x, y + side, w, h - 2 * side], axis=1)
        ends = [np.stack([x + side, at, w - 2 * side, np.full_like(h, side)], axis=1) for at in (y, y + h - side)]
        draw_rects(painter, np.concatenate([middle, *ends]))
    if stroke:
        painter.setBrush(QBrush(QColor.fromRgb(stroke & 0xFFFFFF)))
        one = np.ones_like(w)
        across = [np.stack([x + side, at, w - 2 * side, one], axis=1) for at in (y, y + h - 1)]
        down = [np.stack([at, y + side, one, h - 2 * side], axis=1) for at in (x, x + w - 1)]
        draw_rects(painter, np.concatenate([*across, *down]))
    corners = _corners(corner_px, fill, stroke, int(ratio))
    for left, top, width, height in boxes.tolist():
        right, bottom = left + width - side, top + height - side
        for image, at in zip(corners, ((left, top), (right, top), (left, bottom), (right, bottom)), strict=True):
            painter.drawImage(*at, image)


@lru_cache(maxsize=256)
def _corners(corner_px: int, fill: int, stroke: int, ratio: int) -> tuple[QImage, ...]:
    """Return the four corners: top left, top right, bottom left, bottom right."""
    side = corner_px + 1
    whole = QImage(2 * side * ratio, 2 * side * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    whole.setDevicePixelRatio(ratio)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    _draw_paths(painter, np.array([[0, 0, 2 * side, 2 * side]]), corner_px, fill, stroke)
    painter.end()
    places = ((x * side * ratio, y * side * ratio) for y in (0, 1) for x in (0, 1))
    return tuple(whole.copy(x, y, side * ratio, side * ratio) for x, y in places)


def _draw_paths(painter: QPainter, boxes: IntArray, corner_px: int, fill: int, stroke: int) -> None:
    painter.setBrush(QBrush(QColor.fromRgb(fill & 0xFFFFFF)) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor.fromRgb(stroke & 0xFFFFFF), 1) if stroke else Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    inset, less = (0.5, 1) if stroke else (0.0, 0)
    for x, y, w, h in boxes.tolist():
        painter.drawRoundedRect(QRectF(x + inset, y + inset, w - less, h - less), corner_px, corner_px)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
