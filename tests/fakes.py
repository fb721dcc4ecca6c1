"""Stand-ins for what tests want to hold still; each does what the real one does, as `test_fakes.py` checks."""

import threading
from types import SimpleNamespace

from simulator.analysis.recording import RUNNING, Recording
from simulator.errors import StartError
from simulator.lessons.base import Lesson, RunSettings
from simulator.runtime.schedule import ScriptedSchedule
from simulator.session import Session


class FakeSession:
    """A session whose run goes on until the test says `end` or the window says `stop`; no thread is started.

    Its events are those of a real run of the lesson, made beforehand, of which each `pump` hands over everything.
    """

    def __init__(self, lesson: Lesson, settings: RunSettings) -> None:
        self._real = scripted_session(lesson, settings)
        self.recording: Recording = self._real.recording
        self.spinner = SimpleNamespace(text="")
        self.done = threading.Event()
        self.is_finished = False
        self.is_closed = False
        self.threads_alive = 0
        self.elapsed_ns = 0
        self.progress = (0, settings.threads)
        self._has_news = False

    def start(self) -> None:
        self._real.run()
        self._status, self.recording.status = self.recording.status, RUNNING
        self.spinner.text = "| 0 of 5 threads"
        self.threads_alive, self.elapsed_ns, self._has_news = 6, 1_500_000_000, True

    def cancel_start(self) -> None:
        pass

    def stop(self) -> None:
        self._status = "stopped"
        self.end()

    def end(self) -> None:
        """Let the run end by itself."""
        self.done.set()

    def pump(self, limit: int = 20_000) -> bool:
        has_news, self._has_news = self._has_news, False
        if self.done.is_set() and not self.is_finished:
            self.recording.status = self._status
            self.spinner.text = ""
            self.threads_alive = 0
            self.is_finished = has_news = True
        return has_news

    def take_output(self) -> list[tuple[str, bytes]]:
        return []

    def write_input(self, data: bytes) -> None:
        pass

    def close_input(self) -> None:
        pass

    def close(self) -> None:
        self.done.set()
        self.is_closed = True


class RefusingSession(FakeSession):
    """A session that cannot be started."""

    def start(self) -> None:
        raise StartError("no process of its own could be started; let the threads run in this window's process")


def scripted_session(lesson: Lesson, settings: RunSettings) -> Session:
    """Make a real session in which first every thread writes, one after the other, and then every thread reads."""
    names = [f"worker-{i + 1}" for i in range(settings.threads)]
    return Session(lesson, settings, schedule=ScriptedSchedule([*names, *names]))
