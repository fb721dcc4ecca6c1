"""Litmus tests: real threads in an order that is written down; the anomaly appears, or provably cannot."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.lessons.registry import find
from simulator.record.kinds import Kind
from simulator.runtime.schedule import ScriptedSchedule
from simulator.session import Session
from tests.simulator.running import interleavings, run_lesson

HANDLER_ORDERS = list(interleavings("worker-1", 2, "worker-2", 2))


def order_of_accesses(recording: Recording) -> tuple[str, ...]:
    trace = recording.trace
    return tuple(trace.actors[trace.actor[i]].name for i in range(trace.n) if trace.kind[i] <= Kind.DELETE)


def clobbered(order: tuple[str, ...]) -> int:
    """Model of request-id on one shared cell: how many handlers read back what the other had stored."""
    wrong, cell = 0, ""
    for i, name in enumerate(order):
        if name not in order[:i]:
            cell = name
        elif cell != name:
            wrong += 1
    return wrong


@pytest.mark.parametrize("order", HANDLER_ORDERS, ids="-".join)
def test_request_id_shared_is_clobbered_exactly_when_the_other_writes_in_between(order: tuple[str, ...]) -> None:
    recording = run_lesson("request-id", "shared", order, threads=2, work_ms=0)
    assert order_of_accesses(recording) == order
    assert recording.analysis.counts.by_outcome[Outcome.FOREIGN] == clobbered(order)


def test_the_orders_above_show_the_anomaly_and_its_absence() -> None:
    assert {clobbered(order) for order in HANDLER_ORDERS} == {0, 1}


@pytest.mark.parametrize("order", HANDLER_ORDERS, ids="-".join)
def test_request_id_locked_is_no_cure_because_the_lock_encloses_each_access(order: tuple[str, ...]) -> None:
    recording = run_lesson("request-id", "locked", order, threads=2, work_ms=0)
    assert recording.analysis.counts.by_outcome[Outcome.FOREIGN] == clobbered(order_of_accesses(recording))


def test_request_id_locked_can_be_clobbered() -> None:
    order = ("worker-1", "worker-2") * 2
    recording = run_lesson("request-id", "locked", order, threads=2, work_ms=0)
    assert recording.analysis.counts.by_outcome[Outcome.FOREIGN] == 1
    assert "although every access held the lock" in recording.verdict.text


@pytest.mark.parametrize("storage", ["local", "context"])
@pytest.mark.parametrize("order", HANDLER_ORDERS, ids="-".join)
def test_request_id_isolated_is_right_in_every_order(storage: str, order: tuple[str, ...]) -> None:
    recording = run_lesson("request-id", storage, order, threads=2, work_ms=0)
    assert order_of_accesses(recording) == order
    assert recording.analysis.counts.by_outcome[Outcome.OWN] == 2
    assert recording.verdict.tone == "good"


UPDATE_ORDERS = list(interleavings("worker-1", 4, "worker-2", 4))


@pytest.mark.parametrize("order", UPDATE_ORDERS, ids=lambda order: "".join(name[-1] for name in order))
def test_lost_update_shared_loses_exactly_what_the_order_says(order: tuple[str, ...]) -> None:
    recording = run_lesson("lost-update", "shared", order, threads=2, options={"increments": 2})
    counter, read, step = 0, {}, dict.fromkeys(order, 0)
    for name in order:
        if step[name] % 2 == 0:
            read[name] = counter
        else:
            counter = read[name] + 1
        step[name] += 1
    facts = recording.facts
    assert (facts["expected"], facts["final"]) == (4, counter)
    assert recording.analysis.counts.lost_updates == 4 - counter
    answer = recording.trace.kind == Kind.ANSWER
    assert recording.trace.value[answer].tolist() == [counter], "the program itself saw the same"


@pytest.mark.parametrize("order", list(interleavings("worker-1", 2, "worker-2", 2)), ids="-".join)
@pytest.mark.parametrize("storage", ["locked", "local"])
def test_lost_update_loses_nothing_in_any_order_with_the_cure(storage: str, order: tuple[str, ...]) -> None:
    if storage == "local":
        order = tuple(name for name in order for _ in range(2))
    recording = run_lesson("lost-update", storage, order, threads=2, options={"increments": 1})
    assert recording.analysis.counts.lost_updates == 0
    assert recording.facts == {"expected": 2, "final": 2}
    assert recording.findings == []


def test_a_lock_makes_steps_impossible_and_the_waiting_is_drawn() -> None:
    lesson = find("lost-update")
    schedule = ScriptedSchedule(("worker-1", "worker-2", "worker-1"))
    settings = replace(lesson.default_settings(), storage="locked", threads=2, options={"increments": 1})
    recording = Session(lesson, replace(settings, place="in-process"), schedule=schedule).run()
    assert schedule.impossible == [(1, "worker-2")]
    trace = recording.trace
    (wait,) = trace.of_kind(Kind.WAIT).tolist()
    holds = [i for i in range(trace.n) if trace.kind[i] == Kind.HOLD]
    assert trace.threads[trace.thread[wait]].name == "worker-2"
    assert trace.begin_ns[wait] < trace.end_ns[holds[0]] <= trace.end_ns[wait] <= trace.begin_ns[holds[1]]


@pytest.mark.parametrize("storage", ["local", "shared", "context"])
def test_pool_leftover_with_one_worker_finds_what_the_last_task_left(storage: str) -> None:
    recording = run_lesson("pool-leftover", storage, pool_size=1, tasks=3, work_ms=0)
    trace = recording.trace
    reads = [i for i in range(trace.n) if trace.kind[i] == Kind.READ]
    found = [Outcome(recording.analysis.outcome[i]).name.lower() for i in reads]
    assert found == ["missing", "leftover", "leftover"]
    assert [trace.value_text(i) for i in reads] == ["no value", "1", "2"]
    writers = [trace.actors[trace.actor[trace.reads_from[i]]].name for i in reads[1:]]
    assert writers == ["task-1", "task-2"], "each arrow comes from the task that left the value"


def test_pool_leftover_context_is_cured_by_copying_the_context() -> None:
    recording = run_lesson(
        "pool-leftover", "context", pool_size=1, tasks=3, work_ms=0, options={"copy_context": True}
    )
    assert recording.analysis.counts.by_outcome[Outcome.MISSING] == 3
    assert recording.verdict.tone == "good"


def test_pool_leftover_shared_reads_another_workers_value() -> None:
    order = ("task-1", "task-2", "task-1", "task-2", "task-3")
    recording = run_lesson("pool-leftover", "shared", order, pool_size=2, tasks=3, work_ms=0)
    trace = recording.trace
    last_read = max(i for i in range(trace.n) if trace.kind[i] == Kind.READ)
    source = trace.reads_from[last_read]
    assert trace.actors[trace.actor[last_read]].name == "task-3"
    assert trace.actors[trace.actor[source]].name == "task-2"
    same_thread = trace.thread[last_read] == trace.thread[source]
    assert recording.analysis.outcome[last_read] == (Outcome.LEFTOVER if same_thread else Outcome.FOREIGN)


def test_a_script_that_names_nobody_says_which_step_never_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.runtime.schedule.STEP_TIMEOUT_S", 0.01)
    recording = run_lesson("request-id", "shared", ("worker-9",), threads=2, work_ms=0)
    assert recording.status == "failed"
    assert "step 0 waits for 'worker-9'" in recording.trace.failures[0].summary


@pytest.mark.parametrize("storage", ["local", "context"])
def test_pool_cleanup_in_finally_leaves_nothing_even_after_a_task_that_raised(storage: str) -> None:
    recording = run_lesson("pool-cleanup", storage, pool_size=1, tasks=7, work_ms=0)
    counts = recording.analysis.counts
    assert (counts.deletes, counts.by_outcome[Outcome.LEFTOVER], counts.by_outcome[Outcome.MISSING]) == (7, 0, 7)
    assert [failure.kind for failure in recording.trace.failures] == ["ValueError"] * 2
    assert (recording.status, recording.verdict.tone) == ("done", "good")


@pytest.mark.parametrize("storage", ["local", "context"])
def test_pool_cleanup_without_finally_leaves_what_a_task_that_raised_had_stored(storage: str) -> None:
    recording = run_lesson("pool-cleanup", storage, pool_size=1, tasks=7, work_ms=0, options={"cleanup": False})
    trace = recording.trace
    left = [i for i in range(trace.n) if recording.analysis.outcome[i] == Outcome.LEFTOVER]
    found = [(trace.actors[trace.actor[i]].name, trace.value_text(i)) for i in left]
    assert found == [("task-4", "3"), ("task-7", "6")]


def test_pool_cleanup_shared_removes_what_a_neighbour_still_needs() -> None:
    order = ("task-1", "task-2", "task-1", "task-2", "task-2", "task-2", "task-1")
    recording = run_lesson("pool-cleanup", "shared", order, pool_size=2, tasks=2, work_ms=0)
    counts = recording.analysis.counts
    assert counts.by_outcome[Outcome.ERASED] == 2, "its read, and its own attempt to remove"
    assert {finding.kind for finding in recording.findings} == {"erased-read"}
    assert [failure.kind for failure in recording.trace.failures] == ["AttributeError"]


@pytest.mark.parametrize(
    ("storage", "outcomes", "values"),
    [
        ("shared", ["foreign", "own", "foreign"], ["'main'", "'worker-2'", "'worker-2'"]),
        ("local", ["missing", "own", "own"], ["no value", "'worker-2'", "'main'"]),
    ],
)
def test_visibility_shows_who_sees_what(storage: str, outcomes: list[str], values: list[str]) -> None:
    recording = run_lesson("visibility", storage)
    trace = recording.trace
    reads = [i for i in range(trace.n) if trace.kind[i] == Kind.READ]
    assert [trace.actors[trace.actor[i]].name for i in reads] == ["worker-1", "worker-2", "main"]
    assert [Outcome(recording.analysis.outcome[i]).name.lower() for i in reads] == outcomes
    assert [trace.value_text(i) for i in reads] == values
    assert (recording.findings, recording.verdict.tone) == ([], "neutral")


def test_visibility_of_a_contextvar_is_what_this_interpreter_does() -> None:
    recording = run_lesson("visibility", "context")
    inherits = getattr(sys.flags, "thread_inherit_context", 0)
    first = recording.analysis.outcome[recording.trace.kind == Kind.READ][0]
    assert first == (Outcome.INHERITED if inherits else Outcome.MISSING)
