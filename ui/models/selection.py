"""The selected event."""

from PySide6.QtCore import QObject, Signal


class SelectionModel(QObject):
    """Which event is selected.

    Attributes
    ----------
    row : int or None
        Its row in the trace.

    *Signals*: ``row_changed(object)``, with the row or None.
    """

    row_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row: int | None = None

    @property
    def row(self) -> int | None:
        """Row of the selected event."""
        return self._row

    def select(self, row: int | None) -> None:
        """Select an event, or nothing."""
        if row == self._row:
            return
        self._row = row
        self.row_changed.emit(row)

    def clear(self) -> None:
        """Select nothing."""
        self.select(None)
