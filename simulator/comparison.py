"""`threading.local` beside `contextvars`: what each does, found out by running probes on this interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import DONE, Recording
from simulator.lessons.base import CONTEXT, LOCAL, Lesson
from simulator.lessons.probes import COPIED, TASK_ISOLATION, THREAD_ISOLATION
from simulator.record.kinds import Kind
from simulator.session import Session

COLUMNS: dict[str, str] = {LOCAL: "threading.local", CONTEXT: "contextvars"}
"""What is compared: storages, and what they are called."""

SINCE: dict[str, str] = {LOCAL: "2.4", CONTEXT: "3.7"}
"""Since which Python there is each; known, not probed."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A line of the table.

    Attributes
    ----------
    name, help : str
        What it is called, and what it means.
    probe : Lesson
        Finds it out.
    wanted : Outcome
        Of the read that decides, where the answer is yes.
    """

    name: str
    help: str
    probe: Lesson
    wanted: Outcome


FEATURES: tuple[Feature, ...] = (
    Feature("Thread isolation", "What another thread stores is not seen", THREAD_ISOLATION, Outcome.OWN),
    Feature("Task isolation", "What another task of the same loop stores is not seen", TASK_ISOLATION, Outcome.OWN),
    Feature(
        "Copied into a new task",
        "A new task begins with a copy of what its creator had stored; what is stored later is not seen",
        COPIED,
        Outcome.INHERITED,
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe found out.

    Attributes
    ----------
    feature : Feature
        What was asked.
    storage : str
        Of what.
    is_yes : bool or None
        None if the probe did not come to its end.
    recording : Recording
        The probe's run.
    """

    feature: Feature
    storage: str
    is_yes: bool | None
    recording: Recording


def run_probes() -> Iterator[Answer]:
    """Run every probe with every storage, one after the other, in this process.

    Yields
    ------
    Answer
        Row by row.

    Notes
    -----
    Thread: any. Cost: some milliseconds for each.
    """
    for feature in FEATURES:
        for storage in COLUMNS:
            yield probe(feature, storage)


def probe(feature: Feature, storage: str) -> Answer:
    """Find out about one feature of one storage."""
    lesson = feature.probe
    recording = Session(lesson, replace(lesson.default_settings(), storage=storage)).run(period_s=0.001)
    return Answer(feature, storage, _judge(recording, feature.wanted), recording)


def _judge(recording: Recording, wanted: Outcome) -> bool | None:
    reads = np.flatnonzero(recording.trace.kind == Kind.READ)
    if recording.status != DONE or not len(reads):
        return None
    return bool(recording.analysis.outcome[reads[-1]] == wanted)
