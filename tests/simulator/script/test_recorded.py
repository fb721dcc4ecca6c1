"""What is recorded of a script: each kind of variable, by its name, with its values and lines."""

from __future__ import annotations

from pathlib import Path

from simulator.record.kinds import Kind
from tests.simulator.script.running import run_script

THREADS = """
import threading
ctx = threading.local()
counter = 0

def work(name):
    global counter
    ctx.request_id = name
    counter += 1
    print(ctx.request_id)

for name in ("a", "b"):
    thread = threading.Thread(target=work, args=(name,), name=f"worker {name}")
    thread.start()
    thread.join()
"""


def test_globals_and_thread_locals_are_recorded_with_thread_line_and_value(tmp_path: Path) -> None:
    seen = run_script(tmp_path, THREADS)
    assert (seen.status, seen.exit_code, seen.stdout, seen.stderr) == ("done", 0, b"a\nb\n", b"")
    assert seen.accesses("counter") == [
        ("MainThread", Kind.WRITE, 0),
        ("worker a", Kind.READ, 0),
        ("worker a", Kind.WRITE, 1),
        ("worker b", Kind.READ, 1),
        ("worker b", Kind.WRITE, 2),
    ]
    assert [row[1:6] for row in seen.rows if row[3] == "ctx.request_id"] == [
        ("worker a", Kind.WRITE, "ctx.request_id", "a", 7),
        ("worker a", Kind.READ, "ctx.request_id", "a", 9),
        ("worker b", Kind.WRITE, "ctx.request_id", "b", 7),
        ("worker b", Kind.READ, "ctx.request_id", "b", 9),
    ]
    assert sorted(place for place in seen.places.values() if place[1] == "local") == [
        ("ctx", "local", 2),
        ("ctx", "local", 3),
    ]


def test_attributes_items_cells_and_what_is_missing_have_the_names_of_the_source(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        ctx = threading.local()
        class Pool:
            def __init__(self):
                self.__free = 3
                self.data = {"k": [0]}
            def take(self):
                self.__free -= 1
                self.data["k"][0] += 1
        pool = Pool()
        def work():
            try:
                ctx.conn
            except AttributeError:
                ctx.conn = 1
            pool.take()
        def run():
            n = 0
            def up():
                nonlocal n
                n += 1
                work()
            thread = threading.Thread(target=up, name="other")
            thread.start()
            thread.join()
            up()
        run()
        """,
    )
    assert seen.accesses("pool._Pool__free")[-2:] == [("MainThread", Kind.READ, 2), ("MainThread", Kind.WRITE, 1)]
    assert seen.accesses('self.data["k"][0]') == [
        ("other", Kind.WRITE, 1),
        ("MainThread", Kind.READ, 1),
        ("MainThread", Kind.WRITE, 2),
    ]
    assert seen.accesses("n")[-2:] == [("MainThread", Kind.READ, 1), ("MainThread", Kind.WRITE, 2)]
    missing = [row for row in seen.rows if row[3] == "ctx.conn" and row[2] == Kind.READ]
    assert [(row[1], row[5], row[6] % 2) for row in missing] == [("other", 13, 1), ("MainThread", 13, 1)]


def test_what_only_one_thread_touches_is_left_out_and_counted(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        class C:
            pass
        def work():
            c = C()
            c.n = 0
            for _ in range(10):
                c.n += 1
            l = [0]
            l[0] += c.n
        work()
        """,
    )
    assert [row for row in seen.rows if row[2] <= Kind.DELETE] == []
    assert seen.left_out == 24  # 1 + 10 updates + 1 update + 1 read


