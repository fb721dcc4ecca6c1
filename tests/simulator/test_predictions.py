"""Predict first: each lesson has a question, and a run tells which of its answers was true."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from simulator.analysis.predictions import QUESTIONS, question_of
from simulator.analysis.recording import Recording
from simulator.lessons.base import Lesson
from simulator.lessons.course import PREREQUISITES
from simulator.lessons.registry import LESSONS
from simulator.session import Session
from tests.simulator.running import run_lesson

CASES = [(lesson, storage) for lesson in LESSONS for storage in lesson.storages or (None,)]
WRITERS = [f"worker-{i + 1}" for i in range(5)]


def told(recording: Recording) -> tuple[str, str]:
    question = question_of(recording.settings)
    assert question is not None
    truth = question.check(recording)
    assert truth is not None
    return question.answers[truth.index], truth.seen


def test_every_lesson_of_the_course_has_its_question() -> None:
    assert set(QUESTIONS) == set(PREREQUISITES)


@pytest.mark.parametrize(("lesson", "storage"), CASES, ids=[f"{one.id}-{storage}" for one, storage in CASES])
def test_every_lesson_asks_and_a_run_of_it_tells(lesson: Lesson, storage: str | None) -> None:
    settings = replace(lesson.default_settings(), storage=storage, place="in-process")
    question = question_of(settings)
    assert question is not None
    assert question.text.endswith("?")
    assert len(question.answers) >= 2
    assert len(set(question.answers)) == len(question.answers)
    truth = question.check(Session(lesson, settings).run())
    assert truth is not None
    assert 0 <= truth.index < len(question.answers)
    assert truth.seen


@pytest.mark.parametrize(
    ("storage", "order", "answer"),
    [
        ("shared", [*WRITERS, *WRITERS], ("all but one", "4 of 5 were")),
        ("shared", [name for name in WRITERS for _ in range(2)], ("none", "0 of 5 were")),
        ("shared", [*WRITERS[:3] * 2, *WRITERS[3:], *WRITERS[3:]], ("some of them", "3 of 5 were")),
        ("local", [*WRITERS, *WRITERS], ("none", "0 of 5 were")),
    ],
)
def test_what_is_true_of_the_request_ids_depends_on_the_order_alone(
    storage: str, order: Sequence[str], answer: tuple[str, str]
) -> None:
    assert told(run_lesson("request-id", storage, order=order)) == answer


def test_what_worker_1_finds_depends_on_the_storage() -> None:
    assert told(run_lesson("visibility", "local")) == ("nothing", "worker-1 found nothing")
    seen = "worker-1 read 'main', which main had stored"
    assert told(run_lesson("visibility", "shared")) == ("the value that main has stored", seen)


def test_a_worker_that_is_reused_hands_on_what_was_left() -> None:
    one_worker = {"pool_size": 1, "tasks": 3, "work_ms": 0}
    assert told(run_lesson("pool-leftover", "local", **one_worker)) == (
        "the number of another task",
        "task-2 read 1, which task-1 had stored",
    )
    copied = run_lesson("pool-leftover", "context", options={"copy_context": True}, **one_worker)
    assert told(copied) == ("nothing", "task-2 found nothing")


def test_after_a_task_that_raised_the_clean_up_tells() -> None:
    one_worker = {"pool_size": 1, "tasks": 4, "work_ms": 0}
    assert told(run_lesson("pool-cleanup", "local", **one_worker))[0] == "nothing"
    careless = run_lesson("pool-cleanup", "local", options={"cleanup": False}, **one_worker)
    assert told(careless) == ("what task-3 has stored", "task-4 read 3, which task-3 had stored")


def test_how_many_rows_are_in_the_file_and_who_finds_their_user() -> None:
    assert told(run_lesson("db-connection", "shared", tasks=3, work_ms=0)) == ("none", "0 of 3 were there")
    assert told(run_lesson("db-connection", "local", tasks=3, work_ms=0)) == ("all of them", "3 of 3 were there")
    assert told(run_lesson("request-context", "local", work_ms=1)) == ("all of them", "5 of 5 did")


def test_how_often_init_runs() -> None:
    local = run_lesson("subclass-local", "local", work_ms=0)
    assert told(local) == ("once in each thread", "it ran 4 times, and 4 threads used it")
    assert told(run_lesson("subclass-local", "shared", work_ms=0))[0] == "once in all"


def test_one_set_wakes_all_that_wait() -> None:
    answer, seen = told(run_lesson("event-flag", work_ms=400))
    assert answer == "all that wait then"
    assert re.fullmatch(r"it woke ([123]) of the \1 that waited", seen)  # how many wait by then is up to the machine


def test_the_spinner_does_not_sleep_on() -> None:
    answer, seen = told(run_lesson("event-spinner", work_ms=250))
    assert answer in ("at once", "when that wait is over")
    assert seen.startswith("it stopped ")


def test_where_the_counter_ends() -> None:
    order = ["worker-1", "worker-2"] * 2
    lost = run_lesson("lost-update", "shared", order=order, threads=2, options={"increments": 1})
    assert told(lost) == ("lower", "it ended at 1")
    assert told(run_lesson("lost-update", "locked", threads=2)) == ("at 200", "it ended at 200")


def test_a_run_that_was_stopped_or_came_not_so_far_tells_nothing() -> None:
    recording = run_lesson("request-id", "local", work_ms=0)
    question = question_of(recording.settings)
    assert question is not None
    recording.status = "stopped"
    assert question.check(recording) is None
    few = run_lesson("pool-cleanup", "local", tasks=2)
    question = question_of(few.settings)
    assert question is not None
    assert question.check(few) is None, "there was no third task"


def test_there_is_no_question_about_what_is_not_known() -> None:
    assert question_of(replace(LESSONS[0].default_settings(), lesson="unknown")) is None
