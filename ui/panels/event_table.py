"""The event table: every event of the run as text, linked with the selection; the picture for a screen reader."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QFont, QFontInfo, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ui.models.event_table import NOWHERE, SORT_KEYS, EventTableModel
from ui.models.event_texts import HEADINGS, EventColumn
from ui.models.mark_icons import SIZE_PX
from ui.models.search import SEARCH_HELP
from ui.models.selection import SelectionModel
from ui.panels.fields import CheckBox, WindowKeys
from ui.panels.section import EDGE_PX
from ui.scaling import keep_scaled, px

TYPING_MS = 120
ROW_EDGE_PX = 6
CELL_EDGE_PX = 11
ARROW = " ↓"
MOST_COPIED = 100_000
LONGEST = {
    EventColumn.TIME: "000.000 ms",
    EventColumn.THREAD: "worker-10",
    EventColumn.ACTOR: "task-100",
    EventColumn.KIND: "delete",
    EventColumn.VARIABLE: "request_id",
    EventColumn.VALUE: "100 ms",
    EventColumn.WRITER: "worker-10",
    EventColumn.OUTCOME: "inherited",
    EventColumn.LINE: "1000",
}
"""Texts that are to fit into the columns; longer ones are cut, and told by the tooltip."""
WITH_MARK = (EventColumn.THREAD, EventColumn.KIND, EventColumn.WRITER)


class EventTableView(QTableView):
    """The table itself.

    Parameters
    ----------
    model : EventTableModel
        The events.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, model: EventTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events = model
        self.setObjectName("eventTable")
        self.setModel(model)
        self.setAccessibleName("Events")
        self.setAccessibleDescription("All events of the run; the one selected here is selected in the timeline too")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self._set_up_headers()
        keep_scaled(self, self._fit)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # in any other mode every row is asked for its height
        rows.setMinimumSectionSize(1)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setSectionsClickable(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(True)

    def _fit(self) -> None:
        """Give rows and columns the room that their texts need."""
        font = QApplication.font()
        metrics = QFontMetrics(font)
        font.setWeight(QFont.Weight.DemiBold)
        font.setPixelSize(QFontInfo(font).pixelSize() - 2)  # as the stylesheet has it
        bold = QFontMetrics(font)
        icon_px = px(SIZE_PX)
        self.setIconSize(QSize(icon_px, icon_px))
        self.verticalHeader().setDefaultSectionSize(max(metrics.height() + ROW_EDGE_PX, icon_px + 2))
        for column, text in LONGEST.items():
            mark_px = icon_px + 4 if column in WITH_MARK else 0
            heading_px = bold.horizontalAdvance(HEADINGS[column] + ARROW)
            self.setColumnWidth(column, max(metrics.horizontalAdvance(text) + mark_px, heading_px) + CELL_EDGE_PX)

    def copy(self) -> int:
        """Copy the selected rows as tab-separated text below their headings; return how many of them."""
        spans = sorted((span.top(), span.bottom()) for span in self.selectionModel().selection().toList())
        positions = [at for top, bottom in spans for at in range(top, min(bottom, top + MOST_COPIED - 1) + 1)]
        del positions[MOST_COPIED:]
        if positions:
            columns = [column for column in EventColumn if not self.isColumnHidden(column)]
            lines = ["\t".join(HEADINGS[column] for column in columns)]
            lines += ["\t".join(_plain(self._events.text(at, column)) for column in columns) for at in positions]
            QGuiApplication.clipboard().setText("\n".join(lines) + "\n")
        return len(positions)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without making the first row the current one, which Qt would do."""
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C; do everything else as every table does."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


class EventTablePanel(QWidget):
    """The table with its filter.

    Parameters
    ----------
    model : EventTableModel
        The events.
    selection : SelectionModel
        The selected event; the table's current row follows it and sets it.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    view : EventTableView
        The table.
    filter : QLineEdit
        What listed events must match.
    only_problems : CheckBox
        Whether only problems are listed.
    count : QLabel
        How many events are listed.
    """

    def __init__(self, model: EventTableModel, selection: SelectionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._selection = selection
        self.setAccessibleName("Event table")
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter events")
        self.filter.setAccessibleName("Filter events")
        self.filter.setToolTip(SEARCH_HELP)
        self.filter.setClearButtonEnabled(True)
        self.filter.installEventFilter(WindowKeys(self))
        self.only_problems = CheckBox("&Problems only", self)
        self.only_problems.setToolTip("List only events that a finding of severity warning or error is about")
        self.count = QLabel(self)
        self.count.setObjectName("hint")
        self.view = EventTableView(model, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self.apply_filter)
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        head.setSpacing(12)
        head.addWidget(self.filter, 1)
        head.addWidget(self.only_problems)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)

    def _connect(self) -> None:
        model = self._model
        self.filter.textChanged.connect(lambda _: self._timer.start())
        self.filter.returnPressed.connect(self.apply_filter)
        self.only_problems.toggled.connect(lambda is_on: self._change(only_problems=is_on))
        self.view.horizontalHeader().sectionClicked.connect(self._on_heading_clicked)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._selection.row_changed.connect(self._show_selection)
        model.modelReset.connect(self._show_selection)
        model.query_changed.connect(self._show_state)
        model.busy_changed.connect(self._show_state)
        model.counted.connect(self._show_state)

    # -- what the user does --------------------------------------------------------------------------------------

    def apply_filter(self) -> None:
        """List what matches the text of the filter."""
        self._timer.stop()
        self._change(text=self.filter.text().strip())

    def _change(self, **changes: object) -> None:
        self._model.set_query(replace(self._model.query, **changes))  # type: ignore[arg-type]  # fields by name

    def _on_heading_clicked(self, section: int) -> None:
        """Sort by a column; once more: the other way round."""
        key, query = SORT_KEYS.get(EventColumn(section)), self._model.query
        if key is not None:
            self._change(key=key, is_descending=key is query.key and not query.is_descending)

    def _on_selection_changed(self) -> None:
        """Select the event of the current row; a row that is current only since the table got the focus is not."""
        position = self.view.currentIndex().row()
        event = self._model.event_at(position) if self._is_selected(position) else None
        if event is not None:
            self._selection.select(event)

    def _is_selected(self, position: int) -> bool:
        return position >= 0 and self.view.selectionModel().isRowSelected(position, NOWHERE)

    # -- following the models ------------------------------------------------------------------------------------

    def _show_selection(self) -> None:
        """Make the selected event the current row; if it is not listed, there is none."""
        event = self._selection.row
        position = self._model.position_of(event) if event is not None else None
        current = self.view.currentIndex()
        if position is None:
            self.view.selectionModel().clear()
        elif current.row() != position or not self._is_selected(position):
            column = current.column() if current.isValid() else int(EventColumn.TIME)
            self.view.setCurrentIndex(self._model.index(position, column))

    def _show_state(self) -> None:
        model = self._model
        n, n_all = model.rowCount(), model.n_all
        listed = f"{n:,} of {n_all:,} events" if n != n_all else f"{n_all:,} event{'s' * (n_all != 1)}"
        self.count.setText("looking…" if model.is_busy else listed)
        self.view.setColumnHidden(EventColumn.ACTOR, not model.has_tasks)


def _plain(text: str) -> str:
    """Return a text that cannot be taken for several cells."""
    return text.replace("\t", " ").replace("\n", " ")
