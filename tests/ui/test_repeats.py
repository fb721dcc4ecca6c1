"""Many runs at once: how often something was found, the chart of it, and that Stop and closing leave nothing."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from simulator.series import RunResult
from simulator.session import Session
from tests.fakes import FakeSession, RefusingSession
from ui.panels.chance_chart import ChanceChart, nice_top
from ui.theme import ThemeModel
from ui.windows.main_window import MainWindow
from ui.windows.repeats import RepeatsWindow

Make = Callable[..., MainWindow]


def open_repeats(window: MainWindow) -> RepeatsWindow:
    window.commands.trigger("repeat")
    repeats = window.study_windows.repeats
    assert repeats is not None
    return repeats


def run_out(repeats: RepeatsWindow, qtbot: QtBot, times: int, varied: str = "") -> None:
    repeats.times.setValue(times)
    repeats.varied.setCurrentIndex(repeats.varied.findData(varied))
    qtbot.mouseClick(repeats.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not repeats.repeats.is_running)


def test_the_share_of_runs_with_a_finding_is_told_with_its_uncertainty(window: MainWindow, qtbot: QtBot) -> None:
    window.models.choice.set("work_ms", 5)
    repeats = open_repeats(window)
    assert repeats.question.text() == "Whose request is this?"
    assert not repeats.stop_button.isEnabled()
    run_out(repeats, qtbot, 4)
    expected = "Something was found in 4 of 4 runs (100%); by that the chance is between 51% and 100%"
    assert repeats.sentence.text() == expected
    assert repeats.progress.text() == "4 of 4 runs"
    assert repeats.chart.bars() == [("4", 4)]
    assert repeats.chart.accessibleDescription() == "4 wrong reads in 4 runs"
    assert window.models.runs.runs == (), "these runs are no runs of the main window"


def test_wrong_reads_are_drawn_against_the_number_of_threads(window: MainWindow, qtbot: QtBot) -> None:
    window.models.choice.set("work_ms", 5)
    repeats = open_repeats(window)
    run_out(repeats, qtbot, 1, "threads")
    means = repeats.chart.means()
    assert means[0] == (2, 1.0)
    assert (5, 4.0) in means
    assert all(mean == value - 1 for value, mean in means), "in a scripted order all but one read another's value"
    assert "threads 2: 1.0 wrong reads on average" in repeats.chart.accessibleDescription()
    assert "found in" in repeats.sentence.text()


def test_what_can_be_varied_is_what_the_lesson_has(window: MainWindow) -> None:
    repeats = open_repeats(window)
    texts = [repeats.varied.itemText(at) for at in range(repeats.varied.count())]
    assert texts == ["nothing", "threads", "work time in ms"]
    repeats.close()
    window.run_actions.choose_lesson("pool-leftover")
    repeats = open_repeats(window)
    assert "pool size" in [repeats.varied.itemText(at) for at in range(repeats.varied.count())]


def test_stop_stops_soon_and_what_was_found_until_then_stays(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=Session)
    window.models.choice.set("work_ms", 60_000)
    repeats = open_repeats(window)
    repeats.start()
    qtbot.waitUntil(lambda: repeats.repeats.is_running and repeats.stop_button.isEnabled())
    qtbot.mouseClick(repeats.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not repeats.repeats.is_running)
    assert repeats.repeats.results == [], "a run that was stopped does not count"
    assert repeats.sentence.text() == ""
    assert repeats.start_button.isEnabled()


@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_closing_leaves_nothing_running(make_window: Make, qtbot: QtBot, place: str) -> None:
    window = make_window(make_session=Session)
    window.models.choice.set("work_ms", 60_000)
    window.models.choice.set("place", place)
    repeats = open_repeats(window)
    repeats.start()
    assert repeats.repeats.is_running
    repeats.close()
    assert not repeats.repeats.is_running


def test_closing_the_main_window_ends_the_series(make_window: Make) -> None:
    window = make_window(make_session=Session)
    window.models.choice.set("work_ms", 60_000)
    repeats = open_repeats(window)
    repeats.start()
    window.close()
    assert not repeats.repeats.is_running
    assert not repeats.isVisible()


def test_escape_stops_and_then_closes(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    repeats = open_repeats(window)
    qtbot.waitUntil(lambda: repeats.isActiveWindow())
    repeats.start()
    QTest.keyClick(repeats, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not repeats.repeats.is_running)
    assert repeats.isVisible()
    QTest.keyClick(repeats, Qt.Key.Key_Escape)
    assert not repeats.isVisible()


def test_a_link_starts_the_runs_at_once(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.links.follow("repeat:storage=shared&work_ms=0")
    repeats = window.study_windows.repeats
    assert repeats is not None
    assert repeats.repeats.is_running
    assert "work" not in repeats.badge.text()
    repeats.close()


def test_a_run_that_cannot_start_says_why(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=RefusingSession)
    repeats = open_repeats(window)
    repeats.start()
    qtbot.waitUntil(lambda: not repeats.repeats.is_running)
    assert repeats.messages.current is not None
    assert "no process of its own" in repeats.messages.current.text
    assert repeats.start_button.isEnabled()


def test_the_chart_paints_in_both_themes_and_joins_bars_where_there_are_too_many(qtbot: QtBot) -> None:
    theme = ThemeModel("light")
    chart = ChanceChart(theme)
    qtbot.addWidget(chart)
    chart.resize(480, 260)
    results = [RunResult(2 + i % 3, i, 100, i > 0) for i in range(60)]
    chart.show_runs(results, (), "", "wrong reads")
    assert len(chart.bars()) <= 12
    assert sum(count for _, count in chart.bars()) == 60
    chart.show_runs(results, (2, 3, 4), "threads", "wrong reads")
    light = chart.grab().toImage()
    assert light.pixelColor(240, 130) is not None
    theme.choose("dark")
    dark = chart.grab().toImage()
    assert light.pixelColor(470, 60) != dark.pixelColor(470, 60)
    colours = {dark.pixelColor(x, y).name() for x in range(60, 460, 2) for y in range(30, 210, 2)}
    assert theme.theme.accent in colours, "the line of the means"


@given(st.integers(0, 10**6))
def test_an_axis_ends_at_a_round_number_that_is_high_enough(highest: int) -> None:
    top = nice_top(highest)
    assert top >= max(highest, 1)
    assert top <= max(2 * highest, 1) or highest == 0
    assert str(top).rstrip("0") in ("1", "2", "4", "5", "8")
