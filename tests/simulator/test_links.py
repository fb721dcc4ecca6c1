"""The links of lesson texts: what they ask for, and that nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.lessons.links import VERBS, Link, check_link, parse_link
from simulator.lessons.registry import find


def test_a_link_runs_a_lesson_with_what_it_names_and_else_as_it_comes() -> None:
    lesson = find("request-id")
    settings = parse_link("run:storage=local&threads=8&seed=3&jitter=on").settings(lesson)
    assert (settings.storage, settings.threads, settings.seed, settings.jitter) == ("local", 8, 3, True)
    assert settings.work_ms == lesson.default_settings().work_ms
    assert parse_link("run:").settings(lesson) == lesson.default_settings()
    pool = parse_link("run:runner=pool&tasks=100&work_ms=0").settings(lesson)
    assert (pool.runner, pool.tasks, pool.pool_size, pool.threads, pool.work_ms) == ("pool", 100, 4, 0, 0)


def test_a_link_can_set_an_option() -> None:
    lesson = find("pool-cleanup")
    assert parse_link("choose:storage=local&cleanup=off").settings(lesson).options == {"cleanup": False}


def test_a_comparison_has_two_runs_that_differ_in_the_storage_only() -> None:
    one, other = parse_link("compare:shared,local&threads=9").pair(find("request-id"))
    assert (one.storage, other.storage) == ("shared", "local")
    assert (one.threads, other.threads) == (9, 9)
    assert parse_link("compare:shared,local&lesson=visibility").lesson == "visibility"


def test_a_link_leads_to_another_lesson() -> None:
    assert parse_link("lesson:pool-cleanup") == Link("lesson", "pool-cleanup")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("", "it begins with none of"),
        ("https://example.org", "it begins with none of"),
        ("file:/etc/passwd", "it begins with none of"),
        ("Run:storage=local", "it begins with none of"),
        ("run:local", "'local' has no value"),
        ("run:storage=", "'' is no word"),
        ("run:storage=a b", "'a b' is no word"),
        ("run:=local", "'' is no word"),
        ("run:threads=2&threads=3", "threads is given twice"),
        ("compare:shared", "two storages"),
        ("compare:shared,shared", "two storages"),
        ("compare:shared,local,context", "two storages"),
        ("compare:shared,local&storage=locked", "besides the two"),
        ("lesson:", "'' is no word"),
        ("lesson:../x", "'../x' is no word"),
    ],
)
def test_what_is_no_link_is_refused(target: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_link(target)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("run:storage=magic", "no storage 'magic'"),
        ("run:runner=asyncio", "no runner 'asyncio'"),
        ("run:threads=257", "not between 2 and 256"),
        ("run:threads=many", "no whole number"),
        ("run:pool_size=3", "does not use pool_size"),
        ("run:speed=3", "no option 'speed'"),
        ("run:storage=local&literal_global=on", "no option 'literal_global' with that storage"),
        ("run:literal_global=perhaps", "neither on nor off"),
        ("run:jitter=1", "neither on nor off"),
        ("compare:shared,magic", "no storage 'magic'"),
        ("lesson:request_id", "did you mean request-id"),
        ("run:lesson=nothing", "there is no lesson 'nothing'"),
        ("repeat:tasks=3", "does not use tasks"),
    ],
)
def test_a_link_to_what_is_not_there_is_refused(target: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_link(target, find("request-id"), find)


@given(st.text(max_size=40), st.sampled_from(["", *(f"{verb}:" for verb in VERBS)]))
def test_any_text_is_either_a_link_or_refused_in_one_line(text: str, start: str) -> None:
    message, verb = "", ""
    try:
        verb = parse_link(start + text).verb
    except UsageError as error:
        message = str(error)
    assert (verb in VERBS) is not bool(message)
    assert "\n" not in message
