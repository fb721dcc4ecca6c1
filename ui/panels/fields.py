"""Fields that fit the window: legible in the dark, and leaving to it the keys of its commands.

Fusion derives the outline of a check box from the window's colour made darker, which vanishes on a dark one, and a
stylesheet can draw ticks and arrows only from files in one colour. So check box and drop-down list paint that little
themselves.
"""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from ui.commands import is_window_key

BOX_PX = 16
GAP_PX = 8
ROUND_PX = 4
TICK = (QPointF(3.6, 8.4), QPointF(6.8, 11.4), QPointF(12.4, 4.8))
ARROW = (QPointF(-4, -2), QPointF(0, 2), QPointF(4, -2))


class CheckBox(QCheckBox):
    """A check box with its own tick."""

    def sizeHint(self) -> QSize:
        """Return the size of the box, the gap and the text."""
        text = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(BOX_PX + GAP_PX + text.width() + 8, max(BOX_PX, text.height()) + 8)

    def hitButton(self, position: object) -> bool:
        """Let a click anywhere on box and text count."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box, tick, text and the mark of the focus."""
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2, (self.height() - BOX_PX) / 2, BOX_PX, BOX_PX)
        ink = palette.color(QPalette.ColorRole.Highlight if self.isChecked() else QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(ink, 2 if self.hasFocus() else 1.2))
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight if self.isChecked() else QPalette.ColorRole.Base))
        painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), ROUND_PX, ROUND_PX)
        if self.isChecked():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.HighlightedText), 2))
            painter.drawPolyline(QPolygonF([box.topLeft() + point for point in TICK]))
        text = self.rect().adjusted(BOX_PX + GAP_PX + 2, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic
        self.style().drawItemText(
            painter, text, flags, palette, self.isEnabled(), self.text(), QPalette.ColorRole.WindowText
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), ROUND_PX, ROUND_PX)
        painter.end()


class WindowKeys(QObject):
    """Keeps a field from claiming keys that belong to a command of the window; to be installed as its event filter."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the window have its keys."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_window_key(event):
            event.ignore()
            return True
        return False


class DropDown(QComboBox):
    """A drop-down list with its own arrow."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the list as the stylesheet says, with as much of the text as there is room for, then the arrow."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        elided = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width() - 2)
        option.currentText = elided
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.6))
        centre = QPointF(self.width() - 14, self.height() / 2 + 0.5)
        painter.drawPolyline(QPolygonF([centre + point for point in ARROW]))
        painter.end()
