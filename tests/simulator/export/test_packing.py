"""Integers of every width come back as they were, in as few bytes as they need."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.export.packing import from_differences, pack, to_differences, unpack
from simulator.trace.trace import COLUMNS
from tests.simulator.recordings import recordings

INT64 = st.integers(-(1 << 63), (1 << 63) - 1)


@given(st.lists(INT64, max_size=20))
def test_integers_come_back(values: list[int]) -> None:
    packed = pack(np.array(values, np.int64))
    restored = unpack(packed.base, len(values), packed.planes.__getitem__, len(packed.planes))
    assert restored.tolist() == values


@pytest.mark.parametrize(
    ("values", "n_planes"), [([7, 7, 7], 0), ([1000, 1255], 1), ([0, 256], 2), ([-1, 1 << 40], 6), ([], 0)]
)
def test_only_the_bytes_that_differ_are_kept(values: list[int], n_planes: int) -> None:
    assert len(pack(np.array(values, np.int64)).planes) == n_planes


@given(recordings())
def test_differences_are_undone(recording) -> None:
    columns = {name: getattr(recording.trace, name) for name in COLUMNS}
    restored = from_differences((name, column.astype(np.int64)) for name, column in to_differences(columns).items())
    for name, column in columns.items():
        assert restored[name].dtype == column.dtype
        assert restored[name].tolist() == column.tolist()


def test_a_value_that_does_not_fit_is_refused() -> None:
    columns = {name: np.zeros(1, np.int64) for name in COLUMNS} | {"thread": np.array([1 << 16])}
    with pytest.raises(ValueError, match="column thread is out of range"):
        from_differences(columns.items())
