from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from simulator.analysis.kind_words import does
from simulator.analysis.moment import WAITING, Moments
from simulator.analysis.orders.happens_before import HappensBefore
from simulator.errors import UsageError
from simulator.lessons.base import Lesson, RunSettings
from simulator.lessons.registry import LESSONS, find
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from tests.simulator.running import run_lesson

OWN_TESTS = ("request-context", "db-connection", "logging-context", "transaction-scope")
"""Lessons whose scripts are tested in files of their own, in `tests/simulator/lessons`."""
CASES = [
    (lesson, storage, runner)
    for lesson in LESSONS
    for storage in lesson.storages or (None,)
    for runner in lesson.runners
]
MEETING_MS = 200
"""Work of this length is certain to meet another thread's, also on a busy machine."""
IDS = [f"{lesson.id}-{storage}-{runner}" for lesson, storage, runner in CASES]


def settings_for(lesson: Lesson, storage: str, runner: str) -> RunSettings:
    settings = replace(lesson.default_settings(runner), storage=storage)
    must_meet = lesson.id == "request-id" and storage in ("shared", "locked")
    return replace(settings, work_ms=MEETING_MS if must_meet else 20) if settings.work_ms else settings


def run_script(lesson: Lesson, settings: RunSettings) -> list[str]:
    """Run the copied script on plain Python, without our packages; return the answers."""
    command = [sys.executable, "-I", "-c", lesson.script(settings)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert result.stderr == ""
    return re.findall(r": (\w+)", result.stdout)


SCRIPTED = [case for case in CASES if case[0].id not in OWN_TESTS]


@pytest.mark.parametrize(("lesson", "storage", "runner"), SCRIPTED, ids=str)
def test_copy_as_script_runs_on_plain_python_and_shows_the_same(lesson: Lesson, storage: str, runner: str) -> None:
    answers = run_script(lesson, settings_for(lesson, storage, runner))
    if lesson.id == "request-id":
        n = 5 if runner == "threads" else 20
        is_right = sorted(map(int, answers)) == list(range(n))
        assert len(answers) == n
        assert is_right == (storage in ("local", "context"))
    elif lesson.id == "pool-leftover":
        assert len(answers) == 10
        assert 1 <= answers.count("None") <= 2, "only a worker's first task finds nothing"
    elif lesson.id == "visibility":
        assert answers == (["main", "worker", "worker"] if storage == "shared" else ["None", "worker", "main"])
    elif lesson.id == "event-flag":
        assert len(answers) == 5 * 3
        assert answers.count("True") >= 3 * 2, "the waits that a set ended"
    elif lesson.id == "subclass-local":
        seen = "3 10 3 20 3 30 5" if storage == "local" else "5 10 10 20 20 30 30"
        assert answers == seen.split()
    elif lesson.id == "async-tasks":
        seen = ["1", "2", "3", "4", "5", "100"] if storage == "context" else ["5"] * 6
        assert answers == seen
    elif lesson.id == "event-spinner":
        assert answers == ["42"]
    elif lesson.id == "pool-cleanup":
        assert len(answers) >= 10
        assert storage == "shared" or answers.count("None") == 10, "no task finds anything"
    else:
        assert len(answers) == 1
        assert int(answers[0]) == 400 or storage == "shared"


@pytest.mark.parametrize(("lesson", "storage", "runner"), CASES, ids=IDS)
def test_the_code_on_show_is_the_code_that_runs(lesson: Lesson, storage: str, runner: str) -> None:
    settings = replace(settings_for(lesson, storage, runner), work_ms=min(1, lesson.default_settings(runner).work_ms))
    recording = run_lesson(lesson.id, storage, runner=runner, work_ms=settings.work_ms)
    assert recording.code == lesson.code(settings) == lesson.program(settings).code
    assert recording.code in lesson.script(settings)
    assert len(recording.code.splitlines()) <= 40
    lines = recording.code.splitlines()
    trace = recording.trace
    has_name = [row for row in range(trace.n) if trace.kind[row] not in (Kind.OPEN, Kind.CLOSE)]
    touched = [row for row in has_name if trace.variable_name(row) and trace.line[row]]
    assert touched, "nothing that was done to a variable has a line"
    assert all(trace.variable_name(row) in lines[trace.line[row] - 1] for row in touched)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_only_the_storage_line_tells_shared_from_local(lesson: Lesson) -> None:
    if lesson.id == "lost-update":
        return  # a counter of one's own must be set to 0 by each thread
    if not lesson.storages:
        return
    codes = [lesson.code(settings_for(lesson, storage, lesson.runners[0])) for storage in ("shared", "local")]
    differing = [pair for pair in zip(*(code.splitlines() for code in codes), strict=True) if pair[0] != pair[1]]
    lines = ("state = SimpleNamespace()", "state = threading.local()")
    if lesson.id == "subclass-local":
        lines = ("class Settings:", "class Settings(threading.local):")
    assert differing == [lines]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"threads": 1}, "threads: 1 is not between 2 and 256"),
        ({"threads": 257}, "threads: 257 is not between 2 and 256"),
        ({"work_ms": -1}, "work time in ms: -1 is not between 0 and 60,000"),
        ({"storage": "magic"}, "lesson request-id has no storage 'magic'; choose shared or locked or local or context"),
        ({"runner": "asyncio"}, "lesson request-id has no runner 'asyncio'; choose threads or pool"),
        ({"options": {"speed": 1}}, "lesson request-id has no option 'speed'; its options: literal_global"),
    ],
)
def test_a_setting_out_of_range_is_refused_in_one_line(change: dict[str, object], message: str) -> None:
    lesson = find("request-id")
    with pytest.raises(UsageError) as caught:
        lesson.program(replace(lesson.default_settings(), **change))  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("many", "option increments: 'many' is no whole number"),
        ("0", "option increments: 0 is not between 1 and 10,000"),
    ],
)
def test_an_option_out_of_range_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        find("lost-update").options[0].parse(text)
    assert str(caught.value) == message


