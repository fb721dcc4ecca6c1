"""Live: events that another process records at a high rate, shown while they arrive."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

from simulator.lessons.base import OWN_PROCESS, SHARED, THREADS, Bounds, Lesson, RunSettings
from simulator.runtime.program import Variable
from simulator.session import Session
from ui.bench_stage import Stage, start_qt
from ui.feed import Feed

N_THREADS = 4
PAIRS = 150
WARM_UP_S = 0.7

_CODE = """\
state = SimpleNamespace(x=0)

def stream(rounds):
    for _ in range(rounds):
        for i in range({pairs}):
            state.x = i
            state.x
        sleep(0.01)

workers = [Thread(target=stream, args=(100_000,)) for _ in range({threads})]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""


@dataclass(frozen=True, slots=True)
class Live:
    """How a live run was shown.

    Attributes
    ----------
    events_a_second, frames_a_second : float
        How many arrived, and how often they were painted.
    longest_gap_ms : float
        Between two paints.
    cpu_share : float
        Of one core that this process used.
    """

    events_a_second: float
    frames_a_second: float
    longest_gap_ms: float
    cpu_share: float


class _Paints(QObject):
    """Notes when a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.times_s: list[float] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a paint and let it happen."""
        if event.type() == QEvent.Type.Paint:
            self.times_s.append(time.perf_counter())
        return False


def _write_code(settings: RunSettings) -> str:
    return _CODE.format(threads=settings.threads, pairs=PAIRS)


def measure_live(seconds: float = 4.0) -> Live:
    """Show a program that records about 100,000 events a second in a process of its own."""
    start_qt()
    lesson = Lesson(
        "stream", "A stream of events", (SHARED,), (THREADS,), {"threads": Bounds(N_THREADS, 1, 256)}, (Variable("x"),),
        _write_code, place=OWN_PROCESS,
    )  # fmt: skip
    session = Session(lesson, lesson.default_settings())
    stage, feed, paints = Stage(session.recording), Feed(), _Paints()
    stage.view.plot.viewport().installEventFilter(paints)
    feed.drained.connect(lambda _: stage.view.refresh())
    session.start()
    feed.start(session)
    _spin(WARM_UP_S)
    paints.times_s.clear()
    begun_s, n_before, cpu_s = time.perf_counter(), session.recording.trace.n, time.process_time()
    _spin(seconds)
    lasted_s = time.perf_counter() - begun_s
    cpu_share = (time.process_time() - cpu_s) / lasted_s
    times_s = [begun_s, *paints.times_s, begun_s + lasted_s]
    n_events = session.recording.trace.n - n_before
    feed.stop()
    session.stop()
    session.close()
    stage.close()
    gap_ms = max(after - before for before, after in pairwise(times_s)) * 1e3
    return Live(n_events / lasted_s, len(paints.times_s) / lasted_s, gap_ms, cpu_share)


def _spin(seconds: float) -> None:
    """Let the window work for a while. To quit the application instead would close the window."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
