"""The header: names and states of the lanes, where a lane is selected."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
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
        self.setAccessibleName("Lanes")
        self.setToolTip("Click a lane to step through its events only; right-click to hide, pin or collapse it.")

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.background))
        paint_parts(painter, self._find_parts())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the click, so that it does not drag the picture."""
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit(event.position().y())
