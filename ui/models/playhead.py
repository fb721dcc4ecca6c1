"""The playhead: the moment of the run that is looked at, and its replay."""

import math
from collections.abc import Callable, Sequence
from time import monotonic_ns

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from simulator.analysis.recording import RUNNING
from simulator.trace.trace import Trace
from ui.models.runs import RunsModel

PERIOD_MS = 16
SPEEDS = (1, 10, 100, 1000)
WANTED_NS = 10_000_000_000
"""About as long a replay takes, unless the user chooses a speed: what people need to follow one."""
EVENT_BY_EVENT = 0
"""In place of a speed: one event after the other, whatever the time between them."""
EVENT_NS = 400_000_000
"""How long each event is shown when replaying event by event."""


class PlayheadModel(QObject):
    """Which moment of the run on screen is looked at.

    A moment is a number of events and a time: after `n` events exactly the first `n` rows have happened, so that
    events with equal stamps are told apart. While a run goes on the playhead stands at its end.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    clock : callable
        Returns nanoseconds that go on evenly.
    parent : QObject, optional
        Owner.
    find_cuts : callable
        Returns begin and end of each stretch of time that is left out of the picture; a replay jumps over them.

    Attributes
    ----------
    n : int
        Number of events that have happened.
    time_ns : int
        The time, nanoseconds since the start of the run; not before the n-th event, not after the next.
    speed : int
        How many times slower than it was the run is replayed, one of `SPEEDS`, or `EVENT_BY_EVENT`.
    direction : int
        +1 forwards, -1 backwards.

    Signals
    -------
    moved
        The playhead stands elsewhere, or in another run.
    playing_changed(bool)
        The replay has begun or ended.
    speed_changed(int)
        Another speed is chosen.

    Notes
    -----
    Thread: the window's. A timer calls `tick` while the replay goes on, and only then.
    """

    moved = Signal()
    playing_changed = Signal(bool)
    speed_changed = Signal(int)

    def __init__(
        self,
        runs: RunsModel,
        clock: Callable[[], int] = monotonic_ns,
        parent: QObject | None = None,
        find_cuts: Callable[[], Sequence[tuple[int, int]]] = tuple,
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._clock = clock
        self._find_cuts = find_cuts
        self._n = 0
        self._time_ns = 0
        self._speed = SPEEDS[0]
        self._is_speed_chosen = False
        self._direction = 1
        self._began: tuple[int, int, int] = (0, 0, 0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.tick)
        runs.shown_changed.connect(self._on_shown_changed)
        runs.grown.connect(self._on_grown)
        self._on_shown_changed()

    # -- where it stands -----------------------------------------------------------------------------------------

    @property
    def n(self) -> int:
        """Number of events that have happened."""
        return self._n

    @property
    def time_ns(self) -> int:
        """The time of the moment."""
        return self._time_ns

    @property
    def end_ns(self) -> int:
        """Time of the end of the run; 0 without one."""
        return self._trace.duration_ns if self._trace is not None else 0

    @property
    def is_live(self) -> bool:
        """Whether the run still goes on, and the playhead with it."""
        shown = self._runs.shown
        return shown is not None and shown.status == RUNNING

    @property
    def is_movable(self) -> bool:
        """Whether there is a run and it has ended."""
        return self._trace is not None and not self.is_live

    @property
    def is_at_end(self) -> bool:
        """Whether everything has happened."""
        return self._time_ns >= self.end_ns and self._n == self._n_all

    @property
    def is_playing(self) -> bool:
        """Whether the replay goes on."""
        return self._timer.isActive()

    @property
    def direction(self) -> int:
        """+1 forwards, -1 backwards."""
        return self._direction

    @property
    def speed(self) -> int:
        """How many times slower than it was, or `EVENT_BY_EVENT`."""
        return self._speed

    @property
    def _trace(self) -> Trace | None:
        return self._runs.shown.trace if self._runs.shown is not None else None

    @property
    def _n_all(self) -> int:
        return self._trace.n if self._trace is not None else 0

    # -- moving it -----------------------------------------------------------------------------------------------

    def scrub(self, time_ns: int) -> None:
        """Go to a time; everything of that very nanosecond has happened."""
        if self.is_movable:
            time_ns = max(0, min(time_ns, self.end_ns))
            self._store(self._n_at(time_ns) if time_ns else 0, time_ns)
            self._begin_from_here()

    def step(self, step: int) -> None:
        """Let the next event happen (+1), or take back the last one (-1); a replay ends."""
        if self.is_movable:
            self.pause()
            self._go_to_event(self._n + step)

    def show_event(self, row: int) -> None:
        """Go to the moment right after an event."""
        if self.is_movable and 0 <= row < self._n_all:
            self._go_to_event(row + 1)
            self._begin_from_here()

    def to_start(self) -> None:
        """Go to the start of the run: nothing has happened."""
        self.scrub(0)

    def to_end(self) -> None:
        """Go to the end of the run: everything has happened."""
        self.scrub(self.end_ns)

    # -- replaying -----------------------------------------------------------------------------------------------

    def set_speed(self, speed: int) -> None:
        """Choose a speed; a replay goes on at it.

        Raises
        ------
        ValueError
            If it is not one of `SPEEDS` or `EVENT_BY_EVENT`.
        """
        if speed not in (*SPEEDS, EVENT_BY_EVENT):
            raise ValueError(f"a speed is one of {SPEEDS} or {EVENT_BY_EVENT}, not {speed}")
        self._is_speed_chosen = True
        self._take_speed(speed)

    def _take_speed(self, speed: int) -> None:
        if speed == self._speed:
            return
        self._speed = speed
        self._begin_from_here()
        self.speed_changed.emit(speed)

    def _fit_speed(self) -> None:
        """Take the speed that suits the length of the run, unless the user has chosen one."""
        if self.is_movable and not self._is_speed_chosen:
            wanted = WANTED_NS / max(self.end_ns, 1)
            self._take_speed(min(SPEEDS, key=lambda speed: abs(math.log(speed / wanted))))

    def play(self, direction: int = 1) -> None:
        """Replay forwards (+1) or backwards (-1) from here; from the other end, where this one is reached."""
        if not self.is_movable:
            return
        if direction > 0 and self.is_at_end:
            self.to_start()
        elif direction < 0 and not self._n and not self._time_ns:
            self.to_end()
        was_playing, is_turned = self.is_playing, direction != self._direction
        self._direction = direction
        self._begin_from_here()
        self._timer.start()
        if not was_playing or is_turned:
            self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stand still."""
        if self.is_playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self, direction: int = 1) -> None:
        """Replay in a direction, or stand still if that goes on."""
        if self.is_playing and self._direction == direction:
            self.pause()
        else:
            self.play(direction)

    def tick(self) -> None:
        """Go on by as much as the clock has gone on, slowed down; stand still at the end."""
        if not self.is_playing:
            return
        began_ns, n, time_ns = self._began
        passed_ns = self._clock() - began_ns
        if self._speed == EVENT_BY_EVENT:
            self._go_to_event(n + self._direction * (passed_ns // EVENT_NS))
        else:
            self._go_on_to(time_ns + self._direction * (passed_ns // self._speed))
        is_at_start = not self._n and (self._speed == EVENT_BY_EVENT or not self._time_ns)
        if self.is_at_end if self._direction > 0 else is_at_start:
            self.pause()

    def _go_on_to(self, time_ns: int) -> None:
        """Go on to a time, or to the far end of the cut that it lies in."""
        cut = next(((begin_ns, end_ns) for begin_ns, end_ns in self._find_cuts() if begin_ns < time_ns < end_ns), None)
        if cut is None:
            self._go_to_time(time_ns)
        else:
            self._go_to_time(cut[1] if self._direction > 0 else cut[0])
            self._begin_from_here()

    def _go_to_time(self, time_ns: int) -> None:
        """Go on to a time, in the direction of the replay: an event that was taken back at it does not come again."""
        time_ns = max(0, min(time_ns, self.end_ns))
        n = self._n_at(time_ns) if time_ns else 0
        self._store(max(n, self._n) if self._direction > 0 else min(n, self._n), time_ns)

    def _go_to_event(self, n: int) -> None:
        n = max(0, min(n, self._n_all))
        if n != self._n:
            trace = self._trace
            assert trace is not None
            self._store(n, max(int(trace.begin_ns[n - 1]), 0) if n else 0)

    def _begin_from_here(self) -> None:
        """Let the replay go on from where the playhead stands now."""
        self._began = self._clock(), self._n, self._time_ns

    def _n_at(self, time_ns: int) -> int:
        trace = self._trace
        return int(trace.begin_ns.searchsorted(np.int64(time_ns), "right")) if trace is not None else 0

    def _store(self, n: int, time_ns: int) -> None:
        if (n, time_ns) != (self._n, self._time_ns):
            self._n, self._time_ns = n, time_ns
            self.moved.emit()

    # -- following the run ---------------------------------------------------------------------------------------

    def _on_shown_changed(self) -> None:
        self.pause()
        self._n, self._time_ns = self._n_all, self.end_ns
        self._fit_speed()
        self.moved.emit()

    def _on_grown(self) -> None:
        """Stand at the end of what there is so far, and of all of it when the run ends."""
        self._fit_speed()
        self._store(self._n_all, self.end_ns)
