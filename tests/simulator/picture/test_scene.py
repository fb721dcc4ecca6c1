from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.recording import Recording
from simulator.picture.colours import pack
from simulator.picture.draw_list import DrawList, Rects, Shape
from simulator.picture.frame import Frame
from simulator.picture.index import PictureIndex
from simulator.picture.scene import build_plot
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import BEFORE_RUN_COLOUR, DARK, LIGHT, thread_colour
from simulator.record.kinds import Kind
from tests.simulator.picture.golden import assert_golden
from tests.simulator.recordings import Script, record, recordings
from tests.simulator.traces import at, clobbered, frame_of, isolated, many, missing_and_erased, pool_of_one, with_lock

ORANGE, SKY = pack("#e69f00"), pack("#56b4e9")


def rows_of(recording: Recording, kind: Kind) -> list[int]:
    return np.flatnonzero(recording.trace.kind == kind).tolist()


def marks_of(draw_list: DrawList, row: int) -> list[dict[str, Any]]:
    marks = draw_list.layer("marks").marks
    columns = {name: marks.column(name) for name in marks.COLUMNS}
    return [{name: int(column[i]) for name, column in columns.items()} for i in np.flatnonzero(columns["row"] == row)]


def words_of(draw_list: DrawList) -> list[str]:
    return [text.text for layer in draw_list.layers for text in layer.texts]


@pytest.mark.parametrize(("make", "name"), [(clobbered, "shared"), (isolated, "local")], ids=["shared", "local"])
def test_the_draw_list_is_the_one_that_was_looked_at(make: Callable[[], Recording], name: str) -> None:
    recording = make()
    problem = np.flatnonzero(recording.analysis.severity >= Severity.WARNING)
    selected = int(problem[0]) if len(problem) else None
    theme = LIGHT if name == "shared" else DARK
    assert_golden(build_plot(frame_of(recording, theme=theme, selected=selected)).to_plain(), f"plot-{name}.json")


def test_a_read_has_the_colour_of_whose_value_it_got_and_a_problem_a_red_diamond() -> None:
    recording = clobbered()
    draw_list = build_plot(frame_of(recording))
    wrong, own = rows_of(recording, Kind.READ)
    diamond, circle = marks_of(draw_list, wrong)
    assert (diamond["shape"], diamond["stroke"]) == (Shape.DIAMOND, pack(LIGHT.problem))
    assert (circle["shape"], circle["fill"]) == (Shape.CIRCLE, SKY)
    (only,) = marks_of(draw_list, own)
    assert (only["shape"], only["fill"]) == (Shape.CIRCLE, SKY)


def test_a_write_is_a_square_in_the_colour_of_its_thread() -> None:
    recording = clobbered()
    draw_list = build_plot(frame_of(recording))
    squares = [marks_of(draw_list, row)[0] for row in rows_of(recording, Kind.WRITE)]
    assert [(mark["shape"], mark["fill"]) for mark in squares] == [(Shape.SQUARE, ORANGE), (Shape.SQUARE, SKY)]


def test_a_value_that_is_missing_or_erased_is_hollow_a_delete_crossed_and_an_exception_a_red_cross() -> None:
    recording = missing_and_erased()
    draw_list = build_plot(frame_of(recording))
    missing, erased = (marks_of(draw_list, row)[-1] for row in rows_of(recording, Kind.READ))
    card = pack(LIGHT.card)
    assert (missing["shape"], missing["fill"]) == (Shape.CIRCLE, card)
    assert (erased["shape"], erased["fill"]) == (Shape.CIRCLE, card)
    (delete,) = marks_of(draw_list, rows_of(recording, Kind.DELETE)[0])
    assert (delete["shape"], delete["fill"]) == (Shape.CROSSED_SQUARE, card)
    (cross,) = marks_of(draw_list, rows_of(recording, Kind.EXCEPTION)[0])
    assert (cross["shape"], cross["stroke"]) == (Shape.CROSS, pack(LIGHT.problem))
    assert "AttributeError: no <request_id> here" in words_of(draw_list)
    assert words_of(draw_list).count("read request_id nothing") == 2


def test_an_unknown_writer_is_shown_as_a_question() -> None:
    script = Script()
    script.add(1, at(1), Kind.READ, ref=7 << 40 | 3)
    script.add(1, at(9), Kind.WRITE, 1)
    recording = record(script.trace("shared"))
    assert [mark["shape"] for mark in marks_of(build_plot(frame_of(recording)), 1)][-1] == Shape.QUESTION


