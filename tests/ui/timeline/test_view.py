from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import Recording
from simulator.picture.theme import DARK
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record
from tests.simulator.traces import MS, at, clobbered, many, pool_of_one
from tests.ui.timeline.conftest import MakeView
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.timeline.view import TimelineView

LEFT = Qt.MouseButton.LeftButton

@pytest.fixture
def view_size() -> tuple[int, int]:
    return 960, 600


def rows_of(recording: Recording, kind: Kind) -> list[int]:
    return np.flatnonzero(recording.trace.kind == kind).tolist()


def point(view: TimelineView, row: int) -> QPoint:
    at = view.navigator.point_of(row)
    assert at is not None
    return at


def turn_wheel(view: QWidget, at: QPoint, steps: int, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(view: QWidget, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, begin)
    QTest.mouseMove(view, (begin + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, Qt.KeyboardModifier.NoModifier, end)


def test_without_a_recording_it_says_what_to_do(make_view: MakeView) -> None:
    view = make_view(None)
    assert view.grab().width() == 960
    assert [label.text() for label in view.findChildren(type(view._empty)) if label.isVisible()] == [
        "Press Run (F5) to start 5 threads"
    ]
    view.navigator.step_event(1)
    view.navigator.zoom_by(2)
    assert view.navigator.point_of(0) is None


def test_the_whole_run_is_shown_at_first(make_view: MakeView, viewport: ViewportModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    assert (viewport.t0_ns, viewport.t1_ns) == (0, recording.trace.duration_ns)
    accesses = rows_of(recording, Kind.READ) + rows_of(recording, Kind.WRITE)
    assert all(view.navigator.point_of(row) is not None for row in accesses)


def test_a_click_on_a_mark_selects_it_and_a_click_on_nothing_deselects(
    make_view: MakeView, selection: SelectionModel
) -> None:
    recording = clobbered()
    view = make_view(recording)
    for row in rows_of(recording, Kind.WRITE) + rows_of(recording, Kind.READ):
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, point(view, row))
        assert selection.row == row
    QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(500, view.plot.height() - 3))
    assert selection.row is None


def test_the_selected_event_is_framed_and_read_out(make_view: MakeView, selection: SelectionModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    before = view.grab().toImage()
    (wrong, _) = rows_of(recording, Kind.READ)
    selection.select(wrong)
    assert view.grab().toImage() != before
    assert view.accessibleName() == "Timeline"
    assert "worker-1 reads request_id, value 2, written by worker-2" in view.accessibleDescription()


def test_stepping_goes_through_events_and_problems_in_order(make_view: MakeView, selection: SelectionModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    stops = sorted(rows_of(recording, Kind.READ) + rows_of(recording, Kind.WRITE))
    seen = []
    for _ in range(5):
        view.navigator.step_event(1)
        seen.append(selection.row)
    assert seen == [*stops, stops[-1]]
    view.navigator.step_event(-1)
    assert selection.row == stops[-2]
    view.navigator.step_problem(-1)
    assert selection.row == stops[-2]  # the only one; no other before it
    selection.clear()
    view.navigator.step_problem(1)
    assert selection.row == rows_of(recording, Kind.READ)[0]


def test_stepping_brings_the_event_into_view(
    make_view: MakeView, selection: SelectionModel, viewport: ViewportModel
) -> None:
    recording = clobbered()
    view = make_view(recording)
    viewport.set_window(0, 2 * MS)
    view.navigator.step_problem(1)
    assert view.navigator.point_of(rows_of(recording, Kind.READ)[0]) is not None
    assert viewport.span_ns == 2 * MS


def test_dragging_pans_and_ends_following(make_view: MakeView, viewport: ViewportModel) -> None:
    view = make_view(clobbered())
    viewport.set_window(20 * MS, 40 * MS)
    before = viewport.t0_ns
    drag(view, QPoint(500, 300), QPoint(400, 300))
    assert viewport.t0_ns > before
    assert viewport.span_ns == 20 * MS
    assert not viewport.follow


def test_dragging_past_the_end_stays_inside_the_data(make_view: MakeView, viewport: ViewportModel) -> None:
    view = make_view(clobbered())
    viewport.set_window(20 * MS, 40 * MS)
    for _ in range(5):
        drag(view, QPoint(300, 300), QPoint(900, 300))
    assert viewport.t0_ns == 0


def test_ctrl_and_wheel_zoom_at_the_pointer(make_view: MakeView, viewport: ViewportModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    row = rows_of(recording, Kind.READ)[0]
    before = point(view, row)
    turn_wheel(view, before, 3, Qt.KeyboardModifier.ControlModifier)
    assert viewport.span_ns < recording.trace.duration_ns * 0.6
    assert abs(point(view, row).x() - before.x()) <= 1


def test_shift_and_wheel_move_through_time_and_the_wheel_alone_through_the_lanes(
    make_view: MakeView, viewport: ViewportModel
) -> None:
    view = make_view(many(80, 2))
    turn_wheel(view, QPoint(500, 200), -2, Qt.KeyboardModifier.NoModifier)
    assert viewport.scroll_px == 120
    assert view.scroll_bar.value() == 120
    total = viewport.limits_ns[1]
    viewport.set_window(0, total // 2)
    turn_wheel(view, QPoint(500, 200), -1, Qt.KeyboardModifier.ShiftModifier)
    assert viewport.t0_ns > 0


def test_a_double_click_on_a_span_fits_it(make_view: MakeView, viewport: ViewportModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    (sleep, _) = rows_of(recording, Kind.SLEEP)
    lane = view.picture.layout.lanes[0] if view.picture.layout else None
    assert lane is not None
    QTest.mouseDClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(420, lane.mark_y_px))
    begin_ns, end_ns = int(recording.trace.begin_ns[sleep]), int(recording.trace.end_ns[sleep])
    assert viewport.t0_ns <= begin_ns
    assert end_ns <= viewport.t1_ns
    assert viewport.span_ns < (end_ns - begin_ns) * 1.2


def test_a_double_click_or_enter_activates_an_event(
    make_view: MakeView, qtbot: QtBot, selection: SelectionModel
) -> None:
    recording = clobbered()
    view = make_view(recording)
    row = rows_of(recording, Kind.WRITE)[0]
    with qtbot.waitSignal(view.event_activated, check_params_cb=lambda got: got == row):
        QTest.mouseDClick(view, LEFT, Qt.KeyboardModifier.NoModifier, point(view, row))
    selection.select(row)
    with qtbot.waitSignal(view.event_activated, check_params_cb=lambda got: got == row):
        QTest.keyClick(view, Qt.Key.Key_Return)


def test_hovering_shows_whose_value_it_was_and_leaves_with_the_pointer(make_view: MakeView) -> None:
    recording = clobbered()
    view = make_view(recording)
    QTest.mouseMove(view, point(view, rows_of(recording, Kind.READ)[0]))
    assert view.pointer.card.isVisible()
    assert "worker-1 reads request_id" in view.pointer.card.text()
    assert "worker-2, 73.1 ms before" in view.pointer.card.text()
    assert view.rect().contains(view.pointer.card.geometry())
    QTest.mouseMove(view, QPoint(500, view.plot.height() - 3))
    assert not view.pointer.card.isVisible()


def test_hovered_values_are_escaped(make_view: MakeView) -> None:
    script = Script()
    row = script.add(1, at(10), Kind.WRITE, "<img src=x>")
    script.add(1, at(50), Kind.READ, ref=row)
    view = make_view(record(script.trace("shared")))
    QTest.mouseMove(view, point(view, 1))
    assert "&lt;img" in view.pointer.card.text()


def test_the_picture_grows_while_the_run_goes_on(make_view: MakeView, viewport: ViewportModel) -> None:
    whole = clobbered()
    trace = type(whole.trace)(whole.trace.variables, "shared", origin_ns=1000)
    recording = record(trace, status="running")
    view = make_view(recording)
    script = Script()
    script.add(1, at(5), Kind.WRITE, 1)
    trace.append(list(script.rows.items()))
    recording.analysis.update()
    view.refresh()
    assert viewport.t1_ns == 5 * MS
    assert view.navigator.point_of(1) is not None


def test_each_change_is_one_paint(make_view: MakeView, selection: SelectionModel) -> None:
    view = make_view(clobbered())
    changes: list[Callable[[], object]] = [
        lambda: view.navigator.zoom_by(2),
        lambda: view.navigator.pan_by(0.2),
        lambda: selection.select(2),
        view.refresh,
        lambda: view.set_theme(DARK),
    ]
    for change in changes:
        QApplication.processEvents()
        before = view.item.n_paints
        change()
        QApplication.processEvents()
        assert view.item.n_paints == before + 1


def test_another_theme_changes_the_colours(make_view: MakeView) -> None:
    view = make_view(clobbered())
    light = view.grab().toImage().pixelColor(500, 560).lightness()
    view.set_theme(DARK)
    dark = view.grab().toImage().pixelColor(500, 560).lightness()
    assert light > 200
    assert dark < 60


def test_the_overview_moves_and_resizes_the_window(make_view: MakeView, viewport: ViewportModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    viewport.set_window(20 * MS, 40 * MS)
    handle = view.overview.handle_rect()
    middle = handle.center().toPoint()
    drag(view.overview, middle, middle + QPoint(100, 0))
    assert viewport.t0_ns > 25 * MS
    assert viewport.span_ns == 20 * MS
    right = QPoint(round(view.overview.handle_rect().right()), 10)
    drag(view.overview, right, right + QPoint(80, 0))
    assert viewport.span_ns > 25 * MS
    QTest.mouseClick(view.overview, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(10, 10))
    assert viewport.t0_ns == 0


def test_another_recording_begins_fitted_with_nothing_selected(
    make_view: MakeView, viewport: ViewportModel, selection: SelectionModel
) -> None:
    view = make_view(clobbered())
    view.navigator.zoom_by(8)
    view.navigator.step_event(1)
    other = pool_of_one()
    view.set_recording(other)
    assert selection.row is None
    assert (viewport.t0_ns, viewport.t1_ns) == (0, other.trace.duration_ns)


def test_all_lanes_can_be_seen_at_once(make_view: MakeView) -> None:
    view = make_view(many(100, 2))
    assert view.scroll_bar.isVisible()
    view.toggle_fit_lanes()
    assert not view.scroll_bar.isVisible()
    view.set_text_size(15)
    assert not view.scroll_bar.isVisible(), "another size of text leaves that as it is"
    view.toggle_fit_lanes()
    assert view.scroll_bar.isVisible()


def test_a_zoom_by_key_keeps_the_selected_event_where_it_is(make_view: MakeView, selection: SelectionModel) -> None:
    recording = clobbered()
    view = make_view(recording)
    row = rows_of(recording, Kind.READ)[0]
    selection.select(row)
    before = point(view, row)
    for _ in range(6):
        view.navigator.zoom_by(1.5)
    assert abs(point(view, row).x() - before.x()) <= 2
