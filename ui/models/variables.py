"""The variables of a script: whose they are, how often they were touched, and which have a strip."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import RUNNING, Recording
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.snapshot import take_snapshot
from simulator.trace.trace import Trace
from ui.background import Background
from ui.models.runs import RunsModel

MOST_ROWS = 2000
"""So many variables are listed; the others are counted, and a search finds them."""


@dataclass(frozen=True, slots=True)
class VariableRow:
    """What is told of one variable.

    Attributes
    ----------
    name : str
        As the source names it.
    storage : str
        ``shared``, ``local`` or ``context``; empty where that is not told.
    n_threads, n_reads, n_changes, n_foreign : int
        How many threads touched it, and how.
    """

    name: str
    storage: str
    n_threads: int
    n_reads: int
    n_changes: int
    n_foreign: int


class VariablesModel(QObject):
    """The variables of the run on screen, those that several threads touched first; known once the run has ended.

    Signals
    -------
    changed
        Another run is on screen, or its variables have become known.

    Notes
    -----
    Cost: O(n) once for each run, off the window's thread where n is large.
    """

    changed = Signal()

    def __init__(self, runs: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._about: tuple[Recording, int] | None = None
        self._background = Background("variables", self)
        self.rows: list[VariableRow] = []
        runs.shown_changed.connect(self._follow)
        runs.list_changed.connect(self._follow)

    def close(self) -> None:
        """Wait until no work is left."""
        self._background.close()

    def _follow(self) -> None:
        shown = self._runs.shown
        about = (shown, shown.trace.n) if shown is not None and shown.status != RUNNING else None
        if about == self._about:
            return
        self._about = about
        self._background.forget()
        self._take([], about)
        if about is not None:
            recording, n = about
            work = partial(count_variables, take_snapshot(recording.trace), recording.analysis.outcome)
            self._background.ask(work, lambda rows: self._take(rows, about), n)

    def _take(self, rows: list[VariableRow], about: object) -> None:
        if about == self._about:
            self.rows = rows
            self.changed.emit()


def count_variables(trace: Trace, outcome: IntArray) -> list[VariableRow]:
    """Count the accesses to each variable; those that several threads touched come first, then the busiest."""
    accesses = np.flatnonzero(trace.kind <= Kind.DELETE)
    variable, n_all = trace.variable[accesses], len(trace.variables)
    is_read = trace.kind[accesses] == Kind.READ
    n_reads = np.bincount(variable[is_read], minlength=n_all)
    n_changes = np.bincount(variable[~is_read], minlength=n_all)
    n_foreign = np.bincount(variable[outcome[accesses] == Outcome.FOREIGN], minlength=n_all)
    pairs = np.unique(variable.astype(np.int64) << 16 | trace.thread[accesses])
    n_threads = np.bincount(pairs >> 16, minlength=n_all)
    order = np.lexsort((-(n_reads + n_changes), n_threads < 2))
    touched = order[(n_reads + n_changes)[order] > 0]
    return [
        VariableRow(
            trace.variables[i],
            trace.storage_of(i) or "",
            int(n_threads[i]),
            int(n_reads[i]),
            int(n_changes[i]),
            int(n_foreign[i]),
        )
        for i in touched.tolist()
    ]
