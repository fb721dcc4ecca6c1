"""Many runs one after the other: each to its end, stopped when asked, nothing left running."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.recording import Recording
from simulator.errors import StartError
from simulator.lessons.base import Lesson
from simulator.lessons.registry import LESSONS, find
from simulator.series import Series, plan_of, result_of, share_interval, values_of
from simulator.session import Session
from tests.fakes import FakeSession, RefusingSession, scripted_session
from tests.simulator.running import ENTERED, GATE, run_lesson

LESSON = find("request-id")
SETTINGS = LESSON.default_settings()


def run_out(series: Series) -> None:
    series.start()
    while not series.is_finished:
        if not series.pump():
            series.wait(0.02)
    series.close()


def test_every_run_comes_to_its_end_before_the_next_begins() -> None:
    ended: list[Recording] = []
    sessions: list[Session] = []

    def make() -> Session:
        assert all(session.is_finished and not session.spinner.is_alive() for session in sessions)
        sessions.append(scripted_session(LESSON, replace(SETTINGS, work_ms=0)))
        return sessions[-1]

    series = Series([make] * 3, ended.append)
    assert (series.n_done, series.n_planned) == (0, 3)
    run_out(series)
    assert [recording.status for recording in ended] == ["done"] * 3
    assert series.n_done == 3
    assert [result_of(recording, "").n_wrong for recording in ended] == [4, 4, 4]


@pytest.mark.parametrize("starts_aside", [False, True])
@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_stop_ends_the_run_that_is_going_on_and_begins_no_other(place: str, starts_aside: bool) -> None:
    ended: list[Recording] = []
    plan = [lambda: Session(LESSON, replace(SETTINGS, work_ms=60_000, place=place))] * 5
    series = Series(plan, ended.append, starts_aside=starts_aside)
    series.start()
    session = series.session
    assert session is not None
    while session.recording.analysis.counts.writes == 0:
        series.pump()
        series.wait(0.01)
    series.stop()
    run_out(series)
    assert [recording.status for recording in ended] == ["stopped"]
    assert series.session is None


class SlowSession(FakeSession):
    """A session whose start takes as long as the test likes."""

    def start(self) -> None:
        ENTERED.set()
        GATE.wait()
        super().start()


def test_a_run_that_is_slow_to_start_holds_nobody_up_and_can_be_stopped_meanwhile() -> None:
    ENTERED.clear()
    GATE.clear()
    ended: list[Recording] = []
    series = Series([lambda: SlowSession(LESSON, SETTINGS)] * 3, ended.append, starts_aside=True)
    series.start()
    ENTERED.wait()
    assert not series.pump()
    series.stop()
    GATE.set()
    run_out(series)
    assert [recording.status for recording in ended] == ["stopped"]


def test_a_run_that_cannot_start_aside_says_so_to_the_one_who_pumps() -> None:
    series = Series([lambda: RefusingSession(LESSON, SETTINGS)] * 2, lambda _recording: None, starts_aside=True)
    series.start()
    with pytest.raises(StartError):
        run_out(series)
    assert series.is_finished


@pytest.mark.parametrize("starts_aside", [False, True])
def test_close_leaves_nothing_running(starts_aside: bool) -> None:
    plan = [lambda: Session(LESSON, replace(SETTINGS, work_ms=60_000))] * 2
    series = Series(plan, lambda _recording: None, starts_aside=starts_aside)
    series.start()
    session = series.session
    assert session is not None
    series.close()
    assert session.done.is_set()
    assert series.is_finished
    assert not series.pump()


def test_a_run_that_cannot_start_ends_the_series() -> None:
    series = Series([lambda: RefusingSession(LESSON, SETTINGS)] * 2, lambda _recording: None)
    with pytest.raises(StartError):
        series.start()
    assert series.is_finished


def test_a_series_of_nothing_is_finished_at_once() -> None:
    series = Series([], lambda _recording: None)
    series.start()
    assert series.is_finished


def test_what_is_wrong_is_counted_in_reads_or_in_increments() -> None:
    writers = ["worker-1", "worker-2", "worker-3"]
    wrong = result_of(run_lesson("request-id", "shared", order=[*writers, *writers], threads=3), "threads")
    assert (wrong.value, wrong.n_wrong, wrong.n_total, wrong.has_problems) == (3, 2, 3, True)
    order = ["worker-1", "worker-2"] * 2
    lost = result_of(run_lesson("lost-update", "shared", order=order, threads=2, options={"increments": 1}), "")
    assert (lost.value, lost.n_wrong, lost.n_total, lost.has_problems) == (0, 1, 2, True)
    right = result_of(run_lesson("request-id", "local", work_ms=0), "work_ms")
    assert (right.value, right.n_wrong, right.has_problems) == (0, 0, False)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_varied_settings_stay_in_their_bounds_and_have_the_chosen_one_among_them(lesson: Lesson) -> None:
    for runner in lesson.runners:
        settings = lesson.default_settings(runner)
        for name in lesson.settings_in_use(runner):
            values = values_of(lesson, settings, name)
            assert list(values) == sorted(set(values))
            assert values[0] == lesson.bounds[name].low
            assert getattr(settings, name) in values
            assert len(values) <= 9
            for value in values:
                lesson.check(replace(settings, **{name: value}))  # type: ignore[arg-type]


def test_every_value_has_its_share_at_any_time() -> None:
    plan = plan_of(SETTINGS, 2, "threads", (2, 5, 9))
    assert [settings.threads for settings in plan] == [2, 5, 9, 2, 5, 9]
    assert plan_of(SETTINGS, 2) == [SETTINGS, SETTINGS]


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_holds_the_share_and_narrows_with_more_runs(total: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, total))
    low, high = share_interval(n, total)
    assert 0 <= low <= n / total + 1e-9
    assert n / total - 1e-9 <= high <= 1
    wide, narrow = (share_interval(n * factor, total * factor) for factor in (1, 10))
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_the_interval_is_the_one_of_the_textbook() -> None:
    low, high = share_interval(18, 20)
    assert (round(low, 3), round(high, 3)) == (0.699, 0.972)
