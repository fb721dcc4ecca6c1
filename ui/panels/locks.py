"""The lock view: a strip for each lock, and the longest waits."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from simulator.analysis.lock_history import MOST_WAITS, LockHistory
from simulator.picture.time_scale import duration_text
from ui.models.selection import SelectionModel
from ui.models.sharing import SharingModel
from ui.models.viewport import ViewportModel
from ui.panels.lock_strips import LockStrips
from ui.theme import ThemeModel

NOT_KNOWN = "When a run has ended, each of its locks is a strip here: free, held, or held while others wait."
NO_LOCKS = "No lock was taken in this run."
WAITS_PX = 210


class LocksPanel(QWidget):
    """All locks of the run on screen; to point at one marks the threads that touched it.

    Parameters
    ----------
    sharing : SharingModel
        What is known of them.
    selection : SelectionModel
        Where clicks lead.
    viewport : ViewportModel
        Which window of time is seen.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    strips : LockStrips
        The locks.
    waits : QListWidget
        The longest waits of all of them.
    hint : QLabel
        What stands in their place while there is none.
    """

    def __init__(
        self,
        sharing: SharingModel,
        selection: SelectionModel,
        viewport: ViewportModel,
        theme: ThemeModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._selection = selection
        self.setAccessibleName("Locks")
        self.strips = LockStrips(viewport, theme, self)
        self._scroll = QScrollArea(self)
        self._scroll.setWidget(self.strips)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.waits = QListWidget(self)
        self.waits.setAccessibleName("Longest waits")
        self.waits.setFixedWidth(WAITS_PX)
        self._heading = QLabel("Longest waits", self)
        self._heading.setObjectName("hint")
        self.hint = QLabel(NOT_KNOWN, self)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.strips.hovered.connect(self._on_hovered)
        self.strips.clicked.connect(selection.select)
        self.waits.itemActivated.connect(self._on_wait)
        self.waits.itemClicked.connect(self._on_wait)
        sharing.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(0, 4, 8, 4)
        side.addWidget(self._heading)
        side.addWidget(self.waits, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(side)
        layout.addWidget(self.hint, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Have it worked out."""
        self._sharing.want("locks", True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Have nothing worked out while nobody looks."""
        self._sharing.want("locks", False)
        super().hideEvent(event)

    def refresh(self) -> None:
        """Show the locks of the run on screen."""
        locks, trace = self._sharing.locks, self._sharing.trace
        self.strips.show_locks(locks, trace if locks else None)
        self.waits.clear()
        longest = [(wait, lock) for lock in locks for wait in lock.waits]
        longest.sort(key=lambda pair: -pair[0].duration_ns)
        for wait, lock in longest[:MOST_WAITS]:
            assert trace is not None
            text = f"{duration_text(wait.duration_ns)}  {trace.threads[wait.thread].name} for {lock.name}"
            item = QListWidgetItem(text, self.waits)
            item.setData(Qt.ItemDataRole.UserRole, wait.row)
        self.hint.setText(NO_LOCKS if self._sharing.is_known else NOT_KNOWN)
        self.hint.setVisible(not locks)
        self._scroll.setVisible(bool(locks))
        for widget in (self._heading, self.waits):
            widget.setVisible(bool(longest))

    def _on_hovered(self, lock: LockHistory | None) -> None:
        self._sharing.mark(frozenset(lock.threads) if lock is not None else frozenset())

    def _on_wait(self, item: QListWidgetItem) -> None:
        self._selection.select(item.data(Qt.ItemDataRole.UserRole))
