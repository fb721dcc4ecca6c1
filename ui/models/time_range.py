"""The marked range of time."""

from PySide6.QtCore import QObject, Signal


class TimeRangeModel(QObject):
    """Which range of time is marked, if any.

    Attributes
    ----------
    from_ns, to_ns : int or None
        Both ends, included, nanoseconds since the start of the run; `from_ns` is never the later one.

    Signals
    -------
    range_changed
        Another range is marked, or none.
    """

    range_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._range_ns: tuple[int, int] | None = None

    @property
    def range_ns(self) -> tuple[int, int] | None:
        """Both ends, or None."""
        return self._range_ns

    @property
    def from_ns(self) -> int | None:
        """Begin of the range."""
        return None if self._range_ns is None else self._range_ns[0]

    @property
    def to_ns(self) -> int | None:
        """End of the range."""
        return None if self._range_ns is None else self._range_ns[1]

    def set_range(self, one_ns: int, other_ns: int) -> None:
        """Mark the range between two times, in whichever order they are given."""
        self._store((min(one_ns, other_ns), max(one_ns, other_ns)))

    def clear(self) -> None:
        """Mark nothing."""
        self._store(None)

    def _store(self, range_ns: tuple[int, int] | None) -> None:
        if range_ns == self._range_ns:
            return
        self._range_ns = range_ns
        self.range_changed.emit()
