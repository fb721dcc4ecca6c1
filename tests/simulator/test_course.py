"""The course: every lesson has its place, and what it builds on comes before it."""

from simulator.lessons.course import PREREQUISITES, in_course_order, prerequisites_of
from simulator.lessons.registry import LESSONS, find
from tests.simulator.running import lesson_of


def test_every_lesson_has_its_place_and_builds_on_earlier_ones_only() -> None:
    order = list(PREREQUISITES)
    assert len(order) == 13
    for position, (lesson_id, needed) in enumerate(PREREQUISITES.items()):
        assert set(needed) <= set(order[:position]), lesson_id
    assert [lesson.id for lesson in LESSONS] == order


def test_lessons_are_listed_in_the_order_of_the_course_however_they_are_given() -> None:
    order = list(PREREQUISITES)
    assert [order.index(lesson.id) for lesson in LESSONS] == sorted(order.index(lesson.id) for lesson in LESSONS)
    assert in_course_order(*reversed(LESSONS)) == LESSONS
    assert in_course_order(lesson_of("pass"), *LESSONS)[-1].id == "test", "a lesson without a place comes last"


def test_what_a_lesson_builds_on_is_known_by_its_question() -> None:
    assert prerequisites_of("request-id", LESSONS) == ()
    assert prerequisites_of("pool-cleanup", LESSONS) == (find("pool-leftover"),)
    assert prerequisites_of("unknown", LESSONS) == ()
