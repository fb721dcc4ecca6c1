"""Long work off the window's thread: one question at a time, and only the answer to the latest one counts."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

DIRECT_ROWS = 300_000
"""Work on this many rows is done at once: it takes less time than one would notice."""

Work = Callable[[], Any]
Answer = Callable[[Any], None]


class Background(QObject):
    """Does work on many rows in a thread of its own, and work on few at once.

    Parameters
    ----------
    name : str
        What the thread is called.
    parent : QObject, optional
        Owner.

    Signals
    -------
    busy_changed(bool)
        It has begun or ended to work on a question.

    Notes
    -----
    Thread: the window's. The work runs in another and must not touch anything that changes meanwhile, nor any QObject.
    While it runs a newer question waits, and replaces the one that waited before.
    """

    busy_changed = Signal(bool)
    _ended = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._latest = 0
        self._waiting: Work | None = None
        self._answer: Answer | None = None
        self._thread: threading.Thread | None = None
        self._is_busy = False
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._is_busy

    def ask(self, work: Work, answer: Answer, n_rows: int) -> None:
        """Have work done; `answer` gets its result in the window's thread, unless a newer question is asked before.

        Parameters
        ----------
        work : callable
            Without arguments; must not raise.
        answer : callable
            Takes what `work` returns.
        n_rows : int
            On how many rows the work is; few of them are worked on before this returns.
        """
        self._latest += 1
        self._waiting = None
        if n_rows <= DIRECT_ROWS:
            self._set_busy(False)
            answer(work())
            return
        self._answer = answer
        self._set_busy(True)
        if self._thread is None:
            self._start(work)
        else:
            self._waiting = work

    def forget(self) -> None:
        """Let no answer come any more to what was asked so far."""
        self._latest += 1
        self._waiting = None
        self._set_busy(False)

    def close(self) -> None:
        """Forget everything and wait until the thread has ended."""
        self.forget()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _start(self, work: Work) -> None:
        number = self._latest
        self._thread = threading.Thread(target=lambda: self._ended.emit(number, work()), name=self._name, daemon=True)
        self._thread.start()

    def _on_ended(self, number: int, result: Any) -> None:
        self._thread = None
        if self._waiting is not None:
            work, self._waiting = self._waiting, None
            self._start(work)
        elif number == self._latest and self._answer is not None:
            answer, self._answer = self._answer, None
            self._set_busy(False)
            answer(result)

    def _set_busy(self, is_busy: bool) -> None:
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)
