"""Whether a stamp right behind an access is exact on this interpreter; where it is not, a lock around each access is.

With its global lock CPython switches threads nowhere between an access and the reading of the clock behind it. Without
one, or on an interpreter of another kind, two threads can do both at once.
"""

from __future__ import annotations

import sys
import threading
import time
from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable
from typing import Any
from zlib import crc32

from simulator.runtime.place import has_gil

ROUNDS = 500
N_STRIPES = 64

_RACE = """
def work(base, rows):
    global x
    for i in range(base, base + rounds):
        seen = x; rows.append((now(), False, seen))
        x = i; rows.append((now(), True, i))
"""


def is_straight() -> bool:
    """Return whether stamps right behind accesses put racing reads and writes into their order; takes some ms."""
    if not has_gil():
        return False
    names: dict[str, Any] = {"now": time.perf_counter_ns, "rounds": ROUNDS, "x": -1}
    exec(_RACE, names)
    rows: list[list[tuple[int, bool, int]]] = [[], []]
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        ended = [_start(names["work"], i * ROUNDS, rows[i]) for i in range(2)]
        for lock in ended:
            lock.acquire()
    finally:
        sys.setswitchinterval(interval_s)
    return _is_in_order(rows)


def _start(work: Callable[..., None], *arguments: Any) -> LockType:
    """Run a function on a thread that `threading` does not count; return a lock that is free when it has ended."""
    lock = allocate_lock()
    lock.acquire()

    def run() -> None:
        try:
            work(*arguments)
        finally:
            lock.release()

    start_new_thread(run, ())
    return lock


def _is_in_order(rows: list[list[tuple[int, bool, int]]]) -> bool:
    """Return whether every read got what was written last before it."""
    last = -1
    for _, is_write, value in sorted((row for own in rows for row in own), key=lambda row: row[0]):
        if is_write:
            last = value
        elif value != last:
            return False
    return True


def stripe_of(name: str) -> int:
    """Return the number of the lock for a variable of this name."""
    return crc32(name.encode("utf-8", "surrogatepass")) % N_STRIPES


def locking_helpers(
    find: Callable[[str], Callable[..., Any]], way: Callable[[type, int], int], now: Callable[[], int]
) -> dict[str, Callable[..., Any]]:
    """Return the functions that rewritten code calls for accesses under a lock.

    Parameters
    ----------
    find : callable
        Returns the function that records a form; see `simulator.script.helpers`.
    way : callable
        Tells for a type and a site how the attribute is found; only plain ones are read under a lock, for others run
        code of the user that may wait.
    now : callable
        The clock.

    Returns
    -------
    dict
        ``read(stripe, form, site, owner parts, access)``, ``lock(stripe)`` and ``unlock(stripe)``.
    """
    stripes = [threading.RLock() for _ in range(N_STRIPES)]
    records: dict[str, Callable[..., Any]] = {}

    def read(stripe: int, form: str, site: int, parts: tuple[Any, ...], access: Callable[[], Any]) -> Any:
        if parts and form == "a" and way(type(parts[0]), site) != 1:
            value, t = access(), now()
        else:
            with stripes[stripe]:
                value, t = access(), now()
        record = records.get(form) or records.setdefault(form, find(f"record {form}"))
        return record(site, *parts, value, None, t)

    def lock(stripe: int) -> None:
        stripes[stripe].acquire()

    def unlock(stripe: int) -> None:
        stripes[stripe].release()

    return {"read": read, "lock": lock, "unlock": unlock}
