"""A run that goes on: following it, keeping a chosen zoom, and what the timeline says about places and sizes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from simulator.analysis.recording import Recording
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record
from tests.simulator.traces import MS, at, clobbered
from tests.ui.timeline.conftest import MakeView
from ui.models.viewport import ViewportModel
from ui.timeline.view import TimelineView

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def running(end_ms: int = 100) -> Recording:
    """A run that goes on and has come so far."""
    script = Script()
    for time_ms in range(1, end_ms, 5):
        script.add(1, at(time_ms), Kind.WRITE, time_ms)
    return record(script.trace(), status="running", elapsed_ns=end_ms * MS)


@pytest.fixture
def view(make_view: MakeView) -> TimelineView:
    return make_view(running())


def go_on(view: TimelineView, end_ms: int) -> None:
    """Let the run come so far."""
    index = view.picture.index
    assert index is not None
    assert isinstance(index.recording, Recording)
    index.recording.elapsed_ns = end_ms * MS
    view.refresh()


def test_looking_elsewhere_ends_following_until_the_chip_is_pressed(
    view: TimelineView, viewport: ViewportModel
) -> None:
    assert not view.follow_chip.isVisible()
    view.navigator.zoom_by(4, 100)
    assert not viewport.follow
    assert view.follow_chip.isVisible()
    window = (viewport.t0_ns, viewport.t1_ns)
    go_on(view, 200)
    assert (viewport.t0_ns, viewport.t1_ns) == window
    QTest.mouseClick(view.follow_chip, LEFT)
    assert viewport.t1_ns == 200 * MS
    assert viewport.span_ns == window[1] - window[0]
    assert not view.follow_chip.isVisible()
    go_on(view, 300)
    assert viewport.t1_ns == 300 * MS


def test_panning_by_key_or_mouse_ends_following_too(view: TimelineView, viewport: ViewportModel) -> None:
    view.navigator.zoom_by(2, view.plot.width() - 24)
    assert viewport.follow
    view.navigator.pan_by(-0.5)
    assert view.follow_chip.isVisible()
    view.navigator.fit()
    assert not view.follow_chip.isVisible()


def test_when_the_run_is_over_there_is_nothing_to_follow(view: TimelineView) -> None:
    view.navigator.zoom_by(4, 100)
    index = view.picture.index
    assert index is not None
    assert isinstance(index.recording, Recording)
    index.recording.status = "done"
    view.refresh()
    assert not view.follow_chip.isVisible()


def test_the_next_run_is_seen_at_the_zoom_that_was_chosen(view: TimelineView, viewport: ViewportModel) -> None:
    viewport.look_at(20 * MS, 40 * MS)
    view.set_recording(running(10), is_same_lesson=True)
    assert (viewport.t0_ns, viewport.t1_ns) == (0, 10 * MS)
    go_on(view, 39)
    assert viewport.t1_ns == 39 * MS
    go_on(view, 45)
    assert (viewport.t0_ns, viewport.t1_ns) == (20 * MS, 40 * MS)
    go_on(view, 90)
    assert (viewport.t0_ns, viewport.t1_ns) == (20 * MS, 40 * MS)


def test_a_run_that_was_seen_whole_is_followed_by_one_that_is_seen_whole(
    view: TimelineView, viewport: ViewportModel
) -> None:
    view.set_recording(running(10), is_same_lesson=True)
    go_on(view, 300)
    assert viewport.is_fitted
    assert viewport.follow


def test_another_lesson_begins_fitted(view: TimelineView, viewport: ViewportModel) -> None:
    viewport.look_at(20 * MS, 40 * MS)
    view.set_recording(running(90))
    assert (viewport.t0_ns, viewport.t1_ns) == (0, 90 * MS)


def test_larger_text_makes_header_lanes_and_axis_larger(view: TimelineView) -> None:
    view.set_recording(clobbered())
    before = view.header.width(), view.ruler.height()
    plot = view.plot.height()
    view.set_text_size(20)
    assert view.header.width() > before[0] * 1.3
    assert view.ruler.height() > before[1] * 1.3
    assert view.plot.height() + view.ruler.height() == plot + before[1]
    view.set_text_size(13)
    assert (view.header.width(), view.ruler.height()) == before


def test_the_pointer_on_the_lower_edge_of_a_lane_is_told_the_state_of_its_thread(view: TimelineView) -> None:
    view.set_recording(clobbered())
    layout = view.picture.layout
    assert layout is not None
    lane = layout.lanes[0]
    x = view.plot.x() + round(view.picture.scale.px(50 * MS))
    QTest.mouseMove(view, QPoint(x, lane.y_px + lane.height_px - 3))
    assert view.pointer.card.isVisible()
    assert "worker-1: sleeping" in view.pointer.card.text()
    QTest.mouseMove(view, QPoint(x, lane.y_px + lane.height_px - 20))
    assert not view.pointer.card.isVisible()


def test_the_pointer_on_a_gap_is_told_how_long_it_is(view: TimelineView) -> None:
    view.set_recording(clobbered())
    view.navigator.toggle_idle()
    _, left, right = max(view.picture.scale.gaps(), key=lambda gap: gap[0][1] - gap[0][0])
    layout = view.picture.layout
    assert layout is not None
    QTest.mouseMove(view, QPoint(view.plot.x() + (left + right) // 2, layout.lanes[0].mark_y_px))
    assert view.pointer.card.isVisible()
    assert "left out: nothing happens" in view.pointer.card.text()
