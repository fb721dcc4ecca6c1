"""Presentation: picture, code and verdict on the whole screen in larger text, for a room that looks at a projector."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.scaling import next_size_px
from ui.theme import ThemeModel

LARGER_STEPS = 2


class Presentation(QObject):
    """Switches presentation on and off.

    Parameters
    ----------
    window : QWidget
        What fills the screen.
    aside : sequence of QWidget
        What is put aside meanwhile.
    theme : ThemeModel
        Knows the size of text.
    parent : QObject
        Owner.

    Signals
    -------
    changed(bool)
        It was switched on or off.
    """

    changed = Signal(bool)

    def __init__(self, window: QWidget, aside: Sequence[QWidget], theme: ThemeModel, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._aside = aside
        self._theme = theme
        self._hidden: list[QWidget] = []
        self._text_px = theme.text_px
        self._was_full = False
        self.is_on = False

    def toggle(self) -> None:
        """Switch it on, or return to how everything was."""
        self.is_on = not self.is_on
        if self.is_on:
            self._begin()
        else:
            self._end()
        self.changed.emit(self.is_on)

    def _begin(self) -> None:
        self._text_px = size_px = self._theme.text_px
        for _ in range(LARGER_STEPS):
            size_px = next_size_px(size_px, 1)
        self._theme.set_text_px(size_px)
        self._hidden = [widget for widget in self._aside if not widget.isHidden()]
        for widget in self._hidden:
            widget.hide()
        self._was_full = self._window.isFullScreen()
        self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowFullScreen)

    def _end(self) -> None:
        for widget in self._hidden:
            widget.show()
        if not self._was_full:
            self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowFullScreen)
        self._theme.set_text_px(self._text_px)
