"""The left column: what can be run, how, and what was run before."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.models.all import Models
from ui.models.choice import ChoiceModel
from ui.panels.controls import ControlsPanel
from ui.panels.lessons import LessonsPanel
from ui.panels.runs import RunsPanel
from ui.panels.script import ScriptPanel
from ui.panels.section import Section


class LeftColumn:
    """Lessons, the settings of the next run, and the runs of this session.

    Parameters
    ----------
    models : Models
        State of the window.
    parent : QWidget
        The window.

    Attributes
    ----------
    lessons : LessonsPanel
        What can be run.
    controls, script : ControlsPanel, ScriptPanel
        The settings of a lesson, of a script.
    next_run : QStackedWidget
        Whichever of the two is chosen.
    earlier : RunsPanel
        What was run before.
    sections : tuple of QWidget
        All of it, from top to bottom.
    """

    def __init__(self, models: Models, parent: QWidget) -> None:
        self._choice: ChoiceModel = models.choice
        self.lessons = LessonsPanel(models.choice, models.theme, parent)
        self.controls = ControlsPanel(models.choice, parent)
        self.script = ScriptPanel(models.choice, models.theme, parent)
        self.next_run = QStackedWidget(parent)
        for panel in (self.controls, self.script):
            self.next_run.addWidget(panel)
        self.earlier = RunsPanel(models.runs, models.theme, parent)
        self.sections = (
            Section("Lessons", self.lessons),
            Section("Next run", self.next_run),
            Section("Runs of this session", self.earlier),
        )

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        settings = self.controls if self._choice.script is None else self.script
        return [self.lessons.search, self.lessons.list, *settings.focus_order, self.earlier]

    def show_choice(self) -> None:
        """Show the settings of what is chosen, a lesson or a script."""
        self.next_run.setCurrentWidget(self.controls if self._choice.script is None else self.script)

    def commit(self) -> None:
        """Take what was typed in the settings of the next run and not yet confirmed."""
        if self._choice.script is None:
            self.controls.commit()
        else:
            self.script.commit()
