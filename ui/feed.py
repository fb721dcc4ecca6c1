"""The feed: a timer that fetches what the threads recorded, a few milliseconds at a time."""

import gc
from time import perf_counter_ns
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

PERIOD_MS = 16
BUDGET_NS = 6_000_000
BEHIND_NS = 11_000_000
"""How long a tick may take when the one before did not get everything: who waits for room is held back meanwhile."""
BATCH = 5_000


class Pump(Protocol):
    """What the feed needs of a session."""

    def pump(self, limit: int = BATCH) -> bool:
        """Fetch, append and analyse up to `limit` events; return whether anything changed."""

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended and everything of it was fetched and analysed."""


class Feed(QObject):
    """Pumps a session until it is finished.

    Meanwhile what was there before is left alone by the garbage collector: events come as short-lived objects by the
    thousand, and it would look through everything the window is made of each second, for 20 to 50 ms.

    Signals
    -------
    drained(bool)
        Once a tick; whether the recording changed.
    finished
        After the last `drained` of a session.
    """

    drained = Signal(bool)
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Pump | None = None
        self._is_behind = False
        self._has_frozen = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.drain_once)

    def start(self, session: Pump) -> None:
        """Pump `session` from now on."""
        self._session = session
        self._timer.start()

    def stop(self) -> None:
        """Pump no longer."""
        self._session = None
        self._timer.stop()
        if self._has_frozen:
            self._has_frozen = False
            gc.unfreeze()

    def drain_once(self) -> None:
        """Do what one tick does: pump for a few milliseconds at most and tell about it once."""
        session = self._session
        if session is None:
            return
        self._leave_alone()
        deadline = perf_counter_ns() + (BEHIND_NS if self._is_behind else BUDGET_NS)
        has_changed = is_more = session.pump(BATCH)
        while is_more and perf_counter_ns() < deadline:
            is_more = session.pump(BATCH)
        self._is_behind = is_more
        is_finished = session.is_finished
        if is_finished:
            self.stop()
        self.drained.emit(has_changed)
        if is_finished:
            self.finished.emit()

    def _leave_alone(self) -> None:
        """Let the garbage collector leave alone what is there when the run begins."""
        if not self._has_frozen:
            self._has_frozen = True
            gc.freeze()
