"""The guard map as a table: one row for each variable that threads share."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from simulator.analysis.guards import Guarded
from ui.models.sharing import SharingModel

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
HEADINGS = ("Variable", "Accesses", "Guarded", "Locks held", "By thread", "By function")
HELP = (
    "What threads share",
    "Reads, writes and deletes of all threads",
    "At how many of them the lock was held that is held there most often",
    "Every lock held at any of them, with the number of accesses",
    "Who accessed it how often",
    "Where, and at how many of the accesses there the lock was held",
)
_MOST = 4


class GuardTableModel(QAbstractTableModel):
    """How each shared variable of the run on screen is guarded, the least guarded first.

    Parameters
    ----------
    sharing : SharingModel
        What is known of it.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, sharing: SharingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._rows: tuple[Guarded, ...] = ()
        sharing.changed.connect(self._refresh)

    def guarded(self, row: int) -> Guarded:
        """Return what a row shows."""
        return self._rows[row]

    def _refresh(self) -> None:
        self.beginResetModel()
        self._rows = self._sharing.guards
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many shared variables there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return heading and help of a column."""
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return {Role.DisplayRole: HEADINGS[section], Role.ToolTipRole: HELP[section]}.get(Role(role))

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a field as text; the whole row as a sentence for tooltips and screen readers."""
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        if role == Role.DisplayRole:
            return _fields(one)[index.column()]
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return one.text
        return None


def _fields(one: Guarded) -> tuple[str, ...]:
    guarded = f"{one.guarded:,} of {one.accesses:,}" if one.guarded else "none"
    return (
        one.variable,
        f"{one.accesses:,}",
        "all" if one.guarded == one.accesses else guarded,
        _listed([f"{name} ({n:,})" for name, n in one.locks]) or "–",
        _listed([f"{name} ({n:,})" for name, n in one.threads]),
        _listed([f"{name}: {guarded:,} of {n:,}" for name, n, guarded in one.places]),
    )


def _listed(parts: list[str]) -> str:
    more = f", and {len(parts) - _MOST:,} more" if len(parts) > _MOST else ""
    return ", ".join(parts[:_MOST]) + more
