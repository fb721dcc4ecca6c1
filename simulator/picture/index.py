"""The index of a recording for drawing, kept up to date while the run goes on: cast, cells, spans, density."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from simulator.analysis.log_lines import LogLines
from simulator.picture.cast import Cast
from simulator.picture.cells import Cells
from simulator.picture.density import Density
from simulator.picture.flags import Flags
from simulator.picture.span_tracks import SpanTracks
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.runtime.program import Variable
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace

MOST_EXCEPTIONS = 1000


class Judged(Protocol):
    """What the picture needs of an analysis: outcome and severity of each row, where the problems are, log lines."""

    @property
    def outcome(self) -> IntArray:
        """Outcome of each row, shape (n,)."""

    @property
    def severity(self) -> IntArray:
        """Severity of each row, shape (n,)."""

    @property
    def problems(self) -> IntArray:
        """Rows of all problems, sorted, shape (k,)."""

    @property
    def log_lines(self) -> LogLines:
        """The log lines, and which of them are wrong."""


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
    def variables(self) -> Sequence[Variable]:
        """The program's variables, by index."""


BAND_MARKS = (Kind.LOG, Kind.OPEN, Kind.CLOSE)
"""Marks that come together with reads and writes and stand above them, in the band of blocks and transactions."""


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
    flags : Flags
        Flags of Events.
    kinds : frozenset of Kind
        Kinds of events there are.
    spans : SpanTracks
        What threads do over time.
    density : Density
        How many events there are where.
    problems : ndarray of int64
        Rows of problems (severity warning or error), in order.
    wrong_lines : ndarray of int64
        Rows of log lines that carry what another actor had stored.
    label_texts : dict of (int, int, int) to str
        Texts of labels that have been found already, by row, number of events and outcome.
    strip_texts : dict of (int, int) to tuple of str
        What could be written on segments of strips, where that has been found already, by row and owner of the strip.

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
        self._has_band_marks = False
        self.spans = SpanTracks(self.trace)
        self.density = Density(self.trace)
        self.cast = Cast(self.trace)
        self.cells = Cells(self.trace)
        self.label_texts: dict[tuple[int, int, int], str] = {}
        self.strip_texts: dict[tuple[int, int], tuple[str, ...]] = {}
        self.flags = Flags(self.trace)
        self.kinds: frozenset[Kind] = frozenset()
        self.problems: IntArray = np.empty(0, np.int64)
        self.wrong_lines: IntArray = np.empty(0, np.int64)

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

    @property
    def has_blocks(self) -> bool:
        """Whether there is any block or transaction, or a mark that stands beside those."""
        return self._has_band_marks or self.spans.has(Kind.BLOCK, Kind.TRANSACTION)

    def update(self) -> None:
        """Take in new rows of the trace, and what they were found to mean."""
        if self._generation != self.trace.generation:
            self._begin_again()
        self.cast.update()
        self.cells.update()
        self.flags.update()
        new = self.trace.kind[self._n_seen :]
        self.spans.update(np.flatnonzero(new >= FIRST_SPAN) + self._n_seen)
        self._has_band_marks |= bool(np.isin(new, BAND_MARKS).any())
        self.kinds |= frozenset(Kind(kind) for kind in np.flatnonzero(np.bincount(new)).tolist())
        self._n_seen = self.trace.n
        self.problems = self.recording.analysis.problems
        lines = self.recording.analysis.log_lines
        self.wrong_lines = lines.rows[lines.is_wrong]
        self.density.update(self.outcome, self.problems)

    def exceptions_between(self, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of exceptions in a window; more than `MOST_EXCEPTIONS` are not looked for."""
        failures, rows = self.trace.failures, self.rows_between(from_ns, to_ns)
        first, last = (bisect_left(failures, row, key=lambda failure: failure.row) for row in (rows.start, rows.stop))
        return np.array([failure.row for failure in failures[first : min(last, first + MOST_EXCEPTIONS)]], np.int64)

    def rows_at(self, times_ns: IntArray, slack_ns: float | None = None) -> IntArray:
        """Return for each time the first row that is not before it, shape (k,).

        Where events lie close together it may be a later one, by up to `slack_ns`; that is quicker.
        """
        return self.density.rows_at(times_ns, slack_ns)

    def rows_between(self, from_ns: int, to_ns: int) -> slice:
        """Return the rows of the events that happened or began inside a window."""
        low, high = np.searchsorted(self.trace.begin_ns, np.array([from_ns, to_ns + 1], np.int64))
        return slice(int(low), int(high))
