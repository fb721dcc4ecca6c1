"""The composition root: builds everything, hands dependencies through constructors, opens the window."""

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QSettings, QSocketNotifier, QStandardPaths, Qt
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import QApplication

from simulator.export import recording_file
from simulator.export.opening import open_recording
from simulator.lessons.base import Lesson
from simulator.lessons.registry import LESSONS
from simulator.script.settings import ScriptSettings
from simulator.script_session import ScriptSession
from simulator.session import Session
from ui.feed import Feed
from ui.file_actions import Loader, Writer
from ui.messages import MessagesModel
from ui.models.all import Models
from ui.models.causality import CausalityModel
from ui.models.choice import ChoiceModel
from ui.models.console import ConsoleModel
from ui.models.findings import FindingsModel
from ui.models.moment import MomentModel
from ui.models.playhead import PlayheadModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.models.sharing import SharingModel
from ui.models.time_range import TimeRangeModel
from ui.models.viewport import ViewportModel
from ui.resources import SANS_FAMILY, load_fonts
from ui.run_controller import RunController, ScriptFactory, SessionFactory
from ui.scaling import TEXT_PX
from ui.session_folder import SessionFolder
from ui.session_keeper import SessionKeeper
from ui.settings import Appearance, SettingsStore
from ui.silences import SilenceStore
from ui.theme import ThemeModel, set_text_size, tinted
from ui.windows.main_window import MainWindow
from ui.write_recording import write_recording

NAME = "Threadloom"
INTERRUPTED = 130


def main(argv: list[str]) -> int:
    """Open the window, with the recording named in `argv` if there is one; return the exit code."""
    application = make_application()
    windows = Windows(QSettings())
    interrupts = Interrupts(windows.close_all)
    window = windows.open()
    windows.restore(window)
    if argv:
        window.files.open(Path(argv[0]))
    else:
        window.front_page.greet()
    code = application.exec()
    interrupts.close()
    return INTERRUPTED if interrupts.was_interrupted else code


def make_application() -> QApplication:
    """Make the application with our name, font and style."""
    application = QApplication(sys.argv[:1])
    application.setOrganizationName(NAME)
    application.setApplicationName(NAME)
    application.setApplicationDisplayName(NAME)
    application.setDesktopFileName(NAME.lower())
    load_fonts()
    font = QFont(SANS_FAMILY)
    font.setPixelSize(TEXT_PX)
    application.setFont(font)
    application.setStyle("Fusion")
    icon = QIcon()
    for size in (16, 32, 64, 256):
        icon.addPixmap(tinted("app", "#000000", size))
    application.setWindowIcon(icon)
    return application


def _live_script(settings: ScriptSettings) -> ScriptSession:
    """Return a session of a script that looks for findings while it runs."""
    return ScriptSession(settings, is_live=True)


def build_window(
    settings: QSettings,
    lessons: Sequence[Lesson] = LESSONS,
    make_session: SessionFactory = Session,
    make_script: ScriptFactory = _live_script,
    load: Loader = open_recording,
    write: Writer = write_recording,
) -> MainWindow:
    """Build the window and everything behind it.

    Parameters
    ----------
    settings : QSettings
        What is remembered from one start to the next.
    lessons : sequence of Lesson
        What can be run.
    make_session, make_script : callable
        Build the session of a run of a lesson, of a script.
    load, write : callable
        Read and write recordings.
    """
    store = SettingsStore(settings)
    appearance = store.load(Appearance)
    runs = RunsModel()
    viewport = ViewportModel()
    playhead = PlayheadModel(runs, find_cuts=lambda: viewport.cuts)
    selection = SelectionModel()
    models = Models(
        choice=ChoiceModel(lessons),
        console=ConsoleModel(runs),
        runs=runs,
        selection=selection,
        viewport=viewport,
        playhead=playhead,
        time_range=TimeRangeModel(),
        moment=MomentModel(runs, playhead),
        causality=CausalityModel(runs, selection),
        sharing=SharingModel(runs),
        findings=FindingsModel(runs, SilenceStore(store)),
        messages=MessagesModel(),
        theme=ThemeModel(appearance.theme, text_px=appearance.text_px),
    )
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    set_text_size(application, appearance.text_px)
    controller = RunController(make_session, make_script, Feed())
    window = MainWindow(models, controller, store, load, write)
    for one in (controller, models.choice, models.runs, models.selection, models.viewport, models.messages):
        one.setParent(window)
    models.theme.setParent(window)
    return window


def _sessions_folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(place) / "sessions"


class Windows:
    """The windows of the program; each has runs and models of its own.

    Parameters
    ----------
    settings : QSettings
        What is remembered, shared by all.
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings
        self._keepers: list[SessionKeeper] = []

    def open(self) -> MainWindow:
        """Open a window."""
        window = build_window(self._settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        folder = SessionFolder(_sessions_folder(), recording_file.save)
        keeper = SessionKeeper(window, folder, SettingsStore(self._settings))
        self._keepers.append(keeper)
        keeper.closed.connect(lambda: self._keepers.remove(keeper))
        window.another_wanted.connect(self.open)
        window.show()
        return window

    def restore(self, window: MainWindow) -> None:
        """Bring the runs of sessions that did not end well back into a window."""
        next(keeper for keeper in self._keepers if keeper.parent() is window).restore()

    def close_all(self) -> None:
        """Close every window without a question."""
        for keeper in tuple(self._keepers):
            keeper.close_without_asking()


class Interrupts:
    """Closes the windows on Ctrl+C in the terminal and on SIGTERM.

    Parameters
    ----------
    close_windows : callable
        Closes all windows without a question.

    Attributes
    ----------
    was_interrupted : bool
        Whether that has happened.

    Notes
    -----
    Python runs signal handlers only between its own instructions, and Qt's event loop may have none for a while; so the
    signal also writes to a socket that the event loop watches.
    """

    def __init__(self, close_windows: Callable[[], None]) -> None:
        self.was_interrupted = False
        self._close_windows = close_windows
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._wake)
        self._old_wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, self._handle) for number in (signal.SIGINT, signal.SIGTERM)}

    def close(self) -> None:
        """Leave signals as they were."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def _wake(self) -> None:
        self._reader.recv(64)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.was_interrupted = True
        self._close_windows()
