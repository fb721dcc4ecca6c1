"""Keeps a window's runs: on disk while the session lasts, offered for saving when it ends, back after a crash."""

from collections.abc import Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal

from simulator.analysis.recording import Recording
from simulator.errors import ThreadloomError
from simulator.export import recording_file
from simulator.progress import Progress, StoppedError, part
from ui.file_actions import SHORT_BYTES, size_of, stem_of
from ui.jobs import DIRECT_EVENTS, Job
from ui.session_folder import SUFFIX, SessionFolder
from ui.settings import ExportChoices, SessionEnd, SettingsStore
from ui.windows.main_window import MainWindow
from ui.windows.save_runs_dialog import SaveRunsDialog

SAVING = "Runs are being saved; wait for that or stop it, then close the window."
STOPPED = "Stopped. What was saved until then is saved; the other runs are still in the list."
LATER = "Stopped. The runs of the session that did not end well are offered again at the next start."


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
        self._may_close = self._is_kept = self._is_saving = False
        self._running: Recording | None = None
        self.unsaved: list[Recording] = []
        self.dialog: SaveRunsDialog | None = None
        window.controller.run_started.connect(self._on_run_started)
        window.controller.run_finished.connect(self._on_run_finished)
        window.files.saved.connect(self._on_saved)
        window.installEventFilter(self)

    def restore(self) -> None:
        """Bring back the runs of a session that did not end well, and say so."""
        paths = self.folder.adopt()
        if paths:
            text = f"Bringing back {_runs_text(len(paths))} of a session that did not end well"
            job = Job(text, partial(_load_all, paths), self._on_restored, self._on_not_restored)
            self._window.files.jobs.do(job, is_short=sum(map(size_of, paths)) <= SHORT_BYTES)

    def _on_restored(self, recordings: list[Recording]) -> None:
        for recording in recordings:
            self._window.models.runs.add(recording)
            self.unsaved.append(recording)
        if recordings:
            text = _runs_text(len(recordings)).capitalize()
            self._window.run_actions.adopt_shown()
            self._window.models.messages.show_info(
                f"{text} of a session that did not end well: back in the list of runs."
            )

    def _on_not_restored(self, _stopped: ThreadloomError) -> None:
        self._is_kept = True
        self._window.models.messages.show_info(LATER)

    def close_without_asking(self) -> None:
        """Close the window at once, as a signal asks for; what is not saved comes back at the next start."""
        self._may_close = self._is_kept = True
        self._window.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask before the window closes; when it does, leave nothing behind."""
        if watched is self._window and event.type() == QEvent.Type.Close:
            if self._asks():
                event.ignore()
                return True
            self.folder.close(is_kept=self._is_kept)
            self.closed.emit()
        return False

    def _asks(self) -> bool:
        if self._may_close or not self.unsaved or not self._store.load(SessionEnd).asks:
            return False
        if self._is_saving:
            self._window.models.messages.show_info(SAVING)
        elif self.dialog is None:
            folder = self._store.load(ExportChoices).folder or str(Path.home())
            self.dialog = SaveRunsDialog(self.unsaved, self._window.models.runs.verdict, folder, self._window)
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
        """Save runs, then close; what was not wanted, and only that, is lost."""
        unwanted = [run for run in self.unsaved if not _is_among(run, runs)]
        saved: list[Recording] = []
        job = Job(
            f"Saving {_runs_text(len(runs))}",
            partial(_save_all, runs, folder, saved),
            lambda _: self._on_all_saved(saved, unwanted),
            lambda error: self._on_not_all_saved(saved, error),
        )
        self._is_saving = True
        self._window.files.jobs.do(job, is_short=sum(run.trace.n for run in runs) <= DIRECT_EVENTS)

    def _on_all_saved(self, saved: list[Recording], unwanted: list[Recording]) -> None:
        self._is_saving = False
        self._forget(saved)
        if all(_is_among(run, unwanted) for run in self.unsaved):
            self._leave()
        else:  # there are new ones
            self._window.close()

    def _on_not_all_saved(self, saved: list[Recording], error: ThreadloomError) -> None:
        self._is_saving = False
        self._forget(saved)
        if isinstance(error, StoppedError):
            self._window.models.messages.show_info(STOPPED)
        else:
            self._window.models.messages.show_error(error)

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
        self._forget([recording])

    def _forget(self, recordings: Sequence[Recording]) -> None:
        self.unsaved = [run for run in self.unsaved if not _is_among(run, recordings)]


def _is_among(run: Recording, runs: Sequence[Recording]) -> bool:
    return any(run is one for one in runs)


def _runs_text(n: int) -> str:
    return "one run" if n == 1 else f"{n} runs"


def _load_all(paths: Sequence[Path], progress: Progress) -> list[Recording]:
    """Read recordings; what cannot be read is thrown away."""
    recordings = []
    for nth, path in enumerate(paths):
        try:
            recordings.append(recording_file.load(path, part(progress, nth, len(paths))))
        except StoppedError:
            raise
        except ThreadloomError:
            path.unlink(missing_ok=True)
    return recordings


def _save_all(runs: Sequence[Recording], folder: Path, saved: list[Recording], progress: Progress) -> None:
    """Write runs into a folder; each is put into `saved` as soon as it is."""
    for nth, run in enumerate(runs):
        recording_file.save(run, _free_path(folder, run), part(progress, nth, len(runs)))
        saved.append(run)


def _free_path(folder: Path, run: Recording) -> Path:
    """Return a path for a run at which there is no file yet."""
    endings = chain([""], (f"-{n}" for n in count(2)))
    paths = (folder / f"{stem_of(run)}{ending}{SUFFIX}" for ending in endings)
    return next(path for path in paths if not path.exists())
