"""Boxes of a draw list: all of one look in one call, outlines as thin boxes; Qt's pen goes pixel by pixel."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from simulator.picture.draw_list import IntArray, Rects
from ui.timeline.inks import brush, hatch, pen
from ui.timeline.rect_buffer import RectBuffer
from ui.timeline.rounded import draw_rounded

_SIDES = np.array([(0, 1, 2, 1), (0, 3, 2, 3), (0, 1, 0, 3), (2, 1, 2, 3)])
"""Top, bottom, left and right side of a box: which of its own corners are theirs."""

_corners = RectBuffer()
_drafted = RectBuffer()


def paint_rects(painter: QPainter, rects: Rects) -> None:
    """Paint boxes, those of one look in one go; the order of looks is that of their first box."""
    looks = _looks(rects)
    order = np.argsort(looks, kind="stable")
    starts = np.flatnonzero(np.diff(looks[order], prepend=-1))
    corners, n = _put(rects, order), len(order)
    painter.setPen(Qt.PenStyle.NoPen)
    for fill, stroke, is_hatched, is_dashed, radius, start, end in _in_turn(rects, order, starts):
        if radius:
            draw_rounded(painter, _boxes(corners[start:end]), radius, fill, stroke)
            painter.setPen(Qt.PenStyle.NoPen)
        elif is_hatched or is_dashed:
            painter.setBrush(hatch(fill, stroke) if is_hatched else brush(fill) if fill else Qt.BrushStyle.NoBrush)
            _draw_drafted(painter, corners[start:end], stroke)
        else:
            if fill:
                painter.setBrush(brush(fill))
                _corners.draw(painter, start, end - start)
            if stroke:
                painter.setBrush(brush(stroke))
                _corners.draw(painter, n + 4 * start, 4 * (end - start))


def _looks(rects: Rects) -> IntArray:
    """Return one number for each box, the same for those of one look: 25 bits a colour and 10 for its form."""
    fill, stroke = (_short(rects.column(name)) for name in ("fill", "stroke"))
    form = rects.column("radius").astype(np.int64) << 2 | rects.column("hatch") << 1 | rects.column("dashed")
    looks: IntArray = fill << 35 | stroke << 10 | form
    return looks


def _short(colours: IntArray) -> IntArray:
    """Return packed colours in 25 bits: a colour is opaque or none at all."""
    short: IntArray = colours.astype(np.int64) & 0x1FFFFFF
    return short


def _in_turn(rects: Rects, order: IntArray, starts: IntArray) -> list[tuple[int, ...]]:
    """Return each look and where its boxes begin and end, that of the first box first."""
    first = order[starts]
    turns = np.argsort(first)
    columns = [rects.column(name)[first[turns]] for name in ("fill", "stroke", "hatch", "dashed", "radius")]
    ends = np.append(starts[1:], len(order))
    return list(zip(*(column.tolist() for column in (*columns, starts[turns], ends[turns])), strict=True))


def _put(rects: Rects, order: IntArray) -> IntArray:
    """Write the corners of the boxes into the buffer, in an order, and then those of their sides; return the first."""
    n, has_outlines = len(order), bool(rects.column("stroke").any())
    corners = _corners.room_for(5 * n if has_outlines else n)
    for side, name in enumerate("xy"):
        corners[:n, side] = rects.column(name)[order]
    for side, name in enumerate("wh"):
        np.add(corners[:n, side], rects.column(name)[order] - 1, out=corners[:n, side + 2])
    if has_outlines:
        corners[n:].reshape(n, 4, 4)[:] = corners[:n, _SIDES]
    return corners[:n]


def _boxes(corners: IntArray) -> IntArray:
    """Return left, top, width and height of boxes."""
    boxes: IntArray = corners.copy()
    boxes[:, 2:] += 1 - boxes[:, :2]
    return boxes


def _draw_drafted(painter: QPainter, corners: IntArray, stroke: int) -> None:
    """Draw boxes with the painter's brush and a dashed outline, which lies inside."""
    drafted = _drafted.room_for(len(corners))
    drafted[:] = corners
    if stroke:
        drafted[:, 2:] -= 1
        painter.setPen(pen(stroke, 1.0, True))
    _drafted.draw(painter, 0, len(corners))
    painter.setPen(Qt.PenStyle.NoPen)
