"""The replay bar: what its buttons, slider and keys do, and what it says."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import RUNNING
from tests.simulator.recordings import two_workers
from ui.models.playhead import EVENT_BY_EVENT, PlayheadModel
from ui.models.runs import RunsModel
from ui.panels.replay_bar import ReplayBar, problem_places
from ui.panels.replay_slider import HANDLE_PX
from ui.theme import ThemeModel


@pytest.fixture
def runs(qtbot: QtBot) -> RunsModel:
    return RunsModel()


@pytest.fixture
def bar(playhead: PlayheadModel, runs: RunsModel, qtbot: QtBot) -> ReplayBar:
    bar = ReplayBar(playhead, runs, ThemeModel("light", runs))
    qtbot.addWidget(bar)
    bar.resize(620, 30)
    bar.show()
    return bar


def click(qtbot: QtBot, bar: ReplayBar, name: str) -> None:
    qtbot.mouseClick(bar.buttons[name], Qt.MouseButton.LeftButton)


def test_without_a_run_there_is_nothing_to_replay(bar: ReplayBar) -> None:
    assert bar.time.text() == "no run yet"
    assert not any(widget.isEnabled() for widget in bar.focus_order)


def test_it_stands_at_the_end_of_a_run_that_has_ended(bar: ReplayBar, runs: RunsModel) -> None:
    runs.add(two_workers())
    assert bar.time.text() == "900 ns of 900 ns"
    assert bar.slider.fraction == 1
    assert all(widget.isEnabled() for widget in bar.focus_order)


def test_while_a_run_goes_on_it_says_live_and_can_be_used_at_its_end(bar: ReplayBar, runs: RunsModel) -> None:
    recording = two_workers()
    recording.status = RUNNING
    runs.add(recording)
    assert bar.time.text() == "live"
    assert not any(widget.isEnabled() for widget in bar.focus_order)
    assert bar.slider.ticks == ()
    recording.status = "done"
    runs.note_end(recording)
    assert bar.time.text() == "900 ns of 900 ns"
    assert all(widget.isEnabled() for widget in bar.focus_order)
    assert len(bar.slider.ticks) == 1


def test_buttons_move_the_playhead(bar: ReplayBar, runs, playhead, qtbot) -> None:
    runs.add(two_workers())
    click(qtbot, bar, "start")
    assert (playhead.n, bar.time.text(), bar.slider.fraction) == (0, "0 ns of 900 ns", 0)
    click(qtbot, bar, "step")
    click(qtbot, bar, "step")
    assert (playhead.n, bar.time.text()) == (2, "100 ns of 900 ns")
    assert bar.time.toolTip() == "At 100 ns; 2 of 9 events have happened"
    click(qtbot, bar, "step_back")
    assert playhead.n == 1
    click(qtbot, bar, "end")
    assert playhead.is_at_end


@pytest.mark.parametrize(("name", "direction"), [("play", 1), ("play_back", -1)])
def test_the_button_of_the_direction_that_is_replayed_pauses(bar, runs, playhead, qtbot, name, direction) -> None:
    runs.add(two_workers())
    playhead.scrub(400)
    click(qtbot, bar, name)
    assert (playhead.is_playing, playhead.direction) == (True, direction)
    assert bar.buttons[name].accessibleName() == "Pause"
    click(qtbot, bar, name)
    assert not playhead.is_playing
    assert bar.buttons[name].accessibleName() != "Pause"


def test_a_click_on_the_slider_goes_there_and_a_drag_along(bar: ReplayBar, runs, playhead, qtbot) -> None:
    runs.add(two_workers())
    slider, room_px = bar.slider, bar.slider.width() - HANDLE_PX
    at = [QPoint(HANDLE_PX // 2 + round(room_px * part), 11) for part in (1 / 3, 2 / 3)]
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at[0])
    assert playhead.time_ns == pytest.approx(300, abs=3)
    qtbot.mouseMove(slider, at[1])
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at[1])
    assert playhead.time_ns == pytest.approx(600, abs=3)
    assert slider.fraction == pytest.approx(2 / 3, abs=0.01)


def test_keys_on_the_slider_go_from_event_to_event_and_to_the_ends(bar, runs, playhead, qtbot) -> None:
    runs.add(two_workers())
    seen = []
    for key in (
        Qt.Key.Key_Home,
        Qt.Key.Key_Right,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_End,
    ):
        qtbot.keyClick(bar.slider, key)
        seen.append((playhead.n, playhead.time_ns))
    assert seen == [(0, 0), (1, 100), (2, 100), (1, 100), (2, 190), (9, 900)]


def test_a_speed_can_be_chosen_and_is_shown(bar: ReplayBar, runs, playhead, qtbot) -> None:
    runs.add(two_workers())
    assert bar.speed.currentText() == "1/1000"
    qtbot.keyClick(bar.speed, Qt.Key.Key_End)
    assert (bar.speed.currentText(), playhead.speed) == ("by event", EVENT_BY_EVENT)
    playhead.set_speed(1)
    assert bar.speed.currentText() == "1/1"


def test_every_problem_has_a_tick_where_it_lies(bar: ReplayBar, runs: RunsModel) -> None:
    recording = two_workers()
    runs.add(recording)
    assert bar.slider.ticks == problem_places(recording)
    assert list(bar.slider.ticks) == pytest.approx([500 / 900], abs=0.001)
    image = bar.slider.grab().toImage()
    x = round(HANDLE_PX / 2 + 500 / 900 * (bar.slider.width() - HANDLE_PX))
    reds = [image.pixelColor(x, bar.slider.height() // 2 - 5).red() for x in (x - 1, x)]
    assert min(reds) > 150
    runs.show(None)
    assert bar.slider.ticks == ()


@pytest.mark.parametrize(
    ("width_px", "has_time", "has_all_buttons"), [(620, True, True), (450, False, True), (370, False, False)]
)
def test_in_a_narrow_window_nothing_overlaps(bar, runs, width_px, has_time, has_all_buttons) -> None:
    runs.add(two_workers())
    bar.setMinimumWidth(1)
    bar.resize(width_px, 30)
    assert (bar.time.isVisible(), bar.buttons["end"].isVisible()) == (has_time, has_all_buttons)
    assert bar.buttons["play"].isVisible()
    bar.layout().activate()
    parts = [part for part in (*bar.buttons.values(), bar.slider, bar.time, bar.speed) if part.isVisible()]
    assert all(one.geometry().right() < other.geometry().left() for one, other in pairwise(parts))
    assert parts[-1].geometry().right() < width_px


def test_it_fits_beside_the_panels_of_a_small_window(bar: ReplayBar) -> None:
    assert bar.minimumSizeHint().width() <= 590
    assert bar.sizeHint().height() <= 34
