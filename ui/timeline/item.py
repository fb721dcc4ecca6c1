"""The item that paints the plot inside the pyqtgraph view."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from simulator.picture.draw_list import DrawList
from ui.timeline.painter import paint


class PlotItem(QGraphicsObject):
    """Paints one draw list over the whole view.

    Parameters
    ----------
    find_draw_list : callable
        Returns what is to be painted and how far it is scrolled down, pixels. Called once a paint.
    find_rect : callable
        Returns the part of the scene that is seen, in its own coordinates.

    Attributes
    ----------
    n_paints : int
        How often it was painted.
    """

    def __init__(
        self, find_draw_list: Callable[[], tuple[DrawList | None, int]], find_rect: Callable[[], QRectF]
    ) -> None:
        super().__init__()
        self._find_draw_list = find_draw_list
        self._find_rect = find_rect
        self.n_paints = 0
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)

    def viewRangeChanged(self, *_: object) -> None:
        """Pyqtgraph says that another part of the scene is seen."""
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        """Return the part of the scene that is seen."""
        return self._find_rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint in pixels, whatever the view's transformation."""
        self.n_paints += 1
        draw_list, scroll_px = self._find_draw_list()
        if draw_list is None:
            return
        painter.save()
        painter.resetTransform()
        painter.translate(0, -scroll_px)
        paint(painter, draw_list)
        painter.restore()
