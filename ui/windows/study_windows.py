"""The windows beside the main one in which runs are looked at together: the comparison, and many runs at once."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from simulator.analysis.recording import RUNNING, Recording
from simulator.lessons.base import RunSettings
from simulator.lessons.fix import fix_of
from ui.actions import BUSY, RunActions
from ui.models.all import Models
from ui.models.comparison import ComparisonModel
from ui.models.repeats import RepeatsModel
from ui.run_controller import RunController
from ui.windows.compare import CompareWindow
from ui.windows.diff import DiffWindow
from ui.windows.repeats import RepeatsWindow

ONE_RUN = "There is one run only; run again, or open a recording, to see what differs."
ONE_FORM = "This program has one form only, so there is nothing to compare it with."

NO_LESSON = "Only lessons can be run many times from here."


class StudyWindows(QObject):
    """Opens windows that have runs of their own, and closes them.

    Parameters
    ----------
    models : Models
        State of the main window.
    controller : RunController
        That of the main window; the others get one each like it.
    actions : RunActions
        What to run.
    window : QWidget
        The main window.

    Attributes
    ----------
    comparison : CompareWindow or None
        The comparison, once it was asked for.
    repeats : RepeatsWindow or None
        Many runs, once they were asked for.
    """

    def __init__(self, models: Models, controller: RunController, actions: RunActions, window: QWidget) -> None:
        super().__init__(window)
        self._models = models
        self._controller = controller
        self._actions = actions
        self._window = window
        self.comparison: CompareWindow | None = None
        self.repeats: RepeatsWindow | None = None

    def compare(self) -> None:
        """Compare what was run, or will be, with what cures it, or with the next storage."""
        settings = self._actions.settings
        lesson = self._models.choice.lesson_of(settings)
        pair = fix_of(lesson, settings) if lesson is not None and isinstance(settings, RunSettings) else None
        if pair is None:
            self._models.messages.show_info(ONE_FORM)
        else:
            self.open_comparison(*pair)

    def open_comparison(self, one: RunSettings, other: RunSettings) -> None:
        """Run a lesson with two settings above each other."""
        lesson = self._models.choice.find_lesson(one.lesson)
        if self._controller.is_running:
            self._models.messages.show_info(BUSY)
        elif lesson is not None:
            if self.comparison is None:
                runs = ComparisonModel(self._controller.another())
                self.comparison = CompareWindow(runs, self._models.theme, self._window)
                self.comparison.run_opened.connect(self._show_in_main_window)
            self.comparison.compare(lesson, one, other)

    def diff(self) -> None:
        """Show what the run on screen differs in from the one before it."""
        ended = tuple(run for run in self._models.runs.runs if run.status != RUNNING)
        if len(ended) < 2:
            self._models.messages.show_info(ONE_RUN)
            return
        at = next((i for i, run in enumerate(ended) if run is self._models.runs.shown), len(ended) - 1)
        window = DiffWindow(ended, *((at - 1, at) if at else (0, 1)), self._models.theme, self._window)
        window.run_opened.connect(self._show_in_main_window)
        window.show()

    def repeat(self) -> None:
        """Offer to run many times what was run, or will be."""
        settings = self._actions.settings
        if isinstance(settings, RunSettings):
            self._open_repeats(settings, starts=False)
        else:
            self._models.messages.show_info(NO_LESSON)

    def start_repeats(self, settings: RunSettings) -> None:
        """Run settings many times, at once."""
        self._open_repeats(settings, starts=True)

    def _open_repeats(self, settings: RunSettings, starts: bool) -> None:
        lesson = self._models.choice.find_lesson(settings.lesson)
        if self._controller.is_running:
            self._models.messages.show_info(BUSY)
        elif lesson is None:
            self._models.messages.show_info(NO_LESSON)
        else:
            if self.repeats is None:
                repeats = RepeatsModel(self._controller.make_session)
                self.repeats = RepeatsWindow(repeats, self._models.theme, self._window)
            self.repeats.open_for(lesson, settings, starts)

    def close(self) -> None:
        """Close them; nothing of their runs is left."""
        for window in (self.comparison, self.repeats, *self._window.findChildren(DiffWindow)):
            if window is not None:
                window.close()

    def _show_in_main_window(self, recording: Recording) -> None:
        if self._controller.is_running:
            self._models.messages.show_info(BUSY)
            return
        self._actions.show_recording(recording)
        self._actions.adopt_shown()
        self._window.activateWindow()
