"""The events of the run on screen as a table, of which only the rows in sight are ever made."""

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication

from simulator.analysis.event_query import EventQuery, SortKey, find_events
from simulator.analysis.recording import RUNNING, Recording
from simulator.picture.cast import Cast
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.snapshot import take_snapshot
from ui.background import Background
from ui.models.event_texts import HEADINGS, EventColumn, event_sentence, event_text, is_problem
from ui.models.mark_icons import MarkIcons
from ui.models.runs import RunsModel
from ui.theme import ThemeModel

SORT_KEYS = {
    EventColumn.TIME: SortKey.TIME,
    EventColumn.THREAD: SortKey.THREAD,
    EventColumn.VARIABLE: SortKey.VARIABLE,
    EventColumn.OUTCOME: SortKey.OUTCOME,
}
REFRESH_MS = 400
"""How often a filtered or sorted list takes in new events while a run goes on."""

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class EventTableModel(QAbstractTableModel):
    """The events that a query asks for.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    theme : ThemeModel
        Colours.
    parent : QObject, optional
        Owner.

    Signals
    -------
    query_changed
        Other events are asked for, or in another order; they come at once or a little later (`busy_changed`).
    busy_changed(bool)
        It has begun or ended to look for them.
    counted
        The number of events, of those listed or of all, has changed.

    Notes
    -----
    What is listed is one array of row numbers, none at all for everything in the order of time. New events are
    inserted at the end where the list is everything; a filtered or sorted list is made anew now and then.
    """

    query_changed = Signal()
    busy_changed = Signal(bool)
    counted = Signal()

    def __init__(self, runs: RunsModel, theme: ThemeModel, parent: Any = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._theme = theme
        self._query = EventQuery()
        self._rows: IntArray | None = None
        self._n = 0
        self._generation = 0
        self._is_followed = False
        self._cast: Cast | None = None
        self._background = Background("event table", self)
        self._background.busy_changed.connect(self.busy_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.find_again)
        runs.shown_changed.connect(self._begin_again)
        runs.grown.connect(self._on_grown)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._begin_again()

    # -- what is listed ------------------------------------------------------------------------------------------

    @property
    def query(self) -> EventQuery:
        """What is asked for."""
        return self._query

    @property
    def n_all(self) -> int:
        """Number of events of the run."""
        return self._recording.trace.n if self._recording is not None else 0

    @property
    def has_tasks(self) -> bool:
        """Whether there are actors that are no threads."""
        return self._recording is not None and len(self._recording.trace.actors) > len(self._recording.trace.threads)

    @property
    def is_busy(self) -> bool:
        """Whether events are being looked for."""
        return self._background.is_busy

    def set_query(self, query: EventQuery) -> None:
        """Ask for other events, or for another order."""
        if query != self._query:
            self._query = query
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(EventColumn) - 1)
            self.query_changed.emit()
            self.find_again()

    def find_again(self) -> None:
        """Look for the events that are asked for."""
        self._timer.stop()
        recording = self._recording
        if recording is None or self._query.is_everything:
            self._background.forget()
            self._list(None)
            return
        trace, analysis = take_snapshot(recording.trace), recording.analysis
        work = partial(find_events, trace, analysis.outcome[: trace.n], analysis.severity[: trace.n], self._query)
        answer = partial(self._on_found, recording, trace.generation)
        self._background.ask(work, answer, trace.n)

    def event_at(self, position: int) -> int | None:
        """Return the row in the trace of what is listed at a position, None if nothing is."""
        if not 0 <= position < self._n:
            return None
        return position if self._rows is None else int(self._rows[position])

    def position_of(self, event: int) -> int | None:
        """Return where an event is listed, None if it is not."""
        if self._rows is None:
            return event if 0 <= event < self._n else None
        found = np.flatnonzero(self._rows == event)
        return int(found[0]) if len(found) else None

    def text(self, position: int, column: int) -> str:
        """Return what stands in a cell of the table."""
        event = self.event_at(position)
        if self._recording is None or event is None:
            return ""
        return event_text(self._recording, event, EventColumn(column))

    def close(self) -> None:
        """Wait until no work is left."""
        self._timer.stop()
        self._background.close()

    # -- what Qt asks --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many events are listed."""
        return 0 if parent.isValid() else self._n

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(EventColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Return the heading of a column, with an arrow where it is sorted by."""
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Role.TextAlignmentRole:
            return (
                _RIGHT
                if section == EventColumn.TIME
                else int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            )
        return self._heading(EventColumn(section)) if role == Role.DisplayRole else None

    def _heading(self, column: EventColumn) -> str:
        if SORT_KEYS.get(column) is not self._query.key:
            return HEADINGS[column]
        return f"{HEADINGS[column]} {'↑' if self._query.is_descending else '↓'}"

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return text, mark, colour or description of a cell."""
        recording, event = self._recording, self.event_at(index.row())
        if recording is None or event is None:
            return None
        column = EventColumn(index.column())
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return event_text(recording, event, column)
        if role == Role.TextAlignmentRole:
            return _RIGHT if column is EventColumn.TIME else None
        if role == Role.DecorationRole:
            return self._mark(recording, event, column)
        if role == Role.ForegroundRole:
            is_bad = column is EventColumn.OUTCOME and is_problem(recording, event)
            return QColor(self._theme.colour("bad")) if is_bad else None
        if role == Role.AccessibleTextRole:
            return self._spoken(recording, event, column)
        return None

    def _spoken(self, recording: Recording, event: int, column: EventColumn) -> str:
        """Return the whole event for its first cell, and for the others heading and text."""
        if column is EventColumn.TIME:
            return event_sentence(recording, event)
        return f"{HEADINGS[column]}: {event_text(recording, event, column) or 'none'}"

    def _mark(self, recording: Recording, event: int, column: EventColumn) -> Any:
        """Return the thread's dot, and for an access its mark in the colour of whose value it is."""
        cast, trace = self._cast, recording.trace
        if cast is None or column not in (EventColumn.THREAD, EventColumn.KIND, EventColumn.WRITER):
            return None
        if column is EventColumn.THREAD:
            return self._icons.mark(cast.thread_colour(self._theme.theme, int(trace.thread[event])), False, False)
        kind, colour = trace.kind[event], cast.colour(self._theme.theme, cast.writer(event))
        if column is EventColumn.KIND:
            is_access = kind in (Kind.READ, Kind.WRITE)
            return self._icons.mark(colour, kind == Kind.WRITE, is_problem(recording, event)) if is_access else None
        return self._icons.mark(colour, False, False) if kind == Kind.READ and trace.reads_from[event] >= 0 else None

    # -- following the models ------------------------------------------------------------------------------------

    @property
    def _recording(self) -> Recording | None:
        return self._runs.shown

    def _begin_again(self) -> None:
        """List the events of another run, or of one whose rows have changed their numbers."""
        recording = self._recording
        self._cast = Cast(recording.trace) if recording is not None else None
        self._generation = recording.trace.generation if recording is not None else 0
        self._is_followed = recording is not None and recording.status == RUNNING
        self._timer.stop()
        self._background.forget()
        self._list(None if self._query.is_everything else np.empty(0, np.int64))
        if not self._query.is_everything:
            self.find_again()

    def _on_grown(self) -> None:
        recording = self._recording
        if recording is None:
            return
        if recording.trace.generation != self._generation:
            self._begin_again()
            return
        has_ended = self._is_followed and recording.status != RUNNING
        self._is_followed = recording.status == RUNNING
        if self._cast is not None:
            self._cast.update()
        if not self._query.is_everything:
            self._find_soon(has_ended)
        elif recording.trace.n > self._n:
            self.beginInsertRows(NOWHERE, self._n, recording.trace.n - 1)
            self._n = recording.trace.n
            self.endInsertRows()
        if has_ended and self._n:
            self._note_changes()
        self.counted.emit()

    def _find_soon(self, is_now: bool) -> None:
        if is_now:
            self.find_again()
        elif not self._timer.isActive() and not self.is_busy:
            self._timer.start()

    def _note_changes(self) -> None:
        """Tell that anything may read differently, such as outcomes that are known at the end of the run only."""
        self.dataChanged.emit(self.index(0, 0), self.index(self._n - 1, len(EventColumn) - 1))

    def _on_found(self, recording: Recording, generation: int, rows: IntArray | None) -> None:
        if recording is self._recording and generation == recording.trace.generation:
            self._list(rows)

    def _list(self, rows: IntArray | None) -> None:
        self.beginResetModel()
        if self._cast is not None:
            self._cast.update()
        self._rows = rows
        self._n = self.n_all if rows is None else len(rows)
        self.endResetModel()
        self.counted.emit()

    def _on_theme_changed(self) -> None:
        screen = QGuiApplication.primaryScreen()
        self._icons = MarkIcons(self._theme.theme, screen.devicePixelRatio() if screen else 1.0)
        if self._n:
            self._note_changes()
