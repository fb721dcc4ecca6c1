"""The settings of a script's next run, in place of a lesson's numbers."""

import os
import shlex
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from simulator.script.settings import EVENT_LIMIT, ScriptSettings
from ui.models.choice import SEED_LIMIT, ChoiceModel
from ui.panels.fields import CheckBox, WindowKeys
from ui.panels.number_field import NumberField
from ui.panels.section import EDGE_PX
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel

LABEL_PX = 74
TIME_LIMIT_S = 3600
WIDEN_HELP = (
    "Let threads also be switched at every recorded access, drawn from the seed, so that rare races show. The picture "
    "then says: widened."
)
TEXTS: dict[str, tuple[str, str, str]] = {
    "argv": ("&Arguments", "none", "What the script finds in sys.argv, written as on a command line"),
    "cwd": ("&Folder", "where Threadloom was started", "Its working directory"),
    "python": ("Inter&preter", "the one that runs Threadloom", "Path of another Python, 3.10 or newer"),
    "include": (
        "Re&cord also",
        "only what lies beside it",
        "Names of more modules to record, such as mypackage.*, with spaces between",
    ),
}


class ScriptPanel(QScrollArea):
    """Everything that can be chosen for a script.

    Parameters
    ----------
    choice : ChoiceModel
        The chosen script.
    theme : ThemeModel
        Colour of the icons.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    edited(object)
        The user wants these `ScriptSettings`.
    refused(str)
        What the user typed makes no sense; why.

    Attributes
    ----------
    texts : dict of str to QLineEdit
        Arguments, folder, interpreter and patterns, by the name of the setting.
    numbers : dict of str to NumberField
        Seed and limits, by the name of the setting.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, choice: ChoiceModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._theme = theme
        self.setObjectName("controls")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget(self)
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(EDGE_PX, 2, EDGE_PX, 4)
        self._layout.setSpacing(6)
        self.name = QLabel(body)
        self.name.setObjectName("scriptName")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self._layout.addWidget(self.name)
        self.buttons: dict[str, QToolButton] = {}
        self.texts = {name: self._add_text(name, *texts) for name, texts in TEXTS.items()}
        self.widen = CheckBox("&Widen races", body)
        self.widen.setToolTip(WIDEN_HELP)
        self.widen.setAccessibleDescription(WIDEN_HELP)
        self.widen.clicked.connect(lambda is_on: self._change(widen=is_on))
        self._layout.addWidget(self.widen)
        self.numbers = {
            "seed": self._add_number("seed", "S&eed", "Where the extra switches begin.", "", (0, SEED_LIMIT)),
            "timeout_s": self._add_number(
                "timeout_s", "&Time limit", "Stop it after so many seconds; 0 for never.", "s", (0, TIME_LIMIT_S)
            ),
            "max_events": self._add_number(
                "max_events", "E&vents", "Stop it after so many recorded events.", "", (1, EVENT_LIMIT)
            ),
        }
        self._layout.addStretch(1)
        self.setWidget(body)
        choice.changed.connect(self.refresh)
        theme.changed.connect(self._show_icons)
        self.refresh()
        self._show_icons()

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through, in the order in which it stands."""
        order: list[QWidget] = []
        for name, field in self.texts.items():
            order += [field, self.buttons[name]] if name in self.buttons else [field]
        order.append(self.widen)
        for number in self.numbers.values():
            order += [number.slider, number.field]
        return order

    def refresh(self) -> None:
        """Show what is chosen."""
        script = self._choice.script
        if script is None:
            return
        self.name.setText(script.name)
        self.name.setToolTip(script.path)
        for name, text in _texts_of(script).items():
            if self.texts[name].text() != text:
                self.texts[name].setText(text)
        self.widen.setChecked(script.widen)
        self.numbers["seed"].setVisible(script.widen)
        for name, number in self.numbers.items():
            number.set_value(int(getattr(script, name)))

    def _show_icons(self) -> None:
        for button in self.buttons.values():
            button.setIcon(self._theme.icon("open", "dim"))

    def commit(self) -> None:
        """Take what was typed and not yet confirmed."""
        for number in self.numbers.values():
            if number.isVisible():
                number.commit()
        self._take_texts()

    # -- building ------------------------------------------------------------------------------------------------

    def _add_text(self, name: str, label_text: str, empty: str, help_text: str) -> QLineEdit:
        label, field = QLabel(label_text, self), QLineEdit(self)
        keep_scaled(label, lambda: label.setFixedWidth(px(LABEL_PX)))
        label.setBuddy(field)
        field.setPlaceholderText(empty)
        field.setToolTip(help_text)
        field.setAccessibleName(label_text.replace("&", ""))
        field.installEventFilter(WindowKeys(self))
        field.editingFinished.connect(self._take_texts)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(field, 1)
        if name in ("cwd", "python"):
            self.buttons[name] = button = QToolButton(self)
            button.setObjectName("flat")
            button.setAccessibleName(f"Choose the {label_text.replace('&', '').lower()}")
            button.setToolTip(button.accessibleName())
            button.clicked.connect(lambda: self._browse(name))
            row.addWidget(button)
        self._layout.addLayout(row)
        return field

    def _add_number(self, name: str, label: str, help_text: str, unit: str, bounds: tuple[int, int]) -> NumberField:
        field = NumberField(label, help_text, unit, self)
        field.set_bounds(*bounds)
        field.edited.connect(lambda value: self._change(**{name: value}))
        self._layout.addWidget(field)
        return field

    # -- input ---------------------------------------------------------------------------------------------------

    def _browse(self, name: str) -> None:
        dialog = QFileDialog(self, TEXTS[name][2], self.texts[name].text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mode = QFileDialog.FileMode.Directory if name == "cwd" else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda path: self._change(**{name: path}))
        dialog.open()

    def _take_texts(self) -> None:
        script = self._choice.script
        if script is None or _texts_of(script) == {name: field.text() for name, field in self.texts.items()}:
            return
        try:
            argv = tuple(shlex.split(self.texts["argv"].text()))
        except ValueError as error:
            self.refused.emit(f"arguments: {str(error).lower()}; close every quotation mark")
            return
        self._change(
            argv=argv,
            cwd=os.path.expanduser(self.texts["cwd"].text().strip()) or None,
            python=os.path.expanduser(self.texts["python"].text().strip()) or None,
            include=tuple(self.texts["include"].text().replace(",", " ").split()),
        )

    def _change(self, **fields: Any) -> None:
        if self._choice.script is not None:
            self.edited.emit(replace(self._choice.script, **fields))


def _texts_of(script: ScriptSettings) -> dict[str, str]:
    """Return the settings that are typed, as they are typed."""
    return {
        "argv": shlex.join(script.argv),
        "cwd": script.cwd or "",
        "python": script.python or "",
        "include": " ".join(script.include),
    }
