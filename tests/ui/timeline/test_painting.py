"""What the quick ways of painting look like: exactly like the slow ones."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from simulator.picture.bands import Bands
from simulator.picture.draw_list import DrawList, Layer, Lines, Rects
from ui.timeline.band_image import paint_bands
from ui.timeline.ground import Ground
from ui.timeline.painter import paint_layer
from ui.timeline.parts import Part
from ui.timeline.rounded import draw_rounded

RED, BLUE = 0xFFB3261E, 0xFF0072B2


def canvas(ratio: int = 1) -> QImage:
    image = QImage(120 * ratio, 60 * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    return image


def pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())


def channels(image: QImage) -> np.ndarray:
    return pixels(image).copy().view(np.uint8).astype(int)


@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize(("fill", "stroke"), [(RED, BLUE), (RED, 0), (0, BLUE)])
@pytest.mark.parametrize("box", [(3, 5, 100, 40), (0, 0, 20, 12), (7, 7, 6, 5)])
def test_round_corners_look_as_qt_draws_them(qapp, ratio, fill, stroke, box) -> None:
    quick, slow = canvas(ratio), canvas(ratio)
    painter = QPainter(quick)
    draw_rounded(painter, np.array([box]), 4, fill, stroke)
    painter.end()
    painter = QPainter(slow)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QBrush(QColor.fromRgb(fill & 0xFFFFFF)) if fill else QBrush())
    painter.setPen(QPen(QColor.fromRgb(stroke & 0xFFFFFF), 1) if stroke else QPen(QColor(0, 0, 0, 0)))
    x, y, w, h = box
    inset, less = (0.5, 1) if stroke else (0, 0)
    painter.drawRoundedRect(QRectF(x + inset, y + inset, w - less, h - less), 4, 4)
    painter.end()
    difference = np.abs(channels(quick) - channels(slow))
    assert difference.max() <= 3


def test_bands_are_painted_where_they_are_and_later_ones_above(qapp) -> None:
    lower = Bands(10, np.array([5, 20]), np.array([8, 4]), np.full((2, 50), BLUE, np.uint32))
    colours = np.zeros((1, 60), np.uint32)
    colours[0, 30] = RED
    upper = Bands(5, np.array([2]), np.array([30]), colours)
    image = canvas()
    painter = QPainter(image)
    paint_bands(painter, lower)
    paint_bands(painter, upper)
    painter.end()
    wanted = np.full((60, 120), 0xFFFFFFFF, np.uint32)
    wanted[5:13, 10:60] = wanted[20:24, 10:60] = BLUE
    wanted[2:32, 35] = RED
    assert (pixels(image) == wanted).all()
    assert [(x, y, w, h) for x, y, w, h, _ in zip(*lower.runs(), strict=True)] == [(10, 5, 50, 8), (10, 20, 50, 4)]
    assert lower.clipped(20, 30).width_px == 10


def test_lines_reach_from_their_first_to_their_last_pixel(qapp) -> None:
    lines = Lines()
    lines.add(x1=np.array([4, 9]), x2=np.array([20, 9]), y1=np.array([7, 30]), y2=np.array([7, 11]), stroke=RED)
    image = canvas()
    painter = QPainter(image)
    paint_layer(painter, Layer("lines", rects=Rects(), lines=lines))
    painter.end()
    wanted = np.full((60, 120), 0xFFFFFFFF, np.uint32)
    wanted[7, 4:21] = wanted[11:31, 9] = RED
    assert (pixels(image) == wanted).all()


@pytest.mark.parametrize("radius", [0, 4])
def test_the_ground_that_is_filled_is_that_which_would_be_copied(qapp, radius) -> None:
    draw_list = DrawList(120, 60, 0xFFF7F8FA)
    tops = np.array([3, 30])
    draw_list.layer("cards").rects.add(x=-4, y=tops, w=110, h=22, fill=BLUE, stroke=RED, radius=radius)
    parts = [Part(draw_list, 0, 0, 60)]
    filled, copied = canvas(), canvas()
    copied.fill(QColor("#f7f8fa"))
    painter = QPainter(filled)
    Ground().paint(painter, parts, filled.size())
    painter.end()
    painter = QPainter(copied)
    paint_layer(painter, draw_list.layers[0])
    painter.end()
    assert (pixels(filled) == pixels(copied)).all()
    assert len(np.unique(pixels(filled)[:, 60])) == 3
