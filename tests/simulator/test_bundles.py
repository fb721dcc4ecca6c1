"""Bundles: rows that hold several accesses each read like the plain rows of these accesses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.record.bundles import FIRST_BUNDLE, BundledRows, Part, unbundle
from simulator.record.kinds import Kind
from simulator.record.recorder import Batch
from simulator.trace.fields import BundleFields, fields_of
from tests.simulator.script.running import run_script

VALUES = st.one_of(st.integers(-5, 5), st.integers(), st.none(), st.booleans(), st.floats(), st.text(max_size=3))
PLAIN = st.tuples(st.integers(0, 10**15), st.integers(0, 50), st.integers(0, 9), st.integers(-9, 9), VALUES)


@st.composite
def batches_of_script(draw: st.DrawFn) -> list[Batch]:
    """Draw what a script's threads sent: plain rows and bundles in any order, some numbers of layouts unused."""
    numbers = draw(st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True))
    layouts: dict[int, tuple[Part, ...]] = {}
    bundles: dict[int, tuple[int, int]] = {}
    for number in sorted(numbers):
        n_places, n_values = draw(st.integers(0, 2)), draw(st.integers(1, 4))
        part = st.tuples(
            st.integers(0, 50),
            st.sampled_from([0, *range(2, 2 + n_places)]),
            st.integers(2 + n_places, 1 + n_places + n_values),
        )
        layouts[FIRST_BUNDLE + number] = tuple(draw(st.lists(part, min_size=1, max_size=5)))
        bundles[FIRST_BUNDLE + number] = n_places, n_values

    def bundle(number: int) -> st.SearchStrategy[Any]:
        n_places, n_values = bundles[number]
        places, values = [st.integers(1, 99)] * n_places, [VALUES] * n_values
        return st.tuples(st.integers(0, 10**15), st.just(number), *places, *values)

    row = st.one_of(PLAIN, st.sampled_from(sorted(layouts)).flatmap(bundle))
    sent = draw(st.lists(st.tuples(st.integers(1, 4), st.lists(row, min_size=1, max_size=8)), min_size=1, max_size=4))
    return [(serial, BundledRows(rows, layouts)) for serial, rows in sent]


@given(batches_of_script())
def test_fields_of_bundles_are_those_of_the_plain_rows(batches: list[Batch]) -> None:
    found = BundleFields().fields_of(batches)
    plain: list[Batch] = [(serial, list(rows)) for serial, rows in batches]
    expected = fields_of(plain)
    for name in ("stamp", "what", "where", "reference"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert list(map(repr, found.value)) == list(map(repr, expected.value))
    assert found.lengths == [len(rows) for _, rows in plain] == [len(rows) for _, rows in batches]


def test_the_first_rows_of_a_batch_may_end_inside_a_bundle() -> None:
    layouts = {FIRST_BUNDLE: ((3, 0, 3), (4, 2, 4))}
    rows = BundledRows([(10, 7, 0, 0, "a"), (20, FIRST_BUNDLE, 5, 1, 2)], layouts)
    assert list(rows) == [(10, 7, 0, 0, "a"), (20, 3, 0, 0, 1), (20, 4, 5, 0, 2)]
    assert list(rows.first(2)) == [(10, 7, 0, 0, "a"), (20, 3, 0, 0, 1)]
    assert len(rows.first(2)) == 2
    assert list(unbundle([], layouts)) == []


SCRIPT = """
import threading
n = 0
class Account:
    def __init__(self, name, amount):
        self.name = name
        self.amount = amount
one, two, own = Account("one", 100), Account("two", 0), threading.local()
def move():
    global n
    local = Account("own", 1)
    own.a = 1; own.b = own.a
    def count():
        nonlocal total
        total += 1; total += local.amount
    total = 0
    count()
    one.amount -= 10; two.amount += 10; n += 1
    local.amount += n; n += local.amount - local.amount
for i in range(3):
    threads = [threading.Thread(target=move, name=f"t{i}{k}") for k in range(2)]
    for thread in threads:
        thread.start(); thread.join()
"""


def test_a_stretch_is_recorded_access_by_access_in_the_order_of_the_source(tmp_path: Path) -> None:
    """The first thread finds out about the objects, the second shares them, later ones write bundles: all the same."""
    seen = run_script(tmp_path, SCRIPT)
    assert seen.stderr == b""
    read, write = Kind.READ, Kind.WRITE
    for i in range(2, 6):
        rows = [row[2:5] for row in seen.rows if row[1] == f"t{i // 2}{i % 2}" and row[2] <= Kind.DELETE]
        start = rows.index((read, "one.amount", 100 - 10 * i))
        amount, total = 100 - 10 * i, 10 * i
        assert rows[start:] == [
            (read, "one.amount", amount), (write, "one.amount", amount - 10),
            (read, "two.amount", total), (write, "two.amount", total + 10),
            (read, "n", i), (write, "n", i + 1),
            (read, "n", i + 1), (read, "n", i + 1), (write, "n", i + 1),
        ]  # fmt: skip
        assert [row for row in rows if row[1].startswith("own")] == [
            (write, "own.a", 1), (read, "own.a", 1), (write, "own.b", 1),
        ]  # fmt: skip
        assert [row[2] for row in rows if row[1] == "total"] == [0, 0, 1, 1, 2]
    assert seen.left_out >= 3 * 6  # of each thread's own account
