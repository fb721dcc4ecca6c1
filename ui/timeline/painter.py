"""Paints draw lists with QPainter: the only place that knows how a shape of a draw list looks in Qt."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from simulator.picture.arrow_head import head_of
from simulator.picture.colours import NO_COLOUR
from simulator.picture.draw_list import Curve, DrawList, IntArray, Layer, Lines, Marks, Rects, Shape, Text
from ui.resources import SANS_FAMILY
from ui.timeline.band_image import paint_bands
from ui.timeline.rect_buffer import draw_rects
from ui.timeline.rounded import draw_rounded


@lru_cache(maxsize=4096)
def _colour(packed: int) -> QColor:
    return QColor.fromRgb(packed & 0xFFFFFF)


@lru_cache(maxsize=512)
def _pen(packed: int, width_px: float = 1.0, is_dashed: bool = False) -> QPen:
    pen = QPen(_colour(packed), width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if is_dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4 / max(width_px, 1), 3 / max(width_px, 1)])
    return pen


@lru_cache(maxsize=128)
def _hatch(fill: int, stroke: int) -> QBrush:
    """Return a brush of diagonal lines, the same on every platform and in every scale."""
    tile = _blank(8, 1.0)
    if fill:
        tile.fill(_colour(fill))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(_colour(stroke))
    colour.setAlpha(110)
    painter.setPen(QPen(colour, 1))
    painter.drawLines([QLineF(-2, 10, 10, -2), QLineF(-2, 2, 2, -2), QLineF(6, 10, 10, 6)])
    painter.end()
    return QBrush(tile)


@lru_cache(maxsize=64)
def font(size_px: float, is_bold: bool) -> QFont:
    """Return our own font at a size in pixels."""
    made = QFont(SANS_FAMILY)
    made.setPixelSize(max(round(size_px), 1))
    made.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=2048)
def _advance(text: str, size_px: float, is_bold: bool) -> float:
    return QFontMetricsF(font(size_px, is_bold)).horizontalAdvance(text)


def paint(painter: QPainter, draw_list: DrawList) -> None:
    """Paint every layer of a draw list in the painter's own coordinates, which are taken to be pixels."""
    for layer in draw_list.layers:
        paint_layer(painter, layer)


