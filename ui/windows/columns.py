"""The three columns of the window, and how their sizes are kept."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from ui.settings import Layout

COLUMNS_PX = (268, 796, 376)
LEFT_PX = (180, 270, 150)
RIGHT_PX = (290, 250, 200)
MIDDLE_MIN_PX = 420
SIDE_MIN_PX = 230


class Columns(QSplitter):
    """Left panels, the middle, right panels; every border can be dragged.

    Parameters
    ----------
    left, right : sequence of QWidget
        From top to bottom.
    middle : QWidget
        Takes what room there is.
    parent : QWidget, optional
        Owner.
    """

    def __init__(
        self, left: Sequence[QWidget], middle: QWidget, right: Sequence[QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._left = _stack(left, LEFT_PX)
        self._right = _stack(right, RIGHT_PX)
        middle.setMinimumWidth(MIDDLE_MIN_PX)
        for widget in (self._left, middle, self._right):
            self.addWidget(widget)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.setStretchFactor(2, 0)
        _calm(self)
        self.setSizes(list(COLUMNS_PX))

    def restore(self, layout: Layout) -> None:
        """Take the sizes that were kept."""
        for splitter, state in ((self, layout.columns), (self._left, layout.left), (self._right, layout.right)):
            if state:
                splitter.restoreState(QByteArray(state))
                _calm(splitter)

    def keep(self, layout: Layout) -> None:
        """Put the sizes where they are kept."""
        layout.columns, layout.left, layout.right = (
            bytes(splitter.saveState().data()) for splitter in (self, self._left, self._right)
        )


def _stack(widgets: Sequence[QWidget], heights_px: Sequence[int]) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setObjectName("side")
    splitter.setMinimumWidth(SIDE_MIN_PX)
    for widget in widgets:
        splitter.addWidget(widget)
    for i, height_px in enumerate(heights_px):
        splitter.setStretchFactor(i, height_px)
    _calm(splitter)
    splitter.setSizes(list(heights_px))
    return splitter


def _calm(splitter: QSplitter) -> None:
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
