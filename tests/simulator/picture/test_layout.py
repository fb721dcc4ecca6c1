from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.recording import Recording
from simulator.picture.cast import Cast
from simulator.picture.chrome import HeaderLook, build_header, build_ruler, header_width_px
from simulator.picture.colours import pack
from simulator.picture.index import PictureIndex
from simulator.picture.layout import build_layout
from simulator.picture.legend import build_legend
from simulator.picture.overview import build_overview
from simulator.picture.places import Metrics
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import LIGHT
from simulator.picture.time_scale import TimeScale
from simulator.record.kinds import NO_VARIABLE, Kind
from simulator.record.kinds import pack as pack_kind
from simulator.trace.trace import Trace
from tests.simulator.recordings import Script, record, recordings
from tests.simulator.scripts import ScriptRows
from tests.simulator.traces import at, clobbered, frame_of, isolated, many, pool_of_one


@given(recordings(), st.integers(1, 1500))
def test_lanes_and_strips_never_overlap(recording: Recording, height_px: int) -> None:
    layout = build_layout(PictureIndex(recording), height_px)
    lanes = [(lane.y_px, lane.y_px + lane.height_px) for lane in layout.lanes]
    above = [(strip.y_px, strip.y_px + strip.height_px) for strip in layout.strips if not strip.owner]
    places = sorted(above + lanes)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(places))
    assert all(end <= layout.height_px for _, end in places)
    for strip in layout.strips:
        if strip.owner:
            lane = next(lane for lane in layout.lanes if lane.track == strip.owner)
            assert lane.mark_y_px < strip.y_px
            assert strip.y_px + strip.height_px <= lane.y_px + lane.height_px


@pytest.mark.parametrize("n_threads", [2, 5, 12, 16, 30])
@pytest.mark.parametrize("storage", ["shared", "local"])
def test_lanes_fill_the_height_without_scrolling_as_long_as_they_can(n_threads: int, storage: str) -> None:
    recording = many(n_threads, 1)
    index = PictureIndex(recording)
    layout = build_layout(index, 700)
    assert layout.height_px <= 700
    assert len(layout.lanes) == n_threads
    if n_threads >= 5:
        assert layout.height_px > 700 * 0.7


def test_many_lanes_keep_a_height_at_which_names_can_be_read_and_are_scrolled() -> None:
    layout = build_layout(PictureIndex(many(256, 1)), 700)
    assert layout.height_px > 700
    assert min(lane.height_px for lane in layout.lanes) >= 12


def test_lanes_grow_steadily_with_the_room() -> None:
    index = PictureIndex(many(8, 1))
    heights = [build_layout(index, height).lanes[0].height_px for height in range(150, 1400, 10)]
    assert heights == sorted(heights)


def test_text_twice_as_large_makes_lanes_twice_as_high() -> None:
    index = PictureIndex(clobbered())
    one, two = (build_layout(index, 4000, Metrics.for_text(size)) for size in (13, 26))
    assert two.lanes[0].height_px == pytest.approx(2 * one.lanes[0].height_px, rel=0.05)


def test_only_threads_that_did_something_have_a_lane_and_main_is_first() -> None:
    script = Script()
    for thread, name in ((1, "worker-10"), (2, "worker-2"), (3, "main"), (4, "idle")):
        script.rows[thread] = [(at(0), pack_kind(Kind.THREAD_BEGIN), 0, 0, name)]
        if name != "idle":
            script.add(thread, at(thread), Kind.WRITE, thread)
    index = PictureIndex(record(script.trace("shared")))
    assert [index.trace.threads[serial].name for serial in index.cast.lanes] == ["main", "worker-2", "worker-10"]
    assert index.cast.thread_colour(LIGHT, 2) == "#e69f00"


def test_the_header_names_threads_with_their_state_and_says_that_the_strip_is_one_for_all() -> None:
    frame = frame_of(clobbered())
    texts = [text.text for text in build_header(frame, HeaderLook(140)).layer("names").texts]
    assert texts == ["request_id", "one for all", "counter", "one for all", "worker-1", "done", "worker-2", "done"]


def test_a_running_thread_says_what_it_is_doing() -> None:
    script = Script()
    script.begin(1, at(10), Kind.SLEEP, 100)
    script.begin(2, at(10), Kind.WAIT, "lock")
    script.add(3, at(20), Kind.WRITE, 1)
    recording = record(script.trace("locked"), status="running")
    index = PictureIndex(recording)
    assert list(index.cast.states(index.spans.open_rows()).values()) == ["sleeping", "waiting for the lock", "running"]


