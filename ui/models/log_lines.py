"""The log lines of the run on screen, in the order of time, each tied to its event."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication

from simulator.analysis.log_lines import LogLines
from simulator.analysis.recording import Recording
from simulator.picture.cast import Cast
from simulator.picture.time_scale import time_text
from ui.models.mark_icons import MarkIcons
from ui.models.runs import RunsModel
from ui.theme import ThemeModel

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class LogLinesModel(QAbstractListModel):
    """The lines.

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
    counted
        There are more lines, fewer, or others; also when their number is 0.
    """

    counted = Signal()

    def __init__(self, runs: RunsModel, theme: ThemeModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._theme = theme
        self._recording: Recording | None = None
        self._cast: Cast | None = None
        self._lines: LogLines | None = None
        self._generation = -1
        self._n = 0
        self._icons = self._make_icons()
        runs.shown_changed.connect(self.refresh)
        runs.grown.connect(self.refresh)
        theme.changed.connect(self._on_theme_changed)
        self.refresh()

    @property
    def n_wrong(self) -> int:
        """How many lines carry what is not their actor's."""
        return int(np.count_nonzero(self._lines.is_wrong)) if self._lines is not None else 0

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else self._n

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what the view shows of a line."""
        recording, lines, position = self._recording, self._lines, index.row()
        if recording is None or lines is None or not 0 <= position < self._n:
            return None
        if role in (Role.DisplayRole, Role.AccessibleTextRole):
            return self.text(position) if role == Role.DisplayRole else self._spoken(position)
        if role == Role.ForegroundRole and lines.is_wrong[position]:
            return QColor(self._theme.colour("bad"))
        if role == Role.DecorationRole and self._cast is not None:
            actor = int(recording.trace.actor[lines.rows[position]])
            colour = self._cast.colour(self._theme.theme, actor)
            return self._icons.mark(colour, True, bool(lines.is_wrong[position]))
        if role == Role.ToolTipRole:
            return self._explain(position)
        return None

    def text(self, position: int) -> str:
        """Return a line with its time, as it is shown."""
        assert self._recording is not None
        assert self._lines is not None
        row = int(self._lines.rows[position])
        trace = self._recording.trace
        return f"{time_text(int(trace.begin_ns[row])):>11}  {trace.value_of(row)}"

    def event_at(self, position: int) -> int:
        """Return the event of a line."""
        assert self._lines is not None
        return int(self._lines.rows[position])

    def position_of(self, row: int) -> int | None:
        """Return the line that an event wrote, or that was stamped with what it read; None if there is none."""
        if self._lines is None:
            return None
        found = np.flatnonzero((self._lines.rows == row) | (self._lines.reads == row))
        return int(found[0]) if len(found) else None

    def refresh(self) -> None:
        """Take in what there is now."""
        shown = self._runs.shown
        lines = shown.analysis.log_lines if shown is not None else None
        generation = shown.trace.generation if shown is not None else -1
        n = len(lines.rows) if lines is not None else 0
        is_same = shown is self._recording and generation == self._generation and n >= self._n
        if is_same and n == self._n:
            self._lines = lines
            return
        if is_same:
            self.beginInsertRows(NOWHERE, self._n, n - 1)
        else:
            self.beginResetModel()
        self._cast = Cast(shown.trace) if shown is not None else None
        if self._cast is not None:
            self._cast.update()
        self._recording, self._lines, self._n, self._generation = shown, lines, n, generation
        if is_same:
            self.endInsertRows()
        else:
            self.endResetModel()
        self.counted.emit()

    def _explain(self, position: int) -> str:
        assert self._recording is not None
        assert self._lines is not None
        read, trace = int(self._lines.reads[position]), self._recording.trace
        if not self._lines.is_wrong[position]:
            return "Click to select the event of this line"
        source = int(trace.reads_from[read])
        whose = trace.actors[trace.actor[source]].name
        return f"Wrong: the filter read {trace.variable_name(read)} and got what {whose} had stored. Click to select it"

    def _spoken(self, position: int) -> str:
        assert self._lines is not None
        return self.text(position).strip() + (", wrong" if self._lines.is_wrong[position] else "")

    def _make_icons(self) -> MarkIcons:
        screen = QGuiApplication.primaryScreen()
        return MarkIcons(self._theme.theme, screen.devicePixelRatio() if screen else 1.0)

    def _on_theme_changed(self) -> None:
        self._icons = self._make_icons()
        if self._n:
            self.dataChanged.emit(self.index(0), self.index(self._n - 1))
