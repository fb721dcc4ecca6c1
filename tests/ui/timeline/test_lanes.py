"""Lanes in the timeline: selected, hidden, pinned, collapsed and ordered, by mouse and by key."""


import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from simulator.picture.arrangement import BY_PROBLEMS, BY_START
from tests.simulator.traces import clobbered, many
from tests.ui.timeline.conftest import MakeView
from ui.models.lanes import LanesModel
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.timeline.view import TimelineView

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
# Off screen, a menu can neither be raised nor take the keyboard; Qt says so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def height_of(view: TimelineView, name: str) -> int:
    """Return where the middle of a lane is seen."""
    index, layout = view.picture.index, view.picture.layout
    assert index is not None
    assert layout is not None
    (lane,) = (lane for lane in layout.lanes if index.trace.tracks[lane.track].name == name)
    return lane.mark_y_px - (0 if lane.y_px < view.picture.fixed_px else view._viewport.scroll_px)


def open_menu(view: TimelineView, at: QPoint | None = None) -> QMenu:
    reason = QContextMenuEvent.Reason.Keyboard if at is None else QContextMenuEvent.Reason.Mouse
    place = at or QPoint(0, 0)
    QApplication.sendEvent(view, QContextMenuEvent(reason, place, view.mapToGlobal(place)))
    menu = view.findChild(QMenu)
    assert menu is not None
    return menu


def action(menu: QMenu, text: str) -> QAction:
    found = [one for one in menu.findChildren(QAction) if one.text().replace("&", "").startswith(text)]
    assert found, [one.text() for one in menu.findChildren(QAction)]
    return found[0]


def choose(view: TimelineView, name: str, text: str) -> None:
    menu = open_menu(view, QPoint(40, height_of(view, name)))
    action(menu, text).trigger()
    menu.close()
    menu.deleteLater()
    QApplication.sendPostedEvents(menu)
    QApplication.processEvents()


def test_a_click_on_a_lane_lets_one_step_through_its_events_only(
    make_view: MakeView, selection: SelectionModel
) -> None:
    recording = clobbered()
    view = make_view(recording)
    QTest.mouseClick(view.header, LEFT, PLAIN, QPoint(40, height_of(view, "worker-2")))
    assert view.lanes.selected == "worker-2"
    assert view.hasFocus()
    seen = set()
    for _ in range(4):
        view.navigator.step_event(1)
        assert selection.row is not None
        seen.add(recording.trace.threads[int(recording.trace.thread[selection.row])].name)
    assert seen == {"worker-2"}
    QTest.mouseClick(view.header, LEFT, PLAIN, QPoint(40, height_of(view, "worker-2")))
    assert view.lanes.selected is None


def test_a_hidden_lane_is_counted_passed_over_and_shown_again_by_a_click(
    make_view: MakeView, selection: SelectionModel
) -> None:
    recording = many(4, 2)
    view = make_view(recording)
    assert not view.hidden_button.isVisible()
    choose(view, "worker-2", "Hide")
    assert view.hidden_button.isVisible()
    assert view.hidden_button.text() == "1 hidden"
    names = set()
    for _ in range(recording.trace.n):
        view.navigator.step_event(1)
        assert selection.row is not None
        names.add(recording.trace.threads[int(recording.trace.thread[selection.row])].name)
    assert names == {"worker-1", "worker-3", "worker-4"}
    QTest.mouseClick(view.hidden_button, LEFT)
    assert not view.hidden_button.isVisible()
    assert not view.lanes.arrangement.hidden


def test_a_problem_in_a_hidden_lane_is_not_lost(make_view: MakeView, selection: SelectionModel) -> None:
    view = make_view(clobbered())
    view.lanes.hide("worker-1")
    view.navigator.step_problem(1)
    assert selection.row is not None
    assert view.navigator.point_of(selection.row) is not None
    assert not view.lanes.arrangement.hidden


