"""A number as a slider and a field side by side; both always show the same value."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QWidget

from ui.panels.fields import WindowKeys
from ui.scaling import keep_scaled, px

STEPS = 1000
WIDE = 500
"""From this range on the slider is logarithmic, so that small values can be reached."""

LABEL_PX = 74
FIELD_PX, FIELD_MIN_PX = 84, 58
SLIDER_MIN_PX = 40
GAP_PX = 8


def position_of(value: int, low: int, high: int) -> int:
    """Return the slider's position for a value; the inverse of `value_at` up to rounding."""
    if high - low < WIDE:
        return value
    return round(STEPS * math.log1p(value - low) / math.log1p(high - low))


def value_at(position: int, low: int, high: int) -> int:
    """Return the value at a position of the slider.

    Parameters
    ----------
    position : int
        The value itself for narrow ranges, else 0 to `STEPS`.
    low, high : int
        The range.
    """
    if high - low < WIDE:
        return position
    if position == STEPS:
        return high
    value = low + round(math.expm1(math.log1p(high - low) * position / STEPS))
    digits = max(0, len(str(max(value, 1))) - 2)
    return min(high, max(low, round(value, -digits)))


class NumberField(QWidget):
    """Label, slider and number field of one setting.

    Parameters
    ----------
    label : str
        With a mnemonic; Alt and that letter focus the field.
    help_text : str
        Tooltip.
    unit : str
        Shown behind the number.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    edited(int)
        The user changed the value.
    """

    edited = Signal(int)

    def __init__(self, label: str, help_text: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._help = help_text
        name = label.replace("&", "")
        self.label = QLabel(label, self)
        keep_scaled(self.label, lambda: self.label.setFixedWidth(px(LABEL_PX)))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName(f"{name}, slider")
        self.slider.setMinimumWidth(SLIDER_MIN_PX)
        self.field = QSpinBox(self)
        self.field.setAccessibleName(name)
        self.field.setSuffix(f" {unit}" if unit else "")
        keep_scaled(self.field, self._fit_field)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setCorrectionMode(QSpinBox.CorrectionMode.CorrectToNearestValue)
        self.field.setKeyboardTracking(False)
        self.field.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.field.installEventFilter(WindowKeys(self))
        self.label.setBuddy(self.field)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_PX)
        layout.addWidget(self.label)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.field.valueChanged.connect(self._on_field_changed)

    def _fit_field(self) -> None:
        self.field.setMinimumWidth(px(FIELD_MIN_PX))
        self.field.setMaximumWidth(px(FIELD_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Do without the slider where there is no room for it: the field says the same."""
        super().resizeEvent(event)
        self.slider.setVisible(self.width() >= px(LABEL_PX) + px(FIELD_PX) + SLIDER_MIN_PX + 2 * GAP_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the size of label and field."""
        return QSize(px(LABEL_PX) + px(FIELD_MIN_PX) + GAP_PX, super().minimumSizeHint().height())

    @property
    def value(self) -> int:
        """The number."""
        return self.field.value()

    def commit(self) -> None:
        """Take what was typed and not yet confirmed."""
        self.field.interpretText()

    def set_bounds(self, low: int, high: int) -> None:
        """Set the range that both allow; nothing is emitted."""
        if (low, high) == (self.field.minimum(), self.field.maximum()):
            return
        was_blocked = self.field.blockSignals(True), self.slider.blockSignals(True)
        self.field.setRange(low, high)
        is_wide = high - low >= WIDE
        self.slider.setRange(0 if is_wide else low, STEPS if is_wide else high)
        self.slider.setPageStep(max(1, (self.slider.maximum() - self.slider.minimum()) // 10))
        self.field.blockSignals(was_blocked[0])
        self.slider.blockSignals(was_blocked[1])
        tip = f"{self._help} From {low:,} to {high:,}."
        for widget in (self.label, self.slider, self.field):
            widget.setToolTip(tip)
            widget.setAccessibleDescription(tip)

    def set_value(self, value: int) -> None:
        """Show a value; nothing is emitted."""
        was_blocked = self.field.blockSignals(True), self.slider.blockSignals(True)
        self.field.setValue(value)
        self.slider.setValue(position_of(value, self.field.minimum(), self.field.maximum()))
        self.field.blockSignals(was_blocked[0])
        self.slider.blockSignals(was_blocked[1])

    def _on_slider_moved(self, position: int) -> None:
        value = value_at(position, self.field.minimum(), self.field.maximum())
        if value != self.field.value():
            was_blocked = self.field.blockSignals(True)
            self.field.setValue(value)
            self.field.blockSignals(was_blocked)
            self.edited.emit(value)

    def _on_field_changed(self, value: int) -> None:
        was_blocked = self.slider.blockSignals(True)
        self.slider.setValue(position_of(value, self.field.minimum(), self.field.maximum()))
        self.slider.blockSignals(was_blocked)
        self.edited.emit(value)
