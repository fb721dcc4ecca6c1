"""The ground of a plot: what lies below everything else, drawn once and brought to the window again and again."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from simulator.picture.colours import unpack
from simulator.picture.draw_list import IntArray, Layer
from ui.timeline.inks import brush
from ui.timeline.painter import paint_layer
from ui.timeline.parts import Part, move_to
from ui.timeline.rect_buffer import RectBuffer


class Ground:
    """Background and cards. Between their ends they are lines of one colour: to fill those is quicker than to copy."""

    def __init__(self) -> None:
        self._of: list[tuple[Layer, int, int, int]] = []
        self._image = QImage()
        self._middle = (0, 0)
        self._boxes = RectBuffer()
        self._fills: list[tuple[int, int, int]] = []

    def paint(self, painter: QPainter, parts: list[Part], size: QSize) -> None:
        """Paint it for a widget of a size; it is the same as long as the parts have the same layers at the bottom."""
        ratio = painter.device().devicePixelRatio()
        of = [(part.draw_list.layers[0], part.scroll_px, part.top_px, part.bottom_px) for part in parts]
        is_same = len(of) == len(self._of) and all(
            new[0] is old[0] and new[1:] == old[1:] for new, old in zip(of, self._of, strict=True)
        )
        if not is_same or self._image.size() != size * ratio:
            self._of = of
            self._image = self._draw(parts, size, ratio)
            self._find_fills()
        self._bring(painter)

    def _bring(self, painter: QPainter) -> None:
        """Fill the middle, copy the ends."""
        left, right = self._middle
        if left == right:
            painter.drawImage(0, 0, self._image)
            return
        painter.drawImage(0, 0, self._image, 0, 0, left, -1)
        painter.drawImage(right, 0, self._image, right, 0, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, first, n in self._fills:
            painter.setBrush(brush(colour))
            self._boxes.draw(painter, first, n)

    def _find_fills(self) -> None:
        """Find the middle, in which each line has one colour, and boxes that fill it, those of a colour together."""
        image = self._image
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
        self._middle, self._fills = _even_stretch(pixels), []
        left, right = self._middle
        if image.devicePixelRatio() != 1 or right - left < image.width() // 2:
            self._middle = (0, 0)
            return
        colours = pixels[:, left]
        tops = np.flatnonzero(np.diff(colours.astype(np.int64), prepend=-1))
        bottoms = np.append(tops[1:], len(colours)) - 1
        order = np.argsort(colours[tops], kind="stable")
        corners = self._boxes.room_for(len(tops))
        corners[:, 0], corners[:, 2] = left, right - 1
        corners[:, 1], corners[:, 3] = tops[order], bottoms[order]
        different, counts = np.unique(colours[tops], return_counts=True)
        firsts = np.cumsum(counts) - counts
        self._fills = list(zip(different.tolist(), firsts.tolist(), counts.tolist(), strict=True))

    def _draw(self, parts: list[Part], size: QSize, ratio: float) -> QImage:
        image = QImage(size * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(unpack(parts[0].draw_list.background)))
        painter = QPainter(image)
        for part in parts:
            painter.save()
            move_to(painter, part, len(parts) > 1)
            paint_layer(painter, part.draw_list.layers[0])
            painter.restore()
        painter.end()
        return image


def _even_stretch(pixels: IntArray) -> tuple[int, int]:
    """Return the widest stretch about the middle in which all columns of pixels are the same."""
    middle = pixels.shape[1] // 2
    differs = np.flatnonzero((pixels != pixels[:, middle : middle + 1]).any(axis=0))
    after = int(differs.searchsorted(middle))
    left = int(differs[after - 1]) + 1 if after else 0
    return left, int(differs[after]) if after < len(differs) else pixels.shape[1]
