"""Driving a run to its end: pumping, the spinner on the terminal, and the signals that stop it."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from simulator.analysis.recording import Recording
from simulator.series import MakeSession, Series

PERIOD_S = 0.02
PATIENCE_S = 0.3
BAR_LETTERS = 30


def spinner_line(is_quiet: bool) -> TerminalLine | None:
    """Return what shows the spinner: a line of the terminal, if there is one and it may be used."""
    return TerminalLine() if _has_terminal() and not is_quiet else None


def drive(plan: Sequence[MakeSession], note: Callable[[Recording], object]) -> bool:
    """Make runs, one after the other, to their ends.

    Parameters
    ----------
    plan : sequence of callable
        Each builds the session of a run.
    note : callable
        Called with each finished recording; what was recorded until somebody asked to stop is one, too.

    Returns
    -------
    bool
        Whether somebody asked to stop (Ctrl+C or a termination signal).

    Raises
    ------
    StartError
        If it cannot be started.

    Notes
    -----
    Thread: the main one, else signals are left as they are.
    """
    series = Series(plan, note)
    with _asked_to_stop() as asked:
        series.start()
        try:
            while not series.is_finished:
                if asked.is_set():
                    series.stop()
                if not series.pump():
                    series.wait(PERIOD_S)
        finally:
            series.close()
    return asked.is_set()


class TerminalLine:
    """Shows one line of text on a terminal, each in place of the one before."""

    def __init__(self) -> None:
        self._length = 0

    def __call__(self, text: str) -> None:
        """Show `text`; an empty one leaves nothing."""
        with suppress(OSError, ValueError):  # the terminal may be gone; the run goes on
            end = "" if text else "\r"
            sys.stderr.write(f"\r{text.ljust(self._length)}{end}")
            sys.stderr.flush()
        self._length = len(text)


class ProgressLine:
    """Says on a terminal how far a long piece of work is; a context manager that leaves nothing behind.

    Parameters
    ----------
    doing : str
        ``writing run.json``.
    is_quiet : bool
        Say nothing, even on a terminal.
    """

    def __init__(self, doing: str, is_quiet: bool = False) -> None:
        self._doing = doing
        self._show = None if is_quiet or not _has_terminal() else TerminalLine()
        self._begin_s = time.monotonic()
        self._percent = -1

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._show is not None and self._percent >= 0:
            self._show("")

    def __call__(self, done: float) -> None:
        """Show how much is done, from 0 to 1, once it takes longer than one would wait for in silence."""
        percent = int(done * 100)
        if self._show is None or percent == self._percent or time.monotonic() - self._begin_s < PATIENCE_S:
            return
        self._percent = percent
        n_full = percent * BAR_LETTERS // 100
        self._show(f"{self._doing} [{'#' * n_full}{'.' * (BAR_LETTERS - n_full)}] {percent} %")


def _has_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let termination signals raise `KeyboardInterrupt` as Ctrl+C does, so that half-written files are cleared away."""
    with _handling(signal.default_int_handler):
        yield


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Turn Ctrl+C and termination signals into an Event, so that they cannot break a trace in the middle."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()

    with _handling(ask):
        yield asked


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Handle the signals that ask a program to end, where they can be (on the main thread) and are not ignored."""
    is_main = threading.current_thread() is threading.main_thread()
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if is_main and hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    before = {number: old for number, old in before.items() if old not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
