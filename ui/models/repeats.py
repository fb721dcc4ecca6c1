"""Many runs of a lesson, pumped like the window's own run, and what came of each."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from simulator.analysis.recording import STOPPED, Recording
from simulator.errors import ThreadloomError
from simulator.lessons.base import Lesson, RunSettings
from simulator.series import RunResult, Series, plan_of, result_of, share_interval, values_of
from ui.feed import BATCH, Feed
from ui.run_controller import SessionFactory

USUAL_TIMES = 20


class RepeatsModel(QObject):
    """A series of runs.

    Parameters
    ----------
    make_session : callable
        Builds a session for a lesson and its settings.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    lesson : Lesson or None
        What is run; None before `choose`.
    settings : RunSettings or None
        With what, apart from the setting that is varied.
    varied : str
        Name of the setting that is varied, or empty.
    values : tuple of int
        Its values.
    results : list of RunResult
        What came of the runs that have ended so far.
    n_planned : int
        How many runs there will be.

    Signals
    -------
    chosen
        Another lesson or other settings are to be run.
    changed
        A series began, a run has ended, or the series has.
    failed(str)
        A run could not be started; why.
    """

    chosen = Signal()
    changed = Signal()
    failed = Signal(str)

    def __init__(self, make_session: SessionFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_session = make_session
        self._feed = Feed(self)
        self._feed.finished.connect(self._on_finished)
        self._series: Series | None = None
        self.lesson: Lesson | None = None
        self.settings: RunSettings | None = None
        self.varied = ""
        self.values: tuple[int, ...] = ()
        self.results: list[RunResult] = []
        self.n_planned = 0

    @property
    def is_running(self) -> bool:
        """Whether a series is going on."""
        return self._series is not None

    @property
    def can_vary(self) -> tuple[str, ...]:
        """Names of the settings that can be varied."""
        if self.lesson is None or self.settings is None:
            return ()
        return self.lesson.settings_in_use(self.settings.runner)

    def choose(self, lesson: Lesson, settings: RunSettings) -> None:
        """Say what to run; a series that is going on ends first."""
        self.close()
        self.lesson, self.settings, self.results, self.n_planned = lesson, settings, [], 0
        if self.varied not in self.can_vary:
            self.varied = ""
        self.chosen.emit()
        self.changed.emit()

    def start(self, times: int, varied: str = "") -> None:
        """Run `times` times, for each value of the setting that is varied; does nothing while a series is going on."""
        if self.lesson is None or self.settings is None or self.is_running:
            return
        self.varied = varied
        self.values = values_of(self.lesson, self.settings, varied) if varied else ()
        runs = plan_of(self.settings, times, varied, self.values)
        plan = [partial(self._make_session, self.lesson, settings) for settings in runs]
        self.results, self.n_planned = [], len(plan)
        self._series = Series(plan, self._note, starts_aside=True)
        try:
            self._series.start()
        except ThreadloomError as error:
            self._give_up(error)
            return
        self._feed.start(self)
        self.changed.emit()

    def stop(self) -> None:
        """Tell the run that is going on to stop; no other begins, and it does not count."""
        if self._series is not None:
            self._series.stop()

    def close(self) -> None:
        """End what is going on, and wait until nothing of it is left."""
        self._feed.stop()
        series, self._series = self._series, None
        if series is not None:
            series.close()

    def sentence(self) -> str:
        """Say in how many runs something was found, and how sure that is; empty before the first has ended."""
        total = len(self.results)
        if not total:
            return ""
        n = sum(result.has_problems for result in self.results)
        low, high = share_interval(n, total)
        runs = "run" if total == 1 else "runs"
        text = f"Something was found in {n:,} of {total:,} {runs} ({n / total:.0%})"
        return text if self.varied else f"{text}; by that the chance is between {low:.0%} and {high:.0%}"

    # -- what the feed needs ---------------------------------------------------------------------------------------

    def pump(self, limit: int = BATCH) -> bool:
        """Take in what the run that is going on has recorded, and start the next when it has ended."""
        if self._series is None:
            return False
        try:
            return self._series.pump(limit)
        except ThreadloomError as error:
            self._give_up(error)
            return False

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing more to pump."""
        return self._series is None or self._series.is_finished

    def _note(self, recording: Recording) -> None:
        if recording.status != STOPPED:
            self.results.append(result_of(recording, self.varied))
            self.changed.emit()

    def _on_finished(self) -> None:
        self.close()
        self.changed.emit()

    def _give_up(self, error: ThreadloomError) -> None:
        self.close()
        self.failed.emit(str(error))
        self.changed.emit()
