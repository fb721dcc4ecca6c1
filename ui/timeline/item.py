"""The item that paints the plot inside the pyqtgraph view."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from simulator.picture.colours import unpack
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
        self._painted: DrawList | None = None
        self._place = (0, QSize(), 1.0)
        self._image: QImage | None = None
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)

    def viewRangeChanged(self, *_: object) -> None:
        """Pyqtgraph says that another part of the scene is seen."""
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        """Return the part of the scene that is seen."""
        return self._find_rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint in pixels, whatever the view's transformation; what has been painted before is copied."""
        self.n_paints += 1
        draw_list, scroll_px = self._find_draw_list()
        if draw_list is None or widget is None:
            return
        place = (scroll_px, widget.size(), widget.devicePixelRatioF())
        painter.save()
        painter.resetTransform()
        if draw_list is not self._painted or place != self._place:
            self._painted, self._place, self._image = draw_list, place, None
            _paint_scrolled(painter, draw_list, scroll_px)
        else:
            self._image = self._image or _draw(draw_list, *place)
            painter.drawImage(0, 0, self._image)
        painter.restore()


def _draw(draw_list: DrawList, scroll_px: int, size: QSize, ratio: float) -> QImage:
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(unpack(draw_list.background)))
    painter = QPainter(image)
    _paint_scrolled(painter, draw_list, scroll_px)
    painter.end()
    return image


def _paint_scrolled(painter: QPainter, draw_list: DrawList, scroll_px: int) -> None:
    painter.translate(0, -scroll_px)
    paint(painter, draw_list)
