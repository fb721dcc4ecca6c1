"""A titled part of a side panel."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

EDGE_PX = 14


class Section(QWidget):
    """A small heading above a body.

    Parameters
    ----------
    title : str
        The heading.
    body : QWidget
        What stands below it; takes all the room there is.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    header : QHBoxLayout
        The line of the heading; more can be added at its right end.
    """

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(title, self)
        self._title.setObjectName("sectionTitle")
        font = self._title.font()
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        self._title.setFont(font)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self.header = QHBoxLayout()
        self.header.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        self.header.addWidget(self._title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 6)
        layout.setSpacing(6)
        layout.addLayout(self.header)
        layout.addWidget(body, 1)

    @property
    def title(self) -> str:
        """The heading."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the heading."""
        self._title.setText(title)
