"""The nearest row with the same key, for many rows at once."""

from __future__ import annotations

import numpy as np

from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


def object_key(trace: Trace, rows: IntArray) -> IntArray:
    """Return a number for the lock or other object that each row is about."""
    key: IntArray = trace.variable[rows].astype(np.int64) << 32 | trace.place[rows]
    return key


def last_of(keys: IntArray, rows: IntArray, key: IntArray, row: IntArray) -> IntArray:
    """Return the last of some rows before each `row` that has its key, -1 where there is none, shape (k,)."""
    return _neighbour(keys, rows, key, row, -1)


def next_of(keys: IntArray, rows: IntArray, key: IntArray, row: IntArray) -> IntArray:
    """Return the next of some rows after each `row` that has its key, -1 where there is none, shape (k,)."""
    return _neighbour(keys, rows, key, row + 1, 0)


def _neighbour(keys: IntArray, rows: IntArray, key: IntArray, row: IntArray, step: int) -> IntArray:
    if not len(rows):
        return np.full(len(row), -1, np.int64)
    _, numbers = np.unique(np.concatenate([keys, key]).astype(np.int64), return_inverse=True)
    number = numbers[len(keys) :]
    order = np.lexsort((rows, numbers[: len(keys)]))
    sorted_rows, sorted_numbers = rows[order], numbers[: len(keys)][order]
    span = int(max(rows.max(initial=0), row.max(initial=0))) + 2
    at = (sorted_numbers * span + sorted_rows).searchsorted(number * span + row) + step
    inside = (at >= 0) & (at < len(rows))
    inside[inside] = sorted_numbers[at[inside]] == number[inside]
    found: IntArray = np.where(inside, sorted_rows[np.clip(at, 0, len(rows) - 1)], -1)
    return found
