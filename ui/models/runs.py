"""The runs of this session: those that were made or opened, and the one on screen."""

from PySide6.QtCore import QObject, Signal

from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.verdict import Verdict

MOST_RUNS = 30
"""How many runs are kept; the oldest is forgotten first."""


class RunsModel(QObject):
    """The recordings of this session, the latest last.

    Signals
    -------
    list_changed
        A run was added, or its result has changed.
    shown_changed
        Another run is on screen, or none.
    grown
        The run on screen has new events or another state.
    """

    list_changed = Signal()
    shown_changed = Signal()
    grown = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Recording] = []
        self._shown: Recording | None = None
        self._verdicts: dict[int, Verdict] = {}

    @property
    def runs(self) -> tuple[Recording, ...]:
        """All runs, the latest last."""
        return tuple(self._runs)

    @property
    def shown(self) -> Recording | None:
        """The run on screen."""
        return self._shown

    def add(self, recording: Recording) -> None:
        """Add a run and show it."""
        self._runs.append(recording)
        for forgotten in self._runs[:-MOST_RUNS]:
            self._verdicts.pop(id(forgotten), None)
        del self._runs[:-MOST_RUNS]
        self._shown = recording
        self.list_changed.emit()
        self.shown_changed.emit()

    def show(self, recording: Recording | None) -> None:
        """Show a run, or none."""
        if recording is not self._shown:
            self._shown = recording
            self.shown_changed.emit()

    def verdict(self, recording: Recording) -> Verdict:
        """Return the verdict of a run; once it has ended it is worked out only once, for it looks at every event."""
        known = self._verdicts.get(id(recording))
        if known is not None:
            return known
        verdict = recording.verdict
        if recording.status != RUNNING and any(recording is run for run in self._runs):
            self._verdicts[id(recording)] = verdict
        return verdict

    def latest_of(self, subject: str) -> Recording | None:
        """Return the latest run of a lesson by its id, or of a script by its path; None if there is none."""
        return next((run for run in reversed(self._runs) if run.settings.subject == subject), None)

    def note_growth(self, recording: Recording) -> None:
        """Tell that a recording has grown; matters when it is the one on screen."""
        if recording is self._shown:
            self.grown.emit()

    def note_end(self, recording: Recording) -> None:
        """Tell that a run has ended."""
        self.note_growth(recording)
        self.list_changed.emit()
