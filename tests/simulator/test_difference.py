"""What tells two runs apart: sentences that follow from what was recorded."""

from dataclasses import replace

import pytest

from simulator.analysis.difference import cells_of, describe_difference, waited_ns
from simulator.analysis.recording import Recording
from simulator.lessons.base import STORAGE_LABELS, Lesson
from simulator.lessons.registry import LESSONS
from simulator.session import Session
from tests.simulator.running import run_lesson

WRITERS = [f"worker-{i + 1}" for i in range(5)]
NAMES = ("Shared global", "threading.local")


def difference(one: Recording, other: Recording) -> str:
    labels = (STORAGE_LABELS[one.settings.storage or ""], STORAGE_LABELS[other.settings.storage or ""])
    return describe_difference(one, other, labels)


def test_a_shared_global_and_a_local_differ_in_wrong_reads_and_in_where_the_values_lived() -> None:
    one, other = (run_lesson("request-id", storage, order=[*WRITERS, *WRITERS]) for storage in ("shared", "local"))
    assert difference(one, other) == (
        "Reads that got another thread's value: 4 of 5 with Shared global, none of 5 with threading.local. "
        "The values of request_id lived in one place with Shared global, written by 5 threads, "
        "and in 5 places with threading.local, written by one thread each."
    )
    assert difference(other, one).startswith(
        "Reads that got another thread's value: none of 5 with threading.local, 4 of 5 with Shared global."
    )


def test_a_lock_round_each_access_makes_no_difference_to_what_is_read() -> None:
    one, other = (run_lesson("request-id", storage, order=[*WRITERS, *WRITERS]) for storage in ("shared", "locked"))
    assert "another thread's value" not in difference(one, other)


def test_lost_increments_are_compared_and_the_cost_of_the_lock_is_named() -> None:
    order = ["worker-1", "worker-2"] * 2
    changes = {"threads": 2, "options": {"increments": 1}}
    one = run_lesson("lost-update", "shared", order=order, **changes)
    other = run_lesson("lost-update", "locked", **changes)
    text = difference(one, other)
    assert text.startswith("Increments lost: 1 of 2 with Shared global, none of 2 with Shared + lock.")
    assert waited_ns(one) == 0
    assert ("waiting for the lock" in text) is (waited_ns(other) > 0)


def test_what_one_sees_and_the_other_does_not_is_told_where_nothing_is_wrong() -> None:
    one, other = (run_lesson("visibility", storage) for storage in ("local", "shared"))
    text = difference(one, other)
    assert "Reads that got another thread's value: none of 3 with threading.local, 2 of 3 with Shared global." in text
    assert "written by 2 threads" in text


def test_a_lesson_that_counts_something_else_than_reads_is_compared_by_that() -> None:
    one, other = (run_lesson("db-connection", storage, tasks=4, work_ms=0) for storage in ("shared", "local"))
    text = difference(one, other)
    assert text.startswith("Rows committed: none with Shared global, 4 with threading.local.")
    assert "in one place with Shared global, written by 1 thread," in text, "it was main, which is no task"


def test_two_runs_of_the_same_are_the_same() -> None:
    one, other = (run_lesson("request-id", "local", work_ms=0) for _ in range(2))
    assert difference(one, other) == "With threading.local and with threading.local the same was seen."


def test_a_run_that_was_stopped_is_not_compared() -> None:
    one, other = (run_lesson("request-id", "local", work_ms=0) for _ in range(2))
    other.status = "stopped"
    assert "did not come to its end" in describe_difference(one, other, NAMES)


def test_cells_are_counted_with_their_writers() -> None:
    shared, local = (run_lesson("request-id", storage, work_ms=0) for storage in ("shared", "local"))
    assert (cells_of(shared.trace, 0).n, cells_of(shared.trace, 0).n_writers) == (1, 5)
    assert (cells_of(local.trace, 0).n, cells_of(local.trace, 0).n_writers) == (5, 1)


@pytest.mark.parametrize("lesson", [one for one in LESSONS if len(one.storages) > 1], ids=lambda one: one.id)
def test_every_lesson_can_be_compared_in_at_most_three_sentences(lesson: Lesson) -> None:
    settings = [replace(lesson.default_settings(), storage=storage) for storage in lesson.storages[:2]]
    one, other = (Session(lesson, replace(each, place="in-process")).run() for each in settings)
    text = difference(one, other)
    assert text.endswith(".")
    assert 1 <= text.count(". ") + 1 <= 3
