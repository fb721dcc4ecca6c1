"""How long Stop takes."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from simulator.bench.figures import Figure, at_most
from simulator.lessons.base import IN_PROCESS, OWN_PROCESS
from simulator.lessons.registry import find
from simulator.record.clock import now_ns
from simulator.session import Session

STOP_GOAL_MS = 200.0
STOP_WORK_MS = 60_000
STOP_THREADS = (5, 256)


def bench_stop() -> list[Figure]:
    """Measure how long Stop takes while every thread is in the middle of a minute's work."""
    figures = []
    for place in (IN_PROCESS, OWN_PROCESS):
        for n in STOP_THREADS:
            delay_ms, n_left = _stop(place, n)
            figures.append(at_most(f"stop, {n} threads, {place}", delay_ms, "ms", "", STOP_GOAL_MS))
            figures.append(at_most(f"threads and processes left, {n} threads, {place}", n_left, "count", "", 0))
    return figures


def _stop(place: str, n_threads: int) -> tuple[float, int]:
    lesson = find("request-id")
    settings = replace(lesson.default_settings(), threads=n_threads, work_ms=STOP_WORK_MS, place=place)
    before = set(threading.enumerate())
    session = Session(lesson, settings)
    session.start()
    while session.recording.analysis.counts.writes < n_threads:
        if not session.pump():
            time.sleep(0.001)
    start = now_ns()
    session.stop()
    session.done.wait()
    delay_ms = (now_ns() - start) / 1e6
    while not session.is_finished:
        session.pump()
    session.close()
    left = [thread for thread in threading.enumerate() if thread not in before]
    return delay_ms, len(left) + len(session.processes_alive())
