"""The right column: the code and what there is to read about it, the selected event, and the findings."""

from PySide6.QtWidgets import QWidget

from ui.models.all import Models
from ui.panels.code import CodePanel
from ui.panels.comparison import ComparisonPanel
from ui.panels.findings import FindingsPanel
from ui.panels.fix import FixPanel
from ui.panels.inspector import NOTHING, InspectorPanel
from ui.panels.lesson_text import LessonTextPanel
from ui.panels.section import Section
from ui.panels.study import StudySection

COMPARED = frozenset({"async-tasks"})
"""Lessons beside which the table of `threading.local` and `contextvars` is offered."""


class RightColumn:
    """What one reads beside the picture.

    Parameters
    ----------
    models : Models
        State of the window.
    parent : QWidget
        The window.

    Attributes
    ----------
    code, text, fix, comparison : QWidget
        The pages of `study`.
    study : StudySection
        One of them at a time.
    inspector : InspectorPanel
        The selected event.
    findings : FindingsPanel
        What was found.
    of_a_run : tuple of QWidget
        Inspector and findings, which say nothing before there is a run.
    sections : tuple of QWidget
        All of it, from top to bottom.
    """

    def __init__(self, models: Models, parent: QWidget) -> None:
        self._choice = models.choice
        self._runs = models.runs
        self.code = CodePanel(models.choice, models.runs, models.selection, models.moment, models.theme, parent)
        self.text = LessonTextPanel(models.choice, models.theme, parent)
        self.fix = FixPanel(models.choice, models.runs, models.theme, parent)
        self.comparison = ComparisonPanel(parent=parent)
        self.study = StudySection(self.code, self.text, self.fix, self.comparison, parent)
        self.inspector = InspectorPanel(models.runs, models.selection, models.moment, parent)
        self.findings = FindingsPanel(models.findings, models.choice, models.selection, models.theme, parent)
        inspector = Section(NOTHING, self.inspector)
        self.inspector.title_changed.connect(inspector.set_title)
        self.of_a_run = (inspector, Section("Findings", self.findings))
        self.sections = (self.study, *self.of_a_run)

    def show_choice(self) -> None:
        """Offer the pages that belong to what is chosen, a lesson or a script."""
        self.study.set_about_lesson(self._choice.script is None)
        self.study.offer_comparison(self._choice.lesson.id in COMPARED)

    def offer_text(self) -> None:
        """Show the text of a lesson that was just chosen and has no run yet."""
        if self._runs.shown is None:
            self.study.offer_text()

    def give_room(self) -> None:
        """Let the lesson's text have the whole column while there is no run to tell of."""
        is_reading = self.study.page is self.text and self._runs.shown is None
        for section in self.of_a_run:
            section.setVisible(not is_reading)