def test_a_pinned_lane_stays_in_view_while_others_are_scrolled(make_view: MakeView, viewport: ViewportModel) -> None:
    view = make_view(many(60, 1))
    index = view.picture.index
    assert index is not None
    row = int(index.problems[-1])
    assert view.navigator.point_of(row) is None
    choose(view, "worker-9", "Pin on top")
    top = height_of(view, "worker-9")
    viewport.set_scroll(10_000)
    assert viewport.scroll_px > 100
    assert height_of(view, "worker-9") == top
    mark = view.navigator.point_of(row)
    assert mark is not None
    assert mark.y() > view.picture.fixed_px
    nine = next(
        int(problem)
        for problem in index.problems
        if index.trace.threads[int(index.trace.thread[problem])].name == "worker-9"
    )
    pinned = view.navigator.point_of(nine)
    assert pinned is not None
    assert abs(pinned.y() - top) <= 12
    QTest.mouseClick(view, LEFT, PLAIN, pinned)
    assert view._selection.row == nine
    choose(view, "worker-9", "Unpin")
    assert not view.lanes.arrangement.pinned


def test_an_event_scrolled_to_is_clear_of_what_stays_on_top(make_view: MakeView, viewport: ViewportModel) -> None:
    view = make_view(many(60, 1))
    view.lanes.toggle_pinned("worker-60")
    viewport.set_scroll(10_000)
    index = view.picture.index
    assert index is not None
    view.navigator.show_row(int(index.problems[3]))
    point = view.navigator.point_of(int(index.problems[3]))
    assert point is not None
    assert point.y() > view.picture.fixed_px


def test_a_collapsed_lane_is_thin_and_expands_again(make_view: MakeView) -> None:
    view = make_view(clobbered())

    def height() -> int:
        assert view.picture.layout is not None
        return view.picture.layout.lanes[0].height_px

    before = height()
    choose(view, "worker-1", "Collapse")
    assert height() < before / 2
    choose(view, "worker-1", "Expand")
    assert height() == before


def test_the_menu_opens_by_key_on_the_selected_lane_and_sets_the_order(make_view: MakeView) -> None:
    view = make_view(clobbered())
    view.lanes.select("worker-2")
    menu = open_menu(view)
    assert action(menu, "Step through worker-2 only").isChecked()
    assert not action(menu, "Show all").isEnabled()
    action(menu, "By start").trigger()
    assert view.lanes.arrangement.order == BY_START
    menu.close()


def test_problems_first_puts_the_worst_lane_on_top(make_view: MakeView) -> None:
    view = make_view(clobbered())
    view.lanes.set_order(BY_PROBLEMS)
    assert height_of(view, "worker-1") < height_of(view, "worker-2")
    with pytest.raises(ValueError, match="an order is one of"):
        view.lanes.set_order("colour")


def test_what_was_chosen_holds_in_the_next_run_and_not_in_another_recording(make_view: MakeView) -> None:
    view = make_view(many(4, 1))
    view.lanes.hide("worker-2")
    view.lanes.toggle_pinned("worker-3")
    view.lanes.select("worker-1")
    view.set_recording(many(4, 1), is_same_lesson=True)
    assert view.hidden_button.text() == "1 hidden"
    assert view.lanes.arrangement.pinned == {"worker-3"}
    view.set_recording(clobbered())
    assert not view.hidden_button.isVisible()
    assert view.lanes.arrangement.pinned == frozenset()
    assert view.lanes.selected is None


def test_a_change_that_changes_nothing_is_silent(qtbot: QtBot) -> None:
    model = LanesModel()
    model.hide("a")
    with qtbot.assertNotEmitted(model.changed), qtbot.assertNotEmitted(model.selected_changed):
        model.hide("a")
        model.show("b")
        model.set_order("name")
        model.select(None)
    with qtbot.waitSignal(model.changed):
        model.show("a")


def test_an_arrow_from_a_lane_that_stays_on_top_goes_on_in_what_is_scrolled(make_view, viewport, selection) -> None:
    recording = many(40, 1)
    view, trace = make_view(recording), recording.trace
    index = view.picture.index
    assert index is not None
    problem = int(index.problems[-1])
    source = int(trace.reads_from[problem])
    view.lanes.toggle_pinned(trace.threads[trace.thread[source]].name)
    selection.select(problem)
    assert viewport.scroll_px > 0
    below, above = view.picture.plot_parts()
    assert above.bottom_px == below.top_px > 0
    curves = [max(part.draw_list.layer("arrows").curves, key=lambda curve: curve.width_px) for part in (below, above)]
    paths = [
        [(round(x), round(y - part.scroll_px + 0.1)) for x, y in curve.points_px]
        for part, curve in zip((below, above), curves, strict=True)
    ]
    assert paths[0] == paths[1]
    assert paths[0][0][1] < above.bottom_px < paths[0][3][1], "it begins in the one part and ends in the other"
