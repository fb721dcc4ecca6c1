"""Paints draw lists with QPainter: the only place that knows how a shape of a draw list looks in Qt."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLine, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPolygonF,
)

from simulator.picture.arrow_head import head_of
from simulator.picture.colours import NO_COLOUR
from simulator.picture.draw_list import CORNERS, Curve, DrawList, Layer, Lines, Marks, Shape, Text
from ui.timeline.band_image import paint_bands
from ui.timeline.inks import advance, blank, brush, font, pen
from ui.timeline.rect_buffer import RectBuffer
from ui.timeline.rects import paint_rects

_STAMP_EDGE_PX = 2
"""Room about what is painted once and copied from then on."""

_LOW = 0xFFFFFFFF
_boxes = RectBuffer()


def paint(painter: QPainter, draw_list: DrawList) -> None:
    """Paint every layer of a draw list in the painter's own coordinates, which are taken to be pixels."""
    for layer in draw_list.layers:
        paint_layer(painter, layer)


def paint_layer(painter: QPainter, layer: Layer) -> None:
    """Paint one layer: bands, boxes, lines, curves, marks, texts."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for bands in layer.bands:
        paint_bands(painter, bands)
    if len(layer.rects):
        paint_rects(painter, layer.rects)
    if len(layer.lines):
        _paint_lines(painter, layer.lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for curve in layer.curves:
        _paint_curve(painter, curve)
    if len(layer.marks):
        _paint_marks(painter, layer.marks)
    if layer.texts:
        _paint_texts(painter, layer.texts)


def _paint_lines(painter: QPainter, lines: Lines) -> None:
    """Paint lines: plain ones as boxes that are one pixel thin, those of one colour in one go."""
    ends = [lines.column(name) for name in ("x1", "y1", "x2", "y2")]
    looks = lines.column("stroke").astype(np.int64) << 1 | lines.column("dashed")
    order = np.argsort(looks, kind="stable")
    corners = _boxes.room_for(len(lines))
    for side, (one, other) in enumerate((ends[::2], ends[1::2])):
        np.minimum(one, other, out=corners[:, side])
        np.maximum(one, other, out=corners[:, side + 2])
    starts = np.flatnonzero(np.diff(looks[order], prepend=-1))
    if len(starts) > 1:
        corners[:] = corners[order]
    painter.setPen(Qt.PenStyle.NoPen)
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        look = int(looks[order[start]])
        if not look & 1:
            painter.setBrush(brush(look >> 1))
            _boxes.draw(painter, start, end - start)
            continue
        painter.setPen(pen(look >> 1, 1.0, True))
        points = zip(*(column[order[start:end]].tolist() for column in ends), strict=True)
        painter.drawLines([QLine(*four) for four in points])
        painter.setPen(Qt.PenStyle.NoPen)


def _paint_curve(painter: QPainter, curve: Curve) -> None:
    begin, first, second, end = (QPointF(x, y) for x, y in curve.points_px)
    path = QPainterPath(begin)
    path.cubicTo(first, second, end)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(curve.colour, curve.width_px, curve.is_dashed))
    painter.drawPath(path)
    if curve.has_head:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(curve.colour))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in head_of(curve)]))


def _paint_marks(painter: QPainter, marks: Marks) -> None:
    ratio = painter.device().devicePixelRatio()
    shape, size, width = (marks.column(name).astype(np.int64) for name in ("shape", "size", "stroke_px"))
    inks = marks.column("fill").astype(np.int64) << 32 | marks.column("stroke")
    reach = size // 2 + width + _STAMP_EDGE_PX
    lefts, tops = (marks.column("x") - reach).tolist(), (marks.column("y") - reach).tolist()
    looks = zip(inks.tolist(), (shape << 48 | size << 16 | width).tolist(), strict=True)
    stamps: dict[tuple[int, int], QImage] = {}
    draw = painter.drawImage
    for x, y, look in zip(lefts, tops, looks, strict=True):
        stamp = stamps.get(look)
        if stamp is None:
            ink, form = look
            stamp = _stamp(form >> 48, form >> 16 & _LOW, ink >> 32 & _LOW, ink & _LOW, form & 0xFFFF, ratio)
            stamps[look] = stamp
        draw(x, y, stamp)


@lru_cache(maxsize=1024)
def _stamp(shape: int, size: int, fill: int, stroke: int, width: int, ratio: float) -> QImage:
    """Return a mark painted once and for all; drawing it again is a copy of a few pixels."""
    reach = size // 2 + width + _STAMP_EDGE_PX
    side = 2 * reach + 1
    stamp = blank(side, ratio)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(reach + 0.5, reach + 0.5)
    painter.setBrush(brush(fill) if fill != NO_COLOUR else Qt.BrushStyle.NoBrush)
    painter.setPen(pen(stroke, float(width)) if stroke != NO_COLOUR else Qt.PenStyle.NoPen)
    _paint_shape(painter, Shape(shape), size / 2)
    painter.end()
    return stamp


def _paint_shape(painter: QPainter, shape: Shape, half: float) -> None:
    """Paint a shape about the origin."""
    box = QRectF(-half, -half, 2 * half, 2 * half)
    if shape in (Shape.CIRCLE, Shape.QUESTION):
        painter.drawEllipse(box)
    elif shape in (Shape.SQUARE, Shape.CROSSED_SQUARE):
        painter.drawRoundedRect(box, 1.5, 1.5)
    elif shape in CORNERS:
        painter.drawPolygon(QPolygonF([QPointF(half * x, half * y) for x, y in CORNERS[shape]]))
    if shape in (Shape.CROSS, Shape.CROSSED_SQUARE):
        arm = half * (0.75 if shape == Shape.CROSS else 1.0)
        painter.drawLine(QPointF(-arm, -arm), QPointF(arm, arm))
        painter.drawLine(QPointF(-arm, arm), QPointF(arm, -arm))
    if shape == Shape.QUESTION:
        painter.setFont(font(half * 1.6, True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")


def _paint_texts(painter: QPainter, texts: list[Text]) -> None:
    ratio, draw = painter.device().devicePixelRatio(), painter.drawImage
    for text in texts:
        x = text.x_px
        if text.anchor != "start":
            x -= advance(text.text, text.size_px, text.is_bold) * (0.5 if text.anchor == "middle" else 1)
        stamp, ascent_px = _text_stamp(text.text, text.size_px, text.is_bold, text.colour, ratio)
        draw(round(x) - _STAMP_EDGE_PX, round(text.y_px) - ascent_px, stamp)


@lru_cache(maxsize=4096)
def _text_stamp(text: str, size_px: float, is_bold: bool, colour: int, ratio: float) -> tuple[QImage, int]:
    """Return a line of text painted once and for all, and how far its base line lies below the top of the image.

    To shape a text again and again takes ten times as long as to copy it; while panning the same ones come back.
    """
    metrics = QFontMetricsF(font(size_px, is_bold))
    ascent_px = math.ceil(metrics.ascent()) + 1
    width = math.ceil(advance(text, size_px, is_bold)) + 2 * _STAMP_EDGE_PX
    stamp = blank(width, ratio, ascent_px + math.ceil(metrics.descent()) + 1)
    painter = QPainter(stamp)
    painter.setFont(font(size_px, is_bold))
    painter.setPen(pen(colour))
    painter.drawText(QPointF(_STAMP_EDGE_PX, ascent_px), text)
    painter.end()
    return stamp, ascent_px
