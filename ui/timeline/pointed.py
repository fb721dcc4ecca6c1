"""A widget that hands what the mouse does on it to a pointer."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.timeline.pointer import Pointer


class Pointed(QWidget):
    """Hands on presses, moves, releases, double clicks and turns of the wheel.

    Attributes
    ----------
    pointer : Pointer
        Who gets them.
    """

    pointer: Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else show what is under the pointer."""
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or select what was clicked."""
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit the span under the pointer, or activate the event."""
        self.pointer.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, or scroll time or lanes."""
        self.pointer.turn_wheel(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing more of what was under the pointer."""
        self.pointer.leave()