def test_the_last_writes_before_another_thread_comes_are_kept(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        class C:
            def __init__(self):
                self.n = 1
                self.n = 2
        c = C()
        c.n = 3
        thread = threading.Thread(target=lambda: print(c.n), name="other")
        thread.start()
        thread.join()
        """,
    )
    assert [row[1:6] for row in seen.rows if row[3] == "c.n"] == [
        ("MainThread", Kind.WRITE, "c.n", 1, 4),
        ("MainThread", Kind.WRITE, "c.n", 2, 5),
        ("MainThread", Kind.WRITE, "c.n", 3, 7),
        ("other", Kind.READ, "c.n", 3, 8),
    ]


def test_synchronisation_is_recorded_at_its_own_level(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading, queue
        lock = threading.Lock()
        done = threading.Event()
        jobs = queue.Queue()
        def work():
            with lock:
                job = jobs.get()
            done.set()
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        jobs.put("a")
        done.wait()
        thread.join()
        with lock:
            pass
        """,
    )
    kinds = (Kind.SIGNAL, Kind.HOLD, Kind.CHECK, Kind.CLEAR)
    assert sorted(seen.kinds(*kinds), key=lambda row: row[0]) == [
        ("MainThread", Kind.SIGNAL, "worker", "start"),
        ("MainThread", Kind.SIGNAL, "jobs", "put"),
        ("MainThread", Kind.HOLD, "lock", None),
        ("MainThread", Kind.SIGNAL, "lock", "release"),
        ("worker", Kind.HOLD, "lock", None),
        ("worker", Kind.SIGNAL, "lock", "release"),
        ("worker", Kind.SIGNAL, "done", "set"),
        ("worker", Kind.SIGNAL, "worker", "done"),
    ]
    met = {row[3]: row[6] for row in seen.rows if row[2] == Kind.RECEIVE}
    signals = {row[6]: row[4] for row in seen.rows if row[2] == Kind.SIGNAL}
    assert signals[next(row[6] for row in seen.rows if row[1] == "worker" and row[2] == Kind.THREAD_BEGIN)] == "start"
    assert signals[met["lock"]] == "release"


def test_tasks_of_pools_and_loops_are_actors(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        class Box:
            n = 0
        box = Box()
        async def add():
            n = box.n
            await asyncio.sleep(0)
            box.n = n + 1
        async def main():
            await asyncio.gather(add(), add())
        with ThreadPoolExecutor(1) as pool:
            print(pool.submit(len, "abc").result())
        asyncio.run(main())
        print(box.n)
        """,
    )
    assert seen.stdout == b"3\n1\n"
    assert [row[3] for row in seen.kinds(Kind.TASK)][:4] == [1, "Task-1", "Task-2", "Task-3"]
    assert [row[2:] for row in seen.kinds(Kind.WRITE)][-2:] == [("box.n", 1), ("box.n", 1)]


def test_an_exception_that_ends_a_thread_is_recorded_with_its_line(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        def work():
            raise ValueError("bad")
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        thread.join()
        """,
    )
    (row,) = [row for row in seen.rows if row[2] == Kind.EXCEPTION]
    assert (row[1], row[4][:2], row[4][3], row[5]) == ("worker", ("ValueError", "ValueError: bad"), False, 3)


def test_context_variables_are_recorded_with_their_write(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import contextvars
        user = contextvars.ContextVar("user", default="nobody")
        def work():
            user.get()
            token = user.set(object())
            contextvars.copy_context().run(user.get)
            user.get()
            user.reset(token)
        work()
        """,
    )
    rows = [row for row in seen.rows if row[3] == "user"]
    assert [row[2] for row in rows] == [Kind.READ, Kind.WRITE, Kind.READ, Kind.DELETE]
    assert rows[0][6] % 2 == 1  # nothing was set: the default
    assert rows[2][6] == rows[1][6] > 0


def test_attributes_by_name_are_recorded_under_it(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        ctx = threading.local()
        name = "user"
        def work():
            print(hasattr(ctx, name), getattr(ctx, name, "nobody"))
            setattr(ctx, name, "ann")
            print(getattr(ctx, name))
            delattr(ctx, name)
        work()
        """,
    )
    assert seen.stdout == b"False nobody\nann\n"
    rows = [row for row in seen.rows if row[3] == "ctx.user"]
    assert [(row[2], row[4], row[6] % 2) for row in rows] == [
        (Kind.READ, False, 1),
        (Kind.READ, "nobody", 1),
        (Kind.WRITE, "ann", 0),
        (Kind.READ, "ann", 0),
        (Kind.DELETE, None, 0),
    ]


def test_globals_of_another_module_are_one_variable_from_wherever_they_are_accessed(tmp_path: Path) -> None:
    (tmp_path / "cache.py").write_text("last = 0\ndef put(x):\n    global last\n    last = x\n", encoding="utf-8")
    seen = run_script(tmp_path, "import cache\ndef work():\n    cache.put(1)\n    print(cache.last)\nwork()\n")
    assert [value for _, _, value in seen.accesses("cache.last")] == [0, 1, 1]


