"""The item that paints the plot inside the pyqtgraph view."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from ui.timeline.parts import Ground, Part, paint_on_ground


class PlotItem(QGraphicsObject):
    """Paints draw lists over the whole view.

    Parameters
    ----------
    find_parts : callable
        Returns what is to be painted; the same list as long as nothing of it has changed. Called once a paint.
    find_rect : callable
        Returns the part of the scene that is seen, in its own coordinates.

    Attributes
    ----------
    n_paints : int
        How often it was painted.
    """

    def __init__(self, find_parts: Callable[[], list[Part]], find_rect: Callable[[], QRectF]) -> None:
        super().__init__()
        self._find_parts = find_parts
        self._find_rect = find_rect
        self.n_paints = 0
        self._painted: list[Part] = []
        self._place = (QSize(), 1.0)
        self._image: QImage | None = None
        self._ground = Ground()
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
        parts = self._find_parts()
        if not parts or widget is None:
            return
        place = (widget.size(), widget.devicePixelRatioF())
        painter.save()
        painter.resetTransform()
        if parts is not self._painted or place != self._place:
            self._painted, self._place, self._image = parts, place, None
            paint_on_ground(painter, parts, self._ground, widget.size())
        else:
            self._image = self._image or self._draw(parts, *place)
            painter.drawImage(0, 0, self._image)
        painter.restore()


    def _draw(self, parts: list[Part], size: QSize, ratio: float) -> QImage:
        image = QImage(size * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        paint_on_ground(painter, parts, self._ground, size)
        painter.end()
        return image
