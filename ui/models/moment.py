"""What each thread was doing, and what stood in each cell, at the playhead."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from simulator.analysis.cells_at import CellHistory, CellMoment
from simulator.analysis.moment import Moments, TrackMoment
from simulator.analysis.recording import Recording
from simulator.picture.cast import Cast
from simulator.picture.flags import Flags
from simulator.trace.trace import Trace
from ui.background import Background
from ui.models.playhead import PlayheadModel
from ui.models.runs import RunsModel


@dataclass(frozen=True, slots=True)
class _History:
    """What has been worked out about a run once, so that any moment of it is told at once."""

    lanes: tuple[int, ...]
    moments: Moments
    cells: CellHistory
    flags: Flags


class MomentModel(QObject):
    """The state of the run on screen at the playhead; known once the run has ended.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    playhead : PlayheadModel
        The moment that is looked at.
    parent : QObject, optional
        Owner.

    Signals
    -------
    changed
        Another moment is looked at, or it has become known.

    Notes
    -----
    Cost: O(n) once for each run, off the window's thread where n is large; then O(log n) for each thread and cell.
    """

    changed = Signal()

    def __init__(self, runs: RunsModel, playhead: PlayheadModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._playhead = playhead
        self._about: tuple[Recording, int, int] | None = None
        self._history: _History | None = None
        self._threads: list[tuple[int, TrackMoment]] | None = None
        self._background = Background("moments", self)
        runs.shown_changed.connect(self._follow_run)
        runs.list_changed.connect(self._follow_run)
        playhead.moved.connect(self._on_moved)
        self._follow_run()

    @property
    def recording(self) -> Recording | None:
        """The run that the moment belongs to; None while nothing is known of it, or another has come on screen."""
        return self._runs.shown if self._known is not None else None

    @property
    def _known(self) -> _History | None:
        """The history of the run on screen, if it has been worked out: another run may just have come there."""
        is_of_shown = self._about is not None and self._about[0] is self._runs.shown
        return self._history if is_of_shown else None

    @property
    def n(self) -> int:
        """Number of events that have happened."""
        return self._playhead.n

    @property
    def time_ns(self) -> int:
        """The time of the moment."""
        return self._playhead.time_ns

    def threads(self) -> list[tuple[int, TrackMoment]]:
        """Return track and state of each thread or task that has a lane, in the order of the lanes."""
        history = self._known
        if history is None:
            return []
        if self._threads is None:
            found = history.moments
            self._threads = [(track, found.track(track, self.n, self.time_ns)) for track in history.lanes]
        return self._threads

    @property
    def n_cells(self) -> int:
        """How many cells have been changed by now."""
        return self._known.cells.count(self.n) if self._known is not None else 0

    def cells(self, most: int) -> list[CellMoment]:
        """Return what stands in the cells that have been changed by now; in the first so many of them."""
        return self._known.cells.at(self.n, most) if self._known is not None else []

    def flags(self) -> list[tuple[int, int]]:
        """Return variable and row of the last set or clear of each Event's flag; row -1 for none yet."""
        return self._history.flags.at(self.n) if self._history is not None else []

    def close(self) -> None:
        """Wait until no work is left."""
        self._background.close()

    def _follow_run(self) -> None:
        """Work out the history of a run that has ended, unless that has been done."""
        shown = self._runs.shown
        about = (shown, shown.trace.n, shown.trace.generation) if shown and self._playhead.is_movable else None
        if about == self._about:
            return
        self._about = about
        self._background.forget()
        self._take(None, about)
        if about is not None:
            trace = about[0].trace
            self._background.ask(partial(_work_out, trace), lambda history: self._take(history, about), trace.n)

    def _take(self, history: _History | None, about: object) -> None:
        if about == self._about:
            self._history = history
            self._threads = None
            self.changed.emit()

    def _on_moved(self) -> None:
        self._threads = None
        if self._history is not None:
            self.changed.emit()


def _work_out(trace: Trace) -> _History:
    cast = Cast(trace)
    cast.update()
    flags = Flags(trace)
    flags.update()
    return _History(tuple(cast.lanes), Moments(trace), CellHistory(trace), flags)
