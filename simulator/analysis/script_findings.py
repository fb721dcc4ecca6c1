"""What went wrong in a run of a script: worked out once it has ended, here or in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from simulator.analysis.detectors.evidence import Evidence
from simulator.analysis.detectors.find import find_in_script
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from simulator.analysis.orders.clocks import OutdatedError, never
from simulator.analysis.recording import Recording

DIRECT_ROWS = 5_000
"""A run of so many events is looked at at once: that takes less time than one would notice."""


def judge_script(
    recording: Recording, is_outdated: Callable[[], bool] = never, evidence: Evidence | None = None
) -> list[Finding]:
    """Return what went wrong in a script that has ended.

    Parameters
    ----------
    recording : Recording
        Its run.
    is_outdated : callable
        Asked now and then whether to give up.
    evidence : Evidence, optional
        What is known of the order of its events from having looked while it went on.

    Raises
    ------
    OutdatedError
        If `is_outdated` says so on the way.

    Notes
    -----
    Thread: any, while nobody changes the recording.
    """
    trace = recording.trace
    sources = [SourceFile(name, recording.source_of(i), i == 0) for i, name in enumerate(trace.files)]
    return find_in_script(trace, recording.analysis.outcome, sources, is_outdated, evidence)


class Search:
    """Looks for findings off the thread that asks for them.

    Parameters
    ----------
    recording : Recording
        A run of a script that has ended.
    evidence : Evidence, optional
        What is known of it by now.

    Notes
    -----
    Thread: one, the caller's. Short runs are looked at when `wait` is first called.
    """

    def __init__(self, recording: Recording, evidence: Evidence | None = None) -> None:
        self._recording = recording
        self._evidence = evidence
        self._found: list[Finding] | None = None
        self._is_cancelled = False
        self._thread: threading.Thread | None = None

    def wait(self, timeout_s: float) -> bool:
        """Begin if that has not been done; return whether it is over. The recording then has what was found."""
        if self._found is None and self._recording.trace.n <= DIRECT_ROWS:
            self._found = judge_script(self._recording, evidence=self._evidence)
        elif self._thread is None:
            self._thread = threading.Thread(target=self._look, name="findings", daemon=True)
            self._thread.start()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                return False
        if self._found is not None:
            self._recording.analysis.adopt(self._found)
        return True

    def cancel(self) -> None:
        """Give up; returns at once."""
        self._is_cancelled = True

    def close(self) -> None:
        """Give up, and wait until nothing is left running."""
        self.cancel()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        with suppress(OutdatedError):
            self._found = judge_script(self._recording, lambda: self._is_cancelled, self._evidence)
