"""Reads whose writer is known though no statement stored the value, and those whose writer must not be guessed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from simulator.record.kinds import Kind
from simulator.trace.row_table import UNKNOWN_ROW
from simulator.trace.schema import FLAG_UNCERTAIN
from simulator.trace.trace import Trace
from tests.simulator.script.running import read_trace, start_script, write_script

Writer = tuple[str, int] | str
"""Thread and line of a read's writer; "unknown"; "nothing" for one that found nothing."""


def writers(folder: Path, source: str, work: str) -> dict[str, list[Writer]]:
    """Run a script whose thread `t` does `work`, from its line 101 on; return the writers of its reads, by variable."""
    text = textwrap.dedent(source).strip("\n")
    lines = [
        *text.split("\n"),
        *[""] * (99 - text.count("\n") - 1),
        "def work():",
        *(f"    {one}" for one in work.split("\n")),
    ]
    run = ["import threading", 'thread = threading.Thread(target=work, name="t")', "thread.start()", "thread.join()"]
    trace = read_trace(start_script(write_script(folder, "\n".join([*lines, *run]))))
    found: dict[str, list[Writer]] = {}
    for row in np.flatnonzero(trace.kind == Kind.READ).tolist():
        if trace.threads[int(trace.thread[row])].name != "t":
            continue
        assert not trace.flags[row] & FLAG_UNCERTAIN
        at = int(trace.reads_from[row])
        by = (trace.threads[int(trace.thread[at])].name, int(trace.line[at])) if at >= 0 else "nothing"
        found.setdefault(trace.variable_name(row), []).append("unknown" if at == UNKNOWN_ROW else by)
    return found


MAIN = "MainThread"

DATACLASSES = [
    ("plain", "@dataclass\nclass C:\n    x: int\n    y: int = 2", "C(1)", "x y"),
    ("frozen", "@dataclass(frozen=True)\nclass C:\n    x: int\n    y: int = 2", "C(1)", "x y"),
    ("slots", "@dataclass(slots=True)\nclass C:\n    x: int\n    y: int = 2", "C(1)", "x y"),
    ("frozen slots", "@dataclass(frozen=True, slots=True)\nclass C:\n    x: int\n    y: int = 2", "C(1)", "x y"),
    ("by keyword", "@dataclass(kw_only=True)\nclass C:\n    x: int\n    y: int = 2", "C(x=1)", "x y"),
    ("factory", "@dataclass\nclass C:\n    x: list = field(default_factory=list)\n    y: int = 2", "C()", "x y"),
    ("inherited", "@dataclass\nclass B:\n    x: int\n@dataclass\nclass C(B):\n    y: int = 2", "C(1)", "x y"),
    ("only the base", "@dataclass\nclass B:\n    x: int\nclass C(B):\n    pass", "C(1)", "x"),
    ("in a list", "@dataclass\nclass C:\n    x: int", "[C(i) for i in range(3)][1]", "x"),
    ("odd names", "@dataclass\nclass C:\n    self: int\n    x: int", "C(1, 2)", "self x"),
    ("private", "@dataclass\nclass C:\n    __x: int\n    def x(self): return self.__x", "C(1)", "_C__x"),
    ("replaced", "@dataclass\nclass C:\n    x: int\n    y: int = 2", "replace(C(1), y=5)", "x y"),
]


@pytest.mark.parametrize(("kind", "made", "call", "names"), DATACLASSES, ids=[one[0] for one in DATACLASSES])
def test_fields_of_a_dataclass_are_written_where_it_is_constructed(
    kind: str, made: str, call: str, names: str, tmp_path: Path
) -> None:
    head = f"from dataclasses import dataclass, field, replace\n{made}"
    line = head.count("\n") + 2
    stores = [f"    o.{name} = 0" for name in [*names.split(), "_C__x"]]
    changes = "\n".join(["def never(o):", *stores])  # else they would be constants
    reads = "\n".join(f"print(o.{name})" for name in names.split())
    found = writers(tmp_path, f"{head}\no = {call}\n{changes}", reads)
    assert {name: by for name, by in found.items() if name.startswith("o.")} == {
        f"o.{name}": [(MAIN, line)] for name in names.split()
    }


