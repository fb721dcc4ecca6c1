"""The playhead, the marked range and idle time that is left out, as they are seen and handled in the timeline."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import Recording
from simulator.picture.overview import overview_scale
from simulator.picture.theme import LIGHT
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record
from tests.simulator.traces import MS, at, clobbered
from ui.models.moment import MomentModel
from ui.models.playhead import PlayheadModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.models.time_range import TimeRangeModel
from ui.models.viewport import ViewportModel
from ui.timeline.view import TimelineView

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Scene:
    """A timeline with everything it shows."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.runs = RunsModel()
        self.viewport, self.selection, self.range = ViewportModel(), SelectionModel(), TimeRangeModel()
        self.playhead = PlayheadModel(self.runs)
        self.moment = MomentModel(self.runs, self.playhead)
        self.view = TimelineView(
            self.viewport, self.selection, LIGHT, time_range=self.range, playhead=self.playhead, moment=self.moment
        )
        self.runs.add(recording)
        self.runs.note_end(recording)
        self.view.resize(960, 600)
        self.view.set_recording(recording)
        self.view.show()

    def x_of(self, time_ns: int) -> int:
        """Return where a time is drawn in the plot and on the ruler."""
        return round(self.view.picture.scale.px(time_ns))

    def colour_at(self, x: int, y: int) -> QColor:
        """Return what is seen at a place of the plot."""
        QApplication.processEvents()
        return self.view.grab().toImage().pixelColor(self.view.plot.x() + x, y)

    def header_words(self) -> list[str]:
        parts = self.view.picture.header_parts()
        return [text.text for part in parts for layer in part.draw_list.layers for text in layer.texts]


@pytest.fixture
def make_scene(qtbot: QtBot) -> Iterator[Callable[[Recording], Scene]]:
    scenes = []

    def make(recording: Recording) -> Scene:
        scene = Scene(recording)
        qtbot.addWidget(scene.view)
        qtbot.waitExposed(scene.view)
        QApplication.processEvents()
        scenes.append(scene)
        return scene

    yield make
    for scene in scenes:
        scene.moment.close()


@pytest.fixture
def scene(make_scene: Callable[[Recording], Scene]) -> Scene:
    return make_scene(clobbered())


