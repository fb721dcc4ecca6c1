"""Containers that threads share: asked whether they are empty, compared, printed, unpacked, cut; and methods' names."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.record.kinds import Kind
from tests.simulator.script.running import Seen, finish, run_script, start_script, write_script

RUN = """
import threading
thread = threading.Thread(target=work, name="t")
thread.start()
thread.join()
"""

LOOKS = [
    # passed to a built-in function
    "print(shared)", "print(1, end='', *shared)", "str(shared)", "repr(shared)", "ascii(shared)", "format(shared)",
    "bool(shared)", "list(zip(range(1), shared))", "list(map(str, shared))", "list(filter(None, shared))",
    "iter(shared)", "next(iter(shared))", "list(enumerate(shared))", "min([''], shared)", "'-'.join(shared)",
    "'{}'.format(shared)", "dict(enumerate(shared))",
    # written into a text
    "f'{shared}'", "f'{1}{shared!r:>9}'", "'%s' % shared", "'%s %s' % (1, shared)", "print(f'{shared}')",
    # unpacked
    "take(*shared)", "take(1, *shared, n=2)", "[*shared]", "(1, *shared)", "{*shared}",
    # compared, added, cut
    "shared == ['b']", "[] != shared", "shared < other", "shared + ['b']", "other + shared", "shared[:]",
    "shared[0:1:1]",
    # whether there is something in it
    "not shared", "1 if shared else 2", "shared and shared[0]", "shared or 3", "0 or shared and 1",
    "[1 for i in range(1) if shared]", "(lambda: not shared)()", "not (1 and shared)", "take(shared and 1)",
]  # fmt: skip

STATEMENTS = [
    "if shared: pass", "if not shared: pass", "if 1 and shared: pass", "if shared and take(1): pass",
    "while not shared: pass", "while shared: break", "while shared and take(1): break", "assert shared",
    "assert shared, take(1)", "a, = shared", "[a] = shared", "*a, b = shared", "(a,) = b, = shared",
]  # fmt: skip

NO_LOOKS = [
    "shared is other", "shared is None", "take(shared)", "other", "1 + 2", "x = shared", "len(other)",
    "[] if 1 else shared[:]", "0 and shared == 1", "1 or not shared", "0 and shared and 1",
]  # fmt: skip


def lines(seen: Seen, name: str, thread: str = "t") -> list[tuple[Kind, int]]:
    """Return kind and line of a thread's accesses to a variable."""
    return [(row[2], row[5]) for row in seen.rows if row[1] == thread and row[3] == name and row[2] <= Kind.DELETE]


@pytest.mark.parametrize("how", ["faithful", "widened", "locked"])
def test_what_looks_at_a_container_reads_it_and_nothing_else_does(how: str, tmp_path: Path) -> None:
    """Each line of a function on a thread of its own is about a list that another thread knows."""
    work = ["shared, other = ['a'], []; len(shared)", "def take(*a, **k): return 1", "def work():"]
    work += [f"    {one}" for one in [*LOOKS, *STATEMENTS, *NO_LOOKS]]
    path = write_script(tmp_path, "\n".join(work) + RUN)
    seen = finish(start_script(path, wants_locks=how == "locked", widen=how == "widened", seed=1))
    assert (seen.stderr, seen.status) == (b"", "done")
    found = lines(seen, "shared[…]")
    assert {kind for kind, _ in found} == {Kind.READ}
    assert {work[line - 1].strip() for _, line in found} == {*LOOKS, *STATEMENTS}


CHANGES = [
    "shared[1:] = []",
    "shared[:] = ['a']",
    "del shared[5:]",
    "shared[0:1], b = 'a', 1",
    "box.items[:] = 'a'",
    "shared += []",
    "own = shared; own[9:] = other",
    "del box.items[1:], b",
    "items = shared; items += []",
]


