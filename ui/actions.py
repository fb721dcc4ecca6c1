"""What each command does: input comes in, models and controller are told."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from simulator.analysis.observed import Settings
from simulator.analysis.recording import Recording
from simulator.errors import ThreadloomError
from simulator.script.settings import ScriptSettings
from simulator.script_session import read_source
from ui.messages import MessagesModel
from ui.models.choice import ChoiceModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.run_controller import RunController

BUSY = "A run is going on. Let it end or stop it (Shift+F5), then try again."


class RunActions(QObject):
    """Choosing, running, looking again.

    Parameters
    ----------
    choice : ChoiceModel
        The settings of the next run.
    runs : RunsModel
        The runs so far.
    selection : SelectionModel
        The selected event.
    controller : RunController
        Starts and stops.
    messages : MessagesModel
        Says what failed.
    parent : QObject, optional
        Owner.

    Signals
    -------
    lesson_chosen
        The user chose a lesson.
    """

    lesson_chosen = Signal()

    def __init__(
        self,
        choice: ChoiceModel,
        runs: RunsModel,
        selection: SelectionModel,
        controller: RunController,
        messages: MessagesModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._runs = runs
        self._selection = selection
        self._controller = controller
        self._messages = messages
        self._running: Recording | None = None
        controller.run_started.connect(self._on_run_started)
        controller.run_changed.connect(self._on_run_changed)
        controller.run_finished.connect(self._on_run_finished)
        controller.failed.connect(messages.show_error)
        runs.shown_changed.connect(self._on_shown_changed)

    @property
    def settings(self) -> Settings:
        """The settings of the run on screen, else of the next run."""
        return self._runs.shown.settings if self._runs.shown is not None else self._choice.next_settings

    def run(self) -> None:
        """Start a run with the chosen settings."""
        self._messages.dismiss()
        script = self._choice.script
        if script is not None:
            self._controller.start_script(script)
        else:
            self._controller.start(self._choice.lesson, self._choice.settings)

    def run_with(self, settings: Settings, starts: bool = True) -> None:
        """Choose settings, and start a run with them if `starts`; while one is going, say that it must end first."""
        if self._controller.is_running:
            self._messages.show_info(BUSY)
        elif self._choice.adopt(settings) and starts:
            self.run()

    def stop(self) -> None:
        """Stop the run that is going on."""
        self._controller.stop()

    def choose_lesson(self, lesson_id: str) -> None:
        """Choose a lesson; its latest run of this session comes back on screen."""
        self._choice.set_lesson(lesson_id)
        if not self._controller.is_running:
            self._runs.show(self._runs.latest_of(lesson_id))
        self.lesson_chosen.emit()

    def choose_storage(self, storage: str) -> None:
        """Choose a storage; after a finished run of the lesson the next one starts at once."""
        self._change(lambda: self._choice.set("storage", storage))
        shown = self._runs.shown
        if shown is not None and shown.settings.subject == self._choice.lesson.id and not self._controller.is_running:
            self.run()

    def choose_runner(self, runner: str) -> None:
        """Choose between threads and a pool, for the next run."""
        self._change(lambda: self._choice.set_runner(runner))

    def change_setting(self, name: str, value: Any) -> None:
        """Change a number of the next run."""
        self._change(lambda: self._choice.set(name, value))

    def change_option(self, name: str, value: Any) -> None:
        """Change one of the lesson's own options, for the next run."""
        self._change(lambda: self._choice.set_option(name, value))

    def show_recording(self, recording: Recording) -> None:
        """Show a run that was made elsewhere; it is listed among the earlier runs, once."""
        if any(recording is run for run in self._runs.runs):
            self._runs.show(recording)
        else:
            self._runs.add(recording)

    def show_run(self, index: int) -> None:
        """Show an earlier run again; the controls take over its settings."""
        self._runs.show(self._runs.runs[index])
        self.adopt_shown()

    def adopt_shown(self) -> None:
        """Let the next run be like the one on screen, if its lesson is known."""
        shown = self._runs.shown
        if shown is not None:
            self._choice.adopt(shown.settings)

    def copy_script(self) -> None:
        """Copy the program of the run on screen, else of the next run, as plain Python."""
        shown = self._runs.shown
        settings = self.settings
        if isinstance(settings, ScriptSettings):
            QGuiApplication.clipboard().setText(read_source(settings.path) if shown is None else shown.code)
            self._messages.show_info(f"Copied {settings.name}.")
            return
        lesson = self._choice.find_lesson(settings.lesson)
        if lesson is None:
            self._messages.show_error(f"there is no lesson {settings.lesson!r} in this version, so no script of it")
            return
        QGuiApplication.clipboard().setText(lesson.script(settings))
        self._messages.show_info("Copied a plain Python program that shows the same; paste it into a file and run it.")

    def escape(self) -> None:
        """Dismiss the message, else deselect, else stop."""
        if self._messages.current is not None:
            self._messages.dismiss()
        elif self._selection.row is not None:
            self._selection.select(None)
        else:
            self._controller.stop()

    def _change(self, change: Callable[[], None]) -> None:
        try:
            change()
        except ThreadloomError as error:
            self._messages.show_error(error)

    def _on_run_started(self) -> None:
        assert self._controller.session is not None
        self._running = self._controller.session.recording
        self._runs.add(self._running)

    def _on_run_changed(self, has_news: bool) -> None:
        session, recording = self._controller.session, self._running
        if session is None or recording is None:
            return
        recording.elapsed_ns = session.elapsed_ns
        if has_news:
            self._runs.note_growth(recording)

    def _on_run_finished(self) -> None:
        ended, self._running = self._running, None
        if ended is not None:
            self._runs.note_end(ended)

    def _on_shown_changed(self) -> None:
        self._selection.select(None)
