"""Parts of a picture: what is scrolled, and above it what stays where it is."""

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from simulator.picture.draw_list import DrawList
from ui.timeline.painter import paint

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


def paint_parts(painter: QPainter, parts: list[Part]) -> None:
    """Paint parts, in pixels of the widget."""
    for part in parts:
        painter.save()
        if len(parts) > 1:
            painter.setClipRect(QRect(-FAR_PX, part.top_px, 2 * FAR_PX, part.bottom_px - part.top_px))
        painter.translate(0, -part.scroll_px)
        paint(painter, part.draw_list)
        painter.restore()
    if len(parts) > 1:
        _paint_shadow(painter, parts[-1].bottom_px)


def _paint_shadow(painter: QPainter, y_px: int) -> None:
    """Let what stays on top throw a shadow on what is scrolled below it."""
    shadow = QLinearGradient(0, y_px, 0, y_px + SHADOW_PX)
    shadow.setColorAt(0, QColor(0, 0, 0, SHADOW_ALPHA))
    shadow.setColorAt(1, QColor(0, 0, 0, 0))
    painter.fillRect(QRect(-FAR_PX, y_px, 2 * FAR_PX, SHADOW_PX), shadow)
