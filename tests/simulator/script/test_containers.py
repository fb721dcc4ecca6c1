"""Containers that threads share: gone through, looked into, counted, and keys that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.record.kinds import Kind
from tests.simulator.script.running import Seen, run_script

RUN = """
def run(work):
    import threading
    thread = threading.Thread(target=work, name="t")
    thread.start()
    thread.join()
"""


def lines(seen: Seen, name: str, thread: str = "t") -> list[tuple[Kind, int]]:
    """Return kind and line of a thread's accesses to a variable."""
    return [(row[2], row[5]) for row in seen.rows if row[1] == thread and row[3] == name and row[2] <= Kind.DELETE]


@pytest.mark.parametrize(
    ("made", "loop", "name"),
    [
        ("{1: 2, 3: 4}", "for one in shared:", "shared[…]"),
        ("[1, 2]", "for one in shared:", "shared[…]"),
        ("{1, 2}", "for one in shared:", "shared[…]"),
        ("collections.deque([1, 2])", "for one in shared:", "shared[…]"),
        ("{1: 2, 3: 4}", "for one in shared.values():", "shared[…]"),
        ("[1, 2]", "for i, one in enumerate(shared):", "shared[…]"),
        ("[1, 2]", "for one in reversed(shared):", "shared[…]"),
    ],
)
def test_a_loop_reads_when_it_begins_at_its_steps_and_at_its_end(
    made: str, loop: str, name: str, tmp_path: Path
) -> None:
    source = f"import collections\nshared = {made}\nlen(shared)\ndef work():\n    {loop}\n        pass\n"
    seen = run_script(tmp_path, f"{source}{RUN}\nrun(work)")
    assert seen.status == "done"
    assert lines(seen, name) == [(Kind.READ, 5)] * 3  # begin, last step, end


