"""The comparison: two storages above each other on one clock, run one after the other, with what tells them apart."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from simulator.session import Session
from tests.fakes import FakeSession, RefusingSession
from ui.models.comparison import LOWER, UPPER
from ui.windows.compare import CompareWindow
from ui.windows.main_window import MainWindow

Make = Callable[..., MainWindow]
Run = Callable[[MainWindow], None]


def open_compare(window: MainWindow, qtbot: QtBot) -> CompareWindow:
    """Open the comparison by its command and wait for both runs."""
    window.commands.trigger("compare")
    compare = window.study_windows.comparison
    assert compare is not None
    qtbot.waitUntil(lambda: bool(compare.comparison.difference))
    return compare


def test_f6_compares_a_shared_global_with_its_cure(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    upper, lower = compare.halves
    assert upper.storage.currentText() == "Shared global"
    assert lower.storage.currentText() == "threading.local"
    assert (upper.sentence.text(), upper.tone) == ("4 of 5 reads returned another thread's value", "bad")
    assert (lower.sentence.text(), lower.tone) == ("All 5 reads returned their own thread's value", "good")
    assert "4 of 5 with Shared global, none of 5 with threading.local" in compare.difference.text()
    assert compare.question.text() == "Whose request is this?"
    assert window.models.runs.runs == (), "the main window's own runs are left alone"


def test_both_have_one_clock_and_show_the_same_stretch_of_it(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    upper, lower = compare.viewports.upper, compare.viewports.lower
    durations = [recording.trace.duration_ns for recording in compare.comparison.recordings if recording]
    assert upper.limits_ns == lower.limits_ns
    assert upper.limits_ns[1] >= max(durations)
    assert (upper.t0_ns, upper.t1_ns) == upper.limits_ns == (lower.t0_ns, lower.t1_ns)
    lower.set_window(10_000_000, 50_000_000)
    assert (upper.t0_ns, upper.t1_ns) == (10_000_000, 50_000_000)
    compare.halves[UPPER].timeline.setFocus()
    compare.actions_by_id["fit"].trigger()
    assert (lower.t0_ns, lower.t1_ns) == lower.limits_ns
    places = [half.timeline.plot.mapTo(compare, half.timeline.plot.rect().topLeft()).x() for half in compare.halves]
    lower.set_window(10_000_000, 50_000_000)
    overviews = [half.timeline.overview.handle_rect() for half in compare.halves]
    assert overviews[0] == overviews[1], "the overviews have one clock, too"
    widths = [half.timeline.plot.width() for half in compare.halves]
    assert places[0] == places[1]
    assert widths[0] == widths[1]


def test_another_storage_runs_both_again(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    storage = compare.halves[LOWER].storage
    storage.setCurrentIndex(storage.findData("locked"))
    storage.activated.emit(storage.currentIndex())
    assert compare.comparison.is_running
    assert compare.difference.text().startswith("Both run one after the other")
    qtbot.waitUntil(lambda: bool(compare.comparison.difference))
    assert compare.halves[LOWER].sentence.text().startswith("4 of 5 reads returned another thread's value, although")
    assert "Shared + lock" in compare.difference.text()


def test_the_fix_and_links_lead_to_the_same_window(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    run(window)
    window.commands.trigger("fix")
    qtbot.mouseClick(window.fix.compare_button, Qt.MouseButton.LeftButton)
    compare = window.study_windows.comparison
    assert compare is not None
    qtbot.waitUntil(lambda: bool(compare.comparison.difference))
    window.links.follow("compare:shared,local&lesson=visibility")
    assert window.study_windows.comparison is compare
    qtbot.waitUntil(lambda: bool(compare.comparison.difference))
    assert compare.question.text() == "What does another thread see?"
    assert "2 of 3 with Shared global, none of 3 with threading.local" in compare.difference.text()


def test_what_differs_in_an_option_is_named(window: MainWindow, qtbot: QtBot) -> None:
    window.run_actions.choose_lesson("pool-leftover")
    compare = open_compare(window, qtbot)
    assert compare.halves[LOWER].storage.currentText() == "ContextVar, copy context"
    assert "left behind" in compare.difference.text()
    assert "ContextVar, copy context" in compare.difference.text()


@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_closing_leaves_nothing_running(make_window: Make, qtbot: QtBot, place: str) -> None:
    window = make_window(make_session=Session)
    window.models.choice.set("place", place)
    window.models.choice.set("work_ms", 60_000)
    window.commands.trigger("compare")
    compare = window.study_windows.comparison
    assert compare is not None
    assert compare.comparison.is_running
    qtbot.waitUntil(lambda: compare.comparison.recordings[UPPER] is not None)
    recording = compare.comparison.recordings[UPPER]
    assert recording is not None
    qtbot.waitUntil(lambda: recording.analysis.counts.writes > 0)
    compare.close()
    assert not compare.comparison.is_running
    assert compare.comparison.recordings[LOWER] is None, "the other does not begin any more"


def test_stop_stops_and_the_other_does_not_begin(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("compare")
    compare = window.study_windows.comparison
    assert compare is not None
    assert not compare.run_button.isEnabled()
    with qtbot.waitSignal(compare.comparison.ended):
        qtbot.mouseClick(compare.stop_button, Qt.MouseButton.LeftButton)
    assert compare.comparison.recordings[LOWER] is None
    assert compare.run_button.isEnabled()
    assert compare.halves[UPPER].sentence.text().startswith("Stopped before the end")


def test_escape_stops_and_then_closes(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("compare")
    compare = window.study_windows.comparison
    assert compare is not None
    qtbot.waitUntil(lambda: compare.isActiveWindow())
    with qtbot.waitSignal(compare.comparison.ended):
        QTest.keyClick(compare, Qt.Key.Key_Escape)
    assert compare.isVisible()
    QTest.keyClick(compare, Qt.Key.Key_Escape)
    assert not compare.isVisible()


def test_a_run_can_be_opened_in_the_main_window(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    qtbot.mouseClick(compare.halves[LOWER].open_button, Qt.MouseButton.LeftButton)
    assert window.verdict.sentence.text() == "All 5 reads returned their own thread's value"
    assert window.toolbar.storage.buttons["local"].isChecked()
    compare.halves[LOWER].open_button.click()
    assert len(window.models.runs.runs) == 1, "the same run is listed once"


def test_a_run_that_cannot_start_says_why(make_window: Make) -> None:
    window = make_window(make_session=RefusingSession)
    window.commands.trigger("compare")
    compare = window.study_windows.comparison
    assert compare is not None
    assert compare.messages.current is not None
    assert "no process of its own" in compare.messages.current.text
    assert compare.run_button.isEnabled()


def test_while_the_main_window_runs_it_says_so(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("run")
    window.commands.trigger("compare")
    assert window.study_windows.comparison is None
    assert window.models.messages.current is not None
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("stop")


def test_closing_the_main_window_closes_it(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    window.close()
    assert not compare.isVisible()


def test_its_timelines_follow_the_theme(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    window.commands.trigger("theme")
    name = window.models.theme.theme.name
    assert [half.timeline.picture.theme.name for half in compare.halves] == [name, name]


def test_the_timelines_keys_act_on_the_half_with_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    compare = open_compare(window, qtbot)
    upper, lower = compare.halves
    upper.timeline.setFocus()
    QTest.keyClick(upper.timeline, Qt.Key.Key_BracketRight)
    assert upper.selection.row is not None
    assert lower.selection.row is None
    lower.timeline.setFocus()
    QTest.keyClick(lower.timeline, Qt.Key.Key_Period)
    assert lower.selection.row is not None
