"""The findings of the run on screen: those to be heard, those silenced, and what is certain while it goes on."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.deadlocks import find_deadlocks
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.silence import Silence, part_silenced
from simulator.trace.snapshot import take_snapshot
from ui.background import Background
from ui.models.runs import RunsModel
from ui.silences import SilenceStore

_Parted = tuple[list[Finding], list[tuple[Finding, Silence]]]

LOOK_MS = 700
"""While a run goes on and nothing happens in it, deadlocks are looked for this often."""


class FindingsModel(QObject):
    """What is found in the run on screen.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    silences : SilenceStore
        What the user has silenced in each lesson and script.
    parent : QObject, optional
        Owner.

    Signals
    -------
    changed
        Other findings, or other silences.

    Notes
    -----
    Silences of the user hold for the lesson or script in which they were made, until they are taken back; those that
    comments in the program make are the program's.
    """

    changed = Signal()

    def __init__(self, runs: RunsModel, silences: SilenceStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._silences = silences
        self._subject = ""
        self._rules: list[Silence] = []
        self._parted: tuple[object, Recording | None, _Parted] = (None, None, ([], []))
        self._live: tuple[Recording, list[Finding]] | None = None
        self._n_looked_at = -1
        self._background = Background("deadlocks so far", self)
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
        return self._part()[0]

    @property
    def silenced(self) -> list[tuple[Finding, Silence]]:
        """Findings that are not told, and why."""
        return self._part()[1]

    def silence(self, rule: Silence) -> None:
        """Tell no more findings that fit a rule, in this lesson or script."""
        if rule not in self._rules:
            self._keep([*self._rules, rule])

    def restore(self, rule: Silence) -> None:
        """Tell again what the user has silenced by a rule."""
        if rule in self._rules:
            self._keep([other for other in self._rules if other != rule])

    def _keep(self, rules: list[Silence]) -> None:
        self._rules = rules
        self._silences.save(self._subject, rules)
        self.changed.emit()

    def look(self) -> None:
        """Look for deadlocks in a run that goes on, unless something has happened in it since the last time."""
        shown = self._runs.shown
        if shown is None or shown.status != RUNNING or self._background.is_busy:
            return
        n, self._n_looked_at = self._n_looked_at, shown.trace.n
        if n != shown.trace.n:
            return
        trace = take_snapshot(shown.trace)
        sources = [SourceFile(name, shown.source_of(i)) for i, name in enumerate(trace.files)]
        work = partial(find_deadlocks, Case(trace, sources))
        self._background.ask(work, partial(self._tell_deadlocks, shown), trace.n)

    def _tell_deadlocks(self, shown: Recording, found: list[Finding]) -> None:
        if self._live is None or self._live != (shown, found):
            self._live = (shown, found)
            self.changed.emit()

    def close(self) -> None:
        """Stop looking, and wait until no work is left."""
        self._timer.stop()
        self._background.close()

    def _part(self) -> _Parted:
        """Return what is told and what is silenced; worked out once for the same findings and rules."""
        shown = self._runs.shown
        if shown is None:
            return [], []
        found = list(shown.findings)
        if shown.status == RUNNING:
            found += shown.analysis.so_far
            found += self._live[1] if self._live is not None and self._live[0] is shown else []
        about = (id(shown), len(shown.trace.files), tuple(found), tuple(self._rules))
        if about != self._parted[0]:
            parted = part_silenced(found, [*self._rules, *shown.silences]) if found else ([], [])
            self._parted = about, shown, parted
        return self._parted[2]

    def _follow_run(self) -> None:
        shown = self._runs.shown
        if shown is not None and shown.settings.subject != self._subject:
            self._subject = shown.settings.subject
            self._rules = self._silences.load(self._subject)
        is_live = shown is not None and shown.status == RUNNING and shown.ending is not None
        if is_live and not self._timer.isActive():
            self._n_looked_at = -1
            self._timer.start()
        elif not is_live:
            self._timer.stop()
            self._background.forget()
            self._live = None
        self.changed.emit()
