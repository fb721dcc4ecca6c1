"""The findings of the run on screen: those to be heard, those silenced, and what is certain while it goes on."""

from PySide6.QtCore import QObject, Signal

from simulator.analysis.findings import Finding
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.silence import Silence, part_silenced
from ui.models.runs import RunsModel
from ui.silences import SilenceStore

_Parted = tuple[list[Finding], list[tuple[Finding, Silence]]]


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

    def _part(self) -> _Parted:
        """Return what is told and what is silenced; worked out once for the same findings and rules."""
        shown = self._runs.shown
        if shown is None:
            return [], []
        found = list(shown.findings)
        if shown.status == RUNNING:
            found += shown.analysis.so_far
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
        self.changed.emit()
