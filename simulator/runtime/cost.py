"""What recording costs here and now: timed on a variable of its own, just before a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.record.clock import now_ns
from simulator.record.recorder import Recorder
from simulator.runtime.sites import compile_sites
from simulator.storage.base import namespace_class
from simulator.storage.shared import SharedStorage

_CODE = """
def read(n):
    for _ in range(n):
        state.x

def write(n):
    for i in range(n):
        state.x = i
"""
_ROUNDS = 5
_ACCESSES = 100


def recorded_accesses(recorder: Recorder) -> tuple[Callable[[int], None], Callable[[int], None]]:
    """Return functions that read and write a recorded variable some number of times, as a program's code does."""
    code, sites = compile_sites(_CODE, "cost.py", ["x"])
    names: dict[str, Any] = {"state": namespace_class(SharedStorage(recorder), {"x": 0}, None, sites)()}
    exec(code, names)
    return names["read"], names["write"]


def measure_access_cost_ns() -> int:
    """Return what one recorded access costs on this interpreter, nanoseconds: median over reads and writes.

    Notes
    -----
    Takes a fraction of a millisecond. The rows are thrown away.
    """
    read, write = recorded_accesses(Recorder())
    costs = []
    for _ in range(_ROUNDS):
        begin_ns = now_ns()
        write(_ACCESSES // 2)
        read(_ACCESSES // 2)
        costs.append((now_ns() - begin_ns) // _ACCESSES)
    return sorted(costs)[_ROUNDS // 2]