def test_slices_stored_and_deleted_and_sums_in_place_change_a_container(tmp_path: Path) -> None:
    work = ["class Box: pass", "box = Box(); box.items = shared = []; len(shared)", "items = []", "def work():"]
    work += ["    b, other = 1, []", "    global shared", *(f"    {one}" for one in CHANGES)]
    seen = run_script(tmp_path, "\n".join(work) + RUN)
    assert seen.stderr == b""
    found = {line for kind, line in lines(seen, "shared[…]") if kind == Kind.WRITE}
    assert [work[line - 1].strip() for line in sorted(found)] == CHANGES


def test_each_of_several_containers_is_read(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        f"""
a, b, c = [1], {{"k": 2}}, [[3]]
len(a), len(b), len(c), len(c[0])
def work():
    print(a, b, c[0], 1)
def go(d):
    yield from d
{RUN}
thread = threading.Thread(target=lambda: list(go(a)), name="u")
thread.start()
thread.join()
""",
    )
    assert seen.stdout == b"[1] {'k': 2} [3] 1\n"
    for name in ("a[…]", "b[…]", "c[0][…]"):
        assert lines(seen, name) == [(Kind.READ, 4)]
    assert lines(seen, "a[…]", "u") == [(Kind.READ, 6)]


def test_mappings_unpacked_into_a_call_are_read_at_once(tmp_path: Path) -> None:
    """The call may last: what it does comes after the read."""
    seen = run_script(
        tmp_path,
        f"""
shared = {{"k": 1}}
len(shared)
n = 0
def take(**names):
    global n
    n = len(names)
def work():
    take(**shared)
{RUN}
""",
    )
    told = [(row[2], row[3]) for row in seen.rows if row[1] == "t" and row[2] <= Kind.DELETE]
    assert told == [(Kind.READ, "shared[…]"), (Kind.WRITE, "n")]


@pytest.mark.parametrize(
    "body",
    [
        "take, give = lock.acquire, lock.release\ndef work():\n    take()\n    try: n = 1\n    finally: give()",
        "def work(): hold(lock.acquire, lock.release)\ndef hold(acquire, release):\n    acquire(); release()",
        "class Box: pass\nbox = Box()\nbox.take, box.give = lock.acquire, lock.release\n"
        "def work():\n    if box.take(timeout=5): box.give()",
    ],
)
def test_a_lock_is_seen_through_the_names_of_its_methods(body: str, tmp_path: Path) -> None:
    seen = run_script(tmp_path, f"import threading\nlock = threading.Lock()\n{body}\n{RUN}")
    assert seen.stderr == b""
    kinds = (Kind.RECEIVE, Kind.HOLD, Kind.SIGNAL)
    assert [row[1:3] for row in seen.kinds(*kinds) if row[2] == "lock"] == [
        (Kind.RECEIVE, "lock"),
        (Kind.HOLD, "lock"),
        (Kind.SIGNAL, "lock"),
    ]


def test_a_container_is_seen_through_the_names_of_its_methods(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        f"""
shared = []
len(shared)
add = shared.append
def work():
    add(1)
{RUN}
""",
    )
    assert lines(seen, "shared[…]") == [(Kind.WRITE, 5)]


CHECKED = """
import collections, sys, threading
sys.setswitchinterval(1e-5)
items, keys, unique, queue, left = [1], {"k": 1}, {1}, collections.deque([1]), [0]
class Box:
    def __init__(self):
        self.items = []
box = Box()
def take(queue):
    if queue:
        return queue.popleft()
def work():
    for i in range(1000):
        if items: items.pop()
        items.append(i)
        if box.items:
            one = box.items.pop(); left[0] = one
        box.items.append(i)
        if "k" in keys: keys.pop("k")
        keys["k"] = i
        if unique: print(unique.pop(), end="")
        unique.add(i)
        if queue and queue[0] >= 0: queue.popleft()
        queue.append(i)
        if i in items: items.remove(i)
        take(queue); queue.append(i)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_threads_do_not_switch_between_a_look_and_what_is_taken(tmp_path: Path) -> None:
    """None of this can fail where threads switch only behind calls, and where a function begins or code jumps."""
    seen = run_script(tmp_path, CHECKED)
    assert seen.stderr == b""
    assert len(lines(seen, "items[…]", "Thread-1 (work)")) > 1000
