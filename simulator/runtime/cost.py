"""What recording costs here and now: timed on a variable of its own, just before a run."""

from __future__ import annotations

from simulator.record.clock import now_ns
from simulator.record.recorder import Recorder
from simulator.storage.base import namespace_class
from simulator.storage.shared import SharedStorage

_ROUNDS = 5
_ACCESSES = 100


def measure_access_cost_ns() -> int:
    """Return what one recorded access costs on this interpreter, nanoseconds: median over reads and writes.

    Notes
    -----
    Takes a fraction of a millisecond. The rows are thrown away.
    """
    state = namespace_class(SharedStorage(Recorder()), {"x": 0})()
    costs = []
    for _ in range(_ROUNDS):
        begin_ns = now_ns()
        for i in range(_ACCESSES // 2):
            state.x = i
            state.x  # noqa: B018  # the read is what is timed
        costs.append((now_ns() - begin_ns) // _ACCESSES)
    return sorted(costs)[_ROUNDS // 2]