def test_a_global_bound_once_to_a_plain_value_is_read_once_a_line_by_each_thread(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        limit, step = 3, 2
        def work():
            total = 0
            for i in range(limit):
                total += step * limit
            return total
        for name in "ab":
            thread = threading.Thread(target=work, name=name)
            thread.start()
            thread.join()
        """,
    )
    told = [(row[1], row[2], row[4], row[5]) for row in seen.rows if row[3] == "limit"]
    reads = [(name, Kind.READ, 3, line) for name in "ab" for line in (5, 6)]
    assert told == [("MainThread", Kind.WRITE, 3, 2), *reads]
    assert len(seen.accesses("step")) == 3
    assert seen.left_out == 2 * (2 + 2)  # the same again, two more rounds of each loop


def test_locks_that_a_stack_takes_are_held_until_it_lets_them_go(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import contextlib, threading
        n = 0
        lock, other = threading.Lock(), threading.Lock()
        def work():
            global n
            with contextlib.ExitStack() as stack:
                stack.enter_context(lock)
                other.acquire()
                stack.callback(other.release)
                n += 1
            n += 1
        thread = threading.Thread(target=work, name="t")
        thread.start()
        thread.join()
        """,
    )
    told = [row[2:4] for row in seen.rows if row[1] == "t" and row[3] in ("n", "lock", "other", "0")]
    assert told == [
        (Kind.RECEIVE, "lock"),
        (Kind.HOLD, "lock"),
        (Kind.RECEIVE, "other"),
        (Kind.HOLD, "other"),
        (Kind.READ, "n"),
        (Kind.WRITE, "n"),
        (Kind.END, "0"),
        (Kind.SIGNAL, "other"),
        (Kind.END, "0"),
        (Kind.SIGNAL, "lock"),
        (Kind.READ, "n"),
        (Kind.WRITE, "n"),
    ]


def test_names_are_written_also_where_a_module_looks_at_its_own_names(tmp_path: Path) -> None:
    source = """
    import threading
    x = y = 0
    z, w = 1, 3
    names = dir()
    def work():
        return x, y, z, w
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    """
    seen = run_script(tmp_path, source)
    assert [seen.accesses(name)[0] for name in "xyzw"] == [("MainThread", Kind.WRITE, value) for value in (0, 0, 1, 3)]


def test_the_body_of_a_class_writes_its_attributes(tmp_path: Path) -> None:
    seen = run_script(
        tmp_path,
        """
        import threading
        def counted(one):
            return one
        @counted
        class Counter:
            total, name = 0, "never stored again"
            last: int = 7
            def add(self):
                Counter.total = self.last + 1
                Counter.last = 8
        for name in "ab":
            thread = threading.Thread(target=Counter().add, name=name)
            thread.start()
            thread.join()
        """,
    )
    assert ("MainThread", Kind.WRITE, 0, 6) in [(row[1], row[2], row[4], row[5]) for row in seen.rows]
    of_last = [(row[1], row[2], row[4], row[5]) for row in seen.rows if row[3] == "Counter.last"]
    assert of_last == [
        ("MainThread", Kind.WRITE, 7, 7),
        *[("a", Kind.READ, 7, 9), ("a", Kind.WRITE, 8, 10)],
        *[("b", Kind.READ, 8, 9), ("b", Kind.WRITE, 8, 10)],
    ]


def test_attributes_by_name_are_those_of_modules_and_classes_too(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text("level = 1\n", encoding="utf-8")
    seen = run_script(
        tmp_path,
        """
        import config, threading, string
        class C:
            total = 3
        c = C()
        def work(name):
            setattr(config, "level", getattr(config, "level") + 1)
            setattr(C, "total", getattr(c, "total") + 1)
            config.level += 1
            setattr(string, "mine", name)
            print(string.mine, string.digits, getattr(string, "digits"))
        for name in "ab":
            thread = threading.Thread(target=work, args=(name,), name=name)
            thread.start()
            thread.join()
        """,
    )
    assert [(kind, value) for _, kind, value in seen.accesses("config.level")] == [
        (Kind.WRITE, 1),
        *[(Kind.READ, 1), (Kind.WRITE, 2), (Kind.READ, 2), (Kind.WRITE, 3)],
        *[(Kind.READ, 3), (Kind.WRITE, 4), (Kind.READ, 4), (Kind.WRITE, 5)],
    ]
    assert [value for _, _, value in seen.accesses("C.total")] == [3, 3, 4, 4, 5]
    assert [value for _, _, value in seen.accesses("string.mine")] == ["a", "a", "b", "b"]
    assert seen.accesses("string.digits") == seen.accesses("threading.Thread") == []
