"""Searching the run on screen: which events match, and which of them is selected."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from simulator.analysis.recording import Recording
from simulator.analysis.search import search
from simulator.trace.columns import IntArray
from simulator.trace.snapshot import take_snapshot
from ui.background import Background
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel

REFRESH_MS = 400
"""How often the matches are found anew while a run goes on."""
SEARCH_HELP = (
    "Words that must all match: a variable, value, thread, kind or outcome.\n"
    "variable:counter, value:4, thread:worker-2, outcome:foreign, kind:write or line:6 look in one place only."
)


class SearchModel(QObject):
    """What is searched for, and where it was found.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    selection : SelectionModel
        The selected event; going from match to match selects.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    text : str
        What is searched for; empty for nothing.
    n : int
        Number of events that match.
    position : int or None
        The how-manieth match is selected, from 1; None if the selected event is none.

    Signals
    -------
    changed
        Text, matches or position have changed, or it has begun or ended to search.
    """

    changed = Signal()

    def __init__(self, runs: RunsModel, selection: SelectionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._selection = selection
        self._text = ""
        self._rows: IntArray = np.empty(0, np.int64)
        self._generation = 0
        self._background = Background("search", self)
        self._background.busy_changed.connect(lambda _: self.changed.emit())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.search_again)
        selection.row_changed.connect(self._on_row_changed)
        runs.shown_changed.connect(self._on_shown_changed)
        runs.grown.connect(self._on_grown)

    @property
    def text(self) -> str:
        """What is searched for."""
        return self._text

    @property
    def n(self) -> int:
        """Number of events that match."""
        return len(self._rows)

    @property
    def is_busy(self) -> bool:
        """Whether the matches are still being looked for."""
        return self._background.is_busy

    @property
    def position(self) -> int | None:
        """The how-manieth match is selected, from 1."""
        row = self._selection.row
        at = int(self._rows.searchsorted(row)) if row is not None else self.n
        return at + 1 if at < self.n and self._rows[at] == row else None

    def search(self, text: str) -> None:
        """Search for a text, and select the first match from the selected event on."""
        text = " ".join(text.split())
        if text != self._text:
            self._text = text
            self._ask(is_new=True)

    def search_again(self) -> None:
        """Search for the same text in what there is now; nothing is selected."""
        self._ask(is_new=False)

    def clear(self) -> None:
        """Search for nothing."""
        self.search("")

    def go(self, step: int) -> None:
        """Select the next (+1) or previous (-1) match; after the last one comes the first."""
        if not self.n:
            return
        row = self._selection.row
        if row is None:
            at = 0 if step > 0 else -1
        elif step > 0:
            at = int(self._rows.searchsorted(row, "right")) % self.n
        else:
            at = int(self._rows.searchsorted(row)) - 1
        self._selection.select(int(self._rows[at]))

    def close(self) -> None:
        """Wait until no work is left."""
        self._timer.stop()
        self._background.close()

    def _ask(self, is_new: bool) -> None:
        self._timer.stop()
        recording = self._runs.shown
        if recording is None or not self._text:
            self._background.forget()
            self._take(np.empty(0, np.int64))
            return
        trace = take_snapshot(recording.trace)
        self._generation = trace.generation
        work = partial(search, trace, recording.analysis.outcome[: trace.n], self._text)
        answer = partial(self._on_found, recording, trace.generation, is_new)
        self._background.ask(work, answer, trace.n)

    def _on_found(self, recording: Recording, generation: int, is_new: bool, rows: IntArray) -> None:
        """Take the matches, unless they are about another run or about rows that have changed their numbers."""
        if recording is not self._runs.shown:
            return
        if generation != recording.trace.generation:
            self._ask(is_new)
            return
        self._take(rows)
        if is_new and self.n and self.position is None:
            self.go(1)

    def _take(self, rows: IntArray) -> None:
        self._rows = rows
        self.changed.emit()

    def _on_row_changed(self) -> None:
        if self._text:
            self.changed.emit()

    def _on_shown_changed(self) -> None:
        self._take(np.empty(0, np.int64))
        self.search_again()

    def _on_grown(self) -> None:
        shown = self._runs.shown
        if shown is not None and shown.trace.generation != self._generation:
            self.search_again()
        elif self._text and not self._timer.isActive() and not self.is_busy:
            self._timer.start()
