"""Paints draw lists with QPainter: the only place that knows how a shape of a draw list looks in Qt."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLine, QLineF, QPointF, QRectF, Qt
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
from simulator.picture.draw_list import CORNERS, Curve, DrawList, IntArray, Layer, Lines, Marks, Rects, Shape, Text
from ui.resources import SANS_FAMILY
from ui.timeline.band_image import paint_bands
from ui.timeline.rect_buffer import draw_rects
from ui.timeline.rounded import draw_rounded

_STAMP_EDGE_PX = 2
"""Room about what is painted once and copied from then on."""


@lru_cache(maxsize=4096)
def _colour(packed: int) -> QColor:
    return QColor.fromRgb(packed & 0xFFFFFF)


@lru_cache(maxsize=4096)
def _brush(packed: int) -> QBrush:
    return QBrush(_colour(packed))


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
        painter.setBrush(_brush(fill))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(stroke, 1.0, dashed or hatch) if stroke else Qt.PenStyle.NoPen)


def _paint_lines(painter: QPainter, lines: Lines) -> None:
    """Paint lines: plain ones as boxes that are one pixel thin, those of one colour in one go."""
    x1, y1, x2, y2, stroke, dashed = (lines.column(name) for name in ("x1", "y1", "x2", "y2", "stroke", "dashed"))
    boxes = np.empty((len(lines), 4), np.int32)
    np.minimum(x1, x2, out=boxes[:, 0])
    np.minimum(y1, y2, out=boxes[:, 1])
    boxes[:, 2] = np.abs(x2 - x1) + 1
    boxes[:, 3] = np.abs(y2 - y1) + 1
    painter.setPen(Qt.PenStyle.NoPen)
    looks = stroke.astype(np.int64) << 1 | dashed
    for look in dict.fromkeys(looks.tolist()):
        chosen = np.flatnonzero(looks == look)
        if not look & 1:
            painter.setBrush(_brush(look >> 1))
            draw_rects(painter, boxes[chosen], 0)
            continue
        painter.setPen(_pen(look >> 1, 1.0, True))
        painter.drawLines([QLine(*ends) for ends in zip(*(c[chosen].tolist() for c in (x1, y1, x2, y2)), strict=True)])
        painter.setPen(Qt.PenStyle.NoPen)


def _paint_curve(painter: QPainter, curve: Curve) -> None:
    begin, first, second, end = (QPointF(x, y) for x, y in curve.points_px)
    path = QPainterPath(begin)
    path.cubicTo(first, second, end)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(curve.colour, curve.width_px, curve.is_dashed))
    painter.drawPath(path)
    if curve.has_head:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_brush(curve.colour))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in head_of(curve)]))


def _paint_marks(painter: QPainter, marks: Marks) -> None:
    ratio = painter.device().devicePixelRatio()
    names = ("shape", "size", "fill", "stroke", "stroke_px")
    looks = zip(*(marks.column(name).tolist() for name in names), strict=True)
    reach = marks.column("size") // 2 + marks.column("stroke_px") + _STAMP_EDGE_PX
    lefts, tops = (marks.column("x") - reach).tolist(), (marks.column("y") - reach).tolist()
    stamps: dict[tuple[int, ...], QImage] = {}
    draw = painter.drawImage
    for x, y, look in zip(lefts, tops, looks, strict=True):
        stamp = stamps.get(look)
        if stamp is None:
            stamp = stamps[look] = _stamp(*look, ratio)
        draw(x, y, stamp)


@lru_cache(maxsize=1024)
def _stamp(shape: int, size: int, fill: int, stroke: int, width: int, ratio: float) -> QImage:
    """Return a mark painted once and for all; drawing it again is a copy of a few pixels."""
    reach = size // 2 + width + _STAMP_EDGE_PX
    side = 2 * reach + 1
    stamp = _blank(side, ratio)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(reach + 0.5, reach + 0.5)
    painter.setBrush(_brush(fill) if fill != NO_COLOUR else Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(stroke, float(width)) if stroke != NO_COLOUR else Qt.PenStyle.NoPen)
    _paint_shape(painter, Shape(shape), size / 2)
    painter.end()
    return stamp


def _blank(width_px: int, ratio: float, height_px: int | None = None) -> QImage:
    """Return a transparent box, or a square. An image, not a pixmap: it may outlive the application in a cache."""
    height_px = width_px if height_px is None else height_px
    sides = math.ceil(width_px * ratio), math.ceil(height_px * ratio)
    image = QImage(*sides, QImage.Format.Format_ARGB32_Premultiplied)
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
    elif shape in CORNERS:
        painter.drawPolygon(QPolygonF([QPointF(half * x, half * y) for x, y in CORNERS[shape]]))
    if shape in (Shape.CROSS, Shape.CROSSED_SQUARE):
        arm = half * (0.75 if shape == Shape.CROSS else 1.0)
        painter.drawLine(QPointF(-arm, -arm), QPointF(arm, arm))
        painter.drawLine(QPointF(-arm, arm), QPointF(arm, -arm))
    if shape == Shape.QUESTION:
        painter.setFont(font(half * 1.6, True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")


def _paint_text(painter: QPainter, text: Text) -> None:
    x = text.x_px
    if text.anchor != "start":
        x -= _advance(text.text, text.size_px, text.is_bold) * (0.5 if text.anchor == "middle" else 1)
    ratio = painter.device().devicePixelRatio()
    stamp, ascent_px = _text_stamp(text.text, text.size_px, text.is_bold, text.colour, ratio)
    painter.drawImage(round(x) - _STAMP_EDGE_PX, round(text.y_px) - ascent_px, stamp)


@lru_cache(maxsize=4096)
def _text_stamp(text: str, size_px: float, is_bold: bool, colour: int, ratio: float) -> tuple[QImage, int]:
    """Return a line of text painted once and for all, and how far its base line lies below the top of the image.

    To shape a text again and again takes ten times as long as to copy it; while panning the same ones come back.
    """
    metrics = QFontMetricsF(font(size_px, is_bold))
    ascent_px = math.ceil(metrics.ascent()) + 1
    width = math.ceil(_advance(text, size_px, is_bold)) + 2 * _STAMP_EDGE_PX
    stamp = _blank(width, ratio, ascent_px + math.ceil(metrics.descent()) + 1)
    painter = QPainter(stamp)
    painter.setFont(font(size_px, is_bold))
    painter.setPen(_pen(colour))
    painter.drawText(QPointF(_STAMP_EDGE_PX, ascent_px), text)
    painter.end()
    return stamp, ascent_px
