"""Pens, brushes and fonts, each made once, and blank images to paint on."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from ui.resources import SANS_FAMILY


@lru_cache(maxsize=4096)
def colour(packed: int) -> QColor:
    """Return a packed colour."""
    return QColor.fromRgb(packed & 0xFFFFFF)


@lru_cache(maxsize=4096)
def brush(packed: int) -> QBrush:
    """Return a brush of a packed colour."""
    return QBrush(colour(packed))


@lru_cache(maxsize=512)
def pen(packed: int, width_px: float = 1.0, is_dashed: bool = False) -> QPen:
    """Return a pen of a packed colour."""
    made = QPen(colour(packed), width_px)
    made.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if is_dashed:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern([4 / max(width_px, 1), 3 / max(width_px, 1)])
    return made


@lru_cache(maxsize=128)
def hatch(fill: int, stroke: int) -> QBrush:
    """Return a brush of diagonal lines, the same on every platform and in every scale."""
    tile = blank(8, 1.0)
    if fill:
        tile.fill(colour(fill))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor(colour(stroke))
    ink.setAlpha(110)
    painter.setPen(QPen(ink, 1))
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
def advance(text: str, size_px: float, is_bold: bool) -> float:
    """Return how wide a text is in our own font, pixels."""
    return QFontMetricsF(font(size_px, is_bold)).horizontalAdvance(text)


def blank(width_px: int, ratio: float, height_px: int | None = None) -> QImage:
    """Return a transparent box, or a square. An image, not a pixmap: it may outlive the application in a cache."""
    height_px = width_px if height_px is None else height_px
    sides = math.ceil(width_px * ratio), math.ceil(height_px * ratio)
    image = QImage(*sides, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image
