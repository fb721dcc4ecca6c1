"""Parts of a picture: what is scrolled, and above it what stays where it is."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from simulator.picture.colours import unpack
from simulator.picture.draw_list import DrawList, Layer
from ui.timeline.painter import paint_layer

FAR_PX = 1 << 20
SHADOW_PX = 7
SHADOW_ALPHA = 70


@dataclass(frozen=True, slots=True)
class Part:
    """A draw list and the rows of pixels in which it is seen.

    Attributes
    ----------
    draw_list : DrawList
        What is painted.
    scroll_px : int
        How far it is scrolled down.
    top_px, bottom_px : int
        From where to where it is seen, pixels of the widget.
    """

    draw_list: DrawList
    scroll_px: int
    top_px: int
    bottom_px: int

    def is_at(self, y_px: float) -> bool:
        """Return whether this part is seen at a height."""
        return self.top_px <= y_px < self.bottom_px


class Ground:
    """What lies below everything else in some parts: background and cards, painted once and copied from then on."""

    def __init__(self) -> None:
        self._of: list[tuple[Layer, int, int, int]] = []
        self._image = QImage()

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
        painter.drawImage(0, 0, self._image)

    def _draw(self, parts: list[Part], size: QSize, ratio: float) -> QImage:
        image = QImage(size * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(unpack(parts[0].draw_list.background)))
        painter = QPainter(image)
        for part in parts:
            painter.save()
            _move_to(painter, part, len(parts) > 1)
            paint_layer(painter, part.draw_list.layers[0])
            painter.restore()
        painter.end()
        return image


def paint_on_ground(painter: QPainter, parts: list[Part], ground: Ground, size: QSize) -> None:
    """Paint parts whose lowest layer seldom changes, in pixels of the widget."""
    ground.paint(painter, parts, size)
    _paint_layers(painter, parts, 1)


def paint_parts(painter: QPainter, parts: list[Part]) -> None:
    """Paint parts, in pixels of the widget."""
    _paint_layers(painter, parts, 0)


def _move_to(painter: QPainter, part: Part, is_clipped: bool) -> None:
    """Let the painter paint in the coordinates of a part, and nothing beside it."""
    if is_clipped:
        painter.setClipRect(QRect(-FAR_PX, part.top_px, 2 * FAR_PX, part.bottom_px - part.top_px))
    painter.translate(0, -part.scroll_px)


def _paint_layers(painter: QPainter, parts: list[Part], first: int) -> None:
    for part in parts:
        painter.save()
        _move_to(painter, part, len(parts) > 1)
        for layer in part.draw_list.layers[first:]:
            paint_layer(painter, layer)
        painter.restore()
    if len(parts) > 1:
        _paint_shadow(painter, parts[-1].bottom_px)


def _paint_shadow(painter: QPainter, y_px: int) -> None:
    """Let what stays on top throw a shadow on what is scrolled below it."""
    shadow = QLinearGradient(0, y_px, 0, y_px + SHADOW_PX)
    shadow.setColorAt(0, QColor(0, 0, 0, SHADOW_ALPHA))
    shadow.setColorAt(1, QColor(0, 0, 0, 0))
    painter.fillRect(QRect(-FAR_PX, y_px, 2 * FAR_PX, SHADOW_PX), shadow)
