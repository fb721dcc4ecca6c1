"""The header: names and states of the lanes, where a lane is selected."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from simulator.picture.theme import Theme
from ui.timeline.parts import Part, paint_parts


class Header(QWidget):
    """Paints the column of names; a click says on which height.

    Parameters
    ----------
    find_parts : callable
        Returns what is to be painted.
    theme : Theme
        Colours.
    parent : QWidget
        The view.

    Signals
    -------
    clicked(float)
        It was clicked, so many pixels below its top.
    """

    clicked = Signal(float)

    def __init__(self, find_parts: Callable[[], list[Part]], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._find_parts = find_parts
        self._theme = theme
        self._image: QImage | None = None
        self._image_of: list[Part] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Lanes")
        self.setToolTip("Click a lane to step through its events only; right-click to hide, pin or collapse it.")

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme, self._image = theme, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what was painted before as long as the same parts are given."""
        parts, size = self._find_parts(), self.size() * self.devicePixelRatio()
        if self._image is None or self._image_of is not parts or self._image.size() != size:
            self._image, self._image_of = self._draw(parts, size), parts
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()

    def _draw(self, parts: list[Part], size: QSize) -> QImage:
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.devicePixelRatio())
        image.fill(QColor(self._theme.background))
        painter = QPainter(image)
        paint_parts(painter, parts)
        painter.end()
        return image

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the click, so that it does not drag the picture."""
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit(event.position().y())
