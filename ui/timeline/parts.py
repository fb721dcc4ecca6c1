"""Parts of a picture: what is scrolled, and above it what stays where it is."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from simulator.picture.draw_list import DrawList
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


def paint_parts(painter: QPainter, parts: list[Part], first: int = 0) -> None:
    """Paint parts, in pixels of the widget, from their layer number `first` on."""
    for part in parts:
        painter.save()
        move_to(painter, part, len(parts) > 1)
        for layer in part.draw_list.layers[first:]:
            paint_layer(painter, layer)
        painter.restore()
    if len(parts) > 1:
        _paint_shadow(painter, parts[-1].bottom_px)


def move_to(painter: QPainter, part: Part, is_clipped: bool) -> None:
    """Let the painter paint in the coordinates of a part, and nothing beside it."""
    if is_clipped:
        painter.setClipRect(QRect(-FAR_PX, part.top_px, 2 * FAR_PX, part.bottom_px - part.top_px))
    painter.translate(0, -part.scroll_px)


def _paint_shadow(painter: QPainter, y_px: int) -> None:
    """Let what stays on top throw a shadow on what is scrolled below it."""
    shadow = QLinearGradient(0, y_px, 0, y_px + SHADOW_PX)
    shadow.setColorAt(0, QColor(0, 0, 0, SHADOW_ALPHA))
    shadow.setColorAt(1, QColor(0, 0, 0, 0))
    painter.fillRect(QRect(-FAR_PX, y_px, 2 * FAR_PX, SHADOW_PX), shadow)
