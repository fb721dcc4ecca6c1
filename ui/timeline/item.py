"""The item that paints the plot inside the pyqtgraph view."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from ui.timeline.ground import Ground
from ui.timeline.parts import Part, paint_parts
from ui.timeline.pg import WHOLE_PX


class PlotItem(QGraphicsObject):
    """Paints draw lists over the whole view.

    Parameters
    ----------
    find_parts : callable
        Returns what is to be painted; the same list as long as nothing of it has changed. Called once a paint.

    Attributes
    ----------
    n_paints : int
        How often it was painted.
    """

    def __init__(self, find_parts: Callable[[], list[Part]]) -> None:
        super().__init__()
        self._find_parts = find_parts
        self.n_paints = 0
        self._painted: list[Part] = []
        self._place = (QSize(), 1.0)
        self._image: QImage | None = None
        self._ground = Ground()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)

    def boundingRect(self) -> QRectF:
        """Return a box that covers the view."""
        return WHOLE_PX

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint in pixels; what has been painted before is copied."""
        self.n_paints += 1
        parts = self._find_parts()
        if not parts or widget is None:
            return
        place = (widget.size(), widget.devicePixelRatioF())
        painter.save()
        if parts is not self._painted or place != self._place:
            self._painted, self._place, self._image = parts, place, None
            self._paint(painter, parts, widget.size())
        else:
            self._image = self._image or self._draw(parts, *place)
            painter.drawImage(0, 0, self._image)
        painter.restore()

    def _draw(self, parts: list[Part], size: QSize, ratio: float) -> QImage:
        image = QImage(size * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        self._paint(painter, parts, size)
        painter.end()
        return image

    def _paint(self, painter: QPainter, parts: list[Part], size: QSize) -> None:
        self._ground.paint(painter, parts, size)
        paint_parts(painter, parts, 1)
