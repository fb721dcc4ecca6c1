"""Many runs one after the other: what the command line repeats, and what the window draws chances from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Protocol

from simulator.analysis.counts import PRIVATE_PROBLEMS
from simulator.analysis.recording import Recording
from simulator.lessons.base import Lesson, RunSettings
from simulator.session import PUMP_ROWS

MOST_VALUES = 7
HIGHEST: dict[str, int] = {"threads": 32, "pool_size": 16, "work_ms": 100, "tasks": 100}
"""How far a setting is varied; a lesson may allow more, but so many runs would take long."""
NORMAL_95 = 1.96


class RunSession(Protocol):
    """What a series needs of a session; `simulator.session.Session` is one."""

    recording: Recording
    done: threading.Event

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended and is analysed."""

    def start(self) -> None:
        """Start the threads."""

    def stop(self) -> None:
        """Tell them to stop."""

    def pump(self, limit: int = PUMP_ROWS) -> bool:
        """Fetch and analyse what was recorded; return whether that is news."""

    def close(self) -> None:
        """Wait until nothing is left."""


MakeSession = Callable[[], RunSession]


class _Start:
    """Starts a session on a thread of its own: a process takes a while to come up, and no window must wait for it."""

    def __init__(self, session: RunSession) -> None:
        self._session = session
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="starter", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self._session.start()
        except BaseException as error:  # raised again by the one who pumps
            self.error = error


class Series:
    """Runs, one after the other.

    Parameters
    ----------
    plan : sequence of callable
        Each builds the session of a run, when its turn has come.
    note : callable
        Called with each recording when its run has ended and nothing of it is left running.
    starts_aside : bool
        Start runs on a thread of their own, so that whoever pumps never waits for a process to come up.

    Attributes
    ----------
    n_done, n_planned : int
        How many runs have come to their end, of how many.
    session : RunSession or None
        The run that is going on.
    is_finished : bool
        Whether all runs have ended, or one was stopped.

    Notes
    -----
    Thread: one, the caller's, which pumps.
    """

    def __init__(
        self, plan: Sequence[MakeSession], note: Callable[[Recording], object], starts_aside: bool = False
    ) -> None:
        self._starts_aside = starts_aside
        self._start: _Start | None = None
        self._plan = tuple(plan)
        self._note = note
        self._is_stopping = False
        self.session: RunSession | None = None
        self.n_done = 0
        self.n_planned = len(self._plan)
        self.is_finished = not self._plan

    def start(self) -> None:
        """Start the first run; this or `pump` raises `UsageError` or `StartError` if a run cannot be started."""
        if self.session is None and not self.is_finished:
            self._start_next()

    def stop(self) -> None:
        """Tell the run that is going on to stop; no other begins."""
        self._is_stopping = True
        if self.session is not None:
            self.session.stop()

    def pump(self, limit: int = PUMP_ROWS) -> bool:
        """Take in what the run that is going on has recorded; if it has ended, start the next.

        Returns
        -------
        bool
            Whether there is news.
        """
        session = self.session
        if session is None or self.is_finished or not self._has_started(session):
            return False
        has_news = session.pump(limit)
        if not session.is_finished:
            return has_news
        session.close()
        self.session = None
        self.n_done += 1
        self._note(session.recording)
        self.is_finished = self._is_stopping or self.n_done == self.n_planned
        if not self.is_finished:
            self._start_next()
        return True

    def wait(self, seconds: float) -> None:
        """Wait for the end of the run that is going on, so long at most."""
        if self.session is not None:
            self.session.done.wait(seconds)

    def close(self) -> None:
        """End what is going on; nothing of it is left afterwards."""
        self.is_finished = True
        if self._start is not None:
            self._start.thread.join()
        session, self.session = self.session, None
        if session is not None:
            session.close()

    def _start_next(self) -> None:
        try:
            session = self._plan[self.n_done]()
            if self._starts_aside:
                self._start = _Start(session)
            else:
                session.start()
        except BaseException:
            self.is_finished = True
            raise
        self.session = session

    def _has_started(self, session: RunSession) -> bool:
        """Tell whether the run that is going on has been started; raises what its start raised."""
        start = self._start
        if start is None:
            return True
        if start.thread.is_alive():
            return False
        self._start = None
        if start.error is not None:
            self.session, self.is_finished = None, True
            raise start.error
        if self._is_stopping:
            session.stop()
        return True


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came of one run of a series.

    Attributes
    ----------
    value : int
        The setting that was varied, 0 where none was.
    n_wrong, n_total : int
        Wrong reads (lost increments, where increments are counted), of how many.
    has_problems : bool
        Whether anything was found.
    """

    value: int
    n_wrong: int
    n_total: int
    has_problems: bool


def result_of(recording: Recording, varied: str) -> RunResult:
    """Return what came of a run; `varied` is the name of the setting that was varied, or empty."""
    counts = recording.analysis.counts
    value = getattr(recording.settings, varied) if varied else 0
    if counts.updates:
        n_wrong, n_total = counts.lost_updates, counts.updates
    else:
        n_wrong, n_total = sum(counts.private[outcome] for outcome in PRIVATE_PROBLEMS), sum(counts.private.values())
        if not n_total:
            n_wrong, n_total = counts.problems, recording.trace.n
    return RunResult(value, n_wrong, n_total, recording.has_problems)


def values_of(lesson: Lesson, settings: RunSettings, name: str) -> tuple[int, ...]:
    """Return the values that a setting takes when it is varied: about as many in each doubling, both ends included."""
    bounds = lesson.bounds[name]
    low, high = bounds.low, min(bounds.high, max(HIGHEST[name], getattr(settings, name)))
    first = max(low, 1)
    steps = MOST_VALUES - 1
    grown = {round(first * (high / first) ** (i / steps)) for i in range(MOST_VALUES)}
    return tuple(sorted(({low} if low < first else set()) | grown | {getattr(settings, name)}))


def plan_of(settings: RunSettings, times: int, varied: str = "", values: Sequence[int] = ()) -> list[RunSettings]:
    """Return the settings of a series, round by round, so that every value has its share at any time."""
    if not varied:
        return [settings] * times
    return [replace(settings, **{varied: value}) for _ in range(times) for value in values]  # type: ignore[arg-type]


def share_interval(n: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of which `n` of `total` were seen.

    Notes
    -----
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    z2 = NORMAL_95**2
    share = n / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = NORMAL_95 / (1 + z2 / total) * sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return max(0.0, middle - half), min(1.0, middle + half)