def test_problems_are_labelled_in_bold_red() -> None:
    labels = {text.text: text for text in build_plot(frame_of(clobbered())).layer("labels").texts}
    assert labels["write request_id 1"].colour == pack(LIGHT.muted)
    reads = [t for t in build_plot(frame_of(clobbered())).layer("labels").texts if t.text == "read request_id 2"]
    assert [(text.is_bold, text.colour) for text in reads] == [
        (True, pack(LIGHT.problem)),
        (True, pack(LIGHT.text)),
    ]


def test_a_shared_strip_changes_colour_with_each_write_and_names_the_writer() -> None:
    draw_list = build_plot(frame_of(clobbered()))
    strip = draw_list.layer("strips").rects
    segments = strip.column("fill")[strip.column("row") >= 0].tolist()
    assert segments == [ORANGE, SKY]
    assert "request_id = 2, written by worker-2" in words_of(draw_list)


def test_a_local_strip_lies_in_each_lane_in_one_colour() -> None:
    frame = frame_of(isolated(), height_px=700)
    draw_list = build_plot(frame)
    strip = draw_list.layer("strips").rects
    named = [place for place in frame.layout.strips if place.cells]
    assert [place.owner for place in named] == [1, 2]
    for place, lane, colour in zip(named, frame.layout.lanes, (ORANGE, SKY), strict=True):
        assert lane.y_px < place.y_px < place.y_px + place.height_px < lane.y_px + lane.height_px
        fills = strip.column("fill")[(strip.column("y") == place.y_px) & (strip.column("row") >= 0)]
        assert set(fills.tolist()) == {colour}
    assert "request_id = 1, this thread's own" in words_of(draw_list)


def test_a_strip_is_hatched_after_a_delete() -> None:
    strip = build_plot(frame_of(missing_and_erased())).layer("strips").rects
    assert strip.column("hatch")[strip.column("row") >= 0].tolist() == [0, 1]


def test_what_was_set_before_the_run_has_a_colour_of_its_own() -> None:
    script = Script()
    initial = script.add(0, at(0), Kind.WRITE, 7)
    script.add(1, at(50), Kind.READ, ref=initial)
    recording = record(script.trace("shared"))
    draw_list = build_plot(frame_of(recording))
    (read,) = rows_of(recording, Kind.READ)
    assert marks_of(draw_list, read)[-1]["fill"] == pack(BEFORE_RUN_COLOUR)
    assert "request_id = 7, set before the run" in words_of(draw_list)


def test_tasks_have_their_names_and_tints_and_a_leftover_is_seen_as_anothers() -> None:
    recording = pool_of_one()
    draw_list = build_plot(frame_of(recording, height_px=700))
    assert {"task-1", "task-2"} <= set(words_of(draw_list))
    (read,) = rows_of(recording, Kind.READ)
    first, second = rows_of(recording, Kind.WRITE)
    circle = next(mark for mark in marks_of(draw_list, read) if mark["shape"] == Shape.CIRCLE)
    tints = [marks_of(draw_list, row)[-1]["fill"] for row in (first, second)]
    assert circle["fill"] == tints[0] != tints[1]


def test_a_read_and_a_write_at_one_place_stand_on_two_levels() -> None:
    recording = pool_of_one()
    draw_list = build_plot(frame_of(recording, height_px=700))
    read, write = rows_of(recording, Kind.READ)[0], rows_of(recording, Kind.WRITE)[0]
    one, other = marks_of(draw_list, read)[-1], marks_of(draw_list, write)[-1]
    assert abs(one["x"] - other["x"]) <= 1
    assert abs(one["y"] - other["y"]) >= (one["size"] + other["size"]) // 2 - 1


def test_waiting_and_holding_look_different_and_say_what_they_are() -> None:
    recording = with_lock()
    draw_list = build_plot(frame_of(recording))
    spans: Rects = draw_list.layer("spans").rects
    looks = {
        int(recording.trace.kind[row]): (hatch, stroke)
        for row, hatch, stroke in zip(*(spans.column(n).tolist() for n in ("row", "hatch", "stroke")), strict=True)
        if row >= 0
    }
    assert looks == {Kind.WAIT: (1, pack(LIGHT.wait)), Kind.HOLD: (0, pack(LIGHT.hold))}
    assert {"waiting for the lock 35.1 ms", "holds the lock 39 ms"} <= set(words_of(draw_list))


def test_an_open_span_reaches_to_now() -> None:
    script = Script()
    script.add(2, at(50), Kind.WRITE, 2)
    script.begin(1, at(10), Kind.SLEEP, 100)
    script.add(2, at(80), Kind.WRITE, 3)
    frame = frame_of(record(script.trace("shared"), status="running"))
    spans = build_plot(frame).layer("spans").rects
    assert int(spans.column("x")[0] + spans.column("w")[0]) == round(frame.scale.px(frame.index.now_ns))
    assert "sleeping…" in words_of(build_plot(frame))