def test_steps_between_which_nothing_happened_are_one_but_a_change_by_another_thread_shows(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        shared = [0] * 5
        len(shared)
        at_third, changed = threading.Event(), threading.Event()
        def go_through():
            for i, one in enumerate(shared):
                if i == 2:
                    at_third.set()
                    changed.wait()
        def change():
            at_third.wait()
            shared.append(1)
            changed.set()
        threads = [threading.Thread(target=one, name=one.__name__) for one in (go_through, change)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
    )
    told = [(row[1], row[2]) for row in seen.rows if row[3] == "shared[…]" and row[2] <= Kind.DELETE]
    change = told.index(("change", Kind.WRITE))
    assert told[:change].count(("go_through", Kind.READ)) == 2  # begin and third step
    assert told[change:].count(("go_through", Kind.READ)) == 3  # the steps after the change, and the end


def test_a_loop_over_items_reads_each_item(tmp_path: Path) -> None:
    source = """
    shared = {}
    shared["a"] = 1
    shared["b"] = 2
    def work():
        for key, value in shared.items():
            shared[key] = value + 1
    """
    seen = run_script(tmp_path, source + RUN.replace("\n", "\n    ") + "\n    run(work)")
    assert seen.accesses('shared["b"]') == [
        ("MainThread", Kind.WRITE, 2),
        ("t", Kind.READ, 2),
        ("t", Kind.WRITE, 3),
    ]
    assert lines(seen, "shared[…]") == [(Kind.READ, 5)] * 2  # begin and end: no key came or went
    assert {line for kind, line in lines(seen, "shared[…]", "MainThread") if kind == Kind.WRITE} == {1, 2, 3}


@pytest.mark.parametrize(
    "look",
    [
        "len(shared)", "sorted(shared)", "list(shared.items())", "sum(shared.values())", "max(shared, default=0)",
        "[1 for one in shared]", "{one: 1 for one in shared.keys()}", "sum(1 for one in shared)", '"a" in shared',
        "tuple(enumerate(shared))", "shared.copy()", "any(one for one in shared)",
    ],
)  # fmt: skip
def test_what_goes_through_or_looks_into_a_container_reads_it(look: str, tmp_path: Path) -> None:
    source = f'shared = {{"a": 1}}\nlen(shared)\ndef work():\n    return {look}\n'
    seen = run_script(tmp_path, f"{source}{RUN}\nrun(work)")
    found = lines(seen, "shared[…]")
    assert found
    assert set(found) == {(Kind.READ, 4)}


MISSING = """
shared = {"a": 1}
class Box: pass
box = Box()
box.here = 1
def work():
    inner = shared
    if "x" not in shared: pass
    for look in (lambda: shared["y"], lambda: box.z):
        try: look()
        except (KeyError, AttributeError): pass
    try: inner["w"]
    except KeyError: pass
    shared.get("v"), getattr(box, "u", None), hasattr(box, "s")
    shared["a"], "a" in shared, box.here, hasattr(box, "here")
    box.z = 1
len(shared)
"""


def test_a_look_for_what_is_not_there_is_a_read_that_found_nothing(tmp_path: Path) -> None:
    seen = run_script(tmp_path, f"{MISSING}{RUN}\nrun(work)")
    assert seen.stderr == b""
    missing = {row[3] for row in seen.rows if row[1] == "t" and row[2] == Kind.READ and row[6] % 2}
    keys = {f'shared["{key}"]' for key in "xywv"}
    assert missing == keys | {f"box.{name}" for name in "zus"}


def test_a_new_key_and_one_that_goes_change_the_whole_a_new_value_does_not(tmp_path: Path) -> None:
    source = """
    shared = {"a": 1}
    len(shared)
    def work():
        shared["a"] = 2; str()
        shared["b"] = 3; str()
        shared["b"] = 4; str()
        del shared["a"]
        shared.pop("b")
    """
    seen = run_script(tmp_path, source + RUN.replace("\n", "\n    ") + "\n    run(work)")
    changed = [line for kind, line in lines(seen, "shared[…]") if kind == Kind.WRITE]
    assert changed[-3:] == [5, 7, 8]
    assert [row[5] for row in seen.rows if row[3] == "shared[…]"][:1] == [1]  # where it was made


def test_what_a_module_puts_into_its_containers_is_there_from_the_beginning(tmp_path: Path) -> None:
    source = """
    config = {"limit": 3, 4: [1]}
    rows = [5, 6]
    def work():
        print(config["limit"], rows[1], config.get(4))
    """
    seen = run_script(tmp_path, source + RUN.replace("\n", "\n    ") + "\n    run(work)")
    assert seen.accesses('config["limit"]') == [("MainThread", Kind.WRITE, 3), ("t", Kind.READ, 3)]
    assert seen.accesses("rows[1]") == [("MainThread", Kind.WRITE, 6), ("t", Kind.READ, 6)]
    assert [kind for _, kind, _ in seen.accesses("config[4]")] == [Kind.WRITE, Kind.READ]
    assert {row[5] for row in seen.rows if row[2] == Kind.WRITE} == {1, 2}


def test_a_container_of_one_call_is_not_taken_for_a_dead_one_of_another_thread(tmp_path: Path) -> None:
    """Lists and dictionaries that die leave their number to the next; each is one thread's own all the same."""
    seen = run_script(
        tmp_path,
        """
        import json
        from concurrent.futures import ThreadPoolExecutor
        def work(n):
            total = 0
            for i in range(100):
                parts = "a b c d".split()
                parts[0] += str(i)
                for part in parts:
                    total += len(part)
                found = json.loads('{"a": 1, "b": 2}')
                found["c"] = 3
                for key, value in found.items():
                    total += value
                both = sorted(parts)
                both.append("x")
                if "x" in both and "c" in found and found.pop("a"):
                    total += len(both) + sum(1 for _ in [part for part in both])
            return total
        with ThreadPoolExecutor(4) as pool:
            for i in range(12):
                pool.submit(work, i)
        """,
    )
    assert seen.exit_code == 0
    assert {row[3] for row in seen.rows if row[2] <= Kind.DELETE} == set()
    assert seen.left_out > 12 * 100 * 10


def test_containers_of_objects_that_come_and_go_are_not_taken_for_each_other(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import json
        from concurrent.futures import ThreadPoolExecutor
        class Request:
            def __init__(self, text):
                self.parts = text.split()
                self.data = json.loads('{"a": 1}')
                self.made = []
            def handle(self, i):
                self.parts[0] += str(i)
                self.parts.append("z")
                self.data["c"] = 3
                self.made.append(len(self.data))
                return sum(len(part) for part in [part for part in self.parts])
        def work(n):
            for i in range(100):
                Request("a b c").handle(i)
                rows = [json.loads("[1, 2]") for _ in range(3)]
                for row in rows:
                    row.append(3)
                def inner():
                    return [row for row in rows if 3 in row]
                inner()
        with ThreadPoolExecutor(4) as pool:
            for i in range(12):
                pool.submit(work, i)
        """,
    )
    assert seen.exit_code == 0
    assert {row[3] for row in seen.rows if row[2] <= Kind.DELETE} == set()


def test_a_container_that_others_know_is_one_however_it_is_reached(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import queue, threading
        def run():
            closed_over = []
            def same():
                return given
            def work(given, box):
                mine = box["inner"]
                box["same"] = same()
                mine.append(1)
                given.append(2)
                closed_over.append(3)
                print(mine[0], given[0], closed_over[0], len(mine), 1 in mine)
            given, box = [], {"inner": []}
            for name in "ab":
                thread = threading.Thread(target=work, args=(given, box), name=name)
                thread.start()
                thread.join()
        run()
        """,
    )
    assert seen.stdout == b"1 2 3 1 True\n1 2 3 2 True\n"
    for name in ("mine[…]", "given[…]", "closed_over[…]"):
        assert {row[1] for row in seen.rows if row[3] == name and row[2] == Kind.WRITE} == {"a", "b"}, name
