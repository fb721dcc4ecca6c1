"""Search, tables and replay in the window: keys, focus, and that everything speaks of the same event and moment."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fakes import FakeSession
from ui.commands import COMMANDS
from ui.panels.section import Section
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]
NO, SHIFT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def finished(window: MainWindow, run: Run) -> MainWindow:
    run(window)
    window.timeline.setFocus()
    return window


def inspector_title(window: MainWindow) -> str:
    section = window.inspector.parentWidget()
    assert isinstance(section, Section)
    return section.title


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    qtbot.keyClick(widget, key, modifier)


# -- the search --------------------------------------------------------------------------------------------------


def test_slash_opens_the_search_and_escape_gives_the_focus_back(finished: MainWindow, qtbot: QtBot) -> None:
    bar = finished.middle.search_bar
    press(qtbot, finished.timeline, Qt.Key.Key_Slash)
    assert bar.isVisible()
    assert bar.field.hasFocus()
    qtbot.keyClicks(bar.field, "foreign")
    bar.search_now()
    assert bar.count.text() == "1 of 4"
    assert finished.inspector.facts["outcome"].startswith("foreign")
    row = finished.models.selection.row
    press(qtbot, bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert finished.timeline.hasFocus()
    assert finished.models.selection.row == row, "Esc has closed the search and nothing else"


def test_slash_is_a_letter_everywhere_else(finished: MainWindow, qtbot: QtBot) -> None:
    finished.lessons.search.setFocus()
    qtbot.keyClicks(finished.lessons.search, "/")
    assert finished.lessons.search.text() == "/"
    assert finished.middle.search_bar.isHidden()


def test_a_match_is_brought_into_view(finished: MainWindow) -> None:
    viewport, bar = finished.models.viewport, finished.middle.search_bar
    finished.commands.trigger("search")
    viewport.set_window(0, viewport.limits_ns[1] // 10)
    bar.field.setText("foreign")
    bar.search_now()
    row = finished.models.selection.row
    assert row is not None
    assert finished.models.runs.shown is not None
    assert viewport.t0_ns <= finished.models.runs.shown.trace.begin_ns[row] <= viewport.t1_ns


# -- the tables --------------------------------------------------------------------------------------------------


def test_the_event_table_opens_and_closes_with_one_key(finished: MainWindow, qtbot: QtBot) -> None:
    drawer = finished.middle.drawer
    assert drawer.isHidden()
    press(qtbot, finished.timeline, Qt.Key.Key_T, CTRL)
    assert drawer.events.isVisible()
    assert drawer.events.view.hasFocus()
    press(qtbot, drawer.events.view, Qt.Key.Key_T, CTRL)
    assert drawer.isHidden()
    assert finished.timeline.hasFocus()


def test_escape_in_a_table_closes_the_drawer_and_elsewhere_deselects(finished: MainWindow, qtbot: QtBot) -> None:
    selection, drawer = finished.models.selection, finished.middle.drawer
    finished.commands.trigger("event_table")
    selection.select(3)
    finished.timeline.setFocus()
    press(qtbot, finished.timeline, Qt.Key.Key_Escape)
    assert (selection.row, drawer.isVisible()) == (None, True)
    selection.select(3)
    drawer.events.filter.setFocus()
    press(qtbot, drawer.events.filter, Qt.Key.Key_Escape)
    assert (selection.row, drawer.isVisible()) == (3, False)


def test_a_row_of_the_table_is_the_event_in_timeline_code_and_inspector(finished: MainWindow, qtbot: QtBot) -> None:
    finished.commands.trigger("event_table")
    events = finished.middle.drawer.events
    events.filter.setText("foreign")
    events.apply_filter()
    press(qtbot, events.view, Qt.Key.Key_Down)
    row = finished.models.selection.row
    assert row is not None
    assert events.view.currentIndex().row() == 0
    assert inspector_title(finished) == "Selected read"
    assert finished.code.view.current_line == 6
    finished.commands.trigger("next_problem")
    assert finished.models.selection.row != row
    assert events.view.currentIndex().row() == 1


def test_the_table_grows_with_the_run(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("event_table")
    window.commands.trigger("run")
    events = window.middle.drawer.events
    qtbot.waitUntil(lambda: events.view.model().rowCount() > 0)
    assert window.models.runs.shown is not None
    assert events.view.model().rowCount() == window.models.runs.shown.trace.n


def test_marking_a_range_opens_its_table(finished: MainWindow, qtbot: QtBot) -> None:
    drawer = finished.middle.drawer
    finished.models.time_range.set_range(0, finished.models.viewport.limits_ns[1])
    assert drawer.isHidden(), "while one drags nothing moves"
    drawer.open_marked()
    assert drawer.marked.isVisible()
    qtbot.waitUntil(lambda: drawer.marked.view.model().rowCount() == 5)
    qtbot.mouseClick(drawer.close_button, Qt.MouseButton.LeftButton)
    assert drawer.isHidden()
    assert finished.timeline.hasFocus()


# -- the replay --------------------------------------------------------------------------------------------------


def test_space_replays_and_pauses(finished: MainWindow, qtbot: QtBot) -> None:
    playhead = finished.models.playhead
    press(qtbot, finished.timeline, Qt.Key.Key_Space)
    assert (playhead.is_playing, playhead.direction, playhead.n) == (True, 1, 0)
    press(qtbot, finished.timeline, Qt.Key.Key_Space, SHIFT)
    assert (playhead.is_playing, playhead.direction) == (True, -1)
    press(qtbot, finished.timeline, Qt.Key.Key_Space, SHIFT)
    assert not playhead.is_playing


def test_without_a_selection_the_inspector_shows_the_moment(finished: MainWindow) -> None:
    finished.commands.trigger("to_start")
    assert inspector_title(finished) == "At 0 ns"
    assert finished.inspector.facts["worker-1"] == "not started"
    finished.commands.trigger("to_end")
    assert finished.inspector.facts["worker-1"].startswith("done")
    assert finished.inspector.facts["request_id"] == "4, written by worker-5"
    finished.models.selection.select(0)
    assert inspector_title(finished).startswith("Selected ")
    finished.commands.trigger("step_back")
    assert inspector_title(finished).startswith("Selected "), "what is selected stays"


def test_chips_beside_the_code_tell_where_each_thread_stands(finished: MainWindow) -> None:
    view, playhead = finished.code.view, finished.models.playhead
    assert view.chips == {}
    width_px = view.number_width_px()
    finished.commands.trigger("to_start")
    assert view.chips == {}
    seen: set[int] = set()
    while not playhead.is_at_end:
        finished.commands.trigger("step")
        seen |= set(view.chips)
        if playhead.n == finished.models.runs.runs[0].trace.n:
            break
        assert view.number_width_px() == width_px, "the code stays where it is"
    assert {4, 5, 6} <= seen
    playhead.to_end()
    assert view.chips == {}
    assert view.number_width_px() == width_px


def test_chips_have_the_colours_of_their_threads(finished: MainWindow) -> None:
    view, playhead = finished.code.view, finished.models.playhead
    finished.commands.trigger("to_start")
    while len(view.chips.get(5, ())) < 5:
        playhead.step(1)
    assert len({chip.colour for chip in view.chips[5]}) == 5
    finished.commands.trigger("theme")
    assert len(view.chips[5]) == 5


def test_enter_on_an_event_puts_the_playhead_there(finished: MainWindow, qtbot: QtBot) -> None:
    finished.models.selection.select(7)
    press(qtbot, finished.timeline, Qt.Key.Key_Return)
    assert finished.models.playhead.n == 8


def test_a_running_run_cannot_be_replayed(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("run")
    qtbot.waitUntil(lambda: window.models.runs.shown is not None and window.models.runs.shown.trace.n > 0)
    assert not window.commands.action("play").isEnabled()
    assert not window.middle.replay_bar.buttons["play"].isEnabled()


def test_closing_during_a_replay_leaves_nothing_running(finished: MainWindow) -> None:
    finished.commands.trigger("play")
    finished.close()
    assert not finished.models.playhead.is_playing


def test_idle_time_can_be_left_out(finished: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, finished.timeline, Qt.Key.Key_I)
    assert finished.models.viewport.cuts_idle
    press(qtbot, finished.timeline, Qt.Key.Key_I)
    assert not finished.models.viewport.cuts_idle


def test_tab_goes_from_the_timeline_through_replay_verdict_and_tables(finished: MainWindow, qtbot: QtBot) -> None:
    finished.commands.trigger("event_table")
    finished.timeline.setFocus()
    passed = []
    for _ in range(14):
        qtbot.keyClick(finished.focusWidget(), Qt.Key.Key_Tab)
        passed.append(finished.focusWidget())
    bar, drawer = finished.middle.replay_bar, finished.middle.drawer
    wanted = [
        *bar.buttons.values(),
        bar.slider,
        bar.speed,
        finished.verdict.fix,
        finished.verdict.hint,
        drawer.tabBar(),
        drawer.events.filter,
    ]
    assert passed[: len(wanted)] == wanted
    assert drawer.events.view in passed


def test_follow_goes_along_with_a_run_again(finished: MainWindow, qtbot: QtBot) -> None:
    viewport = finished.models.viewport
    finished.commands.trigger("zoom_in")
    finished.commands.trigger("pan_left")
    assert not viewport.follow
    press(qtbot, finished.timeline, Qt.Key.Key_End)
    assert viewport.follow
    assert not viewport.is_fitted


def test_no_two_commands_of_a_menu_share_a_letter() -> None:
    for menu in {command.menu for command in COMMANDS}:
        texts = [command.text for command in COMMANDS if command.menu == menu]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), menu