def test_what_post_init_and_later_lines_store_comes_after_the_constructor(tmp_path: Path) -> None:
    source = """
    from dataclasses import dataclass
    @dataclass
    class C:
        x: int
        y: int = 0
        def __post_init__(self):
            self.y = self.x
    class D(C):
        def __init__(self):
            self.z = 1
            super().__init__(3)
            self.x += 1
    o, p = C(1), D()
    """
    found = writers(tmp_path, source, "print(o.x, o.y)\nprint(p.x, p.y, p.z)")
    assert found == {
        "o.x": [(MAIN, 13)],
        "o.y": [(MAIN, 7)],
        "p.x": [(MAIN, 12)],
        "p.y": [(MAIN, 7)],
        "p.z": [(MAIN, 10)],
    }


def test_a_class_that_stores_its_fields_elsewhere_is_not_said_to_have_them(tmp_path: Path) -> None:
    source = """
    from dataclasses import dataclass
    @dataclass
    class C:
        x: int = 1
        def __setattr__(self, name, value):
            pass
    o = C(1)
    def never(o):
        o.x = 0
    """
    assert writers(tmp_path, source, "print(o.x)").get("o.x", ["unknown"]) == ["unknown"]


def test_an_object_known_to_another_thread_before_it_was_complete_has_fields_of_uncertain_order(tmp_path: Path) -> None:
    source = """
    from dataclasses import dataclass
    import threading
    @dataclass
    class B:
        x: int
    class C(B):
        def __init__(self):
            self.x = 0
            thread = threading.Thread(target=lambda: print(self.x))
            thread.start()
            thread.join()
            super().__init__(1)
    C()
    """
    path = write_script(tmp_path, source)
    trace = read_trace(start_script(path))
    read = int(np.flatnonzero(trace.kind == Kind.READ)[0])
    assert trace.value_of(read) == 0
    assert trace.flags[read] & FLAG_UNCERTAIN


def test_dataclasses_of_other_modules_are_left_as_they_are(tmp_path: Path) -> None:
    write_script(tmp_path, "import dataclasses\n@dataclasses.dataclass\nclass C:\n    x: int\n", "other.py")
    source = """
    import sys
    sys.path.append(PATH)
    from dataclasses import dataclass
    import other
    @dataclass
    class Own:
        x: int
    print(other.C.__init__.__code__.co_freevars, len(Own.__init__.__code__.co_freevars))
    """
    (tmp_path / "here").mkdir()
    process = start_script(write_script(tmp_path / "here", source.replace("PATH", repr(str(tmp_path)))))
    read_trace(process)
    assert b"".join(data for _, data in process.take_output()) == b"() 1\n"


