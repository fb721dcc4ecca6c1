"""Before and after an event, the guard map and the lock view."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import Recording
from simulator.picture.theme import DARK, LIGHT, Theme
from simulator.record.kinds import Kind
from tests.simulator.recordings import record
from tests.simulator.stories import Story
from tests.simulator.traces import isolated, with_lock
from ui.timeline.zones import find_zones
from ui.windows.main_window import MainWindow


def meeting() -> Recording:
    """One thread writes, sets an Event and writes again; another waits for the Event and reads."""
    story = Story("x = 1\ndone.set()\ny = 2\nprint(x)\n")
    story.start(2, "worker-1", 0)
    story.write(1, "x", 1, 1)
    signal = story.signal(1, "done", 2)
    story.write(1, "y", 2, 3)
    story.receive(2, "done", 4, signal)
    story.read(2, "x", 4)
    return record(story.trace(), story.code)


def show(window: MainWindow, recording: Recording) -> None:
    window.models.runs.add(recording)


def row_of(window: MainWindow, kind: Kind, line: int) -> int:
    shown = window.models.runs.shown
    assert shown is not None
    return int(np.flatnonzero((shown.trace.kind == kind) & (shown.trace.line == line))[0])


def grab(window: MainWindow) -> QImage:
    return window.timeline.plot.grab().toImage()


def test_before_and_after_are_shown_when_asked_for(window: MainWindow) -> None:
    show(window, meeting())
    window.models.selection.select(row_of(window, Kind.READ, 4))
    plain = grab(window)
    window.commands.trigger("causality")
    cone = window.models.causality.cone
    assert cone is not None
    assert window.commands.action("causality").isChecked()
    assert cone.last_before[1] == row_of(window, Kind.SIGNAL, 2), "the write after the signal is not ordered"
    assert grab(window) != plain
    window.commands.trigger("causality")
    assert window.models.causality.cone is None
    assert grab(window) == plain


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_past_and_future_are_hatched_in_opposite_directions(window: MainWindow, theme: Theme) -> None:
    """Told apart without colour: the same picture in greys still has two different patterns."""
    show(window, meeting())
    window.models.theme.choose(theme.name)
    window.models.selection.select(row_of(window, Kind.SIGNAL, 2))
    window.commands.trigger("causality")
    picture, timeline = grab(window).convertToFormat(QImage.Format.Format_Grayscale8), window.timeline.picture
    cone = window.models.causality.cone
    assert timeline.index is not None
    assert timeline.layout is not None
    zones = find_zones(timeline.index, timeline.layout, timeline.scale, picture.width(), cone, frozenset())
    zone = zones.lanes[0]
    y, size = (zone.top_px + zone.bottom_px) // 2 + 8, 16
    past = _patch(picture, int(zone.past_px) - size - 40, y, size)
    future = _patch(picture, int(zone.future_px) + 30, y, size)
    assert (past != past[0, 0]).any()
    assert not (past == future).all()


def _patch(picture: QImage, x: int, y: int, size: int) -> np.ndarray:
    return np.array([[picture.pixelColor(x + i, y + j).lightness() for i in range(size)] for j in range(size)])


def test_another_event_has_another_past_and_none_has_none(window: MainWindow) -> None:
    show(window, meeting())
    window.commands.trigger("causality")
    assert window.models.causality.cone is None
    window.models.selection.select(row_of(window, Kind.WRITE, 1))
    first = window.models.causality.cone
    window.models.selection.select(row_of(window, Kind.WRITE, 3))
    assert window.models.causality.cone is not first
    show(window, isolated())
    assert window.models.causality.cone is None


def test_a_run_too_large_for_its_order_is_said_to_be(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.analysis.orders.clocks.MOST_NUMBERS", 1)
    show(window, meeting())
    window.models.selection.select(row_of(window, Kind.WRITE, 1))
    window.commands.trigger("causality")
    assert window.models.causality.cone is None
    message = window.models.messages.current
    assert message is not None
    assert message.text.startswith("the order of this run cannot be told")


def test_the_guard_map_leads_to_an_access_that_was_not_guarded(window: MainWindow, qtbot: QtBot) -> None:
    story = Story("with lock:\n    v = 1\nv = 2\n")
    story.start(2, "worker-1", 0)
    hold = story.take(1, "lock", 1)
    story.write(1, "v", 1, 2)
    story.give(1, hold)
    story.write(2, "v", 2, 3)
    show(window, record(story.trace(), story.code))
    window.commands.trigger("guards")
    view = window.middle.drawer.guards.view
    texts = [view.model().index(0, column).data() for column in range(4)]
    assert texts == ["v", "2", "1 of 2", "lock (1)"]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    assert window.models.selection.row == row_of(window, Kind.WRITE, 3)


def test_what_nobody_shares_needs_no_guard_and_the_map_says_so(window: MainWindow) -> None:
    show(window, isolated())
    window.commands.trigger("guards")
    guards = window.middle.drawer.guards
    assert guards.hint.isVisible()
    assert "nothing needs a lock" in guards.hint.text()


def test_to_point_at_a_lock_marks_every_thread_that_touched_it(window: MainWindow, qtbot: QtBot) -> None:
    show(window, with_lock())
    window.commands.trigger("locks")
    strips = window.middle.drawer.locks.strips
    plain = grab(window)
    qtbot.mouseMove(strips, QPoint(200, 15))
    qtbot.waitUntil(lambda: window.models.sharing.marked == frozenset({1, 2}))
    assert grab(window) != plain
    assert "taken 2 times by worker-1, worker-2" in strips.accessibleDescription()


def test_the_longest_waits_are_listed_and_lead_to_their_events(window: MainWindow) -> None:
    show(window, with_lock())
    window.commands.trigger("locks")
    waits = window.middle.drawer.locks.waits
    assert [waits.item(i).text() for i in range(waits.count())] == ["35.1 ms  worker-2 for request_id"]
    waits.itemActivated.emit(waits.item(0))
    shown = window.models.runs.shown
    assert shown is not None
    assert shown.trace.kind[window.models.selection.row] == Kind.WAIT


def test_free_held_and_held_while_others_wait_look_different_without_colour(window: MainWindow) -> None:
    show(window, with_lock())
    window.commands.trigger("locks")
    strips = window.middle.drawer.locks.strips
    picture = strips.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    strip = strips._strip(4)
    viewport = window.models.viewport

    def column(time_ms: float) -> tuple[int, ...]:
        share = (time_ms * 1e6 - viewport.t0_ns) / (viewport.t1_ns - viewport.t0_ns)
        x = int(strip.left() + share * strip.width())
        return tuple(picture.pixelColor(x, y).lightness() for y in range(int(strip.top()) + 2, int(strip.bottom()) - 1))

    assert len({column(0.5), column(2.5), column(20)}) == 3
