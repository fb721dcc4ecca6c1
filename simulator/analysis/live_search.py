"""What goes wrong in a script while it still runs: looked for in a thread of its own that leaves the others their time.

Told are deadlocks, threads that died, lost updates and broken checks, clobbered and erased reads, and data races, as
soon as they are certain; see `simulator.analysis.detectors.find.find_so_far` for what waits for the end, and why.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.deadlocks import find_deadlocks
from simulator.analysis.detectors.evidence import Evidence
from simulator.analysis.detectors.find import find_so_far
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from simulator.analysis.found_again import find_again
from simulator.analysis.orders.clocks import OutdatedError
from simulator.analysis.recording import Recording
from simulator.trace.snapshot import take_snapshot
from simulator.trace.trace import Trace

REST = 3.0
"""For each second of the processor that it takes it rests so many: a quarter of one core at most."""
PERIOD_S = 0.3
"""It looks so often at most."""
QUIET_S = 0.7
"""After so long without an event it looks once more: whether every thread waits, and nobody is left to end that."""
MOST_RESTARTS = 20
"""After having been wrong so often about what is settled it leaves the rest to the end of the run."""


class Pace:
    """Asked between two pieces of work whether to go on: rests in proportion to the work done.

    Parameters
    ----------
    rest : callable
        Waits for some seconds, and returns at once when there is no time to rest any more.
    is_unwanted : callable
        Whether to give up.
    """

    def __init__(self, rest: Callable[[float], object], is_unwanted: Callable[[], bool]) -> None:
        self._rest = rest
        self._is_unwanted = is_unwanted
        self._used_s = time.thread_time()

    def __call__(self) -> bool:
        """Rest, then return whether to give up."""
        used_s = time.thread_time() - self._used_s
        self._rest(REST * used_s)
        self._used_s = time.thread_time()
        return self._is_unwanted()


class LiveSearch:
    """Looks for findings in a run that goes on.

    Parameters
    ----------
    recording : Recording
        A run of a script; what is found goes to its analysis (`Analysis.so_far`).

    Attributes
    ----------
    evidence : Evidence
        What is known of the order of events; belongs to the caller once `end` has returned True.

    Notes
    -----
    Thread: one, the caller's, which also appends to the trace.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.evidence = Evidence()
        self._sources: list[SourceFile] = []
        self._found: tuple[Trace, list[Finding]] | None = None
        self._told: tuple[Trace, list[Finding]] | None = None
        self._generation = 0
        self._thread: threading.Thread | None = None
        self._no_rest = threading.Event()
        self._is_cancelled = False
        self._due_s = 0.0
        self._quiet_due_s = 0.0
        self._n_looked_at = 0
        self._n_still = 0

    def look(self) -> bool:
        """Take over what was found, and begin to look at what is new if it is time; return whether there is news."""
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            self._due_s = time.monotonic() + PERIOD_S
            self._quiet_due_s = time.monotonic() + QUIET_S
        has_news = self._tell()
        if self._thread is None and not self._no_rest.is_set():
            self._begin_to_look(self._recording.trace.n, time.monotonic())
        return has_news

    def _begin_to_look(self, n: int, now_s: float) -> None:
        """Look at what is new, or for whether nothing moves any more, if there is reason and it is time to."""
        if n > self._n_looked_at:
            if now_s >= self._due_s and self.evidence.n_restarts <= MOST_RESTARTS:
                self._n_looked_at = n
                self._start(self._work)
        elif n > self._n_still and now_s >= self._quiet_due_s:
            self._n_still = n
            self._start(self._look_for_standstill)

    def _start(self, work: Callable[[Trace], None]) -> None:
        self._learn_sources()
        snapshot = take_snapshot(self._recording.trace)
        self._thread = threading.Thread(target=work, args=(snapshot,), name="findings so far", daemon=True)
        self._thread.start()

    def end(self, timeout_s: float) -> bool:
        """Let nothing more be begun, and what is under way rest no more; return whether nothing is under way."""
        self._no_rest.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                return False
        return True

    def cancel(self) -> None:
        """Give up; returns at once. The evidence is of no use any more."""
        self._is_cancelled = True
        self._no_rest.set()

    def close(self) -> None:
        """Give up, and wait until nothing is left running."""
        self.cancel()
        if self._thread is not None:
            self._thread.join()

    def _learn_sources(self) -> None:
        for i in range(len(self._sources), len(self._recording.trace.files)):
            self._sources.append(SourceFile(self._recording.trace.files[i], self._recording.source_of(i), i == 0))

    def _work(self, snapshot: Trace) -> None:
        pace = Pace(self._no_rest.wait, lambda: self._is_cancelled)
        evidence, self.evidence = self.evidence, Evidence()  # whatever happens, nobody gets half of it
        with suppress(OutdatedError):
            found = find_so_far(Case(snapshot, self._sources, pace, evidence, is_over=False))
            pace()
            self.evidence, self._found = evidence, (snapshot, found)

    def _look_for_standstill(self, snapshot: Trace) -> None:
        """Look for what all wait for; what was found before is still so."""
        deadlocks = find_deadlocks(Case(snapshot, self._sources))
        told = find_again(self._told[1], self._told[0], snapshot) if self._told is not None else []
        self._found = snapshot, deadlocks + [finding for finding in told if finding.kind != "deadlock"]

    def _tell(self) -> bool:
        """Tell what was found, with the numbers that the events have now."""
        if self._is_cancelled:
            return False
        found, self._found = self._found, None
        trace = self._recording.trace
        if found is not None:
            self._told = found[0], _in_known_order(found[1], self._told[1] if self._told is not None else [])
        elif self._told is None or self._generation == trace.generation:
            return False
        assert self._told is not None
        self._generation = trace.generation
        analysis = self._recording.analysis
        before, analysis.so_far = analysis.so_far, find_again(self._told[1], self._told[0], trace)
        return analysis.so_far != before


def _in_known_order(findings: list[Finding], known: list[Finding]) -> list[Finding]:
    """Return findings in the order in which they were told before, new ones last; deadlocks before all others.

    What tells more of a variable than before takes the place of what was told: a race may prove to be a lost update.
    """
    order = {one.variable or one.message: i for i, one in reversed(list(enumerate(known)))}

    def place(one: Finding) -> tuple[bool, int]:
        return one.kind != "deadlock", order.get(one.variable or one.message, len(known))

    return sorted(findings, key=place)