ITEMS = [
    ("append", "l = []\nl.append(4)", "l[0]", [(MAIN, 2)]),
    ("append to what was there", "l = [4]\nl.append(4)", "l[0]; l[1]", [(MAIN, 1), (MAIN, 2)]),
    ("extend", "l = [1]\nl.extend([4, 4])", "l[1]; l[2]", [(MAIN, 2), (MAIN, 2)]),
    ("extend by an iterator", "l = [1]\nl.extend(iter([4, 4]))", "l[1]", ["unknown"]),
    ("insert", "l = [4, 4]\nl.insert(1, 4)", "l[1]; l[0]", [(MAIN, 2), "unknown"]),
    ("insert before", "l = [4, 4]\nl.insert(0, 4)", "l[1]; l[0]", ["unknown", (MAIN, 2)]),
    ("appendleft", "l = collections.deque()\nl.append(4)\nl.appendleft(4)", "l[0]; l[1]", [(MAIN, 3), "unknown"]),
    ("a full deque", "l = collections.deque([4, 4], 2)\nl.append(4)", "l[0]; l[1]", ["unknown", "unknown"]),
    ("pop", "l = [4, 5]\nl.pop()\nl.append(5)", "l[0]; l[1]", [(MAIN, 1), (MAIN, 3)]),
    ("pop first", "l = [4, 4]\nl.pop(0)", "l[0]", ["unknown"]),
    ("sort", "l = [4, 4]\nl.sort()", "l[0]", ["unknown"]),
    ("reverse", "l = [4, 4]\nl.reverse()", "l[0]", ["unknown"]),
    ("remove", "l = [4, 4]\nl.remove(4)", "l[0]", ["unknown"]),
    ("del", "l = [4, 4]\ndel l[0]", "l[0]", [(MAIN, 2)]),
    ("known, then pop first", "l = [4, 4]\nl[0] = 4; l[0]\nl.pop(0)", "l[0]", [(MAIN, 3)]),
    ("known, then sort", "l = [4, 4]\nl[0] = 4; l[0]\nl.sort()", "l[0]", [(MAIN, 3)]),
    ("known, then del", "l = [4, 4, 4]\nl[1] = 4; l[1]\ndel l[0]", "l[1]", [(MAIN, 3)]),
    ("known, then insert behind", "l = [4, 4]\nl[0] = 4; l[0]\nl.insert(1, 4)", "l[0]", [(MAIN, 2)]),
    ("known, then clear and append", "l = [4]\nl[0] = 4; l[0]\nl.clear()\nl.append(4)", "l[0]", [(MAIN, 4)]),
    ("popped by the reader", "l = [4, 4]\nl[0] = 4; l[0]", "l[0]; l.pop(0); l[0]", [(MAIN, 2), ("t", 101)]),
    ("known from the end", "l = [4, 4]\nl[1] = 4; l[1]\nl[-1] = 4", "l[1]", [(MAIN, 3)]),
    ("array", "l = array.array('i', [4])\nl.append(4)", "l[1]", ["unknown"]),
    ("update", "l = {}\nl.update({'a': 4})", "l['a']", [(MAIN, 2)]),
    ("update by keywords", "l = {'a': 4}\nl.update(a=4, b=4)", "l['a']; l['b']", [(MAIN, 2), (MAIN, 2)]),
    ("update by both", "l = {'a': 4}\nl.update({'b': 4}, a=4)", "l['a']; l['b']", [(MAIN, 2), (MAIN, 2)]),
    ("update by pairs", "l = {'a': 4}\nl.update([('a', 4)])", "l['a']", ["unknown"]),
    ("known, then update", "l = {'a': 4}\nl['a']\nl.update({'a': 4})", "l['a']", [(MAIN, 3)]),
    ("setdefault that stores", "l = {}\nl.setdefault('a', 4)", "l['a']", [(MAIN, 2)]),
    ("setdefault that does not", "l = {'a': 4}\nl.setdefault('a', 4)", "l['a']", [(MAIN, 1)]),
    ("setdefault of the reader", "l = {'a': 4}", "l.setdefault('a', 5)", [(MAIN, 1)]),
    ("pop and again", "l = {'a': 4}\nl.pop('a')\nl.setdefault('a', 4)", "l['a']", [(MAIN, 3)]),
    ("clear", "l = {'a': 4}\nl['a']\nl.clear()", "l.get('a')", [(MAIN, 3)]),
    ("popitem", "l = {'a': 4}\nl['a']\nl.popitem()", "l.get('a')", [(MAIN, 3)]),
    ("slice", "l = [4, 4]\nl[:] = [4, 4]", "l[0]", ["unknown"]),
    ("slice that goes", "l = [4, 4]\ndel l[:1]", "l[0]", ["unknown"]),
    ("sum in place", "l = [4]\nl += [4]", "l[1]", ["unknown"]),
    ("update in place", "l = {'a': 4}\nl |= {'a': 4}", "l['a']", ["unknown"]),
    ("counter", "l = collections.Counter(a=4)\nl.update({'a': 0})", "l['a']", ["unknown"]),
]