def test_time_goes_on_while_nothing_happens() -> None:
    script = Script()
    script.begin(1, at(10), Kind.SLEEP, 100)
    recording = record(script.trace("shared"), status="running", elapsed_ns=50_000_000)
    assert PictureIndex(recording).now_ns == 50_000_000
    recording.status = "stopped"
    assert PictureIndex(recording).now_ns == 10_000_000


def test_the_selected_read_points_to_the_write_it_got_and_to_what_overwrote_its_own() -> None:
    recording = clobbered()
    wrong, _ = rows_of(recording, Kind.READ)
    frame = frame_of(recording, selected=wrong)
    draw_list = build_plot(frame)
    got, overwrote = draw_list.layer("arrows").curves
    writes = [frame.scale.px(int(recording.trace.begin_ns[row])) for row in rows_of(recording, Kind.WRITE)]
    assert (got.colour, got.is_dashed) == (pack(LIGHT.problem), False)
    assert got.points_px[0][0] == pytest.approx(writes[1], abs=14)
    assert got.points_px[3][0] == pytest.approx(frame.scale.px(int(recording.trace.begin_ns[wrong])), abs=24)
    assert overwrote.is_dashed
    assert [x for x, _ in (overwrote.points_px[0], overwrote.points_px[3])] == pytest.approx(writes, abs=14)
    assert "overwrote worker-1's value" in words_of(draw_list)
    assert len(draw_list.layer("selection").rects) == 2


def test_arrows_of_few_problems_are_always_there_and_of_many_only_on_selection() -> None:
    assert len(build_plot(frame_of(clobbered())).layer("arrows").curves) == 1
    assert not build_plot(frame_of(many(14, 1), height_px=900)).layer("arrows").curves


def test_nothing_is_drawn_where_nothing_happened() -> None:
    draw_list = build_plot(frame_of(record(Script().trace("shared"))))
    assert not words_of(draw_list)
    assert not len(draw_list.layer("marks").marks)


@given(recordings())
def test_any_recording_can_be_drawn_and_no_two_labels_overlap(recording: Recording) -> None:
    frame: Frame = frame_of(recording)
    labels = build_plot(frame).layer("labels").texts
    boxes = []
    for text in labels:
        width = text_width_px(text.text, text.size_px, text.is_bold)
        left = text.x_px - (width if text.anchor == "end" else 0)
        assert left >= 0
        assert left + width <= frame.width_px
        boxes.append((left, left + width, text.y_px))
    for i, (left, right, y) in enumerate(boxes):
        for other_left, other_right, other_y in boxes[i + 1 :]:
            assert right <= other_left or other_right <= left or abs(y - other_y) >= 9


def test_lane_colours_follow_the_order_of_the_sketches() -> None:
    frame = frame_of(many(9, 1), height_px=900)
    colours = [frame.index.cast.thread_colour(LIGHT, lane.track) for lane in frame.layout.lanes]
    assert colours == [thread_colour(LIGHT, i) for i in range(9)]


def test_the_words_of_an_exception_keep_clear_of_those_of_the_span_before_it() -> None:
    script = Script()
    script.add(1, at(0), Kind.WRITE, 1)
    script.begin(1, at(1), Kind.SLEEP, 100)
    script.end(1, at(100))
    script.add(1, at(100.1), Kind.EXCEPTION, ("ValueError", "ValueError: no such request", "Traceback …", False))
    draw_list = build_plot(frame_of(record(script.trace("shared")), width_px=420))
    texts = {text.text: text for layer in draw_list.layers for text in layer.texts}
    sleeping = next(text for words, text in texts.items() if words.startswith("sleeping"))
    exception = next(text for words, text in texts.items() if words.startswith("ValueError"))
    assert abs(exception.y_px - sleeping.y_px) >= exception.size_px, "they would overlap if they stood on one line"


def test_the_taking_of_a_lock_that_is_a_problem_is_said_in_words() -> None:
    script = Script()
    script.begin(1, at(1), Kind.HOLD, "lock")
    script.begin(2, at(30), Kind.WAIT, "lock")
    recording = record(script.trace("shared"), status="stopped")
    rows = [*rows_of(recording, Kind.HOLD), *rows_of(recording, Kind.WAIT)]
    found = Finding("deadlock", Severity.ERROR, "", (), "", "", "program.py", 1, "", "", tuple(rows), 1)
    recording.analysis.adopt([found])
    words = words_of(build_plot(frame_of(recording)))
    assert "takes request_id" in words
    assert "waits for the lock request_id" in words
