import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.findings import Severity
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.picture.draw_list import DrawList
from simulator.picture.fold import Fold, fold_events
from simulator.picture.scene import build_plot
from simulator.record.kinds import Kind
from tests.simulator.recordings import recordings
from tests.simulator.traces import clobbered, frame_of, many

SIZES = st.sampled_from([(120, 900), (300, 60), (300, 900), (1600, 60), (1600, 900)])
WINDOWS = st.tuples(st.floats(0, 1), st.floats(0.0001, 1), SIZES)


def shapes_of(draw_list: DrawList) -> list[tuple[int, int, int, int]]:
    """Every drawn event as left edge, right edge, top and bottom."""
    layer = draw_list.layer("marks")
    found = []
    for x, y, size, row in zip(*(layer.marks.column(name).tolist() for name in ("x", "y", "size", "row")), strict=True):
        found.append((x, x, y, row) if row >= 0 else (x, x, y - size, -1))
    for x, y, w, row in zip(*(layer.rects.column(name).tolist() for name in ("x", "y", "w", "row")), strict=True):
        found.append((x, x + w, y, row))
    return found


@given(recordings(), WINDOWS)
def test_no_problem_in_view_is_ever_lost(recording: Recording, window: tuple[float, float, tuple[int, int]]) -> None:
    """Each lies within one pixel of a shape in its lane that carries its outcome."""
    begin, share, (width_px, height_px) = window
    total_ns = max(recording.trace.duration_ns, 100)
    t0_ns = int(begin * total_ns * 0.99)
    frame = frame_of(recording, t0_ns, t0_ns + max(int(total_ns * share), 20), width_px, height_px)
    shown = shapes_of(build_plot(frame))
    index, trace = frame.index, recording.trace
    for problem in index.problems.tolist():
        lane = index.cast.lane_of(int(trace.thread[problem]))
        x = frame.scale.px(int(trace.begin_ns[problem]))
        if lane is None or not 0 <= x <= frame.right_px:
            continue
        near = [row for left, right, _, row in shown if left - 1.01 <= x <= right + 1.01 and row >= 0]
        near = [row for row in near if index.cast.lane_of(int(trace.thread[row])) == lane]
        assert index.outcome[problem] in index.outcome[near]
        assert max(index.severity[near]) >= index.severity[problem]


@given(recordings(), st.sampled_from([100, 400, 1600]), st.sampled_from([7, 10, 18]))
def test_folding_keeps_every_access(recording: Recording, width_px: int, largest_px: int) -> None:
    frame = frame_of(recording, width_px=width_px)
    folded = fold_events(frame, largest_px)
    trace, cast = recording.trace, frame.index.cast
    has_lane = cast.lanes_of(trace.thread) >= 0
    in_view = (trace.begin_ns >= frame.from_ns) & (trace.begin_ns <= frame.to_ns)
    shown = folded.count[trace.kind[folded.row] <= Kind.DELETE].sum()
    assert shown == ((trace.kind <= Kind.DELETE) & has_lane & in_view).sum()


def test_far_zoomed_out_a_fold_shows_the_worst_of_its_events() -> None:
    recording = many(2, 400)
    folded = fold_events(frame_of(recording, width_px=200), 18)
    wrong = folded.severity >= Severity.WARNING
    assert folded.count[~wrong].max() > 1
    assert set(folded.outcome[wrong].tolist()) == {Outcome.FOREIGN}


def test_many_events_become_narrow_bars_and_few_keep_their_shapes() -> None:
    assert fold_events(frame_of(many(2, 2000)), 18).size_px <= 3
    assert fold_events(frame_of(clobbered()), 18).size_px == 18


def counts_between(folded: Fold, left_px: int, right_px: int) -> set[tuple[int, int]]:
    inside = (folded.x_px >= left_px) & (folded.x_px <= right_px)
    return set(zip(folded.row[inside].tolist(), folded.count[inside].tolist(), strict=True))


@pytest.mark.parametrize("shift", [1, 7, 40])
def test_folds_do_not_change_while_panning(shift: int) -> None:
    """A bucket is anchored to time, so a fold that stays in view keeps its event and its count."""
    recording = many(1, 500)
    span_ns = 300_000
    step_ns = span_ns // 852  # one pixel of the plot of 900 less its margins
    one = fold_events(frame_of(recording, 100_000, 100_000 + span_ns), 18)
    other = fold_events(frame_of(recording, 100_000 + shift * step_ns, 100_000 + shift * step_ns + span_ns), 18)
    assert one.size_px == other.size_px
    first, second = counts_between(one, 60, 840), counts_between(other, 60 - shift, 840 - shift)
    assert len(first & second) >= 0.9 * min(len(first), len(second))


def test_an_empty_window_has_no_shapes() -> None:
    frame = frame_of(clobbered(), 40_000_000, 41_000_000)
    assert len(fold_events(frame, 18)) == 0
    assert np.array_equal(build_plot(frame).layer("marks").marks.column("row"), [])
