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
