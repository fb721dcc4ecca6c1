"""The log panel: the lines that the run has logged, wrong ones marked, linked with the selection."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QVBoxLayout, QWidget

from ui.models.log_lines import LogLinesModel
from ui.models.mark_icons import SIZE_PX
from ui.models.selection import SelectionModel
from ui.panels.section import EDGE_PX
from ui.scaling import keep_scaled, px
from ui.theme import code_font, set_tone

LINE_EDGE_PX = 6


class LogView(QListView):
    """The lines themselves.

    Parameters
    ----------
    model : LogLinesModel
        The lines.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, model: LogLinesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self.setObjectName("eventTable")
        self.setModel(model)
        self.setAccessibleName("Log")
        self.setAccessibleDescription("Every line that was logged; the event of the line chosen here is selected")
        self.setUniformItemSizes(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        keep_scaled(self, self._fit)

    def copy(self) -> int:
        """Copy the selected lines; return how many of them."""
        positions = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        if positions:
            QGuiApplication.clipboard().setText("\n".join(self._lines.text(at) for at in positions) + "\n")
        return len(positions)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C; do everything else as every list does."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.setFont(code_font())
        icon_px = px(SIZE_PX)
        self.setIconSize(QSize(icon_px, icon_px))
        self.setGridSize(QSize(0, max(QFontMetrics(self.font()).height() + px(LINE_EDGE_PX), icon_px + 2)))


class LogPanel(QWidget):
    """The lines, and how many are wrong.

    Parameters
    ----------
    model : LogLinesModel
        The lines.
    selection : SelectionModel
        The selected event; the current line follows it and sets it.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    view : LogView
        The lines.
    count : QLabel
        How many, and how many of them are wrong.
    """

    def __init__(self, model: LogLinesModel, selection: SelectionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._selection = selection
        self.setAccessibleName("Log")
        self.count = QLabel(self)
        self.count.setObjectName("searchCount")
        self.count.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        self.view = LogView(model, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.count)
        layout.addWidget(self.view, 1)
        self.view.selectionModel().currentChanged.connect(lambda _new, _old: self._on_current_changed())
        selection.row_changed.connect(self._show_selection)
        model.modelReset.connect(self._show_selection)
        model.counted.connect(self._show_count)
        self._show_count()

    def _on_current_changed(self) -> None:
        """Select the event of the line, unless the selected one belongs to it already."""
        position, row = self.view.currentIndex().row(), self._selection.row
        if position >= 0 and (row is None or self._model.position_of(row) != position):
            self._selection.select(self._model.event_at(position))

    def _show_selection(self) -> None:
        """Make the line of the selected event the current one; if it has none, there is none."""
        row = self._selection.row
        position = self._model.position_of(row) if row is not None else None
        if position is None:
            self.view.selectionModel().clear()
        elif self.view.currentIndex().row() != position:
            self.view.setCurrentIndex(self._model.index(position))
            self.view.scrollTo(self._model.index(position))

    def _show_count(self) -> None:
        n, wrong = self._model.rowCount(), self._model.n_wrong
        lines = f"{n:,} line{'s' * (n != 1)}"
        self.count.setText(f"{lines}, {wrong:,} of them with what another request had stored" if wrong else lines)
        set_tone(self.count, "bad" if wrong else "neutral")
