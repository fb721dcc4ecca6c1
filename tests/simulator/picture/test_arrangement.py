"""Lanes as the user wants them: order, hidden, pinned, collapsed; and the state of each thread along time."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.recording import Recording
from simulator.picture.arrangement import BY_NAME, BY_PROBLEMS, BY_START, ORDERS, Arrangement, arrange
from simulator.picture.colours import pack
from simulator.picture.frame import Frame, scale_for
from simulator.picture.index import PictureIndex
from simulator.picture.layout import build_layout
from simulator.picture.places import Metrics
from simulator.picture.scene import build_plot
from simulator.picture.states import MIN_LANE_PX, band_of, state_at
from simulator.picture.theme import LIGHT
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, recordings
from tests.simulator.traces import MS, at, clobbered, frame_of, isolated, many, with_lock

NAMES = st.frozensets(st.sampled_from([f"worker-{i}" for i in range(1, 4)]))
WISHES = st.builds(Arrangement, st.sampled_from(ORDERS), NAMES, NAMES, NAMES)


def arranged_frame(recording: Recording, wanted: Arrangement, selected: int | None = None) -> Frame:
    index = PictureIndex(recording)
    layout = build_layout(index, 500, wanted=wanted)
    scale = scale_for(0, max(index.now_ns, 20), 900)
    return Frame(index, layout, scale, LIGHT, 900, 0, layout.height_px, selected)


def three_workers() -> Recording:
    """The third starts first, the second reads what is not its own."""
    script = Script()
    script.add(3, at(1), Kind.WRITE, 3)
    script.add(1, at(2), Kind.WRITE, 1)
    script.add(2, at(3), Kind.WRITE, 2)
    last = script.add(3, at(4), Kind.WRITE, 4)
    script.add(2, at(5), Kind.READ, ref=last)
    return record(script.trace())


@pytest.mark.parametrize(("order", "expected"), [(BY_NAME, [1, 2, 3]), (BY_START, [3, 1, 2]), (BY_PROBLEMS, [2, 1, 3])])
def test_lanes_stand_in_the_wanted_order(order: str, expected: list[int]) -> None:
    index = PictureIndex(three_workers())
    layout = build_layout(index, 500, wanted=Arrangement(order))
    assert [lane.track for lane in sorted(layout.lanes, key=lambda lane: lane.y_px)] == expected


def test_pinned_lanes_stand_on_top_and_belong_to_what_is_not_scrolled() -> None:
    index = PictureIndex(three_workers())
    layout = build_layout(index, 500, wanted=Arrangement(pinned=frozenset(["worker-3"])))
    assert arrange(index, Arrangement(pinned=frozenset(["worker-3"]))).shown == [3, 1, 2]
    top = min(layout.lanes, key=lambda lane: lane.y_px)
    assert top.track == 3
    assert top.y_px + top.height_px <= layout.fixed_px <= layout.lanes[0].y_px


@given(recordings(), WISHES)
def test_whatever_is_wanted_nothing_overlaps_and_what_is_hidden_is_not_drawn(
    recording: Recording, wanted: Arrangement
) -> None:
    frame = arranged_frame(recording, wanted)
    shown = [lane for lane in frame.layout.lanes if lane.is_shown]
    places = sorted((lane.y_px, lane.y_px + lane.height_px) for lane in shown)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(places))
    assert len(frame.layout.lanes) == len(frame.index.cast.lanes)
    draw_list = build_plot(frame)
    threads = recording.trace.threads
    for layer in draw_list.layers:
        for columns in (layer.rects, layer.marks):
            rows = columns.column("row")
            rows = rows[rows >= 0] if layer.name not in ("strips",) else rows[:0]
            names = {threads[thread].name for thread in np.unique(recording.trace.thread[rows]).tolist()}
            assert not names & wanted.hidden


def test_colours_do_not_change_with_the_order() -> None:
    recording = three_workers()
    plain, turned = (arranged_frame(recording, Arrangement(order)) for order in (BY_NAME, BY_START))
    for thread in (1, 2, 3):
        assert plain.index.cast.thread_colour(LIGHT, thread) == turned.index.cast.thread_colour(LIGHT, thread)


def test_a_collapsed_lane_is_thin_with_ticks_no_words_and_no_strip() -> None:
    frame = arranged_frame(isolated(), Arrangement(collapsed=frozenset(["worker-1"])))
    thin, full = frame.layout.lanes
    assert thin.height_px < full.height_px / 2
    assert [strip.owner for strip in frame.layout.strips if strip.cells] == [2]
    draw_list = build_plot(frame)
    marks, ticks = draw_list.layer("marks").marks, draw_list.layer("marks").rects
    assert set(marks.column("y").tolist()) == {full.mark_y_px}
    inside = (ticks.column("y") >= thin.y_px) & (ticks.column("y") < thin.y_px + thin.height_px)
    assert inside.all()
    assert sorted(ticks.column("row").tolist()) == [row for row in range(frame.index.trace.n)
            if frame.index.trace.thread[row] == thin.track and frame.index.trace.kind[row] <= Kind.WRITE]  # fmt: skip
    assert all(text.y_px > thin.y_px + thin.height_px for text in draw_list.layer("labels").texts)


def test_no_arrow_reaches_to_a_hidden_lane() -> None:
    recording = clobbered()
    problem = int(np.flatnonzero(recording.analysis.severity >= 2)[0])
    hidden = Arrangement(hidden=frozenset(["worker-2"]))
    assert build_plot(arranged_frame(recording, Arrangement(), problem)).layer("arrows").curves
    assert not build_plot(arranged_frame(recording, hidden, problem)).layer("arrows").curves


def test_lanes_that_are_left_have_the_room_of_hidden_ones() -> None:
    index = PictureIndex(many(20, 1))
    names = frozenset(f"worker-{i}" for i in range(3, 21))
    few, all_of_them = (build_layout(index, 500, wanted=Arrangement(hidden=hidden)) for hidden in (names, frozenset()))
    assert few.lanes[0].height_px > 2 * all_of_them.lanes[0].height_px


# -- states --------------------------------------------------------------------------------------------------------


def test_the_band_says_when_a_thread_sleeps_and_when_it_runs() -> None:
    frame = frame_of(clobbered())
    lane = frame.layout.lanes[1]
    states = [state_at(frame, lane, round(ms * MS)) for ms in (5, 50, 91, 93.2)]
    assert states == ["not started", "sleeping", "running", "done"]
    rects = build_plot(frame).layer("states").rects
    y, height = band_of(lane)
    assert height >= 3
    assert lane.y_px < y < y + height < lane.y_px + lane.height_px
    x = frame.scale.px(50 * MS)
    covers = (rects.column("y") == y) & (rects.column("x") <= x) & (rects.column("x") + rects.column("w") > x)
    assert len(set(rects.column("fill")[covers].tolist())) == 2  # asleep, over the life of the thread


def test_waiting_is_hatched_and_a_failure_ends_in_red() -> None:
    waiting = frame_of(with_lock())
    rects = build_plot(waiting).layer("states").rects
    assert rects.column("hatch").any()
    assert state_at(waiting, waiting.layout.lanes[1], 20 * MS) == "waiting for the lock"
    script = Script()
    script.add(1, at(1), Kind.WRITE, 1)
    script.add(1, at(10), Kind.EXCEPTION, ("ValueError", "ValueError: no", "Traceback", False))
    script.add(1, at(11), Kind.THREAD_END)
    script.add(2, at(50), Kind.WRITE, 2)
    failed = frame_of(record(script.trace()))
    assert state_at(failed, failed.layout.lanes[0], 30 * MS) == "failed"
    rects = build_plot(failed).layer("states").rects
    assert pack(LIGHT.problem) in rects.column("fill").tolist()


def test_low_lanes_have_a_band_of_two_pixels_and_the_lowest_none() -> None:
    low = frame_of(many(24, 1), height_px=400)
    assert all(lane.height_px < MIN_LANE_PX for lane in low.layout.lanes)
    assert set(build_plot(low).layer("states").rects.column("h").tolist()) == {2}
    lowest = build_layout(low.index, 400, Metrics(fits_lanes=True))
    assert all(lane.y_px <= band_of(lane)[0] for lane in lowest.lanes)
    crowd = PictureIndex(many(120, 1))
    assert all(band_of(lane)[1] == 0 for lane in build_layout(crowd, 400, Metrics(fits_lanes=True)).lanes)
