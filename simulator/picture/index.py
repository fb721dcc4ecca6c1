"""The index of a recording for drawing: cast, cells, spans and problems, kept up to date while the run goes on."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from simulator.analysis.findings import Severity
from simulator.picture.cast import Cast
from simulator.picture.cells import Cells
from simulator.record.kinds import FIRST_SPAN
from simulator.runtime.program import Variable
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN


class Judged(Protocol):
    """What the picture needs of an analysis: outcome and severity of each row."""

    @property
    def outcome(self) -> IntArray:
        """Outcome of each row, shape (n,)."""

    @property
    def severity(self) -> IntArray:
        """Severity of each row, shape (n,)."""


class Shown(Protocol):
    """What the picture needs of a recording."""

    @property
    def trace(self) -> Trace:
        """What happened."""

    @property
    def analysis(self) -> Judged:
        """What it means."""

    @property
    def status(self) -> str:
        """``running`` while the run goes on."""

    @property
    def elapsed_ns(self) -> int:
        """How long the run has taken so far."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The program's variables, by index."""


class PictureIndex:
    """Everything about a recording that does not depend on the window of time shown.

    Parameters
    ----------
    recording : Shown
        The run.

    Attributes
    ----------
    trace : Trace
        The run's trace.
    cast : Cast
        Lanes and colours.
    cells : Cells
        Storage cells.
    problems : ndarray of int64
        Rows of problems (severity warning or error), in order.

    Notes
    -----
    Thread: one at a time. `update` costs O(new events), and O(all) where rows were renumbered or judged anew.
    """

    def __init__(self, recording: Shown) -> None:
        self.recording = recording
        self.trace = recording.trace
        self._begin_again()
        self.update()

    def _begin_again(self) -> None:
        self._generation = self.trace.generation
        self._n_seen = 0
        self._spans = Column("i8")
        self.cast = Cast(self.trace)
        self.cells = Cells(self.trace)
        self.problems: IntArray = np.empty(0, np.int64)

    @property
    def now_ns(self) -> int:
        """Where what has not ended is drawn to end: now, or at the last event of a run that is over."""
        last_ns = max(self.trace.duration_ns, 0)
        return last_ns if self.is_over else max(last_ns, self.recording.elapsed_ns)

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.recording.status != "running"

    @property
    def outcome(self) -> IntArray:
        """Outcome of each row that has been judged."""
        return self.recording.analysis.outcome

    @property
    def severity(self) -> IntArray:
        """Severity of each row that has been judged."""
        return self.recording.analysis.severity

    def update(self) -> None:
        """Take in new rows of the trace, and what they were found to mean."""
        if self._generation != self.trace.generation:
            self._begin_again()
        self.cast.update()
        self.cells.update()
        new = self.trace.kind[self._n_seen :]
        self._spans.extend(np.flatnonzero(new >= FIRST_SPAN) + self._n_seen)
        self._n_seen = self.trace.n
        self.problems = np.flatnonzero(self.severity[: self._n_seen] >= Severity.WARNING)

    def spans_between(self, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of spans that overlap a window, in the order of their begin; open ones last until now."""
        rows = self._spans.values
        rows = rows[self.trace.begin_ns[rows] <= np.int64(to_ns)]
        end_ns = self.trace.end_ns[rows]
        seen: IntArray = rows[(end_ns == OPEN) | (end_ns >= np.int64(from_ns))]
        return seen

    def rows_between(self, from_ns: int, to_ns: int) -> slice:
        """Return the rows of the events that happened or began inside a window."""
        low, high = np.searchsorted(self.trace.begin_ns, np.array([from_ns, to_ns + 1], np.int64))
        return slice(int(low), int(high))
