"""Small parts on their own: number fields, segments, code colours, line marks, the feed, the fakes."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from simulator.session import Session
from tests.fakes import FakeSession
from tests.simulator.recordings import record, two_workers
from tests.simulator.running import settings_of
from ui.feed import BATCH, Feed
from ui.panels.code_colours import stretches_of
from ui.panels.event_facts import describe_event
from ui.panels.inspector import cut_words
from ui.panels.line_marks import LineMarks, next_event_of_line
from ui.panels.number_field import STEPS, NumberField, position_of, value_at
from ui.panels.segments import SegmentedControl
from ui.run_controller import RunSession


@given(st.integers(0, 100), st.integers(1, 100_000), st.data())
def test_the_slider_reaches_both_ends_and_never_goes_back(low: int, span: int, data: st.DataObject) -> None:
    high = low + span
    ends = (position_of(low, low, high), position_of(high, low, high))
    assert (value_at(ends[0], low, high), value_at(ends[1], low, high)) == (low, high)
    one, other = sorted(data.draw(st.tuples(*[st.integers(ends[0], ends[1])] * 2)))
    assert low <= value_at(one, low, high) <= value_at(other, low, high) <= high


def test_slider_and_field_always_agree(qtbot: QtBot) -> None:
    number = NumberField("&Work time", "Help.", "ms")
    qtbot.addWidget(number)
    number.set_bounds(0, 60_000)
    number.set_value(100)
    seen: list[int] = []
    number.edited.connect(seen.append)
    number.slider.setValue(STEPS)
    assert (number.value, seen) == (60_000, [60_000])
    number.field.setValue(0)
    assert (number.slider.value(), seen) == (0, [60_000, 0])
    assert number.field.toolTip() == "Help. From 0 to 60,000."


def test_a_number_out_of_bounds_cannot_be_entered(qtbot: QtBot) -> None:
    number = NumberField("&Threads", "Help.")
    qtbot.addWidget(number)
    number.set_bounds(2, 256)
    number.set_value(5)
    number.field.selectAll()
    qtbot.keyClicks(number.field, "9999")
    number.commit()
    assert 2 <= number.value <= 256


def test_segments_can_be_chosen_with_the_arrow_keys(qtbot: QtBot) -> None:
    control = SegmentedControl("Storage")
    qtbot.addWidget(control)
    control.set_choices([("a", "A", ""), ("b", "B", ""), ("c", "C", "")], "a")
    control.show()
    control.activateWindow()
    qtbot.waitUntil(control.isActiveWindow)
    control.buttons["a"].setFocus()
    with qtbot.waitSignal(control.chosen) as chosen:
        qtbot.keyClick(control.buttons["a"], Qt.Key.Key_Right)
    assert chosen.args == ["b"]
    assert control.current == "b"


def test_code_colours() -> None:
    found = stretches_of('def f(n):\n    """A\n    b."""\n    return f"{n}" + 1  # so\n')
    assert (0, 3, "keyword") in found[1]
    assert (4, 5, "name") in found[1]
    assert (4, 8, "text") in found[2]
    assert (0, 9, "text") in found[3]
    assert {"keyword", "text", "number", "comment"} <= {kind for _, _, kind in found[4]}


def test_code_that_is_cut_off_keeps_the_colours_it_has() -> None:
    assert (0, 3, "keyword") in stretches_of("def f(\n")[1]


def test_events_of_a_line_come_in_turn() -> None:
    recording = two_workers()
    lines = recording.trace.line
    first = next_event_of_line(recording, 4, None)
    assert first is not None
    assert lines[first] == 4
    visited = [first]
    for _ in range(3):
        visited.append(next_event_of_line(recording, 4, visited[-1]) or -1)
    assert visited[3] == visited[0]
    assert len(set(visited[:3])) == 3
    assert next_event_of_line(recording, 99, None) is None


def test_line_marks_grow_with_the_recording() -> None:
    whole = two_workers()
    marks = LineMarks(whole)
    marks.update(is_complete=True)
    assert marks.by_line[4].n_reads == 2
    assert len(marks.by_line[4].reads) == 2
    assert marks.by_line[4].is_problem
    marks.update(is_complete=True)
    assert marks.by_line[4].n_reads == 2


def test_every_kind_of_event_can_be_described() -> None:
    recording = record(two_workers().trace)
    for row in range(recording.trace.n):
        facts = describe_event(recording, row)
        assert facts.title.startswith("Selected ")
        assert facts.facts[0].label == "thread"


class CountingPump:
    """Has events for as many pumps as it is told, then is finished."""

    def __init__(self, n: int) -> None:
        self.left = n

    @property
    def is_finished(self) -> bool:
        return self.left == 0

    def pump(self, limit: int = BATCH) -> bool:
        had = self.left > 0
        self.left -= had
        return had


def test_the_feed_tells_once_a_tick_and_ends_with_the_session(qtbot: QtBot) -> None:
    feed = Feed()
    heard: list[object] = []
    feed.drained.connect(heard.append)
    feed.finished.connect(lambda: heard.append("finished"))
    feed.start(CountingPump(3))
    feed.drain_once()
    assert heard == [True, "finished"]
    feed.drain_once()
    assert heard == [True, "finished"]


def test_while_a_run_goes_on_the_garbage_collector_leaves_alone_what_was_there_before(qtbot: QtBot) -> None:
    """It would look through the whole window each second: a stall of 50 ms."""
    feed = Feed()
    feed.start(CountingPump(1_000_000_000))
    feed.drain_once()
    assert gc.get_freeze_count() > 0
    feed.stop()
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(("make", "work_ms"), [(FakeSession, 0), (Session, 60_000)], ids=["fake", "real"])
def test_a_session_begins_stops_and_ends(make: type[RunSession], work_ms: int, qtbot: QtBot) -> None:
    """The fake does what the real one does, as far as the window can see."""
    lesson, settings = settings_of("request-id", work_ms=work_ms)
    session: RunSession = make(lesson, settings)  # type: ignore[call-arg]  # a protocol says nothing of constructors
    assert session.recording.status == "running"
    session.start()
    qtbot.waitUntil(lambda: session.spinner.text != "")
    assert session.spinner.text[0] in "\\|/-"
    assert session.elapsed_ns > 0
    assert session.threads_alive > 0
    session.stop()

    def has_ended() -> bool:
        session.pump()
        return session.is_finished

    qtbot.waitUntil(has_ended)
    assert session.recording.status == "stopped"
    assert session.spinner.text == ""
    assert session.threads_alive == 0
    assert not session.pump()
    session.close()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("7, written by ann", "7, written by ann"),
        ("'" + "x" * 99 + "', written by ann", "'" + "x" * 32 + "…, written by ann"),
        ("['a', 'b'" + ", 'c'" * 20 + "]", "['a', 'b'" + ", 'c'" * 20 + "]"),
    ],
)
def test_a_long_value_leaves_room_for_who_wrote_it(text: str, shown: str) -> None:
    assert cut_words(text) == shown
