"""The table of a marked range: reads, writes, outcomes, waiting and holding of each thread and variable."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from simulator.picture.time_scale import duration_text, time_text
from ui.models.range_table import RangeTableModel
from ui.models.time_range import TimeRangeModel
from ui.panels.number_table import make_number_table
from ui.panels.section import EDGE_PX
from ui.theme import ThemeModel

NO_RANGE = "Drag along the ruler to mark a range of time; here it says what happened in it."
NO_EVENTS = "Nothing happened in this range."


class RangeTablePanel(QWidget):
    """The marked range in numbers.

    Parameters
    ----------
    model : RangeTableModel
        The numbers.
    time_range : TimeRangeModel
        The marked range.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    title, hint : QLabel
        Which range it is; what to do while there is none.
    view : QTableView
        The table.
    copy_button : QPushButton
        Copies it as CSV.
    close_button : QToolButton
        Unmarks the range.
    """

    def __init__(
        self, model: RangeTableModel, time_range: TimeRangeModel, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._range = time_range
        self._theme = theme
        self.setAccessibleName("Marked range")
        self.title = QLabel(self)
        font = self.title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        self.hint = QLabel(NO_RANGE, self)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.copy_button = QPushButton("&Copy as CSV", self)
        self.copy_button.setObjectName("link")
        self.copy_button.setToolTip("Copy all numbers, times in nanoseconds, for a spreadsheet")
        self.close_button = QToolButton(self)
        self.close_button.setObjectName("flat")
        self.close_button.setAccessibleName("Unmark the range")
        self.close_button.setToolTip("Unmark the range")
        self.view = make_number_table(self._model, "Numbers of the marked range", self)
        self.view.horizontalHeader().setMinimumSectionSize(48)
        self._lay_out()
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(time_range.clear)
        theme.changed.connect(self._show_icons)
        model.summed_up.connect(self._show_state)
        model.modelReset.connect(self._fit_columns)
        self._show_icons()
        self._show_state()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(EDGE_PX, 0, EDGE_PX - 6, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.hint, 1)
        layout.addWidget(self.view, 1)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.as_csv())

    def _show_state(self) -> None:
        marked, n = self._range.range_ns, self._model.rowCount()
        counting = " · counting…" if self._model.is_busy else ""
        self.title.setText("" if marked is None else f"{describe_range(*marked)}{counting}")
        self.title.setVisible(marked is not None)
        is_empty = not n and not (marked is not None and self._model.is_busy)
        self.hint.setText(NO_RANGE if marked is None else NO_EVENTS)
        self.hint.setVisible(is_empty)
        self.view.setVisible(not is_empty)
        self.copy_button.setVisible(marked is not None)
        self.copy_button.setEnabled(n > 0)
        self.close_button.setVisible(marked is not None)

    def _fit_columns(self) -> None:
        """Show the columns that say anything, each as wide as it needs."""
        used = self._model.used_columns
        for column in range(self._model.columnCount()):
            self.view.setColumnHidden(column, column not in used)
        self.view.resizeColumnsToContents()

    def _show_icons(self) -> None:
        self.copy_button.setIcon(self._theme.icon("copy", "accent"))
        self.close_button.setIcon(self._theme.icon("close", "dim"))


def describe_range(from_ns: int, to_ns: int) -> str:
    """Return a range in words: its length and its ends."""
    return f"{duration_text(to_ns - from_ns)}, from {time_text(from_ns)} to {time_text(to_ns)}"
