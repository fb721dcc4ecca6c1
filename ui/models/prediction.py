"""What the user expects of the next run, and whether it came so."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from simulator.analysis.observed import Settings
from simulator.analysis.predictions import question_of
from simulator.analysis.questions import Question
from simulator.analysis.recording import RUNNING, Recording
from simulator.lessons.base import RunSettings
from ui.models.choice import ChoiceModel
from ui.models.runs import RunsModel
from ui.settings import Learning, SettingsStore


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is open, and the answer that was given so far, if any."""

    text: str
    answers: tuple[str, ...]
    answer: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of an answer: the question, one sentence, and whether the answer was right."""

    question: str
    text: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class _Given:
    recording: Recording
    question: Question
    answer: int


class PredictionModel(QObject):
    """Asks once for each lesson and storage, before the first run; never in the way of a run.

    Parameters
    ----------
    choice : ChoiceModel
        The next run.
    runs : RunsModel
        The runs so far.
    store : SettingsStore
        Remembers what was asked, and whether to ask.
    parent : QObject, optional
        Owner.

    Signals
    -------
    changed
        Another question is open, another answer is given, or it was checked.
    """

    changed = Signal()

    def __init__(
        self, choice: ChoiceModel, runs: RunsModel, store: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._runs = runs
        self._store = store
        learning = store.load(Learning)
        self._is_on = learning.predicts
        self._asked = set(learning.asked.split())
        self._question: Question | None = None
        self._question_key = ""
        self._answer: int | None = None
        self._given: _Given | None = None
        self._state: Asking | Checked | None = None
        choice.changed.connect(self._follow)
        runs.shown_changed.connect(self._on_shown_changed)
        runs.list_changed.connect(self._on_list_changed)
        self._follow()

    @property
    def is_on(self) -> bool:
        """Whether questions are asked."""
        return self._is_on

    @property
    def state(self) -> Asking | Checked | None:
        """The open question, or what became of the last answer, or nothing."""
        return self._state

    def give(self, answer: int) -> None:
        """Answer the open question; it can be changed until the run begins."""
        if self._question is not None and answer != self._answer:
            self._answer = answer
            self._follow()

    def dismiss(self) -> bool:
        """Take away what is shown; return whether there was anything."""
        had_any = self._state is not None
        if self._question is not None:
            self._note_asked(self._question_key)
        self._given = None
        self._follow()
        return had_any

    def set_on(self, is_on: bool) -> None:
        """Ask from now on, also what was asked before; or ask no more."""
        if is_on != self._is_on:
            self._is_on = is_on
            self._given = None
            learning = self._store.load(Learning)
            learning.predicts = is_on
            if is_on:
                self._asked, learning.asked = set(), ""
            self._store.save(learning)
            self._follow()

    def _on_shown_changed(self) -> None:
        """Close the question when the run that it is about begins."""
        shown = self._runs.shown
        self._given = None
        is_about = shown is not None and self._question_key == _key_of(shown.settings)
        if shown is not None and is_about and shown.status == RUNNING and self._question is not None:
            if self._answer is not None:
                self._given = _Given(shown, self._question, self._answer)
            self._note_asked(self._question_key)
        self._follow()

    def _on_list_changed(self) -> None:
        """Check the answer when its run has ended; a run that has just been added will be shown in a moment."""
        if self._given is not None:
            self._follow()

    def _follow(self) -> None:
        """Work out what is to be shown now."""
        settings, shown = self._choice.next_settings, self._runs.shown
        key = _key_of(settings)
        is_seen = shown is not None and _key_of(shown.settings) == key
        is_running = shown is not None and shown.status == RUNNING
        is_open = self._is_on and key not in self._asked and not is_seen and not is_running
        if not is_open or key != self._question_key:
            self._answer = None
        self._question = question_of(settings) if is_open and isinstance(settings, RunSettings) else None
        self._question_key = key
        question = self._question
        asking = Asking(question.text, question.answers, self._answer) if question is not None else None
        state = asking or self._checked()
        if state != self._state:
            self._state = state
            self.changed.emit()

    def _checked(self) -> Checked | None:
        given = self._given
        if given is None or given.recording.status == RUNNING:
            return None
        truth = given.question.check(given.recording)
        if truth is None:
            return Checked(given.question.text, "This run does not tell: it did not come so far.", False)
        if truth.index == given.answer:
            return Checked(given.question.text, f"As you expected: {truth.seen}.", True)
        expected = given.question.answers[given.answer]
        return Checked(given.question.text, f"You expected “{expected}”, but {truth.seen}.", False)

    def _note_asked(self, key: str) -> None:
        """Remember what was asked, here or in another window."""
        learning = self._store.load(Learning)
        self._asked = {*learning.asked.split(), *self._asked, key}
        learning.asked = " ".join(sorted(self._asked))
        self._store.save(learning)


def _key_of(settings: Settings) -> str:
    return f"{settings.subject}/{settings.storage or ''}"
