r"""The spinner: a real thread that turns while an Event is not set, exactly as the lesson `event-spinner` shows it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import cycle

FRAMES = "\\|/-"
TICK_S = 0.1


class Spinner:
    r"""Shows ``\|/-`` in turn until `done` is set.

    Parameters
    ----------
    done : threading.Event
        The run's own Event; setting it is the one way to end the spinner.
    message : str
        Stands behind the frame.
    show : callable, optional
        Called on the spinner's thread with each text, and with an empty text at the end.

    Attributes
    ----------
    text : str
        The frame and the message as they stand now; empty before the start and after the end. Any thread may read it.
    ticks : int
        How many frames were shown.
    """

    def __init__(self, done: threading.Event, message: str, show: Callable[[str], None] | None = None) -> None:
        self.message = message
        self.text = ""
        self.ticks = 0
        self._done = done
        self._show = show
        self._thread = threading.Thread(target=self._spin, name="spinner", daemon=True)

    def start(self) -> None:
        """Start turning."""
        self._turn(FRAMES[0])
        self._thread.start()

    def join(self) -> None:
        """Wait until the spinner's thread has ended; `done` must be set, or this waits for it."""
        if self._thread.is_alive():
            self._thread.join()

    def is_alive(self) -> bool:
        """Return whether the spinner's thread is running."""
        return self._thread.is_alive()

    def _turn(self, frame: str) -> None:
        self.text = f"{frame} {self.message}"
        self.ticks += 1
        if self._show is not None:
            self._show(self.text)

    def _spin(self) -> None:
        frames = cycle(FRAMES)
        next(frames)
        while not self._done.wait(TICK_S):
            self._turn(next(frames))
        self.text = ""
        if self._show is not None:
            self._show("")
