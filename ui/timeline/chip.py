"""A small button over the timeline."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from simulator.picture.theme import Theme


class Chip(QPushButton):
    """A small button over the timeline; there is a key or a menu for what it does, so Tab passes it by.

    Parameters
    ----------
    tip : str
        What it does.
    do : callable
        Does it.
    parent : QWidget
        The view.
    """

    def __init__(self, tip: str, do: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(do)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.setStyleSheet(
            f"QPushButton {{ background: {theme.panel}; color: {theme.accent}; border: 1px solid {theme.border};"
            " border-radius: 5px; padding: 1px 8px; }"
            f"QPushButton:hover {{ background: {theme.accent_soft}; }}"
        )
