from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from simulator.picture.time_scale import MIN_SPAN_NS, TimeScale
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel

MS = 1_000_000
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.01, 100), st.integers(-200 * MS, 300 * MS)),
        st.tuples(st.just("pan"), st.integers(-500 * MS, 500 * MS), st.just(0)),
        st.tuples(st.just("set"), st.integers(-500 * MS, 500 * MS), st.integers(-500 * MS, 500 * MS)),
        st.tuples(st.just("grow"), st.integers(0, 300 * MS), st.just(0)),
        st.tuples(st.just("fit"), st.just(0), st.just(0)),
        st.tuples(st.just("show"), st.integers(0, 100 * MS), st.just(0)),
    ),
    max_size=30,
)


def viewport(end_ns: int = 100 * MS) -> ViewportModel:
    model = ViewportModel()
    model.set_limits(0, end_ns)
    return model


def zoom(model: ViewportModel, factor: float, anchor_ns: int) -> None:
    """Zoom as the mouse does: on the plot's scale, at the place where a time is drawn."""
    scale = TimeScale(model.t0_ns, model.t1_ns, 0, 1000)
    model.look_at(*scale.zoomed(factor, scale.px(anchor_ns), model.limits_ns))


@given(STEPS)
def test_the_window_is_never_empty_turned_round_or_outside_the_data(steps: list[tuple[str, float, int]]) -> None:
    model = viewport()
    for name, amount, other in steps:
        match name:
            case "zoom":
                zoom(model, amount, other)
            case "pan":
                model.pan(int(amount))
            case "set":
                model.set_window(int(amount), other)
            case "grow":
                model.set_limits(0, model.limits_ns[1] + int(amount))
            case "fit":
                model.fit()
            case "show":
                model.show_time(int(amount))
        low, high = model.limits_ns
        assert low <= model.t0_ns < model.t1_ns <= high
        assert model.span_ns >= MIN_SPAN_NS


def test_setters_that_change_nothing_are_silent(qtbot: QtBot) -> None:
    model = viewport()
    with qtbot.assertNotEmitted(model.window_changed), qtbot.assertNotEmitted(model.limits_changed):
        model.set_limits(0, 100 * MS)
        model.fit()
        model.set_window(-5, 100 * MS + 5)
    with qtbot.assertNotEmitted(model.follow_changed), qtbot.assertNotEmitted(model.scroll_changed):
        model.set_follow(True)
        model.set_scroll(0)
    with qtbot.waitSignal(model.window_changed):
        zoom(model, 2, 50 * MS)


def test_zooming_keeps_the_time_under_the_pointer() -> None:
    model = viewport()
    zoom(model, 4, 30 * MS)
    assert (30 * MS - model.t0_ns) / model.span_ns == 0.3
    assert model.span_ns == 25 * MS


def test_a_fitted_window_grows_with_the_run_and_a_chosen_one_moves_along_until_the_user_pans() -> None:
    model = viewport()
    model.set_limits(0, 200 * MS)
    assert (model.t0_ns, model.t1_ns) == (0, 200 * MS)
    zoom(model, 4, 200 * MS)
    model.set_limits(0, 300 * MS)
    assert (model.t0_ns, model.t1_ns) == (250 * MS, 300 * MS)
    model.pan(-10 * MS)
    model.set_limits(0, 400 * MS)
    assert (model.follow, model.t0_ns, model.t1_ns) == (False, 240 * MS, 290 * MS)
    model.fit()
    assert (model.follow, model.t0_ns, model.t1_ns) == (True, 0, 400 * MS)


def test_scrolling_stays_inside_the_content() -> None:
    model = viewport()
    model.set_max_scroll(100)
    model.set_scroll(500)
    assert model.scroll_px == 100
    model.set_max_scroll(30)
    assert model.scroll_px == 30
    model.set_scroll(-5)
    assert model.scroll_px == 0


def test_the_selection_tells_each_change_once(qtbot: QtBot) -> None:
    model = SelectionModel()
    with qtbot.waitSignal(model.row_changed, check_params_cb=lambda row: row == 3):
        model.select(3)
    with qtbot.assertNotEmitted(model.row_changed):
        model.select(3)
    with qtbot.waitSignal(model.row_changed, check_params_cb=lambda row: row is None):
        model.clear()
