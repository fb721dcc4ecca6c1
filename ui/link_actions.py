"""What the links of lesson texts and of the welcome page do."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from simulator.errors import UsageError
from simulator.lessons.links import COMPARE, LESSON, REPEAT, RUN, SAMPLE, Link, parse_link
from simulator.samples import find_sample
from simulator.script.settings import ScriptSettings
from ui.actions import RunActions
from ui.messages import MessagesModel
from ui.models.choice import ChoiceModel


class LinkActions(QObject):
    """Follows links.

    Parameters
    ----------
    choice : ChoiceModel
        The lesson that a link speaks of if it names none.
    actions : RunActions
        What links do.
    messages : MessagesModel
        Says what cannot be done.
    parent : QObject, optional
        Owner.

    Signals
    -------
    comparison_wanted(object, object)
        The settings of two runs to be compared.
    repeats_wanted(object)
        The settings of a run to be made many times.
    """

    comparison_wanted = Signal(object, object)
    repeats_wanted = Signal(object)

    def __init__(
        self, choice: ChoiceModel, actions: RunActions, messages: MessagesModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._actions = actions
        self._messages = messages

    def follow(self, target: str) -> None:
        """Do what a link asks for, or say why that cannot be."""
        try:
            self._do(parse_link(target))
        except UsageError as error:
            self._messages.show_error(error)

    def _do(self, link: Link) -> None:
        if link.verb == SAMPLE:
            self._run_sample(link.sample)
            return
        lesson = self._choice.lesson if not link.lesson else self._choice.find_lesson(link.lesson)
        if lesson is None:
            raise UsageError(f"there is no lesson {link.lesson!r} in this version")
        if link.verb == LESSON:
            self._actions.choose_lesson(lesson.id)
        elif link.verb == COMPARE:
            self.comparison_wanted.emit(*link.pair(lesson))
        elif link.verb == REPEAT:
            self.repeats_wanted.emit(link.settings(lesson))
        else:
            self._actions.run_with(link.settings(lesson), starts=link.verb == RUN)

    def _run_sample(self, name: str) -> None:
        sample = find_sample(name)
        if sample is None:
            raise UsageError(f"there is no sample {name!r} in this version")
        self._actions.run_with(ScriptSettings(sample.path, cwd=str(Path(sample.path).parent)))
