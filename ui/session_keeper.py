"""Keeps a window's runs: on disk while the session lasts, offered for saving when it ends, back after a crash."""

from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal

from simulator.analysis.recording import Recording
from simulator.errors import ThreadloomError
from simulator.export import recording_file
from ui.file_actions import stem_of
from ui.session_folder import SUFFIX, SessionFolder
from ui.settings import ExportChoices, SessionEnd, SettingsStore
from ui.windows.main_window import MainWindow
from ui.windows.save_runs_dialog import SaveRunsDialog


class SessionKeeper(QObject):
    """Watches a window's runs, its files and its end.

    Parameters
    ----------
    window : MainWindow
        The window; owns this.
    folder : SessionFolder
        Where runs are kept meanwhile.
    store : SettingsStore
        Remembers whether to ask at the end, and where to save.

    Attributes
    ----------
    folder : SessionFolder
        Where runs are kept meanwhile.
    unsaved : list of Recording
        Runs of this session that are in no file of the user's, the latest last.
    dialog : SaveRunsDialog or None
        The question, while it is on screen.

    Signals
    -------
    closed
        The window closes for certain.
    """

    closed = Signal()

    def __init__(self, window: MainWindow, folder: SessionFolder, store: SettingsStore) -> None:
        super().__init__(window)
        self._window = window
        self.folder = folder
        self._store = store
        self._may_close = self._is_interrupted = False
        self._running: Recording | None = None
        self.unsaved: list[Recording] = []
        self.dialog: SaveRunsDialog | None = None
        window.controller.run_started.connect(self._on_run_started)
        window.controller.run_finished.connect(self._on_run_finished)
        window.files.saved.connect(self._on_saved)
        window.installEventFilter(self)

    def restore(self) -> None:
        """Bring back the runs of a session that did not end well, and say so."""
        restored = 0
        for path in self.folder.adopt():
            try:
                recording = recording_file.load(path)
            except ThreadloomError:
                path.unlink(missing_ok=True)
                continue
            self._window.models.runs.add(recording)
            self.unsaved.append(recording)
            restored += 1
        if restored:
            runs = "One run" if restored == 1 else f"{restored} runs"
            self._window.run_actions.adopt_shown()
            self._window.models.messages.show_info(
                f"{runs} of a session that did not end well: back in the list of runs."
            )

    def close_without_asking(self) -> None:
        """Close the window at once, as a signal asks for; what is not saved comes back at the next start."""
        self._may_close = self._is_interrupted = True
        self._window.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask before the window closes; when it does, leave nothing behind."""
        if watched is self._window and event.type() == QEvent.Type.Close:
            if self._asks():
                event.ignore()
                return True
            self.folder.close(is_kept=self._is_interrupted)
            self.closed.emit()
        return False

    def _asks(self) -> bool:
        if self._may_close or not self.unsaved or not self._store.load(SessionEnd).asks:
            return False
        if self.dialog is None:
            choices = self._store.load(ExportChoices)
            self.dialog = SaveRunsDialog(self.unsaved, choices.folder or str(Path.home()), self._window)
            self.dialog.save_wanted.connect(self._on_save_wanted)
            self.dialog.leave_wanted.connect(self._leave)
            self.dialog.finished.connect(self._on_answered)
            self.dialog.open()
        return True

    def _on_answered(self) -> None:
        assert self.dialog is not None
        self._store.save(SessionEnd(asks=self.dialog.asks_again.isChecked()))
        self.dialog = None

    def _on_save_wanted(self, runs: list[Recording], folder: Path) -> None:
        try:
            for run in runs:
                recording_file.save(run, _free_path(folder, run))
                self._forget(run)
        except ThreadloomError as error:
            self._window.models.messages.show_error(error)
            return
        self._leave()

    def _leave(self) -> None:
        self._may_close = True
        self._window.close()

    def _on_run_started(self) -> None:
        session = self._window.controller.session
        self._running = session.recording if session is not None else None

    def _on_run_finished(self) -> None:
        ended, self._running = self._running, None
        if ended is not None:
            self.unsaved.append(ended)
            self.folder.keep(ended)

    def _on_saved(self, recording: Recording) -> None:
        self._forget(recording)

    def _forget(self, recording: Recording) -> None:
        self.unsaved = [run for run in self.unsaved if run is not recording]


def _free_path(folder: Path, run: Recording) -> Path:
    """Return a path for a run at which there is no file yet."""
    endings = chain([""], (f"-{n}" for n in count(2)))
    paths = (folder / f"{stem_of(run)}{ending}{SUFFIX}" for ending in endings)
    return next(path for path in paths if not path.exists())