def drag(widget: QWidget, begin_px: int, end_px: int) -> None:
    y = 8
    QTest.mousePress(widget, LEFT, PLAIN, QPoint(begin_px, y))
    QTest.mouseMove(widget, QPoint((begin_px + end_px) // 2, y))
    QTest.mouseMove(widget, QPoint(end_px, y))
    QTest.mouseRelease(widget, LEFT, PLAIN, QPoint(end_px, y))


# -- playhead ------------------------------------------------------------------------------------------------------


def test_after_a_run_nothing_is_veiled_and_going_back_veils_what_is_to_come(scene: Scene) -> None:
    strip_y = 30
    before, after = scene.x_of(20 * MS), scene.x_of(70 * MS)
    seen = [scene.colour_at(x, strip_y) for x in (before, after)]
    assert seen[0] == seen[1]
    scene.playhead.scrub(40 * MS)
    assert scene.colour_at(before, strip_y) == seen[0]
    veiled = scene.colour_at(after, strip_y)
    assert veiled.lightness() > seen[1].lightness() + 40
    line = scene.colour_at(scene.x_of(40 * MS), 200)
    assert line.blue() - line.red() > 80
    scene.playhead.to_end()
    assert scene.colour_at(after, strip_y) == seen[1]


def test_the_playhead_is_dragged_by_its_grip(scene: Scene) -> None:
    end_px = scene.x_of(scene.recording.trace.duration_ns)
    drag(scene.view.ruler, end_px - 2, scene.x_of(50 * MS))
    assert abs(scene.playhead.time_ns - 50 * MS) < MS
    assert scene.range.range_ns is None
    drag(scene.view.ruler, scene.x_of(50 * MS) + 2, scene.x_of(20 * MS))
    assert abs(scene.playhead.time_ns - 20 * MS) < MS


def test_the_header_says_what_each_thread_was_doing(scene: Scene) -> None:
    assert scene.header_words().count("done") == 2
    scene.playhead.scrub(5 * MS)
    assert scene.header_words()[-4:] == ["worker-1", "sleeping", "worker-2", "not started"]
    scene.playhead.to_end()
    assert scene.header_words().count("done") == 2


def test_a_frame_of_a_replay_does_not_build_the_picture_anew(scene: Scene) -> None:
    parts = scene.view.picture.plot_parts()
    for time_ms in (20, 30, 40):
        scene.playhead.scrub(time_ms * MS)
        QApplication.processEvents()
    assert scene.view.picture.plot_parts() is parts


def test_of_events_at_one_instant_only_those_that_have_happened_are_clear(
    make_scene: Callable[[Recording], Scene],
) -> None:
    script = Script()
    for thread in (1, 2):
        script.add(thread, at(50), Kind.WRITE, thread)
        script.add(thread, at(90), Kind.WRITE, thread)
    scene = make_scene(record(script.trace("local")))
    rows = np.flatnonzero(scene.recording.trace.begin_ns == 50 * MS)
    rows = rows[scene.recording.trace.kind[rows] == Kind.WRITE]
    places = [scene.view.navigator.point_of(int(row)) for row in rows]
    assert all(place is not None for place in places)

    def colours(dx: int) -> list[QColor]:
        return [
            scene.colour_at(place.x() + dx - scene.view.plot.x(), place.y()) for place in places if place is not None
        ]

    whole = [colours(dx) for dx in (-5, 5)]
    scene.playhead.show_event(int(rows[0]))
    veiled = [colours(dx) for dx in (-5, 5)]
    assert [left[0] for left in veiled] == [left[0] for left in whole]
    assert veiled[0][1] != whole[0][1]
    assert veiled[1][1] != whole[1][1]


def test_the_moment_is_brought_into_view_while_stepping(scene: Scene) -> None:
    scene.viewport.set_window(0, 2 * MS)
    scene.playhead.show_event(int(np.flatnonzero(scene.recording.trace.kind == Kind.READ)[0]))
    assert scene.viewport.t0_ns < scene.playhead.time_ns < scene.viewport.t1_ns


# -- range ---------------------------------------------------------------------------------------------------------


def test_dragging_on_the_ruler_marks_a_range_that_a_click_removes(scene: Scene) -> None:
    drag(scene.view.ruler, scene.x_of(20 * MS), scene.x_of(60 * MS))
    range_ns = scene.range.range_ns
    assert range_ns is not None
    assert abs(range_ns[0] - 20 * MS) < MS
    assert abs(range_ns[1] - 60 * MS) < MS
    assert scene.selection.row is None
    assert (scene.viewport.t0_ns, scene.viewport.t1_ns) == scene.viewport.limits_ns
    QTest.mouseClick(scene.view.ruler, LEFT, PLAIN, QPoint(scene.x_of(75 * MS), 8))
    assert scene.range.range_ns is None


def test_a_range_is_shaded_over_the_plot_and_its_length_written(scene: Scene) -> None:
    plain = scene.colour_at(scene.x_of(40 * MS), 80)
    ruler = scene.view.ruler.grab().toImage()
    scene.range.set_range(20 * MS, round(32.4 * MS))
    shaded = scene.colour_at(scene.x_of(25 * MS), 80)
    assert shaded.blue() - shaded.red() > plain.blue() - plain.red() + 10
    assert scene.colour_at(scene.x_of(40 * MS), 80) == plain
    assert scene.view.ruler.grab().toImage() != ruler
    assert scene.view.ruler.range_text() == "12.4 ms"


def test_a_click_inside_the_range_removes_it_after_a_moment_and_two_zoom_to_it(scene: Scene, qtbot: QtBot) -> None:
    middle = QPoint(scene.x_of(40 * MS), 8)
    scene.range.set_range(20 * MS, 60 * MS)
    QTest.mouseClick(scene.view.ruler, LEFT, PLAIN, middle)
    QTest.mouseDClick(scene.view.ruler, LEFT, PLAIN, middle)
    assert (scene.viewport.t0_ns, scene.viewport.t1_ns) == (20 * MS, 60 * MS)
    assert scene.range.range_ns == (20 * MS, 60 * MS)
    with qtbot.waitSignal(scene.range.range_changed):
        QTest.mouseClick(scene.view.ruler, LEFT, PLAIN, middle)
    assert scene.range.range_ns is None


def test_escape_removes_the_range_then_deselects_the_event_then_the_lane(scene: Scene) -> None:
    scene.range.set_range(20 * MS, 60 * MS)
    scene.selection.select(1)
    scene.view.lanes.select("worker-1")
    assert scene.view.escape()
    assert (scene.range.range_ns, scene.selection.row) == (None, 1)
    assert scene.view.escape()
    assert (scene.selection.row, scene.view.lanes.selected) == (None, "worker-1")
    assert scene.view.escape()
    assert scene.view.lanes.selected is None
    assert not scene.view.escape()


def test_a_range_dragged_beyond_the_end_ends_there(scene: Scene) -> None:
    drag(scene.view.ruler, scene.x_of(20 * MS), 2000)
    assert scene.range.to_ns == scene.recording.trace.duration_ns


# -- idle time -----------------------------------------------------------------------------------------------------


def test_idle_time_is_left_out_and_shown_again(scene: Scene) -> None:
    reads = [int(row) for row in np.flatnonzero(scene.recording.trace.kind == Kind.READ)]

    def distance() -> int:
        places = [scene.view.navigator.point_of(row) for row in reads]
        assert places[0] is not None
        assert places[1] is not None
        return places[1].x() - places[0].x()

    even = distance()
    scene.view.navigator.toggle_idle()
    assert len(scene.viewport.cuts) == 3
    assert distance() > 1.5 * even
    assert scene.viewport.is_fitted
    scene.view.navigator.toggle_idle()
    assert distance() == even


def test_with_idle_time_left_out_marks_are_hit_ranges_are_true_and_the_window_stays_inside(scene: Scene) -> None:
    scene.view.navigator.toggle_idle()
    for row in np.flatnonzero(scene.recording.trace.kind == Kind.READ).tolist():
        point = scene.view.navigator.point_of(row)
        assert point is not None
        QTest.mouseClick(scene.view, LEFT, PLAIN, point)
        assert scene.selection.row == row
    (begin_ns, end_ns) = scene.viewport.cuts[1]
    drag(scene.view.ruler, scene.x_of(begin_ns - MS), scene.x_of(end_ns + MS // 2))
    assert scene.range.range_ns is not None
    assert scene.range.range_ns[1] - scene.range.range_ns[0] > end_ns - begin_ns
    for _ in range(8):
        scene.view.navigator.zoom_by(1.5)
        scene.view.navigator.pan_by(0.7)
        assert 0 <= scene.viewport.t0_ns < scene.viewport.t1_ns <= scene.recording.trace.duration_ns
    scene.view.navigator.zoom_by(0.001)
    assert scene.viewport.is_fitted


def test_dragging_with_idle_time_left_out_moves_the_picture_with_the_pointer(scene: Scene) -> None:
    scene.view.navigator.toggle_idle()
    scene.view.navigator.zoom_by(3, scene.x_of(83 * MS))
    row = int(np.flatnonzero(scene.recording.trace.kind == Kind.READ)[0])
    before = scene.view.navigator.point_of(row)
    assert before is not None
    begin = QPoint(300, scene.view.plot.height() - 5)
    QTest.mousePress(scene.view, LEFT, PLAIN, begin)
    for dx in (20, 40):
        QTest.mouseMove(scene.view, begin + QPoint(dx, 0))
    QTest.mouseRelease(scene.view, LEFT, PLAIN, begin + QPoint(40, 0))
    after = scene.view.navigator.point_of(row)
    assert after is not None
    assert abs(after.x() - before.x() - 40) <= 1


def test_the_ruler_says_how_much_is_left_out(scene: Scene) -> None:
    scene.view.navigator.toggle_idle()
    draw_list = scene.view.picture.ruler()
    assert draw_list is not None
    words = [text.text for text in draw_list.layer("ruler").texts if text.is_bold]
    longest = max(end - begin for begin, end in scene.viewport.cuts)
    assert f"{longest / MS:.1f} ms" in words


def test_the_overview_marks_what_is_cut(scene) -> None:
    before = scene.view.overview.grab().toImage()
    scene.view.navigator.toggle_idle()
    QApplication.processEvents()
    after = scene.view.overview.grab().toImage()
    scale = overview_scale(scene.view.picture.index, scene.view.overview.width())
    (begin_ns, end_ns), *_ = scene.view.picture.find_cuts()
    inside = range(round(scale.px(begin_ns)) + 2, round(scale.px(end_ns)) - 2)
    differs = [x for x in inside for y in range(3, 20) if before.pixel(x, y) != after.pixel(x, y)]
    assert len(differs) > len(inside), "hatched from end to end"
