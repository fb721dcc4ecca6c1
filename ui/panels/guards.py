"""The guard map: which locks were held where, for each variable that threads share."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from ui.models.guard_table import GuardTableModel
from ui.models.selection import SelectionModel
from ui.models.sharing import SharingModel
from ui.panels.number_table import make_number_table

NOT_KNOWN = "When a run has ended, this says which locks were held at the accesses to what its threads share."
NOTHING_SHARED = "No variable was written by one thread and accessed by another in this run: nothing needs a lock."


class GuardPanel(QWidget):
    """The guard map of the run on screen; a click on a row selects an access that was not guarded.

    Parameters
    ----------
    model : GuardTableModel
        The rows.
    sharing : SharingModel
        Whether they are known.
    selection : SelectionModel
        Where a click leads.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    view : QTableView
        The table.
    hint : QLabel
        What stands in its place while there is nothing in it.
    """

    def __init__(
        self, model: GuardTableModel, sharing: SharingModel, selection: SelectionModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._sharing = sharing
        self._selection = selection
        self.setAccessibleName("Guard map")
        self.hint = QLabel(NOT_KNOWN, self)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view = make_number_table(self._model, "Guard map", self)
        self.view.horizontalHeader().setStretchLastSection(True)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.view)
        self._layout.addWidget(self.hint)
        self.view.activated.connect(self._on_activated)
        self.view.clicked.connect(self._on_activated)
        model.modelReset.connect(self._show_state)
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        """Have it worked out."""
        self._sharing.want("guards", True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Have nothing worked out while nobody looks."""
        self._sharing.want("guards", False)
        super().hideEvent(event)

    def _on_activated(self, index: QModelIndex) -> None:
        self._selection.select(self._model.guarded(index.row()).row)

    def _show_state(self) -> None:
        self.hint.setText(NOTHING_SHARED if self._sharing.is_known else NOT_KNOWN)
        self._layout.setCurrentWidget(self.view if self._model.rowCount() else self.hint)
        self.view.resizeColumnsToContents()