def test_the_header_is_as_wide_as_the_longest_name_within_reason() -> None:
    index = PictureIndex(clobbered())
    layout = build_layout(index, 400)
    narrow = header_width_px(index, layout)
    index.trace.threads[1].name = "a-thread-with-a-rather-long-name"
    wide = header_width_px(index, layout)
    assert narrow < wide <= 2 * layout.metrics.header_px
    header = build_header(frame_of(clobbered()), HeaderLook(narrow))
    names = [text for text in header.layer("names").texts if text.is_bold]
    assert all(text.x_px + text_width_px(text.text, text.size_px, True) <= narrow for text in names)


def test_ruler_texts_do_not_overlap_at_any_zoom() -> None:
    for t0_ns, span_ns in ((0, 10**8), (10**8, 50), (123_456_789_012, 1000), (0, 5 * 10**11)):
        texts = build_ruler(TimeScale(t0_ns, t0_ns + span_ns, 24, 800), 824, LIGHT).layer("ruler").texts
        widths = [text_width_px(text.text, text.size_px) for text in texts]
        edges = [(text.x_px - width / 2, text.x_px + width / 2) for text, width in zip(texts, widths, strict=True)]
        assert all(right < left for (_, right), (left, _) in pairwise(edges))
        assert edges[0][0] >= 0
        assert edges[-1][1] <= 824


@pytest.mark.parametrize("dense_from", [0, 100_000], ids=["counted", "dots"])
def test_the_overview_marks_every_problem_of_the_whole_run(dense_from: int) -> None:
    recording = many(3, 3000)
    index = PictureIndex(recording)
    layer = build_overview(index, 300, LIGHT, dense_from=dense_from).layer("run")
    columns = (layer.rects.column(name).tolist() for name in ("x", "w", "fill"))
    rects = list(zip(*columns, strict=True))
    for bands in layer.bands:
        rects += [(x, w, fill) for x, _, w, _, fill in zip(*bands.runs(), strict=True)]
    xs = np.array([x for left, w, fill in rects if fill == pack(LIGHT.problem) for x in range(left, left + w)])
    assert 0 < len(xs) < 100
    scale = TimeScale(0, index.now_ns, 24, 276)
    for time_ns in recording.trace.begin_ns[index.problems].tolist():
        assert abs(xs - scale.px(time_ns)).min() <= 1


def test_the_legend_wraps_to_its_width() -> None:
    wide, narrow = build_legend(LIGHT, width_px=2000), build_legend(LIGHT, width_px=330)
    assert narrow.height_px > wide.height_px
    assert max(text.x_px for text in narrow.layer("legend").texts) < 330


def test_the_index_follows_a_trace_that_grows() -> None:
    whole = clobbered().trace
    trace = Trace(whole.variables, "shared", origin_ns=1000)
    recording = record(trace, status="running")
    index = PictureIndex(recording)
    assert (index.cast.lanes, index.now_ns) == ([], 0)
    begin, write = (at(1), pack_kind(Kind.THREAD_BEGIN), 0, 0, "worker-1"), 1 << 40 | 1
    trace.append([(1, [begin, (at(2), pack_kind(Kind.WRITE), 2, write, 5)])])
    index.update()
    assert (index.cast.lanes, len(index.cells.by_key)) == ([1], 1)
    trace.append(
        [(2, [(at(3), pack_kind(Kind.THREAD_BEGIN), 0, 0, "worker-2"), (at(4), pack_kind(Kind.READ), 4, write, None)])]
    )
    recording.analysis.update()
    index.update()
    assert index.cast.lanes == [1, 2]
    assert len(index.problems) == 1


def test_strips_of_tasks_in_contexts_share_a_row_when_one_ends_before_the_next() -> None:
    assert len(build_layout(PictureIndex(pool_of_one()), 600).strips) == 2  # one row a variable
    assert len(build_layout(PictureIndex(isolated()), 600).strips) == 4


def test_a_thread_of_a_script_has_a_lane_from_its_begin_and_a_state_when_the_run_was_stopped() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WAIT, ("asker", "", ""), "join", is_sync=True)
    script.rows[2] = [(20, script.site(Kind.THREAD_BEGIN, NO_VARIABLE, 0, 0), 0, 0, "asker")]
    cast = Cast(script.trace())
    cast.update()
    waits = np.flatnonzero(cast._trace.kind == Kind.WAIT)
    states = cast.states(waits, is_over=True)
    assert [cast._trace.tracks[track].name for track in cast.lanes] == ["asker", "worker-1"]
    assert sorted(states.values()) == ["still running", "still waiting"]
