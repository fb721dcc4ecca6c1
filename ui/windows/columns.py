"""The three columns of the window, and how their sizes are kept."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ui.scaling import keep_scaled, px
from ui.settings import Layout

COLUMNS_PX = (270, 770, 408)
LEFT_PX = (200, 280, 100)
LEFT_SHARES = (3, 0, 1)
RIGHT_PX = (220, 172, 208)
RIGHT_SHARES = (3, 1, 2)
LEFT_MIN_PX, MIDDLE_MIN_PX, RIGHT_MIN_PX = 240, 390, 408
LEFT_MOST, RIGHT_MOST = 0.24, 0.33
"""Parts of the window beyond which the side columns do not grow with the text."""

COLUMN_SHARES = (0, 3, 1)
"""How what the window grows by is shared out; 0 keeps its size."""


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
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._right = QSplitter(Qt.Orientation.Vertical)
        for side, widgets, sizes_px, shares in (
            (self._left, left, LEFT_PX, LEFT_SHARES),
            (self._right, right, RIGHT_PX, RIGHT_SHARES),
        ):
            side.setObjectName("side")
            _fill(side, widgets, sizes_px, shares)
        columns = (self._left, middle, self._right)
        for widget, width_px in zip(columns, (LEFT_MIN_PX, MIDDLE_MIN_PX, RIGHT_MIN_PX), strict=True):
            widget.setMinimumWidth(width_px)
        self._sides = ((self._left, LEFT_MIN_PX, LEFT_MOST), (self._right, RIGHT_MIN_PX, RIGHT_MOST))
        keep_scaled(self, self._fit)
        _fill(self, columns, COLUMNS_PX, COLUMN_SHARES)

    @property
    def left(self) -> QWidget:
        """The left column."""
        return self._left

    def _fit(self) -> None:
        """Let the side columns grow with the text, as far as the window has room for that."""
        for side, least_px, share in self._sides:
            side.setMinimumWidth(max(least_px, min(px(least_px), round(self.width() * share))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the room again."""
        super().resizeEvent(event)
        self._fit()

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


def _fill(splitter: QSplitter, widgets: Sequence[QWidget], sizes_px: Sequence[int], shares: Sequence[int]) -> None:
    for i, (widget, share) in enumerate(zip(widgets, shares, strict=True)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(i, share)
    _calm(splitter)
    splitter.setSizes(list(sizes_px))


def _calm(splitter: QSplitter) -> None:
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
