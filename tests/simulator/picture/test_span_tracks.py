"""Spans in a window and in columns, compared with looking at every span."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.picture.frame import Frame
from simulator.picture.scene import build_plot
from simulator.picture.span_tracks import EMPTY, FULLY, SpanTracks
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.synthetic import make_recording
from simulator.trace.tracks import OPEN
from tests.simulator.recordings import Script, recordings
from tests.simulator.traces import frame_of

EDGES = st.lists(st.integers(-10, 6_000_000_000), min_size=2, max_size=12, unique=True).map(sorted)
KINDS = (Kind.SLEEP, Kind.WAIT, Kind.HOLD, Kind.TASK)
FOREVER = 1 << 62


def tracks_of(trace, step: int = 1 << 30) -> SpanTracks:
    """Take in a whole trace, `step` rows at a time."""
    tracks = SpanTracks(trace)
    for start in range(0, trace.n, step):
        tracks.update(np.flatnonzero(trace.kind[start : start + step] >= FIRST_SPAN) + start)
    return tracks


@given(recordings(), EDGES, st.sampled_from([1, 3, 1000]))
def test_spans_are_found_where_they_are(recording, edges, step) -> None:
    trace = recording.trace
    tracks = tracks_of(trace, step)
    spans = [
        (row, int(trace.begin_ns[row]), FOREVER if trace.end_ns[row] == OPEN else int(trace.end_ns[row]))
        for row in np.flatnonzero(trace.kind >= FIRST_SPAN).tolist()
    ]
    low, high = edges[0], edges[-1]
    assert tracks.between(low, high).tolist() == [row for row, a, b in spans if a <= high and b >= low]
    assert tracks.open_rows().tolist() == [row for row, _, b in spans if b == FOREVER]
    assert tracks.n_begun(low, high) == sum(low <= a <= high for _, a, _ in spans)
    threads = np.arange(len(trace.threads))
    for kind in KINDS:
        cover = tracks.cover(kind, np.array(edges), threads)
        for thread in threads.tolist():
            own = [(a, b) for row, a, b in spans if trace.kind[row] == kind and trace.thread[row] == thread]
            for i, (left, right) in enumerate(pairwise(edges)):
                is_covered = any(a < left < b or left <= a < right for a, b in own)
                is_full = any(a < left and b > right for a, b in own)
                found = EMPTY if cover is None else cover[thread, i]
                assert (found != EMPTY) == is_covered
                assert (found == FULLY) == is_full


def test_two_locks_held_at_once_do_not_hide_each_other() -> None:
    script = Script()
    script.begin(1, 1000, Kind.HOLD, "a")
    script.begin(1, 1010, Kind.HOLD, "b")
    script.end(1, 1020)
    script.end(1, 1100)
    trace = script.trace("locked")
    tracks = tracks_of(trace)
    first = int(trace.begin_ns[tracks.between(0, 1 << 40)[0]])
    cover = tracks.cover(Kind.HOLD, np.array([0, 15, 50, 90, 200]) + first, np.array([1]))
    assert cover is not None
    assert cover[0].tolist() == [1, 2, 2, 1]


def many_spans(frame: Frame) -> np.ndarray:
    """Columns that show spans, for each lane."""
    bands = build_plot(frame).layer("spans").bands
    assert len(bands) == 3, "those of the strip, those of the sleeps, and those of the states"
    return bands[1].colours != 0


def test_many_sleeps_are_drawn_as_columns_where_a_thread_slept() -> None:
    recording = make_recording(100_000, 2, is_bursty=True)
    frame = frame_of(recording)
    shown = many_spans(frame)
    trace = recording.trace
    rows = np.flatnonzero((trace.kind == Kind.SLEEP) & (trace.thread == frame.lanes[0].track))
    columns = frame.grid.edges_ns.searchsorted(trace.begin_ns[rows], "right") - 1
    assert shown[0, columns].all()
    assert 0 < shown[0].mean() < 1


def test_the_band_of_a_thread_shows_where_it_slept_also_among_many_sleeps() -> None:
    recording = make_recording(100_000, 2, is_bursty=True)
    frame = frame_of(recording)
    band, trace = build_plot(frame).layer("spans").bands[2], recording.trace
    own = (trace.kind == Kind.SLEEP) & (trace.thread == frame.lanes[0].track)
    longest = int(np.flatnonzero(own)[np.argmax((trace.end_ns - trace.begin_ns)[own])])
    middle = (int(trace.begin_ns[longest]) + int(trace.end_ns[longest])) // 2
    column = int(frame.grid.edges_ns.searchsorted(middle, "right")) - 1
    asleep = int(band.colours[0, column])
    assert asleep not in (0, int(np.bincount(band.colours[0].astype(np.int64) & 0xFFFF).argmax()))
    assert len(np.unique(band.colours[0])) >= 3, "running, asleep, and some of both"
