"""Starts and stops runs; the only owner of a running session."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from simulator.analysis.recording import Recording
from simulator.errors import ThreadloomError
from simulator.lessons.base import OWN_PROCESS, Lesson, RunSettings
from simulator.script.settings import ScriptSettings
from ui.background import DIRECT_ROWS, Background
from ui.feed import Feed, Pump


class RunningText(Protocol):
    """What the window needs of a session's spinner."""

    @property
    def text(self) -> str:
        """The frame with its message; empty when it does not turn."""


class RunSession(Pump, Protocol):
    """What the controller needs of a session; `simulator.session.Session` is one."""

    recording: Recording
    done: threading.Event

    @property
    def spinner(self) -> RunningText:
        """The spinner that turns while the run is going."""

    @property
    def threads_alive(self) -> int:
        """How many threads of the run are running now."""

    @property
    def elapsed_ns(self) -> int:
        """Nanoseconds since the start of the run, up to its end."""

    @property
    def progress(self) -> tuple[int, int]:
        """How many tasks or threads have ended, of how many."""

    def take_output(self) -> list[tuple[str, bytes]]:
        """Return what a script has printed since the last call."""

    def write_input(self, data: bytes) -> None:
        """Give a script something to read."""

    def close_input(self) -> None:
        """Tell a script that there is nothing more to read."""

    def start(self) -> None:
        """Start the threads."""

    def cancel_start(self) -> None:
        """Let a start that goes on in another thread fail soon, if it still waits for something."""

    def stop(self) -> None:
        """Tell the threads to stop."""

    def close(self) -> None:
        """Wait until nothing of the run is left."""


SessionFactory = Callable[[Lesson, RunSettings], RunSession]
ScriptFactory = Callable[[ScriptSettings], RunSession]


class RunController(QObject):
    """One run at a time.

    Parameters
    ----------
    make_session : callable
        Builds a session for a lesson and its settings.
    make_script : callable
        Builds a session for a script.
    feed : Feed
        Fetches the events of the running session.

    Attributes
    ----------
    make_session : callable
        The same.

    Signals
    -------
    run_starting
        A process for a run is being started, off the window's thread; `run_started` or `failed` follows.
    run_started
        A run has begun; `session` is it.
    run_changed(bool)
        Once a tick of the feed while the run goes on; whether there are new events.
    run_finished
        The run has ended, everything of it is in its recording, and nothing of it is left running.
    failed(str)
        A run could not be started; why.
    """

    run_starting = Signal()
    run_started = Signal()
    run_changed = Signal(bool)
    run_finished = Signal()
    failed = Signal(str)

    def __init__(
        self, make_session: SessionFactory, make_script: ScriptFactory, feed: Feed, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.make_session = make_session
        self._make_script = make_script
        self._feed = feed
        self._session: RunSession | None = None
        self._starting: RunSession | None = None
        self._is_unwanted = False
        self._background = Background("process starter", self)
        feed.drained.connect(self.run_changed)
        feed.finished.connect(self._on_finished)

    def another(self) -> "RunController":
        """Return a controller of its own, for runs that another window looks at."""
        return RunController(self.make_session, self._make_script, Feed())

    @property
    def session(self) -> RunSession | None:
        """The running session, None when nothing runs."""
        return self._session

    @property
    def is_running(self) -> bool:
        """Whether a run is going."""
        return self._session is not None or self._starting is not None

    def start(self, lesson: Lesson, settings: RunSettings) -> None:
        """Start a run of a lesson; does nothing while one is going."""

        def make() -> RunSession:
            lesson.check(settings)
            return self.make_session(lesson, settings)

        self._start(make, is_aside=settings.place == OWN_PROCESS)

    def start_script(self, settings: ScriptSettings) -> None:
        """Start a run of a script; does nothing while one is going."""
        self._start(lambda: self._make_script(settings), is_aside=True)

    def _start(self, make: Callable[[], RunSession], is_aside: bool) -> None:
        """Start a run; with `is_aside` off the window's thread, since an interpreter takes its time to come up."""
        if self.is_running:
            return
        try:
            session = make()
        except ThreadloomError as error:
            self.failed.emit(str(error))
            return
        self._starting, self._is_unwanted = session, False
        if is_aside:
            self._background.ask(partial(_try_start, session), self._on_started, DIRECT_ROWS + 1)
            self.run_starting.emit()
        else:
            self._on_started(_try_start(session))

    def _on_started(self, error: ThreadloomError | None) -> None:
        session, self._starting = self._starting, None
        assert session is not None
        if error is not None:
            self.failed.emit(str(error))
            return
        self._begin(session)
        if self._is_unwanted:
            session.stop()

    def _begin(self, session: RunSession) -> None:
        self._session = session
        self._feed.start(session)
        self.run_started.emit()

    def stop(self) -> None:
        """Tell the run to stop; `run_finished` follows, or `failed` if its process has not come up yet."""
        self._is_unwanted = True
        if self._starting is not None:
            self._starting.cancel_start()
        if self._session is not None:
            self._session.stop()

    def close(self) -> None:
        """End the run, if there is one, and wait until nothing of it is left."""
        if self._starting is not None:
            self._starting.cancel_start()
        self._background.close()
        session, self._session, self._starting = self._session or self._starting, None, None
        self._feed.stop()
        if session is not None:
            session.close()

    def _on_finished(self) -> None:
        self.close()
        self.run_finished.emit()


def _try_start(session: RunSession) -> ThreadloomError | None:
    """Start a session; return why it could not be started."""
    try:
        session.start()
    except ThreadloomError as error:
        return error
    return None
