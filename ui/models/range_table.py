"""The marked range of the run on screen in numbers, for each thread and variable."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from simulator.analysis.outcomes import Outcome
from simulator.analysis.ranges import RangeRow, range_as_csv, summarise_range
from simulator.analysis.recording import Recording
from simulator.picture.time_scale import duration_text
from simulator.trace.snapshot import take_snapshot
from ui.background import Background
from ui.models.runs import RunsModel
from ui.models.time_range import TimeRangeModel

DRAG_MS = 60
"""While a range is dragged it is summed up at most this often."""
REFRESH_MS = 400
"""How often it is summed up anew while the run goes on."""

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class RangeColumn:
    """A column.

    Attributes
    ----------
    name : str
        The field of `RangeRow`.
    heading, help : str
        What stands above it, and in a sentence.
    text : callable
        Writes a value for people; zeros are left out, so that what there is stands out.
    """

    name: str
    heading: str
    help: str
    text: Callable[[Any], str]


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _time(time_ns: int | None) -> str:
    return "" if time_ns is None else duration_text(time_ns)


def _total(time_ns: int) -> str:
    return duration_text(time_ns) if time_ns else ""


_OUTCOME_HELP = {
    Outcome.OWN: "Reads of the value it had stored itself",
    Outcome.INITIAL: "Reads of a value set before the run",
    Outcome.INHERITED: "Reads of a value from a copied context",
    Outcome.UNKNOWN: "Reads that no recorded write explains",
    Outcome.MISSING: "Reads of what was never stored",
    Outcome.LEFTOVER: "Reads of what a task had left behind",
    Outcome.ERASED: "Reads of what another had deleted",
    Outcome.FOREIGN: "Reads of another's value",
}

COLUMNS: tuple[RangeColumn, ...] = (
    RangeColumn("thread", "Thread", "Who", str),
    RangeColumn("variable", "Variable", "What", str),
    RangeColumn("reads", "Reads", "Reads inside the range", _count),
    RangeColumn("writes", "Writes", "Writes inside the range", _count),
    RangeColumn("deletes", "Deletes", "Deletes inside the range", _count),
    *(
        RangeColumn(outcome.name.lower(), outcome.name.capitalize(), text, _count)
        for outcome, text in _OUTCOME_HELP.items()
    ),
    RangeColumn("waiting_ns", "Waiting", "Time inside the range spent waiting for the lock", _total),
    RangeColumn("holding_ns", "Holding", "Time inside the range for which it held the lock", _total),
    RangeColumn("median_ns", "Write → read", "Median time from its own write to its next read of the variable", _time),
    RangeColumn("p95_ns", "95th percentile", "95 of 100 times from its own write to its next read are shorter", _time),
)
_ALWAYS = ("thread", "variable", "reads", "writes")


class RangeTableModel(QAbstractTableModel):
    """What happened in the marked range.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    time_range : TimeRangeModel
        The marked range; another run unmarks it.
    parent : QObject, optional
        Owner.

    Signals
    -------
    summed_up
        The numbers are those of the range, or it has begun to work on them.

    Notes
    -----
    While a range is dragged, and while a run goes on, it is summed up now and then; `sum_up` does so at once.
    """

    summed_up = Signal()

    def __init__(self, runs: RunsModel, time_range: TimeRangeModel, parent: Any = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._range = time_range
        self._rows: list[RangeRow] = []
        self._background = Background("range table", self)
        self._background.busy_changed.connect(lambda _: self.summed_up.emit())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.sum_up)
        time_range.range_changed.connect(self._on_range_changed)
        runs.shown_changed.connect(time_range.clear)
        runs.grown.connect(lambda: self._sum_up_soon(REFRESH_MS))

    @property
    def rows(self) -> tuple[RangeRow, ...]:
        """One for each thread and variable with anything to tell."""
        return tuple(self._rows)

    @property
    def is_busy(self) -> bool:
        """Whether the numbers are still being worked out."""
        return self._background.is_busy or self._timer.isActive()

    @property
    def used_columns(self) -> tuple[int, ...]:
        """The columns that say anything."""
        return tuple(
            index
            for index, column in enumerate(COLUMNS)
            if column.name in _ALWAYS or any(column.text(getattr(row, column.name)) for row in self._rows)
        )

    def as_csv(self) -> str:
        """Return all numbers, times in nanoseconds, as CSV."""
        return range_as_csv(self._rows)

    def sum_up(self) -> None:
        """Work out the numbers of the range."""
        self._timer.stop()
        recording, marked = self._runs.shown, self._range.range_ns
        if recording is None or marked is None:
            self._background.forget()
            self._show([])
            return
        trace = take_snapshot(recording.trace)
        work = partial(summarise_range, trace, recording.analysis.outcome[: trace.n], *marked)
        self._background.ask(work, partial(self._on_summed_up, recording, marked), trace.n)

    def close(self) -> None:
        """Wait until no work is left."""
        self._timer.stop()
        self._background.close()

    # -- what Qt asks --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many threads and variables there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return heading and help of a column."""
        if orientation == Qt.Orientation.Vertical:
            return None
        column = COLUMNS[section]
        if role == Role.TextAlignmentRole:
            return _LEFT if column.text is str else _RIGHT
        return {Role.DisplayRole: column.heading, Role.ToolTipRole: column.help}.get(Role(role))

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a number as text, and what a screen reader says."""
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        text = column.text(getattr(self._rows[index.row()], column.name))
        if role == Role.DisplayRole:
            return text
        if role == Role.TextAlignmentRole:
            return _LEFT if column.text is str else _RIGHT
        return f"{column.heading}: {text or 'none'}" if role == Role.AccessibleTextRole else None

    # -- following the models ------------------------------------------------------------------------------------

    def _on_range_changed(self) -> None:
        if self._range.range_ns is None:
            self.sum_up()
        else:
            self._sum_up_soon(DRAG_MS)
            self.summed_up.emit()

    def _sum_up_soon(self, ms: int) -> None:
        if self._range.range_ns is not None and not self._timer.isActive():
            self._timer.start(ms)

    def _on_summed_up(self, recording: Recording, marked: tuple[int, int], rows: list[RangeRow]) -> None:
        if recording is self._runs.shown and marked == self._range.range_ns:
            self._show(rows)

    def _show(self, rows: list[RangeRow]) -> None:
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self.summed_up.emit()
