"""Small programs and the truth about them: what is wrong with each, or that nothing is.

Lines that a finding must name end in a comment: ``# 1``, ``# 2``. A finding may be of any of the kinds given: whether a
race did damage in this run is up to chance, that it is one is not.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

HEAD = """\
import contextvars, queue, threading, time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

def run(*functions):
    threads = [Thread(target=f, name=f"t{i}") for i, f in enumerate(functions, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""

RACE = ("data-race", "lost-update", "clobbered-read", "atomicity")


@dataclass(frozen=True)
class Truth:
    """A program and what is wrong with it.

    Attributes
    ----------
    name : str
        What it shows.
    code : str
        The program, `HEAD` before it.
    kinds : tuple of str
        Any of them must be found; empty if nothing may be.
    variable : str
        What it is about.
    threads : tuple of str
        Who must be named.
    helper : str
        A second file, ``helper.py``.
    timeout_s : float
        When the program is stopped; 0 if it ends by itself.
    allowed : tuple of str
        Kinds that may be found besides.
    """

    name: str
    code: str
    kinds: tuple[str, ...] = ()
    variable: str = ""
    threads: tuple[str, ...] = ("t1", "t2")
    helper: str = ""
    timeout_s: float = 0.0
    allowed: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The whole program."""
        return HEAD + textwrap.dedent(self.code).strip() + "\n"

    @property
    def lines(self) -> set[int]:
        """The lines that must be named."""
        return {n for n, line in enumerate(self.text.splitlines(), 1) if line.rstrip().endswith(("# 1", "# 2", "# 3"))}


BUGS = [
    Truth("a global", """
        counter = 0
        def work():
            global counter
            for _ in range(5):
                counter += 1  # 1
        run(work, work)
    """, RACE, "counter"),
    Truth("an attribute", """
        class Box: pass
        box = Box()
        box.n = 0
        def work():
            for _ in range(5):
                box.n += 1  # 1
        run(work, work)
    """, RACE, ".n"),
    Truth("an item of a dict", """
        d = {"k": 0}
        def work():
            for _ in range(5):
                d["k"] += 1  # 1
        run(work, work)
    """, RACE, 'd["k"]'),
    Truth("an item of a list", """
        items = [0, 0]
        def work():
            items[1] = items[1] + 1  # 1
        run(work, work)
    """, RACE, "items[1]"),
    Truth("a closure's variable", """
        def main():
            n = 0
            def work():
                nonlocal n
                for _ in range(5):
                    n += 1  # 1
            run(work, work)
        main()
    """, RACE, "n"),
    Truth("a class attribute", """
        class C:
            n = 0
        def work():
            C.n += 1  # 1
        run(work, work)
    """, RACE, "C.n"),
    Truth("a global of another module", """
        import helper
        run(helper.add, helper.add)
    """, RACE, "helper.n", helper="n = 0\ndef add():\n    global n\n    n += 1\n"),
    Truth("self in a method", """
        class Account:
            def __init__(self):
                self.total = 0
            def add(self):
                self.total = self.total + 1  # 1
        account = Account()
        run(account.add, account.add)
    """, RACE, "total"),
    Truth("a write here and a read there", """
        box = {}
        def put():
            box["v"] = 7  # 1
        def get():
            box.get("v")  # 2
        run(put, get)
    """, ("data-race",), "box"),
    Truth("a lock on one side only", """
        lock = threading.Lock()
        total = 0
        def safe():
            global total
            with lock:
                total += 1  # 1
        def unsafe():
            global total
            total += 1  # 2
        run(safe, unsafe)
    """, RACE, "total"),
    Truth("two different locks", """
        a, b = threading.Lock(), threading.Lock()
        total = 0
        def one():
            global total
            with a:
                total += 1  # 1
        def two():
            global total
            with b:
                total += 1  # 2
        run(one, two)
    """, RACE, "total"),
    Truth("a lock made anew at each call", """
        total = 0
        def work():
            global total
            with threading.Lock():
                total += 1  # 1
        run(work, work)
    """, RACE, "total"),
    Truth("a request id that another request overwrites", """
        class Context: pass
        ctx = Context()
        def handle():
            ctx.rid = threading.current_thread().name  # 1
            time.sleep(0.03)
            print(ctx.rid)  # 2
        run(handle, handle)
    """, RACE, ".rid"),
    Truth("a request id under a lock at each access", """
        class Context: pass
        ctx, lock = Context(), threading.Lock()
        def handle():
            with lock:
                ctx.rid = threading.current_thread().name  # 1
            time.sleep(0.03)
            with lock:
                rid = ctx.rid  # 2
            print(rid)
        run(handle, handle)
    """, ("clobbered-read",), ".rid"),
    Truth("an update in two halves, each under the lock", """
        lock, total = threading.Lock(), 0
        def work():
            global total
            with lock:
                value = total  # 1
            time.sleep(0.03)
            with lock:
                total = value + 1  # 2
        run(work, work)
    """, ("atomicity",), "total"),
    Truth("check then act on a dict", """
        cache = {}
        def work():
            if cache.get("k") is None:  # 1
                time.sleep(0.03)
                cache["k"] = object()  # 2
        run(work, work)
    """, RACE, "cache"),
    Truth("check then act, each under the lock", """
        lock, seat = threading.Lock(), None
        def book():
            global seat
            with lock:
                free = seat is None  # 1
            time.sleep(0.03)
            if free:
                with lock:
                    seat = threading.current_thread().name  # 2
        run(book, book)
    """, ("atomicity",), "seat"),
    Truth("double-checked initialisation", """
        lock, instance = threading.Lock(), None
        def get():
            global instance
            if instance is None:  # 1
                with lock:
                    if instance is None:
                        instance = object()  # 2
            return instance
        run(get, get)
    """, ("data-race",), "instance"),
    Truth("a dict that is gone through while another adds to it", """
        items = {"a": 1, "b": 2}
        def reader():
            for item in items:  # 1
                time.sleep(0.05)
        def writer():
            time.sleep(0.02)
            items["c"] = 3
        run(reader, writer)
    """, ("thread-died",), "", ("t1",), allowed=("data-race",)),
    Truth("an update through a property", """
        class Account:
            def __init__(self):
                self._balance = 0
            @property
            def balance(self):
                return self._balance  # 1
            @balance.setter
            def balance(self, value):
                self._balance = value  # 2
        account = Account()
        def work():
            for _ in range(3):
                account.balance += 1
        run(work, work)
    """, RACE, "_balance"),
    Truth("a result that is read without waiting for it", """
        result = None
        def work():
            global result
            result = 42  # 1
        thread = Thread(target=work, name="t1")
        thread.start()
        print(result)  # 2
        thread.join()
    """, ("data-race",), "result", ("t1", "MainThread")),
    Truth("an Event that is set too early", """
        ready, value = threading.Event(), 0
        def put():
            global value
            ready.set()
            value = 7  # 1
        def get():
            ready.wait()
            print(value)  # 2
        run(put, get)
    """, ("data-race",), "value"),
    Truth("a flag instead of an Event", """
        stop = False
        def loop():
            while not stop:  # 1
                time.sleep(0.002)
        def halt():
            global stop
            stop = True  # 2
        run(loop, halt)
    """, ("data-race",), "stop"),
    Truth("a deadlock of two threads", """
        a, b = threading.Lock(), threading.Lock()
        def one():
            with a:  # 1
                time.sleep(0.05)
                with b:  # 2
                    pass
        def two():
            with b:  # 1
                time.sleep(0.05)
                with a:  # 2
                    pass
        run(one, two)
    """, ("deadlock",), "", timeout_s=2),
    Truth("a deadlock of three threads", """
        locks = [threading.Lock() for _ in range(3)]
        def worker(first, second):
            with first:  # 1
                time.sleep(0.05)
                with second:  # 2
                    pass
        run(lambda: worker(locks[0], locks[1]), lambda: worker(locks[1], locks[2]), lambda: worker(locks[2], locks[0]))
    """, ("deadlock",), "", ("t1", "t2", "t3"), timeout_s=2),
    Truth("a lock that its own thread takes twice", """
        lock = threading.Lock()
        def inner():
            with lock:  # 1
                pass
        def outer():
            with lock:  # 2
                inner()
        run(outer)
    """, ("deadlock",), "lock", ("t1",), timeout_s=2),
    Truth("locks in opposite orders that did not meet", """
        a, b, gate = threading.Lock(), threading.Lock(), threading.Lock()
        def one():
            with a:
                with b:  # 1
                    pass
        def two():
            time.sleep(0.05)
            with b:
                with a:  # 2
                    pass
        run(one, two)
    """, ("lock-order",), "a and b"),
    Truth("a value left behind in a pool's thread", """
        local = threading.local()
        def task(n):
            if n:
                print(local.user)  # 1
            local.user = n  # 2
        with ThreadPoolExecutor(1) as pool:
            for n in range(3):
                pool.submit(task, n)
    """, ("leftover",), "local.user", ("task-1", "task-2")),
    Truth("a context that does not come along into a pool", """
        user = contextvars.ContextVar("user", default="nobody")
        def task():
            print(user.get())  # 1
        user.set("amy")  # 2
        with ThreadPoolExecutor(1) as pool:
            pool.submit(task)
    """, ("lost-context",), "user", ("task-1", "MainThread")),
    Truth("an attribute that only another thread has", """
        local = threading.local()
        local.user = "amy"  # 1
        def work():
            print(local.user)  # 2
        run(work)
    """, ("missing-attribute",), "local.user", ("t1", "MainThread")),
    Truth("a thread that dies", """
        def work():
            1 / 0  # 1
        run(work)
    """, ("thread-died",), "", ("t1",)),
]

CLEAN = [
    Truth("nothing shared", """
        def work():
            total = 0
            for i in range(10):
                total += i
        run(work, work)
    """),
    Truth("a threading.local", """
        local = threading.local()
        def work():
            local.n = 0
            for _ in range(5):
                local.n += 1
        run(work, work)
    """),
    Truth("a subclass of threading.local", """
        class Counter(threading.local):
            def __init__(self):
                self.n = 0
        counter = Counter()
        def work():
            for _ in range(5):
                counter.n += 1
        run(work, work)
    """),
    Truth("one lock everywhere", """
        lock, total = threading.Lock(), 0
        def work():
            global total
            for _ in range(5):
                with lock:
                    total += 1
        run(work, work)
        print(total)
    """),
    Truth("one lock by acquire and release", """
        lock, total = threading.Lock(), 0
        def work():
            global total
            lock.acquire()
            try:
                total += 1
            finally:
                lock.release()
        run(work, work)
    """),
    Truth("an RLock taken again", """
        lock, total = threading.RLock(), 0
        def add():
            global total
            with lock:
                total += 1
        def work():
            with lock:
                add()
                add()
        run(work, work)
    """),
    Truth("a lock of each object", """
        class Account:
            def __init__(self):
                self._lock = threading.Lock()
                self.total = 0
            def add(self):
                with self._lock:
                    self.total += 1
        account = Account()
        run(account.add, account.add)
        print(account.total)
    """),
    Truth("written before start, read after", """
        config = {"n": 1}
        def work():
            print(config["n"])
        run(work, work)
    """),
    Truth("read after join", """
        result = None
        def work():
            global result
            result = 42
        thread = Thread(target=work)
        thread.start()
        thread.join()
        print(result)
    """),
    Truth("ordered by an Event", """
        ready, value = threading.Event(), 0
        def put():
            global value
            value = 7
            ready.set()
        def get():
            ready.wait()
            print(value)
        run(get, put)
    """),
    Truth("ordered by an Event that is asked", """
        ready, value = threading.Event(), 0
        def put():
            global value
            value = 7
            ready.set()
        def get():
            while not ready.is_set():
                time.sleep(0.002)
            print(value)
        run(get, put)
    """),
    Truth("handed over in a Queue", """
        jobs = queue.Queue()
        class Job: pass
        def put():
            for i in range(3):
                job = Job()
                job.n = i
                jobs.put(job)
            jobs.put(None)
        def get():
            while (job := jobs.get()) is not None:
                job.n += 1
        run(put, get)
    """),
    Truth("handed over in a SimpleQueue", """
        jobs = queue.SimpleQueue()
        def put():
            jobs.put({"n": 1})
        def get():
            jobs.get()["n"] += 1
        run(put, get)
    """),
    Truth("a Queue that is joined", """
        jobs, done = queue.Queue(), {}
        def work():
            while True:
                job = jobs.get()
                if job is None:
                    return
                done[job] = True
                jobs.task_done()
        worker = Thread(target=work)
        worker.start()
        for i in range(3):
            jobs.put(i)
        jobs.join()
        print(done[2])
        jobs.put(None)
        worker.join()
    """),
    Truth("ordered by a Condition", """
        condition, items = threading.Condition(), []
        def put():
            with condition:
                items.append(1)
                condition.notify()
        def get():
            with condition:
                while not items:
                    condition.wait()
                items.pop()
        run(get, put)
    """),
    Truth("ordered by a Condition's wait_for", """
        condition, ready = threading.Condition(), False
        def put():
            global ready
            with condition:
                ready = True
                condition.notify_all()
        def get():
            with condition:
                condition.wait_for(lambda: ready)
        run(get, put)
    """),
    Truth("ordered by a Semaphore", """
        full, value = threading.Semaphore(0), 0
        def put():
            global value
            value = 7
            full.release()
        def get():
            full.acquire()
            print(value)
        run(get, put)
    """),
    Truth("a Semaphore as a lock", """
        one, total = threading.Semaphore(1), 0
        def work():
            global total
            with one:
                total += 1
        run(work, work)
    """),
    Truth("ordered by a Barrier", """
        barrier, parts = threading.Barrier(2), {}
        def one():
            parts["a"] = 1
            barrier.wait()
            print(parts["b"])
        def two():
            parts["b"] = 2
            barrier.wait()
            print(parts["a"])
        run(one, two)
    """),
    Truth("a Future's result", """
        box = {}
        def task():
            box["v"] = 7
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(task)
            future.result()
            print(box["v"])
    """),
    Truth("a pool that is left", """
        box = {}
        def task(i):
            box[i] = i
        with ThreadPoolExecutor(2) as pool:
            for i in range(4):
                pool.submit(task, i)
        print(box[0], box[3])
    """),
    Truth("a pool's map", """
        def task(i):
            return i * 2
        with ThreadPoolExecutor(2) as pool:
            print(sum(pool.map(task, range(4))))
    """),
    Truth("written before submit", """
        config = {}
        def task():
            return config["n"]
        config["n"] = 3
        with ThreadPoolExecutor(1) as pool:
            print(pool.submit(task).result())
    """),
    Truth("a Timer", """
        value = 1
        def late():
            global value
            value += 1
        timer = threading.Timer(0.01, late)
        timer.start()
        timer.join()
        print(value)
    """),
    Truth("a context that is copied", """
        user = contextvars.ContextVar("user", default="nobody")
        def task():
            print(user.get())
        user.set("amy")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(contextvars.copy_context().run, task)
    """),
    Truth("a context of each thread's own", """
        user = contextvars.ContextVar("user", default=None)
        def work():
            user.set(threading.current_thread().name)
            time.sleep(0.01)
            print(user.get())
        run(work, work)
    """),
    Truth("an object of each thread's own", """
        class Worker:
            def __init__(self):
                self.n = 0
            def work(self):
                for _ in range(5):
                    self.n += 1
        run(Worker().work, Worker().work)
    """),
    Truth("what nobody changes", """
        TABLE = {"a": 1, "b": (1, 2)}
        def work():
            print(TABLE["a"], TABLE["b"][1])
        run(work, work)
    """),
    Truth("a connection made once for each thread of a pool", """
        local = threading.local()
        def connection():
            if not hasattr(local, "db"):
                local.db = object()
            return local.db
        def task(n):
            connection()
        with ThreadPoolExecutor(1) as pool:
            for n in range(3):
                pool.submit(task, n)
    """),
    Truth("locks always in one order", """
        a, b = threading.Lock(), threading.Lock()
        def work():
            with a:
                with b:
                    pass
        run(work, work)
    """),
    Truth("tasks of one event loop", """
        import asyncio
        total = 0
        async def work():
            global total
            for _ in range(3):
                total += 1
                await asyncio.sleep(0)
        async def main():
            await asyncio.gather(work(), work())
        asyncio.run(main())
        print(total)
    """),
    Truth("an initialiser under the lock", """
        lock, instance = threading.Lock(), None
        def get():
            global instance
            with lock:
                if instance is None:
                    instance = object()
                return instance
        run(get, get)
    """),
]
