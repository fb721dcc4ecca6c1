import numpy as np
from hypothesis import given

from simulator.analysis.recording import Recording
from simulator.picture.describe import describe_event, describe_run
from simulator.picture.hit import find_row, find_value
from simulator.picture.index import PictureIndex
from simulator.picture.scene import build_plot
from simulator.record.kinds import Kind
from simulator.synthetic import make_recording
from tests.simulator.recordings import recordings
from tests.simulator.traces import clobbered, frame_of, many, missing_and_erased, pool_of_one


@given(recordings())
def test_every_mark_is_found_where_it_is_drawn_or_a_worse_one_on_top_of_it(recording: Recording) -> None:
    frame = frame_of(recording)
    draw_list = build_plot(frame)
    marks = draw_list.layer("marks").marks
    for x, y, severity in zip(*(marks.column(name).tolist() for name in ("x", "y", "severity")), strict=True):
        row = find_row(draw_list, x, y)
        assert row is not None
        assert frame.index.severity[row] >= min(severity, 2)


def test_spans_and_strips_are_found_behind_the_marks() -> None:
    recording = clobbered()
    frame = frame_of(recording)
    draw_list = build_plot(frame)
    lane, strip = frame.layout.lanes[0], frame.layout.strips[0]
    span = find_row(draw_list, 400, lane.mark_y_px)
    written = find_row(draw_list, 400, strip.y_px + 5)
    assert span is not None
    assert written is not None
    assert recording.trace.kind[span] == Kind.SLEEP
    assert recording.trace.value_text(written) == "2"


def test_nothing_is_found_on_an_empty_place() -> None:
    frame = frame_of(clobbered())
    lane = frame.layout.lanes[0]
    assert find_row(build_plot(frame), 400, lane.y_px + lane.height_px - 3) is None


def test_a_problem_is_found_first_among_bars() -> None:
    recording = many(2, 2000)
    frame = frame_of(recording, height_px=900)
    problem = int(frame.index.problems[0])
    x = frame.scale.px(int(recording.trace.begin_ns[problem]))
    lane = frame.index.cast.lane_of(int(recording.trace.thread[problem]))
    assert lane is not None
    assert find_row(build_plot(frame), x, frame.layout.lanes[lane].mark_y_px) in frame.index.problems


def test_a_read_is_described_by_what_who_value_when_and_whose_value() -> None:
    recording = clobbered()
    index = PictureIndex(recording)
    about = describe_event(index, int(index.problems[0]))
    assert about.title == "worker-1 reads request_id"
    assert about.facts == (
        ("value", "2"),
        ("written by", "worker-2, 73.1 ms before"),
        ("at", "83.100 ms"),
        ("line", "4"),
    )
    assert about.is_problem
    assert about.sentence.startswith("worker-1 reads request_id, value 2, written by worker-2")


def test_each_kind_of_event_is_described() -> None:
    sentences = [
        describe_event(PictureIndex(recording), row).sentence
        for recording in (missing_and_erased(), pool_of_one())
        for row in range(recording.trace.n)
    ]
    for words in (
        "worker-1 reads request_id, value nothing, written by nobody yet",
        "worker-1 writes request_id, value '<b>&\"'",
        "worker-2 deletes request_id",
        "value nothing, deleted by worker-2",
        "worker-2 raises",
        "worker-1 runs task-1",
        "task-2 on worker-1 reads request_id",
    ):
        assert any(words in sentence for sentence in sentences), (words, sentences)


def test_a_fold_says_how_many_events_stand_behind_it() -> None:
    assert ("here", "12 events") in describe_event(PictureIndex(clobbered()), 1, count=12).facts


def test_the_run_is_described_in_one_line() -> None:
    assert describe_run(PictureIndex(clobbered())) == "2 threads, 4 accesses, 1 problem, 93.1 ms"


def test_a_value_too_short_for_a_box_is_found_in_its_strip() -> None:
    recording = make_recording(200_000, 2, n_problems=0)
    frame = frame_of(recording)
    strip, trace = frame.layout.strips[0], recording.trace
    for x in (100, 333, 700):
        hit = find_value(frame.index, frame.layout, frame.scale, x + 0.5, strip.y_px + 3)
        assert hit is not None
        edges_ns = [frame.scale.ns(x), frame.scale.ns(x + 1)]
        first, last = trace.begin_ns.searchsorted(np.array(edges_ns)).tolist()
        changes = np.flatnonzero(trace.kind[first:last] == Kind.WRITE) + first
        assert (hit.row, hit.count) == (changes[-1], len(changes))
    assert find_value(frame.index, frame.layout, frame.scale, 300, strip.y_px - 2) is None
