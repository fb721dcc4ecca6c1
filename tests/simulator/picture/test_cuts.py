"""A time axis with idle time left out."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.recording import Recording
from simulator.picture.frame import scale_for
from simulator.picture.idle import LEAST_IDLE_NS, IdleTime
from simulator.picture.knots import Cut
from simulator.picture.time_scale import GAP_PX, TimeScale
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, recordings
from tests.simulator.traces import MS, at

TOTAL_NS = 1_000 * MS


@st.composite
def scales(draw: st.DrawFn) -> TimeScale:
    """Scales of any window of a run of a second, with up to ten parts left out."""
    edges = sorted(draw(st.sets(st.integers(1, TOTAL_NS - 1), min_size=2, max_size=20)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    t0_ns, t1_ns = sorted(draw(st.tuples(st.integers(0, TOTAL_NS), st.integers(0, TOTAL_NS))))
    return scale_for(t0_ns, max(t1_ns, t0_ns + 20), draw(st.integers(200, 3000)), tuple(pairs))


def idle_of(recording: Recording) -> tuple[Cut, ...]:
    idle = IdleTime(recording.trace)
    idle.update()
    return idle.cuts(recording.trace.duration_ns)


@given(scales(), st.lists(st.integers(0, TOTAL_NS), min_size=1, max_size=40))
def test_later_is_never_further_left_and_every_time_comes_back_within_a_pixel(
    scale: TimeScale, times: list[int]
) -> None:
    xs = [scale.px(time_ns) for time_ns in sorted(times)]
    assert all(b >= a - 1e-6 for a, b in pairwise(xs))
    for time_ns, x_px in zip(sorted(times), xs, strict=True):
        assert abs(scale.px(scale.ns(x_px)) - x_px) <= max(1.0, scale.px_per_ns)
        assert abs(int(scale.pxs(np.array([time_ns]))[0]) - x_px) <= 1
    assert scale.nss(np.array(xs)).tolist() == [scale.ns(x_px) for x_px in xs]


@given(scales())
def test_the_window_fills_the_plot_and_each_gap_has_its_width(scale: TimeScale) -> None:
    assert abs(scale.px(scale.t0_ns) - scale.x0_px) < 0.01
    assert abs(scale.px(scale.t1_ns) - scale.x1_px) < 0.01
    for begin_ns, end_ns in scale.cuts:
        assert abs(scale.px(end_ns) - scale.px(begin_ns) - scale.gap_px) < 0.01


@given(scales())
def test_ticks_are_true_apart_and_never_in_a_gap(scale: TimeScale) -> None:
    ticks = scale.ticks(70)
    xs = [scale.px(time_ns) for time_ns, _ in ticks]
    assert all(b - a >= 69.9 for a, b in pairwise(xs))
    assert len({text for _, text in ticks}) == len(ticks)
    for time_ns, _ in ticks:
        assert scale.t0_ns <= time_ns <= scale.t1_ns
        assert not any(begin < time_ns < end for begin, end in scale.cuts)


@given(scales(), st.floats(-2000, 2000))
def test_panning_keeps_the_zoom_and_stays_inside_the_data(scale: TimeScale, dx_px: float) -> None:
    t0_ns, t1_ns = scale.panned(dx_px, (0, TOTAL_NS))
    assert 0 <= t0_ns < t1_ns <= TOTAL_NS
    moved = TimeScale(t0_ns, t1_ns, scale.x0_px, scale.x1_px, scale.cuts, scale.gap_px)
    assert abs(moved.px_per_ns / scale.px_per_ns - 1) < 0.1


@given(scales(), st.floats(0.02, 50), st.floats(0, 1))
def test_zooming_keeps_what_is_under_the_pointer(scale: TimeScale, factor: float, share: float) -> None:
    x_px = scale.x0_px + share * (scale.x1_px - scale.x0_px)
    anchor_ns = scale.ns(x_px)
    t0_ns, t1_ns = scale.zoomed(factor, x_px, (0, TOTAL_NS))
    assert 0 <= t0_ns < t1_ns <= TOTAL_NS
    zoomed = TimeScale(t0_ns, t1_ns, scale.x0_px, scale.x1_px, scale.cuts, scale.gap_px)
    if t0_ns > 0 and t1_ns < TOTAL_NS and zoomed.px_per_ns < 1:
        assert abs(zoomed.px(anchor_ns) - x_px) <= 2


@given(st.integers(0, 10**12), st.integers(20, 10**12), st.floats(0, 1))
def test_without_cuts_zooming_and_panning_are_even(t0_ns: int, span_ns: int, share: float) -> None:
    scale = TimeScale(t0_ns, t0_ns + span_ns, 0, 1000)
    limits = (-(10**13), 10**13)
    assert scale.panned(-10, limits)[1] - scale.panned(-10, limits)[0] == span_ns
    begin_ns, end_ns = scale.zoomed(2, 1000 * share, limits)
    assert abs(end_ns - begin_ns - max(span_ns / 2, 20)) <= 2


def test_a_window_inside_a_gap_is_drawn_evenly() -> None:
    scale = TimeScale(40 * MS, 50 * MS, 0, 100, ((10 * MS, 90 * MS),))
    assert round(scale.px(45 * MS), 6) == 50
    assert not scale.gaps()


def five_requests() -> Recording:
    """Five threads store within a millisecond, sleep, and read within another."""
    script = Script()
    for thread in range(1, 6):
        last = script.add(thread, at(1 + thread / 5), Kind.WRITE, thread)
        script.begin(thread, at(1.01 + thread / 5), Kind.SLEEP, 100)
    for thread in range(1, 6):
        script.end(thread, at(101 + thread / 5))
        script.add(thread, at(101.01 + thread / 5), Kind.READ, ref=last)
    return record(script.trace())


def test_the_time_in_which_all_sleep_is_left_out_and_what_happened_is_spread_over_the_width() -> None:
    recording = five_requests()
    start, (begin_ns, end_ns) = idle_of(recording)
    assert 0 <= start[0] < start[1] < 1.2 * MS
    assert 2 * MS < begin_ns < 2.5 * MS
    assert 100.5 * MS < end_ns < 101.2 * MS
    scale = scale_for(0, recording.trace.duration_ns, 900, (start, (begin_ns, end_ns)))
    for kind in (Kind.WRITE, Kind.READ):
        times = recording.trace.begin_ns[recording.trace.kind == kind].tolist()
        assert scale.px(times[-1]) - scale.px(times[0]) > 250
    assert [shown for shown, _, _ in scale.gaps()] == [start, (begin_ns, end_ns)]
    assert [right - left for _, left, right in scale.gaps()] == [GAP_PX, GAP_PX]


def test_what_is_left_out_contains_no_event_and_no_end() -> None:
    script = Script()
    script.begin(1, at(1), Kind.SLEEP, 100)
    script.begin(2, at(2), Kind.SLEEP, 50)
    script.end(2, at(52))
    script.end(1, at(101))
    cuts = idle_of(record(script.trace()))
    assert len(cuts) == 3
    assert cuts[0][1] < 1 * MS < 2 * MS < cuts[1][0]
    assert cuts[1][1] < 52 * MS < cuts[2][0]


@given(recordings())
def test_everything_but_the_begin_of_a_thread_is_outside_of_what_is_left_out(recording: Recording) -> None:
    times = recording.trace.begin_ns
    cuts = idle_of(recording)
    told = times[recording.trace.kind != Kind.THREAD_BEGIN]
    for begin_ns, end_ns in cuts:
        assert end_ns - begin_ns >= LEAST_IDLE_NS / 2 or begin_ns < told.min()
        assert not ((told > begin_ns) & (told < end_ns)).any()
    assert all(a[1] <= b[0] for a, b in pairwise(cuts))


def test_short_pauses_are_kept_and_a_run_that_goes_on_asleep_is_cut_at_its_end() -> None:
    script = Script()
    for i in range(40):
        script.add(1, at(1 + 4 * i), Kind.WRITE, i)
    assert not idle_of(record(script.trace()))
    idle = IdleTime(script.trace())
    idle.update()
    ((begin_ns, end_ns),) = idle.cuts(500 * MS)
    assert 157 * MS < begin_ns < 200 * MS
    assert 450 * MS < end_ns < 500 * MS


def test_ticks_before_a_long_gap_are_written_in_the_unit_that_suits_them() -> None:
    scale = scale_for(0, 3_010 * MS, 900, ((8 * MS, 3_000 * MS),))
    texts = [text for _, text in scale.ticks(70)]
    assert "4 ms" in texts
    assert "3.006 s" in texts
