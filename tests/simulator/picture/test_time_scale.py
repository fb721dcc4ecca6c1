from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.picture.text_width import cut_to_width, text_width_px
from simulator.picture.time_scale import TimeScale, duration_text, nice_step_ns, time_text

WINDOWS = st.tuples(st.integers(0, 10**13), st.integers(20, 10**13), st.integers(50, 4000))


@given(WINDOWS, st.floats(0, 1))
def test_time_to_pixel_and_back_stays_within_a_pixel(window: tuple[int, int, int], share: float) -> None:
    t0_ns, span_ns, width_px = window
    scale = TimeScale(t0_ns, t0_ns + span_ns, 24, 24 + width_px)
    time_ns = t0_ns + int(share * span_ns)
    x_px = scale.px(time_ns)
    assert 24 - 0.01 <= x_px <= 24 + width_px + 0.01
    assert abs(scale.ns(x_px) - time_ns) <= max(1, 1 / scale.px_per_ns)
    assert abs(int(scale.pxs(np.array([time_ns]))[0]) - x_px) <= 1


@given(WINDOWS)
def test_ticks_lie_inside_the_window_far_enough_apart_and_are_all_different(window: tuple[int, int, int]) -> None:
    t0_ns, span_ns, width_px = window
    scale = TimeScale(t0_ns, t0_ns + span_ns, 0, width_px)
    ticks = scale.ticks(70)
    times = [time_ns for time_ns, _ in ticks]
    assert all(t0_ns <= time_ns <= t0_ns + span_ns for time_ns in times)
    assert all(b - a >= 69.9 / scale.px_per_ns for a, b in pairwise(times))
    assert len({text for _, text in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("t0_ns", "t1_ns", "expected"),
    [
        (0, 110_000_000, ["0", "20 ms", "40 ms", "60 ms", "80 ms", "100 ms"]),
        (0, 900, ["0", "200 ns", "400 ns", "600 ns", "800 ns"]),
        (0, 2_500_000_000, ["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s"]),
        (100_000_000, 100_050_000, ["100.00 ms", "100.01 ms", "100.02 ms", "100.03 ms", "100.04 ms", "100.05 ms"]),
        (3_000, 9_000, ["3 µs", "4 µs", "5 µs", "6 µs", "7 µs", "8 µs", "9 µs"]),
    ],
)
def test_ticks_are_written_in_one_unit(t0_ns: int, t1_ns: int, expected: list[str]) -> None:
    assert [text for _, text in TimeScale(t0_ns, t1_ns, 0, 500).ticks(70)] == expected


@pytest.mark.parametrize(("least_ns", "step_ns"), [(0.3, 1), (1, 1), (1.2, 2), (3, 5), (6, 10), (7e6, 10_000_000)])
def test_steps_are_one_two_or_five(least_ns: float, step_ns: int) -> None:
    assert nice_step_ns(least_ns) == step_ns


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match="empty scale"):
        TimeScale(5, 5, 0, 100)


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [(0, "0 ns"), (850, "850 ns"), (12_345, "12.345 µs"), (103_400_000, "103.400 ms"), (1_250_300_000, "1.250300 s")],
)
def test_times_are_written_exactly(time_ns: int, text: str) -> None:
    assert time_text(time_ns) == text


@pytest.mark.parametrize(
    ("duration_ns", "text"),
    [
        (850, "850 ns"),
        (2_100_000, "2.1 ms"),
        (6_349_000, "6.35 ms"),
        (100_030_000, "100 ms"),
        (12_340_000_000, "12.3 s"),
    ],
)
def test_durations_are_written_with_three_digits(duration_ns: int, text: str) -> None:
    assert duration_text(duration_ns) == text


def test_a_text_is_cut_to_what_fits() -> None:
    assert cut_to_width("worker-1", 13, 500) == "worker-1"
    cut = cut_to_width("a-very-long-thread-name", 13, 80)
    assert cut.endswith("…")
    assert text_width_px(cut, 13) <= 80
    assert cut_to_width("worker", 13, 3) == ""
