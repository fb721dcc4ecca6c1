"""Accesses sorted by the cell that they touch."""

from __future__ import annotations

import numpy as np

from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.script.sites import IMPORT
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

_FEW_KEYS = 1 << 16


def accesses_in_run(trace: Trace) -> IntArray:
    """Return the rows of all accesses that may race, sorted.

    What was set before the run does not, nor does what a module's code did while it was imported: whoever else imports
    it waits for that.
    """
    is_access = (trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN)
    for row in _imports(trace):
        inside = slice(row, int(trace.begin_ns.searchsorted(trace.end_ns[row], "right")))
        is_access[inside] &= trace.thread[inside] != trace.thread[row]
    return np.flatnonzero(is_access)


def _imports(trace: Trace) -> list[int]:
    """Return the rows of the spans in which modules were imported while other threads were there."""
    rows: list[int] = np.flatnonzero((trace.kind == Kind.BLOCK) & (trace.end_ns != OPEN)).tolist()
    return [row for row in rows if str(trace.value_of(row)).startswith(f"{IMPORT} ")]


def sort_by_cell(trace: Trace, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Sort accesses by their cell (variable and place); those of one cell stay in their order.

    Parameters
    ----------
    trace : Trace
        The run.
    rows : ndarray of int64, shape (k,)
        Rows of accesses, sorted.

    Returns
    -------
    rows, starts : ndarray of int64, shapes (k,) and (number of cells,)
        The rows cell by cell, and where in them each cell begins.

    Notes
    -----
    Thread: any (pure). Cost: O(k) where there are few cells, else O(k log k).
    """
    if not len(rows):
        return rows, np.empty(0, np.int64)
    variable, place = trace.variable[rows].astype(np.int64), trace.place[rows].astype(np.int64)
    keys = variable * (int(place.max()) + 1) + place
    if int(keys.max()) < _FEW_KEYS:  # numpy sorts 16-bit keys in linear time
        keys = keys.astype(np.uint16)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    return rows[order], np.concatenate([[0], starts])