@pytest.mark.parametrize(("what", "source", "work", "expected"), ITEMS, ids=[one[0] for one in ITEMS])
def test_items_are_written_by_the_methods_that_store_them_and_by_no_other_line(
    what: str, source: str, work: str, expected: list[Writer], tmp_path: Path
) -> None:
    """All values are 4: what the value alone would allow is of no help."""
    head, _, rest = source.partition("\n")
    found = writers(tmp_path, f"import array, collections; {head}\n{rest}", work)
    items = {name: by for name, by in found.items() if name.startswith("l[") and not name.startswith("l[…")}
    assert [by for name in items for by in items[name]] == expected


def test_items_of_a_list_that_shifts_while_many_are_known_are_told_apart_no_more(tmp_path: Path) -> None:
    source = "l = [4] * 200\nfor i in range(150):\n    l[i] = 4\nl.pop(0)\nl[7] = 4"
    assert writers(tmp_path, source, "l[7]; l[8]")["l[…]"] == [(MAIN, 5), (MAIN, 5)]


@pytest.mark.parametrize("change", ["l.update(iter([('a', 4)]))", "l |= {'a': 4}"])
def test_items_of_a_dictionary_after_an_update_that_cannot_be_told_are_told_apart_no_more(
    change: str, tmp_path: Path
) -> None:
    source = f"l = {{'a': 4}}\nl['a'] = 4\n{change}"
    found = writers(tmp_path, source, "l['a']")
    found.pop("l", None)  # which is assigned again, too
    assert found == {"l[…]": [(MAIN, 3)]}


def test_elements_that_nobody_looks_at_by_their_index_are_not_sent(tmp_path: Path) -> None:
    source = "l = []\nfor i in range(50):\n    l.append(i)\nlen(l)"
    path = write_script(tmp_path, f"{source}\ndef work():\n    l.append(3); print(l[3])\n{RUN}")
    trace = read_trace(start_script(path))
    assert sorted(trace.variables) == ["l[3]", "l[…]", "t"]


RUN = """
import threading
thread = threading.Thread(target=work, name="t")
thread.start()
thread.join()
"""

SHIFTING = """
import sys, threading
sys.setswitchinterval(1e-6)
rows, table = [0] * 6, {"a": 0}
rows[0], rows[1], rows[2], table["a"]
values = iter(range(1, 10000))
def change():
    for i in range(300):
        rows.append(next(values)); rows[0]
        rows.pop(0); rows[0]
        rows[2] = next(values); rows[1]
        rows.insert(1, next(values)); rows[1]
        rows.pop(); rows[2]
        table.update({"a": next(values)}); table["a"]
def look():
    for i in range(300):
        a = rows[0]; b = rows[1]; c = rows[2]
        d = table["a"]
threads = [threading.Thread(target=work) for work in (change, change, look, look)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_where_items_shift_under_contention_a_certain_read_has_the_value_of_its_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All values differ, so the truth is known; here the order has to tell it without looking at them."""
    monkeypatch.setattr(Trace, "is_same_value", lambda self, rows, others: np.ones(len(rows), bool))
    trace = read_trace(start_script(write_script(tmp_path, SHIFTING)))
    of_items = np.array([name in ("rows[0]", "rows[1]", "rows[2]", 'table["a"]') for name in trace.variables])
    is_certain = (trace.flags & FLAG_UNCERTAIN) == 0
    reads = np.flatnonzero((trace.kind == Kind.READ) & is_certain & (trace.reads_from >= 0))
    reads = reads[of_items[trace.variable[reads]]]
    assert len(reads) > 100
    wrong = [row for row in reads.tolist() if trace.value_of(row) != trace.value_of(int(trace.reads_from[row]))]
    assert wrong == []
