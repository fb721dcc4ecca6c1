"""Run lessons and small programs for tests, freely or in a scripted order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from simulator.analysis.recording import Recording
from simulator.lessons.base import Lesson, RunSettings
from simulator.lessons.registry import find
from simulator.runtime.program import Program, Variable
from simulator.runtime.schedule import ScriptedSchedule
from simulator.session import Session
from tests.patience import PATIENCE_S

ENTERED, GATE = threading.Event(), threading.Event()
"""For programs of tests that must hang until the test lets them go: they set one and wait for the other."""


def settings_of(lesson_id: str, storage: str | None = None, **changes: Any) -> tuple[Lesson, RunSettings]:
    """Return a lesson and its settings, changed; it runs in this process unless told otherwise."""
    lesson = find(lesson_id)
    settings = lesson.default_settings(changes.pop("runner", None))
    changes.setdefault("place", "in-process")
    if storage is not None:
        changes["storage"] = storage
    options = {**settings.options, **changes.pop("options", {})}
    return lesson, replace(settings, options=options, **changes)


def run_lesson(lesson_id: str, storage: str | None = None, order: Sequence[str] = (), **changes: Any) -> Recording:
    """Run a lesson to its end; with `order`, access by access as scripted."""
    lesson, settings = settings_of(lesson_id, storage, **changes)
    schedule = ScriptedSchedule(order) if order else None
    return Session(lesson, settings, schedule=schedule).run()


def lesson_of(code: str, **fields: Any) -> Lesson:
    """Make a lesson of a piece of code, to run what no real lesson does."""
    fields.setdefault("variables", (Variable("x", is_private=True),))
    template = find("request-id")
    return replace(template, id="test", write_code=lambda _settings: code, **fields)


def run_code(
    code: str,
    storage: str = "shared",
    place: str = "in-process",
    threads: int = 2,
    order: Sequence[str] = (),
    **fields: Any,
) -> Recording:
    """Run a piece of code that starts `threads` threads; with `order`, step by step as scripted."""
    lesson = lesson_of(code, **fields)
    settings = replace(lesson.default_settings(), storage=storage, place=place, threads=threads, work_ms=0)
    return Session(lesson, settings, schedule=ScriptedSchedule(order) if order else None).run()


def stop_when(session: Session, has_come: Callable[[], bool]) -> Recording:
    """Start a run, stop it as soon as something has come about, and return all of it; nothing of it is left."""
    session.start()
    try:
        while not has_come():
            session.pump()
        session.stop()
        assert session.done.wait(PATIENCE_S)
    finally:
        session.close()
    while not session.is_finished:
        session.pump()
    return session.recording


def program_of(code: str, **fields: Any) -> Program:
    """Make a program of a piece of code."""
    fields.setdefault("variables", (Variable("x", is_private=True),))
    fields.setdefault("storage", "shared")
    return Program(code=code, filename="test.py", **fields)


def interleavings(first: str, n_first: int, second: str, n_second: int) -> Iterator[tuple[str, ...]]:
    """Yield every order in which two actors can take their steps."""
    n = n_first + n_second
    for places in combinations(range(n), n_first):
        yield tuple(first if i in places else second for i in range(n))
