"""The control panel: the numbers and options of the next run, only those that apply to it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from simulator.lessons.base import IN_PROCESS, OWN_PROCESS, Option
from ui.models.choice import SEED_LIMIT, ChoiceModel
from ui.panels.fields import CheckBox, DropDown
from ui.panels.number_field import NumberField
from ui.panels.section import EDGE_PX

NUMBERS: dict[str, tuple[str, str, str]] = {
    "threads": ("&Threads", "How many threads run at the same time.", ""),
    "pool_size": ("&Pool size", "How many worker threads the pool may have.", ""),
    "tasks": ("Tas&ks", "How many tasks the pool is given.", ""),
    "work_ms": ("&Work time", "How long each one works between its accesses.", "ms"),
    "seed": ("S&eed", "Where everything random begins: the same seed draws the same numbers.", ""),
}

PLACES = {IN_PROCESS: "This window's process", OWN_PROCESS: "A process of its own"}

PLACE_HELP = (
    "Where the threads run. In a process of its own the window's painting cannot disturb them, and they cannot make "
    "the window slow."
)
JITTER_HELP = "Delay accesses by up to half a millisecond, drawn from the seed, so that other orders show."


class ControlsPanel(QScrollArea):
    """Everything that can be chosen for the next run besides lesson, storage and runner.

    Parameters
    ----------
    choice : ChoiceModel
        What is chosen.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    edited(str, object)
        The user changed a field of the settings: its name and new value.
    option_edited(str, object)
        The user changed one of the lesson's own options.

    Attributes
    ----------
    numbers : dict of str to NumberField
        By the name of the setting.
    options : dict of str to QWidget
        The fields of the lesson's own options, by name.
    """

    edited = Signal(str, object)
    option_edited = Signal(str, object)

    def __init__(self, choice: ChoiceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.setObjectName("controls")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget(self)
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(EDGE_PX, 2, EDGE_PX, 4)
        self._layout.setSpacing(6)
        self.numbers: dict[str, NumberField] = {}
        for name, (label, help_text, unit) in NUMBERS.items():
            self.numbers[name] = self._add_number(name, label, help_text, unit)
        self.numbers["seed"].set_bounds(0, SEED_LIMIT)
        self.options: dict[str, QWidget] = {}
        self._options_of = ""
        self._option_rows = QVBoxLayout()
        self._option_rows.setSpacing(6)
        self._layout.addLayout(self._option_rows)
        self.jitter = CheckBox("&Jitter", body)
        self.jitter.setToolTip(JITTER_HELP)
        self.jitter.setAccessibleDescription(JITTER_HELP)
        self.jitter.clicked.connect(lambda is_on: self.edited.emit("jitter", is_on))
        self._layout.addWidget(self.jitter)
        self.place = DropDown(body)
        self.place.setAccessibleName("Where the threads run")
        self.place.setToolTip(PLACE_HELP)
        self.place.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.place.setMinimumContentsLength(8)
        for key, text in PLACES.items():
            self.place.addItem(text, key)
        self.place.activated.connect(lambda: self.edited.emit("place", self.place.currentData()))
        place_label = QLabel("Runs &in", body)
        place_label.setBuddy(self.place)
        place_label.setToolTip(PLACE_HELP)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(place_label)
        row.addWidget(self.place, 1)
        self._layout.addLayout(row)
        self._layout.addStretch(1)
        self.setWidget(body)
        choice.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is chosen."""
        settings, bounds = self._choice.settings, self._choice.numbers
        for name, field in self.numbers.items():
            field.setVisible(name in bounds or name == "seed")
            if name in bounds:
                field.set_bounds(bounds[name].low, bounds[name].high)
            if not field.isHidden():
                field.set_value(getattr(settings, name))
        if self._options_of != self._choice.lesson.id:
            self._rebuild_options()
        for option in self._choice.lesson.options:
            self.options[option.name].setVisible(option.applies_to(settings.storage))
            self._show_option(option)
        self.jitter.setChecked(settings.jitter)
        self.place.setCurrentIndex(self.place.findData(settings.place))

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through, in the order in which it stands."""
        order: list[QWidget] = []
        for field in (*self.numbers.values(), *self.options.values()):
            order += [field.slider, field.field] if isinstance(field, NumberField) else [field]
        return [*order, self.jitter, self.place]

    def commit(self) -> None:
        """Take numbers that were typed and not yet confirmed."""
        for field in (*self.numbers.values(), *self.options.values()):
            if isinstance(field, NumberField) and field.isVisible():
                field.commit()

    def _add_number(self, name: str, label: str, help_text: str, unit: str) -> NumberField:
        field = NumberField(label, help_text, unit, self)
        field.edited.connect(lambda value: self.edited.emit(name, value))
        self._layout.addWidget(field)
        return field

    def _rebuild_options(self) -> None:
        for widget in self.options.values():
            widget.hide()
            widget.deleteLater()
        self.options = {}
        self._options_of = self._choice.lesson.id
        for option in self._choice.lesson.options:
            widget = self._make_option(option)
            self.options[option.name] = widget
            self._option_rows.addWidget(widget)

    def _make_option(self, option: Option) -> QWidget:
        label = option.name.replace("_", " ").capitalize()
        help_text = option.help[:1].upper() + option.help[1:] + "."
        if isinstance(option.default, bool):
            box = CheckBox(label, self)
            box.clicked.connect(lambda is_on: self.option_edited.emit(option.name, is_on))
            widget: QWidget = box
        elif isinstance(option.default, int):
            field = NumberField(label, help_text, parent=self)
            field.set_bounds(option.low, option.high)
            field.edited.connect(lambda value: self.option_edited.emit(option.name, value))
            widget = field
        else:
            combo = DropDown(self)
            combo.addItems(list(option.choices))
            combo.setAccessibleName(label)
            combo.textActivated.connect(lambda text: self.option_edited.emit(option.name, text))
            widget = combo
        widget.setToolTip(help_text)
        widget.setAccessibleDescription(help_text)
        return widget

    def _show_option(self, option: Option) -> None:
        value = self._choice.settings.options.get(option.name, option.default)
        widget = self.options[option.name]
        if isinstance(widget, CheckBox):
            widget.setChecked(bool(value))
        elif isinstance(widget, NumberField):
            widget.set_value(int(value))
        elif isinstance(widget, DropDown):
            widget.setCurrentText(str(value))
