"""The comparison: one lesson with two settings, run one after the other, so that neither disturbs the other."""

from PySide6.QtCore import QObject, Signal

from simulator.analysis.difference import describe_difference
from simulator.analysis.recording import Recording
from simulator.lessons.base import Lesson, RunSettings
from simulator.lessons.fix import name_of
from ui.run_controller import RunController

UPPER, LOWER = 0, 1


class ComparisonModel(QObject):
    """Two runs of a lesson.

    Parameters
    ----------
    controller : RunController
        Runs one after the other; its owner from now on.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    lesson : Lesson or None
        What is compared; None before `choose`.
    pair : list of RunSettings
        With what; two of them after `choose`.
    recordings : list of Recording or None
        What they gave so far.

    Signals
    -------
    chosen
        Another lesson or other settings are to be compared.
    begun(int)
        One of the two has begun; 0 for the upper, 1 for the lower.
    grown(int)
        It has new events, or its time has gone on.
    ended
        Both have come to their end, or were stopped.
    failed(str)
        One could not be started; why.
    """

    chosen = Signal()
    begun = Signal(int)
    grown = Signal(int)
    ended = Signal()
    failed = Signal(str)

    def __init__(self, controller: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        controller.setParent(self)
        self._controller = controller
        self._waiting: list[int] = []
        self._at = UPPER
        self.lesson: Lesson | None = None
        self.pair: list[RunSettings] = []
        self.recordings: list[Recording | None] = [None, None]
        controller.run_started.connect(self._on_started)
        controller.run_changed.connect(self._on_changed)
        controller.run_finished.connect(self._on_finished)
        controller.failed.connect(self._on_failed)

    @property
    def is_running(self) -> bool:
        """Whether one of the two is going on."""
        return self._controller.is_running

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called."""
        assert self.lesson is not None
        return name_of(self.lesson, self.pair[UPPER]), name_of(self.lesson, self.pair[LOWER])

    @property
    def difference(self) -> str:
        """What tells the two apart; empty until both have ended."""
        one, other = self.recordings
        if self.is_running or self._waiting or one is None or other is None:
            return ""
        return describe_difference(one, other, self.names)

    def choose(self, lesson: Lesson, one: RunSettings, other: RunSettings) -> None:
        """Say what to compare; a comparison that is going on is stopped first."""
        self.close()
        self.lesson, self.pair, self.recordings = lesson, [one, other], [None, None]
        self.chosen.emit()

    def start(self) -> None:
        """Run both, the upper first; does nothing while one is going."""
        if self.lesson is not None and not self.is_running:
            self.recordings = [None, None]
            self._waiting = [UPPER, LOWER]
            self._start_next()

    def stop(self) -> None:
        """Tell the run that is going on to stop; the other does not begin."""
        self._waiting = []
        self._controller.stop()

    def close(self) -> None:
        """End what is going on, and wait until nothing of it is left."""
        self._waiting = []
        self._controller.close()

    def _start_next(self) -> None:
        assert self.lesson is not None
        self._at = self._waiting.pop(0)
        self._controller.start(self.lesson, self.pair[self._at])

    def _on_started(self) -> None:
        assert self._controller.session is not None
        self.recordings[self._at] = self._controller.session.recording
        self.begun.emit(self._at)

    def _on_changed(self) -> None:
        session, recording = self._controller.session, self.recordings[self._at]
        if session is not None and recording is not None:
            recording.elapsed_ns = session.elapsed_ns
            self.grown.emit(self._at)

    def _on_finished(self) -> None:
        self.grown.emit(self._at)
        if self._waiting:
            self._start_next()
        else:
            self.ended.emit()

    def _on_failed(self, why: str) -> None:
        self._waiting = []
        self.failed.emit(why)
        self.ended.emit()
