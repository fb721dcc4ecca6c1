"""The findings of the run on screen: those to be heard, those that are silenced, and deadlocks while a run goes on."""

from PySide6.QtCore import QObject, QTimer, Signal

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.deadlocks import find_deadlocks
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.silence import Silence, part_silenced
from simulator.trace.snapshot import take_snapshot
from ui.models.runs import RunsModel

LOOK_MS = 700
"""While a run goes on and nothing happens in it, deadlocks are looked for this often."""


class FindingsModel(QObject):
    """What is found in the run on screen.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    parent : QObject, optional
        Owner.

    Signals
    -------
    changed
        Other findings, or other silences.

    Notes
    -----
    Silences of the user hold until the window is closed; those that comments in the program make are the program's.
    """

    changed = Signal()

    def __init__(self, runs: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._rules: list[Silence] = []
        self._live: tuple[Recording, list[Finding]] | None = None
        self._n_looked_at = -1
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        for signal in (runs.shown_changed, runs.grown, runs.list_changed):
            signal.connect(self._follow_run)
        self._follow_run()

    @property
    def recording(self) -> Recording | None:
        """The run on screen."""
        return self._runs.shown

    @property
    def rules(self) -> tuple[Silence, ...]:
        """What the user has silenced."""
        return tuple(self._rules)

    @property
    def heard(self) -> list[Finding]:
        """Findings to be told."""
        return self._parted()[0]

    @property
    def silenced(self) -> list[tuple[Finding, Silence]]:
        """Findings that are not told, and why."""
        return self._parted()[1]

    def silence(self, rule: Silence) -> None:
        """Tell no more findings that fit a rule."""
        if rule not in self._rules:
            self._rules.append(rule)
            self.changed.emit()

    def restore(self) -> None:
        """Tell again what the user has silenced."""
        if self._rules:
            self._rules.clear()
            self.changed.emit()

    def look(self) -> None:
        """Look for deadlocks in a run that goes on, unless something has happened in it since the last time."""
        shown = self._runs.shown
        if shown is None or shown.status != RUNNING:
            return
        n, self._n_looked_at = self._n_looked_at, shown.trace.n
        if n != shown.trace.n:
            return
        trace = take_snapshot(shown.trace)
        sources = [SourceFile(name, shown.source_of(i)) for i, name in enumerate(trace.files)]
        found = find_deadlocks(Case(trace, sources))
        if self._live is None or self._live != (shown, found):
            self._live = (shown, found)
            self.changed.emit()

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()

    def _parted(self) -> tuple[list[Finding], list[tuple[Finding, Silence]]]:
        shown = self._runs.shown
        if shown is None:
            return [], []
        found = list(shown.findings)
        if shown.status == RUNNING and self._live is not None and self._live[0] is shown:
            found += self._live[1]
        return part_silenced(found, [*self._rules, *shown.silences]) if found else ([], [])

    def _follow_run(self) -> None:
        shown = self._runs.shown
        is_live = shown is not None and shown.status == RUNNING and shown.ending is not None
        if is_live and not self._timer.isActive():
            self._n_looked_at = -1
            self._timer.start()
        elif not is_live:
            self._timer.stop()
            self._live = None
        self.changed.emit()
