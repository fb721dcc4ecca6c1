"""Arrows of problems: all while they are few, else those near the pointer, and the number of the others."""

from simulator.picture.arrows import MAX_NEAR, arrows_near
from simulator.picture.frame import Frame
from simulator.picture.scene import build_plot
from tests.simulator.traces import clobbered, frame_of, many


def place_of_problem(frame: Frame, nth: int) -> tuple[float, float]:
    row = int(frame.index.problems[nth])
    lane = frame.index.cast.lane_of(int(frame.index.trace.thread[row]))
    assert lane is not None
    return frame.scale.px(int(frame.index.trace.begin_ns[row])), frame.layout.lanes[lane].mark_y_px


def test_few_problems_have_their_arrows_below_the_marks_and_none_at_the_pointer() -> None:
    frame = frame_of(clobbered())
    draw_list = build_plot(frame)
    names = [layer.name for layer in draw_list.layers]
    assert names.index("arrows") < names.index("marks")
    near = arrows_near(frame, draw_list, *place_of_problem(frame, 0))
    assert not near.layer.curves
    assert near.n_left_out == 0


def test_of_many_problems_those_near_the_pointer_have_arrows_and_the_others_are_counted() -> None:
    frame = frame_of(many(30, 1), height_px=900)
    draw_list = build_plot(frame)
    n = len(frame.index.problems)
    assert not draw_list.layer("arrows").curves
    away = arrows_near(frame, draw_list, -500, -500)
    assert (len(away.layer.curves), away.n_left_out) == (0, n)
    x, y = place_of_problem(frame, 5)
    near = arrows_near(frame, draw_list, x, y)
    assert 1 <= len(near.layer.curves) <= MAX_NEAR
    assert near.n_left_out == n - len(near.layer.curves)
    assert min(abs(curve.points_px[3][1] - y) for curve in near.layer.curves) < 12
