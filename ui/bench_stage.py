"""The stage of the painted benchmarks: a timeline of 1600×900 off screen, and what painting it costs."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from simulator.picture.index import Shown
from simulator.picture.places import Metrics
from simulator.picture.theme import LIGHT
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.resources import load_fonts
from ui.timeline.view import TimelineView

WIDTH_PX, HEIGHT_PX = 1600, 900


def start_qt() -> QApplication:
    """Return the application, off screen if there is none yet, with our fonts."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication(["threadloom"])
    load_fonts()
    return application


class Stage:
    """A timeline on which one recording is painted again and again.

    Parameters
    ----------
    recording : Shown
        What to paint.

    Attributes
    ----------
    viewport : ViewportModel
        Which window of time is seen.
    view : TimelineView
        The timeline, all of whose lanes are visible however many there are.
    first_ms : float
        CPU milliseconds until the recording was painted for the first time.
    paints_a_frame : float
        How often the plot was painted for each frame so far.
    """

    def __init__(self, recording: Shown) -> None:
        self._application = start_qt()
        self.viewport = ViewportModel()
        self.view = TimelineView(self.viewport, SelectionModel(), LIGHT)
        self.view.picture.set_metrics(Metrics(fits_lanes=True))
        self.view.resize(WIDTH_PX, HEIGHT_PX)
        self.view.show()
        self._application.processEvents()
        self._n_frames = 0
        self._n_paints = 0
        self.first_ms = self._cost_ms(lambda: self.view.set_recording(recording))

    @property
    def paints_a_frame(self) -> float:
        """How often the plot was painted for each frame."""
        return self._n_paints / max(self._n_frames, 1)

    def _cost_ms(self, change: Callable[[], object]) -> float:
        """Return the CPU milliseconds of a change and of painting everything that is seen after it."""
        before = time.process_time_ns()
        change()
        self.view.header.update()
        self.view.overview.update()
        self._application.processEvents()
        return (time.process_time_ns() - before) / 1e6

    def frames(self, changes: Iterable[Callable[[], object]]) -> list[float]:
        """Return the CPU milliseconds of each frame, one for each change."""
        self._cost_ms(lambda: None)
        first = self.view.item.n_paints
        costs_ms = [self._cost_ms(change) for change in changes]
        self._n_frames += len(costs_ms)
        self._n_paints += self.view.item.n_paints - first
        return costs_ms

    def look_at(self, begin: float, share: float, n_frames: int, step: float = 0.0) -> list[float]:
        """Return the cost of frames of a window that begins at a part of the run, is a share long, and moves on."""
        total_ns = self.viewport.limits_ns[1]
        span_ns = int(total_ns * share)

        def show(i: int) -> None:
            t0_ns = int(total_ns * (begin + i * step * share))
            self.viewport.set_window(t0_ns, t0_ns + span_ns - (0 if step else i * max(span_ns // 100_000, 1)))

        show(0)
        return self.frames([partial(show, i) for i in range(1, n_frames + 1)])

    def hit_ms(self, n_tries: int) -> float:
        """Return the median milliseconds of finding the event at a place."""
        picture, plot = self.view.picture, self.view.plot
        picture.find_row(0, 0)
        random = np.random.default_rng(1)
        places = random.random((n_tries, 2)) * (plot.width(), plot.height())
        costs_ms = []
        for x, y in places.tolist():
            before = time.perf_counter_ns()
            picture.find_row(x, y)
            costs_ms.append((time.perf_counter_ns() - before) / 1e6)
        return statistics.median(costs_ms)

    def close(self) -> None:
        """Let go of everything."""
        self.view.set_recording(None)
        _discard(self.view)


def blit_ms(n_tries: int = 50) -> float:
    """Return the median CPU milliseconds of painting an image of the stage's size."""
    start_qt()
    image = QImage(WIDTH_PX, HEIGHT_PX, QImage.Format.Format_RGB32)
    image.fill(0)
    target = QImage(image)
    return _median_ms(lambda: _blit(target, image), n_tries)


def _blit(target: QImage, image: QImage) -> None:
    painter = QPainter(target)
    painter.drawImage(QPoint(0, 0), image)
    painter.end()


def repaint_ms(widget: QWidget, change: Callable[[], object], n_tries: int) -> float:
    """Return the median CPU milliseconds of painting a widget after a change to it."""
    application = start_qt()
    widget.resize(WIDTH_PX, HEIGHT_PX)
    widget.show()
    application.processEvents()

    def paint() -> None:
        change()
        application.processEvents()

    cost_ms = _median_ms(paint, n_tries)
    _discard(widget)
    return cost_ms


def _discard(widget: QWidget) -> None:
    """Close a widget and delete it now: the event loop, which would do so later, may never run."""
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)


def _median_ms(work: Callable[[], object], n_tries: int) -> float:
    costs_ns = []
    for _ in range(n_tries):
        before = time.process_time_ns()
        work()
        costs_ns.append(time.process_time_ns() - before)
    return statistics.median(costs_ns) / 1e6