def paint_layer(painter: QPainter, layer: Layer) -> None:
    """Paint one layer: bands, boxes, lines, curves, marks, texts."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if layer.bands:
        paint_bands(painter, layer.bands)
    if len(layer.rects):
        _paint_rects(painter, layer.rects)
    if len(layer.lines):
        _paint_lines(painter, layer.lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for curve in layer.curves:
        _paint_curve(painter, curve)
    if len(layer.marks):
        _paint_marks(painter, layer.marks)
    for text in layer.texts:
        _paint_text(painter, text)


def _paint_rects(painter: QPainter, rects: Rects) -> None:
    """Paint boxes, those of one look in one go; the order of looks is that of their first box."""
    looks = _looks(rects)
    order = np.argsort(looks, kind="stable")
    starts = np.flatnonzero(np.diff(looks[order], prepend=-1)).tolist()
    ends = [*starts[1:], len(order)]
    boxes = np.empty((len(order), 4), np.int32)
    for number, name in enumerate("xywh"):
        boxes[:, number] = rects.column(name)
    names = ("fill", "stroke", "hatch", "dashed", "radius")
    first = order[starts]
    columns = zip(*(rects.column(name)[first].tolist() for name in names), starts, ends, first.tolist(), strict=True)
    for fill, stroke, hatch, dashed, corner, start, end, _ in sorted(columns, key=lambda look: look[-1]):
        same = boxes[order[start:end]] if len(starts) > 1 else boxes
        if corner:
            draw_rounded(painter, same, corner, fill, stroke)
        else:
            _set_look(painter, fill, stroke, bool(hatch), bool(dashed))
            draw_rects(painter, same, 1 if stroke else 0)


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


def _set_look(painter: QPainter, fill: int, stroke: int, hatch: bool, dashed: bool) -> None:
    if hatch:
        painter.setBrush(_hatch(fill, stroke))
    elif fill:
        painter.setBrush(QBrush(_colour(fill)))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(stroke, 1.0, dashed or hatch) if stroke else Qt.PenStyle.NoPen)


def _paint_lines(painter: QPainter, lines: Lines) -> None:
    is_dashed = lines.column("dashed") != 0
    _paint_plain_lines(painter, lines, np.flatnonzero(~is_dashed))
    rows = zip(*(lines.column(name)[is_dashed].tolist() for name in ("x1", "y1", "x2", "y2", "stroke")), strict=True)
    for x1, y1, x2, y2, stroke in rows:
        painter.setPen(_pen(stroke, 1.0, True))
        painter.drawLine(x1, y1, x2, y2)


def _paint_plain_lines(painter: QPainter, lines: Lines, chosen: IntArray) -> None:
    """Paint lines as boxes that are one pixel thin, those of one colour in one go."""
    x1, y1, x2, y2, stroke = (lines.column(name)[chosen] for name in ("x1", "y1", "x2", "y2", "stroke"))
    left, top = np.minimum(x1, x2), np.minimum(y1, y2)
    boxes = np.stack([left, top, np.maximum(x1, x2) - left + 1, np.maximum(y1, y2) - top + 1], axis=1)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour in dict.fromkeys(stroke.tolist()):
        painter.setBrush(QBrush(_colour(colour)))
        draw_rects(painter, boxes[stroke == colour], 0)


def _paint_curve(painter: QPainter, curve: Curve) -> None:
    begin, first, second, end = (QPointF(x, y) for x, y in curve.points_px)
    path = QPainterPath(begin)
    path.cubicTo(first, second, end)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(curve.colour, curve.width_px, curve.is_dashed))
    painter.drawPath(path)
    if curve.has_head:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(_colour(curve.colour)))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in head_of(curve)]))


def _paint_marks(painter: QPainter, marks: Marks) -> None:
    names = ("x", "y", "size", "shape", "fill", "stroke", "stroke_px")
    ratio = painter.device().devicePixelRatio()
    for x, y, size, shape, fill, stroke, width in zip(*(marks.column(name).tolist() for name in names), strict=True):
        reach = size // 2 + width + 2
        painter.drawImage(x - reach, y - reach, _stamp(shape, size, fill, stroke, width, ratio))


@lru_cache(maxsize=1024)
def _stamp(shape: int, size: int, fill: int, stroke: int, width: int, ratio: float) -> QImage:
    """Return a mark painted once and for all; drawing it again is a copy of a few pixels."""
    reach = size // 2 + width + 2
    side = 2 * reach + 1
    stamp = _blank(side, ratio)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(reach + 0.5, reach + 0.5)
    painter.setBrush(QBrush(_colour(fill)) if fill != NO_COLOUR else Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(stroke, float(width)) if stroke != NO_COLOUR else Qt.PenStyle.NoPen)
    _paint_shape(painter, Shape(shape), size / 2)
    painter.end()
    return stamp


def _blank(side_px: int, ratio: float) -> QImage:
    """Return a transparent square. An image, not a pixmap: it may outlive the application in a cache."""
    image = QImage(math.ceil(side_px * ratio), math.ceil(side_px * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _paint_shape(painter: QPainter, shape: Shape, half: float) -> None:
    """Paint a shape about the origin."""
    box = QRectF(-half, -half, 2 * half, 2 * half)
    if shape in (Shape.CIRCLE, Shape.QUESTION):
        painter.drawEllipse(box)
    elif shape in (Shape.SQUARE, Shape.CROSSED_SQUARE):
        painter.drawRoundedRect(box, 1.5, 1.5)
    elif shape == Shape.DIAMOND:
        painter.drawPolygon(QPolygonF([QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]))
    elif shape == Shape.TRIANGLE:
        painter.drawPolygon(QPolygonF([QPointF(-half, -half / 2), QPointF(half, -half / 2), QPointF(0, half)]))
    if shape in (Shape.CROSS, Shape.CROSSED_SQUARE):
        arm = half * (0.75 if shape == Shape.CROSS else 1.0)
        painter.drawLine(QPointF(-arm, -arm), QPointF(arm, arm))
        painter.drawLine(QPointF(-arm, arm), QPointF(arm, -arm))
    if shape == Shape.QUESTION:
        painter.setFont(font(half * 1.6, True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")


def _paint_text(painter: QPainter, text: Text) -> None:
    painter.setFont(font(text.size_px, text.is_bold))
    painter.setPen(_pen(text.colour))
    x = text.x_px
    if text.anchor != "start":
        x -= _advance(text.text, text.size_px, text.is_bold) * (0.5 if text.anchor == "middle" else 1)
    painter.drawText(QPointF(round(x), round(text.y_px)), text.text)
