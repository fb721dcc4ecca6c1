"""Long work off the window's thread, with progress and Stop; one piece after the other."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from simulator.errors import ThreadloomError
from simulator.progress import Progress, StoppedError, silent

DIRECT_EVENTS = 30_000
"""So many events are read, written or compared at once: it takes less time than one would notice."""

Work = Callable[[Progress], Any]
Done = Callable[[Any], None]
Failed = Callable[[ThreadloomError], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: what it is called, what it does, and who hears of its end."""

    text: str
    work: Work
    done: Done
    failed: Failed


class Jobs(QObject):
    """Does one piece of work after the other in a thread of its own.

    Signals
    -------
    changed
        Another piece of work has begun, or none is left, or it has got further.

    Notes
    -----
    Thread: the window's. The work runs in another and must not touch any QObject, nor anything that changes meanwhile.
    """

    changed = Signal()
    _told = Signal(float)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._thread: threading.Thread | None = None
        self._is_stopped = threading.Event()
        self._percent = 0
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def text(self) -> str:
        """What is being done and how far it is: ``Writing run.json, 40 %``; empty when nothing is."""
        return f"{self._current.text}, {self._percent} %" if self._current is not None else ""

    def do(self, job: Job, is_short: bool) -> None:
        """Do a piece of work: now if it is short and nothing waits, else in its turn."""
        if is_short and self._current is None:
            try:
                result = job.work(silent)
            except ThreadloomError as error:
                job.failed(error)
            else:
                job.done(result)
            return
        self._waiting.append(job)
        self._start_next()

    def stop(self) -> None:
        """Give up what is being done and what waits; what was written so far vanishes."""
        self._waiting.clear()
        self._is_stopped.set()

    def close(self) -> None:
        """Give up everything and wait until the thread has ended."""
        self.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._current = None

    def _start_next(self) -> None:
        if self._current is not None or not self._waiting:
            return
        job = self._current = self._waiting.popleft()
        self._percent = 0
        self._is_stopped.clear()
        self._thread = threading.Thread(target=self._run, args=(job,), name="job", daemon=True)
        self._thread.start()
        self.changed.emit()

    def _run(self, job: Job) -> None:
        result: Any = None
        error: ThreadloomError | None = None
        try:
            result = job.work(self._tell)
        except ThreadloomError as raised:
            error = raised
        self._ended.emit(result, error)

    def _tell(self, done: float) -> None:
        if self._is_stopped.is_set():
            raise StoppedError("stopped; nothing was changed")
        self._told.emit(done)

    def _on_told(self, done: float) -> None:
        percent = min(int(done * 100), 99)
        if percent != self._percent:
            self._percent = percent
            self.changed.emit()

    def _on_ended(self, result: Any, error: ThreadloomError | None) -> None:
        job, self._current = self._current, None
        if job is None:
            return
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.changed.emit()
        if error is not None:
            job.failed(error)
        else:
            job.done(result)
        self._start_next()
