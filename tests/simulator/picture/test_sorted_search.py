"""The search in two steps, compared with the plain one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.picture.sorted_search import SortedSearch


@given(st.integers(1, 20_000), st.integers(1, 60_000), st.integers(0, 2**32 - 1))
def test_it_finds_what_the_plain_search_finds_while_the_array_grows(n, spread, seed) -> None:
    random = np.random.default_rng(seed)
    values = np.sort(random.integers(0, spread, n))
    search = SortedSearch()
    for length in (n // 3, n // 2, n):
        keys = random.integers(-5, spread + 5, 200)
        assert search.n_before(values[:length], keys).tolist() == values[:length].searchsorted(keys).tolist()


@given(st.integers(1, 20_000), st.integers(1, 60_000), st.integers(0, 400), st.integers(0, 2**32 - 1))
def test_with_slack_it_counts_nothing_that_lies_further_away_than_that(n, spread, slack, seed) -> None:
    random = np.random.default_rng(seed)
    values = np.sort(random.integers(0, spread, n) ** 2 // max(spread // 4, 1))  # close together at first, later apart
    keys = np.sort(random.integers(-5, int(values[-1]) + 5, 200))
    found = SortedSearch().n_before(values, keys, slack)
    exact = values.searchsorted(keys)
    assert (found >= exact).all()
    for key, first, last in zip(keys.tolist(), exact.tolist(), found.tolist(), strict=True):
        assert (values[first:last] <= key + slack).all()


@given(st.integers(4_100, 30_000), st.sampled_from([0.2, 1, 7]), st.integers(0, 2**32 - 1))
def test_it_follows_an_array_that_becomes_denser_or_thinner_while_it_grows(n, power, seed) -> None:
    random = np.random.default_rng(seed)
    values = np.cumsum(random.integers(0, 5, n) * np.linspace(1, 20, n) ** power).astype(np.int64) - 50
    search = SortedSearch()
    for length in np.linspace(4_097, n, 7).astype(int).tolist():
        keys = random.integers(-60, int(values[length - 1]) + 60, 200)
        assert search.n_before(values[:length], keys).tolist() == values[:length].searchsorted(keys).tolist()
