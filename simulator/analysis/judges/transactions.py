"""Transactions: how many ended in which way, and exceptions that refused one."""

from __future__ import annotations

import numpy as np

from simulator.record.kinds import Kind, Result
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import Failure


def transactions(trace: Trace) -> IntArray:
    """Return the rows of all transactions."""
    return np.flatnonzero(trace.kind == Kind.TRANSACTION)


def count_results(trace: Trace) -> dict[Result, int]:
    """Return how many transactions ended in each way; one that has not ended is `Result.NONE`."""
    numbers = np.bincount(trace.results_of(transactions(trace)), minlength=len(Result)).tolist()
    return dict(zip(Result, numbers, strict=True))


def failures_of(trace: Trace, kind: str) -> list[Failure]:
    """Return the exceptions of a class, by its name."""
    return [failure for failure in trace.failures if failure.kind == kind]


def last_read_before(trace: Trace, row: int, variable: int) -> int | None:
    """Return the last read of a variable by the actor of an event before it, None if there is none."""
    is_read = (trace.kind[:row] == Kind.READ) & (trace.actor[:row] == trace.actor[row])
    found = np.flatnonzero(is_read & (trace.variable[:row] == variable))
    return int(found[-1]) if len(found) else None
