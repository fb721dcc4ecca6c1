"""A segmented control: a few choices side by side, one of them taken."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class SegmentedControl(QWidget):
    """Choices side by side.

    Parameters
    ----------
    name : str
        What is chosen, for screen readers.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    chosen(str)
        The user took another choice; its key.

    Notes
    -----
    Tab goes to the taken choice, the arrow keys to its neighbours.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._buttons: dict[str, QPushButton] = {}
        self._current = ""

    @property
    def current(self) -> str:
        """Key of the choice that is taken."""
        return self._current

    @property
    def buttons(self) -> dict[str, QPushButton]:
        """The choices as buttons, by key."""
        return dict(self._buttons)

    def set_choices(self, choices: Sequence[tuple[str, str, str]], current: str) -> None:
        """Offer these choices (key, text, tooltip), one of them taken; nothing is emitted."""
        if [key for key, _, _ in choices] != list(self._buttons):
            self._rebuild(choices)
        self._current = current
        if current in self._buttons:
            self._buttons[current].setChecked(True)

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Write other texts on the choices, by key; to screen readers they stay what they are."""
        for key, button in self._buttons.items():
            button.setText(texts[key])

    def _rebuild(self, choices: Sequence[tuple[str, str, str]]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for i, (key, text, tip) in enumerate(choices):
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{self._name}: {text}")
            button.setToolTip(tip)
            button.setProperty("segment", _place_of(i, len(choices)))
            self._group.addButton(button)
            self._layout.addWidget(button)
            self._buttons[key] = button

    def _on_clicked(self) -> None:
        key = next(key for key, button in self._buttons.items() if button.isChecked())
        if key != self._current:
            self._current = key
            self.chosen.emit(key)


def _place_of(i: int, n: int) -> str:
    """Return which corners of a segment are round: ``first``, ``inner``, ``last`` or ``only``."""
    if n == 1:
        return "only"
    return {0: "first", n - 1: "last"}.get(i, "inner")
