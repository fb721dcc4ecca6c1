"""Many events counted in columns: nothing wrong is lost, nothing counted wrongly, nothing shimmers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.analysis import Analysis
from simulator.analysis.findings import Severity
from simulator.analysis.recording import Recording
from simulator.picture.colours import pack
from simulator.picture.dense import add_dense
from simulator.picture.draw_list import DrawList, Layer
from simulator.picture.fold import fold_events
from simulator.picture.frame import Frame
from simulator.picture.hit import find_hit
from simulator.picture.places import Metrics
from simulator.picture.scene import build_plot
from simulator.picture.theme import DARK, LIGHT
from simulator.picture.tints import palette
from simulator.record.kinds import Kind
from simulator.synthetic import make_recording
from tests.simulator.recordings import recordings
from tests.simulator.traces import clobbered, frame_of, many

SIZES = st.sampled_from([(120, 900), (300, 60), (300, 900), (1600, 60), (1600, 900)])
WINDOWS = st.tuples(st.floats(0, 1), st.floats(0.0001, 1), SIZES)


def window_of(recording: Recording, window: tuple[float, float, tuple[int, int]]) -> Frame:
    begin, share, (width_px, height_px) = window
    total_ns = max(recording.trace.duration_ns, 100)
    t0_ns = int(begin * total_ns * 0.99)
    t1_ns = t0_ns + max(int(total_ns * share), 20)
    return frame_of(recording, t0_ns, t1_ns, width_px, height_px, dense_from=0)


def problems_in_view(frame: Frame) -> list[tuple[int, float, int]]:
    """Row, place and lane of every problem that can be seen."""
    trace, found = frame.index.trace, []
    for row in frame.index.problems.tolist():
        lane = frame.index.cast.lane_of(int(trace.thread[row]))
        x = frame.scale.px(int(trace.begin_ns[row]))
        if lane is not None and 0 <= x <= frame.right_px:
            found.append((row, x, lane))
    return found


@given(recordings(), WINDOWS)
def test_no_problem_in_view_is_ever_lost_among_columns(recording, window) -> None:
    """Each lies within one pixel of a red column in its lane, behind which stands its outcome or a worse one."""
    frame = window_of(recording, window)
    draw_list = DrawList(frame.width_px, frame.layout.height_px, 0, [Layer("marks")])
    add_dense(frame, draw_list.layer("marks"), with_problems=True)
    index, red = frame.index, pack(frame.theme.problem)
    for problem, x, lane in problems_in_view(frame):
        y = frame.layout.lanes[lane].mark_y_px
        columns = [
            int(x) + step
            for bands in draw_list.layer("marks").bands
            for left, top, w, h, fill in zip(*bands.runs(), strict=True)
            for step in (-1, 0, 1)
            if fill == red and top <= y < top + h and left <= int(x) + step < left + w
        ]
        assert columns
        hits = [find_hit(draw_list, column, y, index) for column in columns]
        assert all(hit is not None and index.severity[hit.row] >= Severity.WARNING for hit in hits)
        assert max(index.outcome[hit.row] for hit in hits if hit is not None) >= index.outcome[problem]


@given(recordings(), WINDOWS)
def test_few_problems_keep_their_shapes_among_columns(recording, window) -> None:
    frame = window_of(recording, window)
    layer = build_plot(frame).layer("marks")
    drawn = {*layer.marks.column("row").tolist(), *layer.rects.column("row").tolist()}
    near = {(int(frame.scale.px(int(recording.trace.begin_ns[row]))), int(frame.index.outcome[row])) for row in drawn}
    for problem, x, _ in problems_in_view(frame):
        assert any(abs(int(x) - at) <= 1 and outcome == frame.index.outcome[problem] for at, outcome in near)


@given(recordings(), st.sampled_from([100, 400, 1600]))
def test_columns_and_shapes_agree_on_counts(recording, width_px) -> None:
    frame = frame_of(recording, width_px=width_px)
    threads = np.array(frame.index.cast.lanes, np.int64)
    columns = frame.index.density.columns(frame.grid.edges_ns, threads)
    counted = columns.changes.sum() + columns.own_reads.sum() + columns.other_reads.sum()
    folded = fold_events(frame, 18)
    is_access = recording.trace.kind[folded.row] <= Kind.DELETE
    assert counted == folded.count[is_access].sum()


@pytest.mark.parametrize("shift_ns", [1, 333, 12_345, 400_000])
def test_columns_hold_the_same_events_while_panning(shift_ns) -> None:
    """So nothing shimmers: wherever the window begins, events share a column with the same others."""
    recording = make_recording(20_000, 3)
    one = frame_of(recording, 1_000_000, 9_000_000)
    other = frame_of(recording, 1_000_000 + shift_ns, 9_000_000 + shift_ns)
    left, right = one.grid.edges_ns, other.grid.edges_ns
    shared = left[(left > right[1]) & (left < right[-2])]
    assert len(shared) > 700
    nearest = right[np.minimum(right.searchsorted(shared - 1), len(right) - 1)]
    assert np.abs(nearest - shared).max() <= 1


def test_a_band_is_stronger_where_more_happens_and_has_its_lanes_colour() -> None:
    frame = frame_of(make_recording(50_000, 2, n_problems=0, is_bursty=True), dense_from=100)
    bands = build_plot(frame).layer("marks").bands[0]
    reads, changes = bands.colours[:2], bands.colours[2:]
    assert len(set(changes[0].tolist()) - {0}) >= 3
    full = [pack(frame.index.cast.thread_colour(LIGHT, lane.track)) for lane in frame.lanes]
    assert full[0] in changes[0].tolist()
    assert full[1] in reads[1].tolist()
    assert not set(reads[0].tolist()) & set(reads[1].tolist()) - {0}


def test_reads_of_anothers_value_that_are_no_problem_have_its_writers_colour() -> None:
    recording = make_recording(20_000, 2, n_problems=0)
    trace = recording.trace
    reads = np.flatnonzero((trace.kind == Kind.READ) & (trace.thread == 1))[1_000:]
    writes = np.flatnonzero((trace.kind == Kind.WRITE) & (trace.thread == 2))
    trace.reads_from[reads] = writes[writes.searchsorted(reads) - 1]
    recording.analysis = Analysis(trace, ())
    recording.analysis.finish()
    frame = frame_of(recording, dense_from=100)
    bands = build_plot(frame).layer("marks").bands[0]
    other = np.array([pack(frame.index.cast.thread_colour(LIGHT, 2))], np.uint32)
    last = bands.colours[0][bands.colours[0] != 0][-200:]
    assert np.isin(last, palette(other, pack(LIGHT.card))).mean() > 0.9


@pytest.mark.parametrize("n_lanes", [3, 40, 256])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_three_problems_among_a_hundred_thousand_events_are_seen_at_every_zoom(n_lanes, theme) -> None:
    recording = make_recording(100_000, n_lanes, n_problems=3)
    total_ns = recording.trace.duration_ns
    for share in (1, 0.3, 0.05):
        for problem in recording.analysis.problems.tolist():
            middle_ns = int(recording.trace.begin_ns[problem])
            t0_ns = max(middle_ns - int(total_ns * share / 2), 0)
            frame = frame_of(recording, t0_ns, t0_ns + int(total_ns * share), 1600, 900, theme)
            draw_list = build_plot(frame)
            lane = frame.index.cast.lane_of(int(recording.trace.thread[problem]))
            place = frame.layout.lanes[lane]
            hit = find_hit(draw_list, frame.scale.px(middle_ns), place.mark_y_px, frame.index)
            assert hit is not None
            assert hit.row == problem


def test_pointing_at_a_column_finds_one_of_its_events_and_their_number() -> None:
    frame = frame_of(make_recording(50_000, 2, n_problems=0), dense_from=100)
    draw_list, trace = build_plot(frame), frame.index.trace
    lane = frame.layout.lanes[1]
    for kind, y in ((Kind.READ, lane.mark_y_px - 3), (Kind.WRITE, lane.mark_y_px + 3)):
        hit = find_hit(draw_list, 500.4, y, frame.index)
        assert hit is not None
        assert trace.kind[hit.row] == kind
        assert trace.thread[hit.row] == lane.track
        assert abs(frame.scale.px(int(trace.begin_ns[hit.row])) - 500.4) <= 2.5
        column = 500 - frame.grid.left_px
        inside = slice(*trace.begin_ns.searchsorted(frame.grid.edges_ns[column : column + 2]).tolist())
        assert hit.count == ((trace.kind[inside] == kind) & (trace.thread[inside] == lane.track)).sum() > 5


def test_what_is_drawn_does_not_grow_with_the_number_of_events() -> None:
    sizes = []
    for n_events in (20_000, 200_000):
        draw_list = build_plot(frame_of(make_recording(n_events, 4), width_px=1600))
        sizes.append(sum(len(layer.rects) + len(layer.marks) + len(layer.texts) for layer in draw_list.layers))
    assert sizes[1] <= sizes[0] * 1.2


def test_low_lanes_are_all_visible_when_they_are_to_fit() -> None:
    recording = make_recording(20_000, 256)
    frame = frame_of(recording, height_px=900, metrics=Metrics(fits_lanes=True))
    assert frame.layout.height_px <= 900
    assert {lane.height_px for lane in frame.layout.lanes} == {3}
    bands = build_plot(frame).layer("marks").bands[0]
    assert len(bands.y_px) == 2 * 256
    centres = np.array([lane.mark_y_px for lane in frame.layout.lanes])
    assert (np.diff(np.sort(bands.y_px)) >= 1).all()
    assert (np.abs(bands.y_px[:256] - centres) <= 1).all()


def test_small_runs_are_drawn_with_shapes_and_no_bands() -> None:
    assert not any(layer.bands for layer in build_plot(frame_of(clobbered())).layers)
    assert not any(layer.bands for layer in build_plot(frame_of(many(2, 500))).layers)
