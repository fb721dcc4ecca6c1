"""Opening, saving and exporting: what the window does with files."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from simulator.analysis.recording import Recording
from simulator.errors import ThreadloomError
from simulator.export import ANIMATED
from simulator.export.opening import OPENED
from simulator.export.svg import svg_text
from simulator.picture.whole import build_picture
from simulator.progress import Progress, StoppedError
from simulator.script.settings import SUFFIX as SCRIPT_SUFFIX
from simulator.script.settings import ScriptSettings
from ui.jobs import DIRECT_EVENTS, Job, Jobs
from ui.messages import MessagesModel
from ui.models.runs import RunsModel
from ui.picture_export import render_image
from ui.recent_files import RecentFiles
from ui.settings import ExportChoices, SettingsStore
from ui.windows.export_dialog import ExportDialog, ExportRequest

SUFFIX = ".threadloom"
FILTER = f"Threadloom recordings (*{SUFFIX})"
OPEN_FILTER = f"Recordings, Chrome traces, Python programs ({' '.join(f'*{one}' for one in (*OPENED, SCRIPT_SUFFIX))})"

SHORT_BYTES = 150_000
"""Recordings of this size are opened at once: it takes less time than one would notice."""

Loader = Callable[[Path, Progress], Recording]
Writer = Callable[[Recording, ExportRequest, Progress], None]


class FileActions(QObject):
    """Opens and writes recordings.

    Parameters
    ----------
    runs : RunsModel
        Where an opened recording goes, and where the run on screen is.
    messages : MessagesModel
        Says what was written and what failed.
    store : SettingsStore
        Remembers folder and format.
    load : callable
        Reads a recording; raises `FileError`.
    write : callable
        Writes one in the format of the suffix; raises `ThreadloomError`.
    window : QWidget
        Owner of the dialogs.
    visible_ns : callable
        Returns the part of the run that is on screen, nanoseconds.

    Attributes
    ----------
    recent : RecentFiles
        What was opened or saved lately.
    jobs : Jobs
        Long reading and writing, off the window's thread.

    Signals
    -------
    opened
        A recording was read from a file and is on screen.
    script_opened(str)
        The user wants the script at this path.
    saved(object)
        A recording was saved so that it can be opened again.
    """

    opened = Signal()
    script_opened = Signal(str)
    saved = Signal(object)

    def __init__(
        self,
        runs: RunsModel,
        messages: MessagesModel,
        store: SettingsStore,
        load: Loader,
        write: Writer,
        window: QWidget,
        visible_ns: Callable[[], tuple[int, int]],
    ) -> None:
        super().__init__(window)
        self._runs = runs
        self._messages = messages
        self._store = store
        self._load = load
        self._write = write
        self._window = window
        self._visible_ns = visible_ns
        self._choices = store.load(ExportChoices)
        self.recent = RecentFiles(store)
        self.jobs = Jobs(self)

    def open(self, path: Path) -> None:
        """Show the recording in a file, or choose the script that it is; says so if it cannot be read."""
        if path.suffix.lower() == SCRIPT_SUFFIX:
            self._open_script(path.resolve())
            return

        def show(recording: Recording) -> None:
            self._remember_folder(path)
            self.recent.add(path)
            self._runs.add(recording)
            self.opened.emit()

        def complain(error: ThreadloomError) -> None:
            self._messages.show_error(error)
            if not isinstance(error, StoppedError):
                self.recent.forget(path)

        job = Job(f"Opening {path.name}", lambda progress: self._load(path, progress), show, complain)
        self.jobs.do(job, is_short=size_of(path) <= SHORT_BYTES)

    def _open_script(self, path: Path) -> None:
        try:
            ScriptSettings(str(path)).check()
        except ThreadloomError as error:
            self._messages.show_error(error)
            self.recent.forget(path)
            return
        self._remember_folder(path)
        self.recent.add(path)
        self.script_opened.emit(str(path))

    def export(self, request: ExportRequest) -> None:
        """Write the run on screen, and remember how."""

        def remember() -> None:
            self._choices.theme, self._choices.width_px = request.theme, request.width_px
            self._choices.suffix = request.path.suffix
            self._remember_folder(request.path)

        self._write_shown(request, remember)

    def save(self, path: Path) -> None:
        """Write the run on screen so that it can be opened again."""

        def remember() -> None:
            self._remember_folder(path)
            self.recent.add(path)

        self._write_shown(ExportRequest(path, self._choices.theme, self._choices.width_px), remember)

    def copy_picture(self, theme: str) -> None:
        """Put a picture of what the timeline shows on the clipboard."""
        recording = self._runs.shown
        assert recording is not None
        picture = build_picture(recording, self._choices.width_px, theme, *self._visible_ns())
        try:
            image = render_image(svg_text(picture))
        except ThreadloomError as error:
            self._messages.show_error(error)
            return
        QGuiApplication.clipboard().setImage(image)
        self._messages.show_info("Copied a picture of the timeline; paste it into a slide or a chat.")

    def _write_shown(self, request: ExportRequest, remember: Callable[[], None]) -> None:
        """Write the run on screen; say what was written, or why not."""
        recording = self._runs.shown
        assert recording is not None
        path = request.path

        def tell(_nothing: object) -> None:
            remember()
            if path.suffix == SUFFIX:
                self.saved.emit(recording)
            self._messages.show_info(f"Wrote {path} ({_size_text(size_of(path))})", str(path.parent))

        job = Job(
            f"Writing {path.name}",
            lambda progress: self._write(recording, request, progress),
            tell,
            self._messages.show_error,
        )
        is_short = recording.trace.n <= DIRECT_EVENTS and path.suffix not in ANIMATED
        self.jobs.do(job, is_short)

    def ask_open(self) -> QFileDialog:
        """Ask which recording, trace or script to open."""
        dialog = self._file_dialog("Open a recording or a Python program", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setNameFilter(OPEN_FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_open_chosen)
        dialog.open()
        return dialog

    def ask_save(self) -> QFileDialog:
        """Ask where to save the run on screen."""
        dialog = self._file_dialog("Save the run on screen", QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(SUFFIX)
        dialog.selectFile(self._proposal() + SUFFIX)
        dialog.fileSelected.connect(self._on_save_chosen)
        dialog.open()
        return dialog

    def ask_export(self) -> ExportDialog:
        """Ask what to write and where."""
        dialog = ExportDialog(self._proposal(), self._choices, self._visible_ns(), self._window)
        dialog.requested.connect(self.export)
        dialog.open()
        return dialog

    def _file_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._choices.folder or str(Path.home()), FILTER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        return dialog

    def _proposal(self) -> str:
        recording = self._runs.shown
        assert recording is not None
        return stem_of(recording)

    def _on_open_chosen(self, path: str) -> None:
        self.open(Path(path))

    def _on_save_chosen(self, path: str) -> None:
        self.save(Path(path))

    def _remember_folder(self, path: Path) -> None:
        self._choices.folder = str(path.resolve().parent)
        self._store.save(self._choices)


def stem_of(recording: Recording) -> str:
    """Return a name for a run's file, without suffix: ``request-id-shared``."""
    settings = recording.settings
    if isinstance(settings, ScriptSettings):
        return Path(settings.path).stem
    return "-".join(part for part in (settings.lesson, settings.storage) if part)


def size_of(path: Path) -> int:
    """Return the size of a file in bytes, 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _size_text(size: int) -> str:
    """Return a size of a file: ``812 bytes``, ``14 kB``, ``2.1 MB``."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1e6:,.1f} MB"
