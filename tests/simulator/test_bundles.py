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
    values = [row[4] for _, rows in plain for row in rows]
    for one in (found, expected):
        assert [repr(one.value[i]) for i in range(len(one.value))] == list(map(repr, values))
    assert found.lengths == [len(rows) for _, rows in plain] == [len(rows) for _, rows in batches]


def test_the_first_rows_of_a_batch_may_end_inside_a_bundle() -> None:
    layouts = {FIRST_BUNDLE: ((3, 0, 3), (4, 2, 4))}
    rows = BundledRows([(10, 7, 0, 0, "a"), (20, FIRST_BUNDLE, 5, 1, 2)], layouts)
    assert list(rows) == [(10, 7, 0, 0, "a"), (20, 3, 0, 0, 1), (20, 4, 5, 0, 2)]
    assert list(rows.first(2)) == [(10, 7, 0, 0, "a"), (20, 3, 0, 0, 1)]
    assert len(rows.first(2)) == 2
    assert list(unbundle([], layouts)) == []


def test_a_long_stretch_is_one_bundle() -> None:
    """As of a file with a thousand assignments below each other."""
    values = [1 << 70, "text", None, *range(1000)]
    layouts = {FIRST_BUNDLE: tuple((i, 0, 2 + i) for i in range(len(values)))}
    rows = BundledRows([(10, FIRST_BUNDLE, *values)], layouts)
    fields = BundleFields().fields_of([(1, rows)])
    assert [fields.value[i] for i in range(len(fields.value))] == values
    assert fields.what.tolist() == list(range(len(values)))
    assert [row[4] for row in rows] == values


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


REUSE = """
import threading
class Box: pass
def use(box, i):
    box.v = i
    for _ in range(3):
        box.v = box.v
def main():
    ids = set()
    for i in range(20):
        box = Box()
        ids.add(id(box))
        for _ in range(2):
            thread = threading.Thread(target=use, args=(box, i))
            thread.start(); thread.join()
            del thread
            use(box, i)
        del box
    return ids
ids = main()
print(len(ids) < 20)
"""


def test_an_object_with_the_number_of_a_dead_one_is_another(tmp_path: Path) -> None:
    """What threads know by an object's number must go with the object."""
    seen = run_script(tmp_path, REUSE)
    assert seen.stdout == b"True\n"
    values: dict[str, set[int]] = {}
    for row in seen.rows:
        if row[3].endswith(".v"):
            values.setdefault(row[3], set()).add(row[4])
    assert sorted(values.values(), key=min) == [{i} for i in range(20)]


LATER = """
class Other:
    def __init__(self):
        self.twice = 1
def look(one):
    one.a = one.twice + 1
    return one.twice
"""
FIRST = """
import threading
class One:
    def __init__(self):
        self.a = 1
    @property
    def twice(self):
        return 2 * self.a
one = One()
def work():
    one.a = one.a + 1
def check():
    work()
    import later
    later.look(one)
    work()
for target in (work, work, check):
    thread = threading.Thread(target=target)
    thread.start(); thread.join()
print(one.a)
"""


def test_a_file_that_comes_later_can_make_an_attribute_one_that_is_computed(tmp_path: Path) -> None:
    (tmp_path / "later.py").write_text(LATER)
    seen = run_script(tmp_path, FIRST)
    assert seen.stdout == b"10\n"
    names = {row[3] for row in seen.rows if row[2] <= Kind.DELETE}
    assert not any(name.endswith(".twice") for name in names)
    assert [value for _, kind, value in seen.accesses("one.a") if kind == Kind.WRITE][-3:] == [4, 9, 10]
