from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from simulator.lessons.registry import find
from simulator.record.kinds import Kind
from simulator.runtime import runner
from simulator.runtime.runner import Run
from simulator.session import Session
from tests.patience import PATIENCE_S
from tests.simulator.running import ENTERED, GATE, program_of, run_code, run_lesson, stop_when

PLACES = ["in-process", "own-process"]

STUBBORN = """
from tests.simulator.running import ENTERED, GATE

def hang():
    ENTERED.set()
    GATE.wait()

Thread(target=hang, name="stubborn").start()
"""

START_TWO = """
for i in range(2):
    Thread(target=worker, args=(i,), name=f"worker-{i + 1}").start()
"""


@pytest.mark.parametrize("place", PLACES)
def test_an_exception_in_a_worker_fails_the_run_and_is_in_its_record(place: str) -> None:
    code = "state = SimpleNamespace()\ndef worker(i):\n    state.x = i\n    if i:\n        raise ValueError('boom')\n"
    recording = run_code(code + START_TWO, place=place)
    assert recording.status == "failed"
    (failure,) = recording.trace.failures
    assert failure.summary == "ValueError: boom"
    assert 'File "test.py", line 5, in worker' in failure.traceback
    assert "raise ValueError('boom')" in failure.traceback
    assert "simulator" not in failure.traceback
    assert recording.trace.line[failure.row] == 5
    assert recording.verdict.text == "The run failed: worker-2 ended with ValueError: boom"
    (finding,) = recording.findings
    assert (finding.kind, finding.threads, finding.line) == ("thread-died", ("worker-2",), 5)
    assert recording.analysis.counts.writes == 2, "what was recorded until then is kept"


@pytest.mark.parametrize("place", PLACES)
def test_a_declared_exception_ends_the_task_and_not_the_run(place: str) -> None:
    code = "state = SimpleNamespace()\ndef worker(i):\n    state.x\n"
    recording = run_code(code + START_TWO, place=place, declared=("AttributeError",))
    assert recording.status == "done"
    assert [failure.is_declared for failure in recording.trace.failures] == [True, True]
    assert recording.findings == []


def test_an_exception_at_the_top_level_of_the_code_fails_the_run() -> None:
    recording = run_code("state = SimpleNamespace()\nThread(target=int).start()\n1 / 0\n", threads=2)
    assert recording.status == "failed"
    assert recording.trace.failures[0].summary == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("runner_name", "n"), [("threads", 5), ("threads", 256), ("pool", 8)])
def test_a_minute_of_work_stops_at_once(place: str, runner_name: str, n: int) -> None:
    """The bound is so loose that it only means "hangs"; `threadloom bench stop` measures."""
    lesson = find("request-id")
    settings = replace(lesson.default_settings(runner_name), work_ms=60_000, place=place)
    settings = replace(settings, threads=n) if runner_name == "threads" else replace(settings, pool_size=n)
    session = Session(lesson, settings)
    recording = stop_when(session, lambda: session.recording.analysis.counts.writes >= n)
    assert session.status == "stopped"
    assert recording.unstopped == ()
    assert recording.analysis.counts.writes == n, "nothing recorded before Stop is lost"
    assert recording.verdict.text.startswith("Stopped before the end")


def test_stop_before_all_threads_have_met_at_the_barrier_ends_the_run() -> None:
    run = Run(program_of("Thread(target=int, name='worker-1').start()\n", threads=2))
    run.start()
    run.stop()
    run.join()
    assert run.status == "stopped"
    assert run.alive() == []


def test_a_thread_that_will_not_stop_is_reported_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "STOP_GRACE_S", 0.01)
    ENTERED.clear()
    GATE.clear()
    run = Run(program_of(STUBBORN, threads=1))
    run.start()
    try:
        assert ENTERED.wait(PATIENCE_S)
        run.stop()
        run.join()
        assert run.status == "stopped"
        assert "stubborn" in run.unstopped
    finally:
        GATE.set()
        for thread in threading.enumerate():
            if thread.name in ("stubborn", "main"):
                thread.join()


@pytest.mark.parametrize("threads", [2, 64])
def test_threads_are_real_named_and_start_together(threads: int) -> None:
    trace = run_lesson("request-id", "shared", threads=threads, work_ms=1).trace
    workers = trace.threads[1:]
    assert [info.name for info in workers] == [f"worker-{i + 1}" for i in range(threads)]
    assert all(info.end_ns > info.begin_ns for info in workers)
    first_write = trace.begin_ns[trace.kind == Kind.WRITE].min()
    assert first_write >= max(info.begin_ns for info in workers)


def test_pool_workers_are_named_and_tasks_are_actors_of_their_own() -> None:
    recording = run_lesson("pool-leftover", "local", pool_size=3, tasks=30, work_ms=1)
    trace = recording.trace
    assert {info.name for info in trace.threads[1:]} <= {"pool-1", "pool-2", "pool-3"}
    tasks = [actor for actor in trace.actors if actor.is_task]
    assert sorted(actor.number for actor in tasks) == list(range(1, 31))
    writes = trace.kind == Kind.WRITE
    numbers = [trace.actors[actor].number for actor in trace.actor[writes]]
    assert numbers == trace.value[writes].tolist(), "each task's write belongs to that task"
    assert all(info.end_ns > info.begin_ns for info in trace.threads[1:]), "a pool's threads end, too"
    spans = trace.kind == Kind.TASK
    assert (trace.end_ns[spans] > trace.begin_ns[spans]).all()
    assert recording.workers_ran == len({actor.thread for actor in tasks})


@pytest.mark.parametrize("lesson", ["request-id", "pool-leftover", "lost-update"])
def test_the_same_events_come_from_both_places(lesson: str) -> None:
    one_worker = {"pool_size": 1} if lesson == "pool-leftover" else {}

    def shape(place: str) -> list[tuple[str, int, int]]:
        trace = run_lesson(lesson, "local", place=place, **one_worker).trace
        names = [trace.actors[actor].name for actor in trace.actor]
        return sorted(zip(names, trace.kind.tolist(), trace.line.tolist(), strict=True))

    ours, theirs = shape("in-process"), shape("own-process")
    assert ours == theirs


@pytest.mark.parametrize("place", PLACES)
def test_the_cost_of_recording_an_access_is_measured_where_the_threads_run(place: str) -> None:
    recording = run_lesson("request-id", "local", place=place, work_ms=1)
    assert 10 < recording.access_cost_ns < 1_000_000


def test_jitter_is_seeded_named_and_changes_nothing_that_is_recorded() -> None:
    recording = run_lesson("request-id", "local", jitter=True, seed=3, work_ms=1)
    assert recording.badge.endswith("seed 3, jitter")
    assert recording.analysis.counts.reads == recording.analysis.counts.writes == 5
