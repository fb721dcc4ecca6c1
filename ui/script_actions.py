"""What commands do with scripts: choose one, change its settings, talk to the one that runs."""

from PySide6.QtCore import QObject, Signal

from simulator.analysis.recording import LIMIT, STOPPED, Recording
from simulator.script.settings import ScriptSettings
from ui.models.choice import ChoiceModel
from ui.models.console import INPUT, NOTE, ConsoleModel
from ui.models.runs import RunsModel
from ui.run_controller import RunController


class ScriptActions(QObject):
    """Scripts, and their console.

    Parameters
    ----------
    choice : ChoiceModel
        The settings of the next run.
    runs : RunsModel
        The runs so far.
    console : ConsoleModel
        What scripts print.
    controller : RunController
        Starts and stops.
    parent : QObject, optional
        Owner.

    Signals
    -------
    chosen
        The user chose a script.
    printed
        A script has begun to print, or to wait for its end.
    """

    chosen = Signal()
    printed = Signal()

    def __init__(
        self,
        choice: ChoiceModel,
        runs: RunsModel,
        console: ConsoleModel,
        controller: RunController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._runs = runs
        self._console = console
        self._controller = controller
        self._running: Recording | None = None
        self._has_printed = False
        controller.run_started.connect(self._on_run_started)
        controller.run_changed.connect(self._on_run_changed)
        controller.run_finished.connect(self._on_run_finished)

    def open(self, path: str) -> None:
        """Choose a script; its latest run of this session comes back on screen. Nothing runs yet."""
        self._choice.open_script(path)
        if not self._controller.is_running:
            self._runs.show(self._runs.latest_of(path))
        self.chosen.emit()

    def change(self, settings: ScriptSettings) -> None:
        """Change a setting of the chosen script, for the next run."""
        self._choice.set_script(settings)

    def send_line(self, text: str) -> None:
        """Give the running script a line to read."""
        session = self._controller.session
        if session is not None:
            session.write_input(f"{text}\n".encode())
            self._console.note(session.recording, INPUT, f"{text}\n")

    def end_input(self) -> None:
        """Tell the running script that there is nothing more to read."""
        session = self._controller.session
        if session is not None:
            session.close_input()
            self._console.note(session.recording, NOTE, "— end of input —\n")

    def _on_run_started(self) -> None:
        session = self._controller.session
        self._running = session.recording if session is not None else None
        self._has_printed = False

    def _on_run_changed(self) -> None:
        session = self._controller.session
        if session is None or self._running is None:
            return
        chunks = session.take_output()
        self._console.take(self._running, chunks)
        if chunks and not self._has_printed:
            self._has_printed = True
            self.printed.emit()

    def _on_run_finished(self) -> None:
        """Say in the console how a script ended, and which files of it were not recorded."""
        recording, self._running = self._running, None
        ending = recording.ending if recording is not None else None
        if recording is None or ending is None:
            return
        lines = ending.left_out_lines()
        if recording.status in (STOPPED, LIMIT):
            lines.append("stopped" if recording.status == STOPPED else f"stopped at the limit of {ending.limit}")
        elif ending.exit_code is not None:
            lines.append(ending.exit_text)
        self._console.note(recording, NOTE, "".join(f"— {line} —\n" for line in lines))
