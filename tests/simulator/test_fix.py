"""The fix of each lesson: it cures, and it is shown line by line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.lessons.base import Lesson
from simulator.lessons.course import PREREQUISITES
from simulator.lessons.fix import CURES, Line, Row, cure_of, differing_rows, fix_of, name_of
from simulator.lessons.registry import LESSONS, find
from simulator.session import Session

CASES = [(lesson, storage) for lesson in LESSONS for storage in lesson.storages if lesson.id in CURES]


def test_only_lessons_of_the_course_have_cures_and_all_cures_exist() -> None:
    assert set(CURES) <= set(PREREQUISITES)
    for lesson in LESSONS:
        cure = CURES.get(lesson.id)
        if cure is not None:
            assert set(cure.storages) <= set(lesson.storages)
            assert set(cure.options) <= {option.name for option in lesson.options}


@pytest.mark.parametrize(("lesson", "storage"), CASES, ids=[f"{lesson.id}-{storage}" for lesson, storage in CASES])
def test_with_the_cure_nothing_goes_wrong(lesson: Lesson, storage: str) -> None:
    settings = replace(lesson.default_settings(), storage=storage)
    cured = cure_of(lesson, settings) or settings
    assert cure_of(lesson, cured) is None, "what is cured needs no cure"
    recording = Session(lesson, replace(cured, place="in-process")).run()
    assert not recording.has_problems, recording.verdict.text


def test_a_storage_that_is_right_already_is_kept() -> None:
    lesson = find("pool-cleanup")
    careless = replace(lesson.default_settings(), storage="context", options={"cleanup": False})
    cured = cure_of(lesson, careless)
    assert cured is not None
    assert (cured.storage, cured.options) == ("context", {"cleanup": True})
    assert name_of(lesson, careless) == "ContextVar, no cleanup"
    assert name_of(lesson, cured) == "ContextVar"


def test_what_is_cured_stands_beside_the_fault_that_it_cures() -> None:
    lesson = find("request-id")
    local = replace(lesson.default_settings(), storage="local")
    pair = fix_of(lesson, local)
    assert pair is not None
    assert (pair[0].storage, pair[1]) == ("shared", local)
    leftover = find("pool-leftover")
    cured = replace(leftover.default_settings(), storage="context", options={"copy_context": True})
    pair = fix_of(leftover, cured)
    assert pair is not None
    assert (pair[0].storage, pair[0].options, pair[1]) == ("local", {"copy_context": False}, cured)


def test_where_nothing_is_wrong_the_next_storage_stands_beside() -> None:
    lesson = find("visibility")
    settings = lesson.default_settings()
    assert fix_of(lesson, settings) == (settings, replace(settings, storage="shared"))
    assert cure_of(lesson, settings) is None
    assert fix_of(replace(lesson, storages=()), replace(settings, storage=None)) is None


def test_the_fix_of_a_shared_global_is_one_line() -> None:
    lesson = find("request-id")
    shared = lesson.default_settings()
    rows = differing_rows(lesson.code(shared), lesson.code(replace(shared, storage="local")))
    assert rows == [Row(Line(1, "state = SimpleNamespace()", True), Line(1, "state = threading.local()", True))]


def test_lines_that_are_left_out_are_marked_and_the_same_code_has_no_rows() -> None:
    rows = differing_rows("a\nb\nc\nd\ne\nf\n", "A\nb\nc\nd\ne\nf\ng\n")
    assert [row.before.text if row.before else None for row in rows] == ["a", "b", None, "f", None]
    assert [row.after.text if row.after else None for row in rows] == ["A", "b", None, "f", "g"]
    assert differing_rows("a\nb\n", "a\nb\n") == []
    assert differing_rows("", "") == []


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_no_line_that_differs_is_missing_and_equal_lines_stand_beside_each_other(
    before: list[str], after: list[str]
) -> None:
    rows = differing_rows("\n".join(before), "\n".join(after), n_context=20)
    for side, code in (("before", before), ("after", after)):
        lines = [getattr(row, side) for row in rows if getattr(row, side) is not None]
        assert [line.text for line in lines] == (code if before != after else [])
        assert [line.number for line in lines] == sorted({line.number for line in lines})
    for row in rows:
        if row.before is not None and not row.before.differs:
            assert row.after is not None
            assert row.before.text == row.after.text
