"""The table of variables: every one that was touched, with a tick for those that are to have a strip."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.models.lanes import LanesModel
from ui.models.variables import MOST_ROWS, VariablesModel
from ui.panels.fields import WindowKeys
from ui.panels.number_table import MEASURED_ROWS
from ui.panels.section import EDGE_PX

HEADINGS = ("Variable", "Storage", "Threads", "Reads", "Changes", "Others' values")
NAME = Qt.ItemDataRole.UserRole
STORAGE_WORDS = {"shared": "one for all", "local": "one each thread", "context": "one each context"}


class VariablesPanel(QWidget):
    """Variables of the run on screen.

    Parameters
    ----------
    variables : VariablesModel
        What is known of them.
    lanes : LanesModel
        Which of them are to have a strip.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, variables: VariablesModel, lanes: LanesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variables = variables
        self._lanes = lanes
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Find a variable")
        self.filter.setAccessibleName("Find a variable")
        self.filter.setToolTip("List only variables whose name contains this text")
        self.filter.setClearButtonEnabled(True)
        self.filter.installEventFilter(WindowKeys(self))
        self.count = QLabel(self)
        self.count.setObjectName("hint")
        self.view = QTreeWidget(self)
        self.view.setAccessibleName("Variables")
        self.view.setToolTip("Tick a variable, or press Enter on it, to give it a strip in the picture")
        self.view.setHeaderLabels(list(HEADINGS))
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAlternatingRowColors(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(HEADINGS)):
            self.view.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.view.header().setStretchLastSection(False)
        self.view.header().setResizeContentsPrecision(MEASURED_ROWS)
        head = QHBoxLayout()
        head.addWidget(self.filter, 1)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, 6, EDGE_PX, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)
        variables.changed.connect(self.refresh)
        lanes.changed.connect(self._show_ticks)
        self.filter.textChanged.connect(self.refresh)
        self.view.itemChanged.connect(self._on_ticked)
        self.view.itemActivated.connect(self._on_activated)
        self.refresh()

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.filter, self.view]

    def refresh(self) -> None:
        """List the variables that match what was typed."""
        wanted = self.filter.text().strip().lower()
        found = [row for row in self._variables.rows if wanted in row.name.lower()]
        was_blocked = self.view.blockSignals(True)
        self.view.clear()
        items = []
        for row in found[:MOST_ROWS]:
            numbers = (row.n_threads, row.n_reads, row.n_changes, row.n_foreign)
            texts = [row.name, STORAGE_WORDS.get(row.storage, row.storage), *(f"{n:,}" for n in numbers)]
            item = QTreeWidgetItem(texts)
            item.setData(0, NAME, row.name)
            for column in range(2, len(HEADINGS)):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            items.append(item)
        self.view.addTopLevelItems(items)
        self.view.blockSignals(was_blocked)
        self._show_ticks()
        n, n_more = len(found), len(found) - MOST_ROWS
        rest = f", the first {MOST_ROWS:,} are listed" if n_more > 0 else ""
        self.count.setText(f"{n:,} {'variable' if n == 1 else 'variables'}{rest}")

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for i in range(self.view.topLevelItemCount()) if (item := self.view.topLevelItem(i)) is not None]

    def _show_ticks(self) -> None:
        wanted = self._lanes.arrangement.variables
        was_blocked = self.view.blockSignals(True)
        for item in self._items():
            state = Qt.CheckState.Checked if item.data(0, NAME) in wanted else Qt.CheckState.Unchecked
            item.setCheckState(0, state)
        self.view.blockSignals(was_blocked)

    def _on_ticked(self, item: QTreeWidgetItem) -> None:
        if (item.checkState(0) == Qt.CheckState.Checked) != (item.data(0, NAME) in self._lanes.arrangement.variables):
            self._lanes.toggle_variable(item.data(0, NAME))

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        self._lanes.toggle_variable(item.data(0, NAME))
