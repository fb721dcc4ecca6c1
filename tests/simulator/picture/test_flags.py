"""The flag of an Event as a strip, and waits that end in the set that released them or in their time-out."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.analysis.recording import Recording
from simulator.picture.colours import NO_COLOUR, pack
from simulator.picture.draw_list import Shape
from simulator.picture.flags import Flags
from simulator.picture.frame import Frame
from simulator.picture.index import PictureIndex
from simulator.picture.legend import build_legend
from simulator.picture.overview import build_overview
from simulator.picture.scene import build_plot
from simulator.picture.theme import DARK, LIGHT, Theme
from simulator.record.kinds import Kind, Result
from tests.simulator.recordings import Script, record
from tests.simulator.traces import LOCK, MS, at, clobbered, frame_of


def flagged() -> Recording:
    """worker-1 sets the flag after 40 ms and clears it after 70; worker-2 gives up after 20 ms and is released."""
    script = Script()
    script.add(1, at(1), Kind.CHECK, False, LOCK)
    first = script.add(2, at(1), Kind.WAIT, "event", LOCK)
    script.add(2, at(20), Kind.END, 0, int(Result.TIMED_OUT), ref=first)
    second = script.add(2, at(21), Kind.WAIT, "event", LOCK)
    signal = script.add(1, at(40), Kind.SIGNAL, "set", LOCK)
    script.add(2, at(40.1), Kind.END, signal, int(Result.DONE), ref=second)
    script.add(1, at(70), Kind.CLEAR, None, LOCK)
    for thread in (1, 2):
        script.add(thread, at(100), Kind.THREAD_END)
    return record(script.trace(None))


def px(frame: Frame, time_ms: float) -> int:
    return round(frame.scale.px(round(time_ms * MS)))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_strip_has_the_setters_colour_while_set_and_is_hatched_while_not(theme: Theme) -> None:
    frame = frame_of(flagged(), theme=theme)
    layer = build_plot(frame).layer("strips")
    boxes = layer.rects
    rows = [i for i, height in enumerate(boxes.column("h").tolist()) if height == frame.layout.strips[0].height_px]
    colour = pack(frame.index.cast.thread_colour(theme, 1))
    assert boxes.column("hatch")[rows].tolist() == [1, 0, 1]
    assert boxes.column("fill")[rows].tolist() == [NO_COLOUR, colour, NO_COLOUR]
    assert boxes.column("x")[rows].tolist() == [px(frame, time_ms) for time_ms in (0, 40, 70)]
    words = [text.text for text in layer.texts]
    assert words == ["False, not set yet", "True, set by worker-1", "False, cleared by worker-1"]


def test_a_window_that_begins_later_knows_what_held_before() -> None:
    frame = frame_of(flagged(), 50 * MS, 60 * MS)
    assert [text.text for text in build_plot(frame).layer("strips").texts] == ["True, set by worker-1"]


def test_a_wait_that_gave_up_looks_different_from_one_that_was_released() -> None:
    frame = frame_of(flagged())
    layer, trace = build_plot(frame).layer("spans"), frame.index.trace
    waits = np.flatnonzero(trace.kind == Kind.WAIT).tolist()
    looks = {}
    for i, row in enumerate(layer.rects.column("row").tolist()):
        if row in waits:
            looks[row] = (int(layer.rects.column("dashed")[i]), int(layer.rects.column("hatch")[i]))
    assert looks == {waits[0]: (1, 0), waits[1]: (0, 1)}
    assert {text.text for text in layer.texts} == {"19 ms: False, gave up", "19.1 ms: True"}


def test_an_arrow_goes_from_the_set_to_the_end_of_the_wait_that_it_ended() -> None:
    frame = frame_of(flagged())
    [arrow] = build_plot(frame).layer("arrows").curves
    begin, end = arrow.points_px[0], arrow.points_px[3]
    lanes = {frame.index.trace.tracks[lane.track].name: lane for lane in frame.layout.lanes}
    assert begin[0] == pytest.approx(px(frame, 40), abs=2)
    assert end[0] == pytest.approx(px(frame, 40.1), abs=2)
    assert begin[1] < lanes["worker-2"].y_px < end[1]


def test_a_selected_set_shows_whom_it_released_and_a_selected_wait_what_released_it() -> None:
    trace = flagged().trace
    signal = int(np.flatnonzero(trace.kind == Kind.SIGNAL)[0])
    wait = int(np.flatnonzero(trace.kind == Kind.WAIT)[1])
    for row in (signal, wait):
        curves = build_plot(frame_of(flagged(), selected=row)).layer("arrows").curves
        assert len(curves) == 1
        assert curves[0].width_px > 1.2, "stronger than one that is not selected"


def test_sets_clears_and_checks_have_marks_and_words_of_their_own() -> None:
    plot = build_plot(frame_of(flagged()))
    assert sorted(plot.layer("marks").marks.column("shape").tolist()) == [Shape.CIRCLE, Shape.UP, Shape.DOWN]
    words = [text.text for text in plot.layer("labels").texts]
    assert {"set()", "clear()", "is_set(): False"} == set(words)


def test_the_flag_at_a_moment() -> None:
    trace = flagged().trace
    flags = Flags(trace)
    flags.update()
    signal, clear = (int(np.flatnonzero(trace.kind == kind)[0]) for kind in (Kind.SIGNAL, Kind.CLEAR))
    assert flags.at(1) == [(LOCK, -1)]
    assert flags.at(signal + 1) == [(LOCK, signal)]
    assert flags.at(trace.n) == [(LOCK, clear)]


def test_a_lock_has_no_flag() -> None:
    script = Script()
    script.add(1, at(1), Kind.WAIT, "lock", LOCK)
    script.add(1, at(9), Kind.THREAD_END)
    assert PictureIndex(record(script.trace("shared"))).flags.by_variable == {}


def test_the_legend_explains_what_is_there_and_nothing_else() -> None:
    def words(recording: Recording) -> str:
        index = PictureIndex(recording)
        return " ".join(text.text for text in build_legend(LIGHT, kinds=index.kinds).layer("legend").texts)

    assert "gave up waiting" in words(flagged())
    assert "write" not in words(flagged())
    assert "write" in words(clobbered())
    assert "gave up" not in words(clobbered())


def test_the_overview_shows_sets_and_clears_where_nothing_is_accessed() -> None:
    dots = build_overview(PictureIndex(flagged()), 400, LIGHT).layer("run").rects
    assert len(dots) == 3
