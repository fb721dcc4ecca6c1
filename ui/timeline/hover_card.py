"""The card that says what is under the pointer."""

from html import escape

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from simulator.picture.describe import Description
from simulator.picture.theme import Theme

OFFSET_PX = 16


class HoverCard(QLabel):
    """A small card beside the pointer: a title and rows of facts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._muted = "#808080"
        self._problem = "#c00000"
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._muted, self._problem = theme.muted, theme.problem
        self.setStyleSheet(
            f"QLabel {{ background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};"
            " border-radius: 6px; padding: 8px 10px; }"
        )

    def show_event(self, about: Description, at: QPoint) -> None:
        """Show what is known of an event near a place of the parent, inside the parent."""
        ink = f' style="color:{self._problem}"' if about.is_problem else ""
        rows = "".join(
            f'<tr><td style="color:{self._muted};padding-right:12px">{escape(name)}</td><td>{escape(value)}</td></tr>'
            for name, value in about.facts
        )
        self.setText(f'<b{ink}>{escape(about.title)}</b><table cellspacing="0" cellpadding="1">{rows}</table>')
        self.adjustSize()
        self._move_near(at)
        self.show()
        self.raise_()

    def _move_near(self, at: QPoint) -> None:
        area = self.parentWidget()
        if area is None:
            return
        x, y = at.x() + OFFSET_PX, at.y() + OFFSET_PX
        if x + self.width() > area.width() - 4:
            x = at.x() - OFFSET_PX - self.width()
        if y + self.height() > area.height() - 4:
            y = at.y() - OFFSET_PX - self.height()
        self.move(max(x, 4), max(y, 4))
