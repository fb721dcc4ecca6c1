"""The lesson `subclass-local`: when ``__init__`` of a subclassed local runs, and who sees what it set."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.record.kinds import Kind
from tests.simulator.running import run_lesson


def init_calls(recording: Recording) -> list[tuple[str, object]]:
    """Return the thread and the arguments of each call of ``__init__``."""
    trace = recording.trace
    rows = np.flatnonzero(trace.kind == Kind.MARK).tolist()
    return [(trace.threads[trace.thread[row]].name, trace.value_of(row)) for row in rows]


@pytest.mark.parametrize("place", ["in-process", "own-process"])
@pytest.mark.parametrize("threads", [2, 5, 64])
def test_init_runs_once_in_each_thread_with_the_same_arguments(threads: int, place: str) -> None:
    recording = run_lesson("subclass-local", "local", threads=threads, work_ms=0, place=place)
    names = ["main", *(f"worker-{number}" for number in range(1, threads + 1))]
    assert init_calls(recording) == [(name, "__init__(3)") for name in names]
    counts, facts = recording.analysis.counts, recording.facts
    assert counts.by_outcome[Outcome.OWN] == counts.reads == 2 * threads + 1, "main's change is seen by main alone"
    assert facts == {"init_runs": threads + 1, "init_threads": threads + 1, "threads_touching": threads + 1}
    assert (recording.status, recording.has_problems) == ("done", False)


@pytest.mark.parametrize("place", ["in-process", "own-process"])
@pytest.mark.parametrize("threads", [2, 5, 64])
def test_a_plain_object_runs_it_once_and_everybody_sees_every_change(threads: int, place: str) -> None:
    recording = run_lesson("subclass-local", "shared", threads=threads, work_ms=0, place=place)
    assert init_calls(recording) == [("main", "__init__(3)")]
    trace = recording.trace
    answers = [trace.value_of(row) for row in np.flatnonzero(trace.kind == Kind.ANSWER).tolist()]
    seen = [5, *(10 * number for number in range(1, threads + 1))]
    assert answers[0::2] == seen, "each finds what the one before it had left"
    assert recording.analysis.counts.by_outcome[Outcome.FOREIGN] == threads + 1
    assert recording.facts["init_runs"] == 1


def test_init_is_a_span_on_the_thread_that_touched_first_round_the_write_that_it_makes() -> None:
    trace = run_lesson("subclass-local", "local", threads=2, work_ms=0).trace
    spans = np.flatnonzero(trace.kind == Kind.BLOCK).tolist()
    assert [trace.value_of(row) for row in spans] == ["__init__"] * 3
    for row in spans:
        inside = (trace.begin_ns >= trace.begin_ns[row]) & (trace.begin_ns <= trace.end_ns[row])
        [write] = np.flatnonzero(inside & (trace.thread == trace.thread[row]) & (trace.kind == Kind.WRITE)).tolist()
        assert (trace.value_of(write), trace.line[write]) == (3, 3)
