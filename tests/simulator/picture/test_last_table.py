"""The last event of each key before any place, compared with looking at every event."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.picture.last_table import NONE, LastTable

KEYS = st.lists(st.integers(0, 4), max_size=120)


@given(KEYS, st.integers(1, 50), st.lists(st.integers(0, 120), min_size=1, max_size=20))
def test_the_last_event_of_each_key_is_found_for_any_place(keys: list[int], batch: int, places: list[int]) -> None:
    table = LastTable(5)
    for start in range(0, len(keys), batch):
        table.extend(np.array(keys[start : start + batch]))
    places = [min(place, len(keys)) for place in places]
    for place, found in zip(places, table.at(np.array(places)).tolist(), strict=True):
        before = {key: number for number, key in enumerate(keys[:place], 1)}
        assert found == [before.get(key, NONE) for key in range(5)]
    assert table.newest.tolist() == table.at(np.array([len(keys)]))[0].tolist()
