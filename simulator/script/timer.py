"""What sends the rows that lie about: a thread that `threading` does not know, which steps aside for a fork."""

from __future__ import annotations

import os
import time
from _thread import allocate_lock, get_native_id, start_new_thread
from collections.abc import Callable

PERIOD_S = 0.02
GONE_TRIES, GONE_S = 200, 0.0001


class Timer:
    """Sends what lies about every 20 ms, on a thread that `threading` does not know.

    Parameters
    ----------
    each : callable
        Called every 20 ms.
    """

    def __init__(self, each: Callable[[], None]) -> None:
        self._each = each
        self._is_ended = allocate_lock()
        self._asked = allocate_lock()

        self._n_stops = 0
        self._counting = allocate_lock()
        self._native_id = 0
        self._is_wanted = self._is_running = False

    def start(self) -> None:
        """Start the thread."""
        self._is_wanted = self._is_running = True
        self._asked, self._is_ended = allocate_lock(), allocate_lock()
        self._asked.acquire()
        self._is_ended.acquire()
        start_new_thread(self._run, ())

    def stop(self) -> None:
        """End the thread and wait for that; several threads may ask for it at once."""
        with self._counting:
            self._n_stops += 1
            if self._is_running:
                self._is_running = False
                self._asked.release()
                self._is_ended.acquire()
                self._wait_until_gone()

    def _wait_until_gone(self) -> None:
        """Wait the moment until the system counts the thread no more: Python warns who forks beside others."""
        for _ in range(GONE_TRIES):
            if not os.path.exists(f"/proc/self/task/{self._native_id}"):
                return
            time.sleep(GONE_S)

    def let_restart(self) -> None:
        """Let `wake` start the thread again: Python still counts threads when `fork` is nearly over."""
        with self._counting:
            self._n_stops -= 1

    def wake(self) -> None:
        """Start the thread again if it was stopped for a fork that is over."""
        if self._is_running or self._n_stops or not self._is_wanted or not self._counting.acquire(blocking=False):
            return
        try:
            if not (self._is_running or self._n_stops):
                self.start()
        finally:
            self._counting.release()

    def forget(self) -> None:
        """In a forked child: there is no such thread, and none is wanted."""
        self._counting = allocate_lock()
        self._is_wanted = self._is_running = False

    def _run(self) -> None:
        asked, is_ended = self._asked, self._is_ended
        self._native_id = get_native_id()
        try:
            while not asked.acquire(timeout=PERIOD_S):
                self._each()
        finally:
            is_ended.release()  # whatever happens: nobody shall wait for ever
