"""Sizes in proportion to the text, which the user makes larger or smaller; a font alone does not scale everything."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

TEXT_PX = 13
"""Ordinary text as long as nobody has chosen another size; all other sizes are given for this one."""

SIZES_PX = (10, 11, 12, 13, 14, 16, 18, 20, 23, 26)


def text_px() -> int:
    """Return the size of ordinary text."""
    size_px = QApplication.font().pixelSize()
    return size_px if size_px > 0 else TEXT_PX


def px(size_px: float) -> int:
    """Return a size in proportion to the text."""
    return round(size_px * text_px() / TEXT_PX)


def next_size_px(size_px: int, step: int) -> int:
    """Return the next larger (+1) or smaller (-1) size of text; the same at the end."""
    beyond = [one for one in SIZES_PX if (one > size_px if step > 0 else one < size_px)]
    if not beyond:
        return size_px
    return beyond[0] if step > 0 else beyond[-1]


class _Follower(QObject):
    """Lets a widget fit itself again whenever the application's style changes, and with it the size of text."""

    def __init__(self, widget: QWidget, fit: Callable[[], object]) -> None:
        super().__init__(widget)
        self._fit = fit
        self._text_px = text_px()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit, and let the event happen."""
        if event.type() == QEvent.Type.StyleChange and self._text_px != text_px():
            self._text_px = text_px()
            self._fit()
        return False


def keep_scaled(widget: QWidget, fit: Callable[[], object]) -> None:
    """Call `fit` now and after each change of the size of text, as long as the widget lives."""
    fit()
    _Follower(widget, fit)