def test_on_and_off_are_understood() -> None:
    option = find("pool-leftover").options[0]
    assert [option.parse(word) for word in ("on", "true", "off", "0")] == [True, True, False, False]


@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_what_a_lesson_does_before_it_starts_threads_and_after_it_has_joined_them_is_ordered(place: str) -> None:
    recording = run_lesson("visibility", "shared", place=place)
    trace = recording.trace
    order = HappensBefore(trace)
    accesses = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN)).tolist()
    names = [trace.threads[trace.thread[row]].name for row in accesses]
    mains = [row for row, name in zip(accesses, names, strict=True) if name == "main"]
    others = [row for row, name in zip(accesses, names, strict=True) if name != "main"]
    assert all(order.is_before(mains[0], row) for row in others), "main stores, then starts the threads"
    assert all(order.is_before(row, mains[-1]) for row in others), "main joins them, then reads"
    joins = [row for row in np.flatnonzero(trace.kind == Kind.WAIT).tolist() if trace.value_of(row) == "join"]
    moments, serial = Moments(trace), int(trace.thread[mains[0]])
    assert len(joins) == 2
    assert all(does(trace, row) == "waits for the end of a thread" for row in joins)
    assert moments.track(trace.thread_track(serial), joins[0] + 1).state == WAITING


def test_who_starts_threads_and_does_nothing_afterwards_has_no_lane() -> None:
    trace = run_lesson("request-id", work_ms=0).trace
    assert "main" not in {info.name for info in trace.threads}


def test_an_unknown_lesson_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean request-id"):
        find("request_id")


def test_changing_the_runner_keeps_what_both_have() -> None:
    lesson = find("request-id")
    settings = replace(lesson.default_settings("threads"), work_ms=7, threads=9)
    pool = lesson.with_runner(settings, "pool")
    assert (pool.work_ms, pool.threads, pool.pool_size, pool.tasks) == (7, 0, 4, 20)
    assert lesson.with_runner(pool, "threads").work_ms == 7


def test_a_literal_global_is_recorded_as_the_attribute_is_and_its_script_shows_the_same() -> None:
    lesson = find("request-id")
    settings = replace(lesson.default_settings(), options={"literal_global": True}, work_ms=MEETING_MS)
    assert "global request_id" in lesson.code(settings)
    assert "state" not in lesson.code(settings)
    assert sorted(map(int, run_script(lesson, settings))) != list(range(5))
    writers = [f"worker-{number}" for number in range(1, 6)]
    recording = run_lesson("request-id", "shared", [*writers, *writers], options={"literal_global": True})
    assert recording.verdict.text == "4 of 5 reads returned another thread's value"
    lines = recording.code.splitlines()
    trace = recording.trace
    touched = {lines[line - 1].strip() for line in trace.line[trace.kind <= Kind.DELETE]}
    assert touched == {"request_id = rid", "answer(request_id)"}
    assert "literal global" in recording.badge
    isolated = run_lesson("request-id", "local", options={"literal_global": True}, work_ms=1)
    assert "literal global" not in isolated.badge, "it means nothing where nothing is shared"
