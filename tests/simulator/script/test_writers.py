"""Reads whose writer is known though no statement stored the value, and those whose writer must not be guessed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from simulator.record.kinds import Kind
from simulator.trace.row_table import UNKNOWN_ROW
from simulator.trace.schema import FLAG_UNCERTAIN
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
