"""Header, ruler: plain widgets that paint a draw list of their own."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from simulator.picture.colours import unpack
from simulator.picture.draw_list import DrawList
from ui.timeline.painter import paint


class DrawListWidget(QWidget):
    """Paints what a function gives it, scrolled down by so many pixels.

    Parameters
    ----------
    find_draw_list : callable
        Returns what is to be painted and how far it is scrolled down, pixels.
    parent : QWidget
        The view.
    """

    def __init__(self, find_draw_list: Callable[[], tuple[DrawList | None, int]], parent: QWidget) -> None:
        super().__init__(parent)
        self._find_draw_list = find_draw_list
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint."""
        draw_list, scroll_px = self._find_draw_list()
        if draw_list is None:
            return
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(unpack(draw_list.background)))
        painter.translate(0, -scroll_px)
        paint(painter, draw_list)
        painter.end()
