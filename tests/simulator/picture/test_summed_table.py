from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.picture.summed_table import SummedTable

EVENTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4)), max_size=300).map(sorted)


def build(events: list[tuple[int, int]], batch: int) -> SummedTable:
    table = SummedTable(5)
    for start in range(0, len(events), batch):
        times, keys = zip(*events[start : start + batch], strict=True)
        table.append(np.array(times, np.int64), np.array(keys))
    return table


@given(EVENTS, st.integers(1, 90), st.lists(st.integers(-10, 420), min_size=2, max_size=30).map(sorted))
def test_counts_are_exact_for_any_edges(events: list[tuple[int, int]], batch: int, edges: list[int]) -> None:
    counts = build(events, batch).counts(np.array(edges))
    for i, (low, high) in enumerate(pairwise(edges)):
        expected = np.bincount([key for time, key in events if low <= time < high], minlength=5)
        assert counts[i].tolist() == expected.tolist()


@given(EVENTS, st.integers(-10, 420))
def test_rows_at_is_the_number_of_events_before(events: list[tuple[int, int]], edge: int) -> None:
    rows = build(events, 50).rows_at(np.array([edge]))
    assert rows.tolist() == [sum(time < edge for time, _ in events)]


def test_times_out_of_order_are_refused() -> None:
    table = SummedTable(1)
    table.append(np.array([5]), np.array([0]))
    with pytest.raises(ValueError, match="sorted"):
        table.append(np.array([4]), np.array([0]))
