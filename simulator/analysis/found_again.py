"""Findings of a trace whose events have got other numbers since: late events can renumber all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from simulator.analysis.findings import Finding
from simulator.trace.columns import IntArray
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import Trace

_MOST_TIES = 64
_TELLING = ("begin_ns", "thread", "kind", "variable", "place", "line")


def find_rows_again(rows: Iterable[int], before: Trace, now: Trace) -> dict[int, int]:
    """Return the numbers that events have now.

    Parameters
    ----------
    rows : iterable of int
        Their numbers in `before`.
    before, now : Trace
        A snapshot, and the trace that it was taken of, which has all of its events and perhaps others.

    Returns
    -------
    dict of int to int
        `NO_ROW` for events that are not there.
    """
    old = np.array(sorted(set(rows) - {NO_ROW}), np.int64)
    found = np.full(len(old), NO_ROW, np.int64)
    at = now.begin_ns.searchsorted(before.begin_ns[old])
    for _ in range(_MOST_TIES):
        open_ = np.flatnonzero((found == NO_ROW) & (at < now.n))
        if not len(open_):
            break
        same = _is_same(old[open_], at[open_], before, now)
        found[open_[same]] = at[open_[same]]
        at += 1
    return dict(zip(old.tolist(), found.tolist(), strict=True)) | {NO_ROW: NO_ROW}


def _is_same(old: IntArray, new: IntArray, before: Trace, now: Trace) -> IntArray:
    same = np.ones(len(old), bool)
    for name in _TELLING:
        same &= getattr(before, name)[old] == getattr(now, name)[new]
    return same


def find_again(findings: Sequence[Finding], before: Trace, now: Trace) -> list[Finding]:
    """Return findings with the numbers that their events have now; see `find_rows_again`."""
    if before.generation == now.generation:
        return list(findings)
    rows = find_rows_again(
        (row for one in findings for row in (*one.events, *(place.row for place in one.places))), before, now
    )
    return [
        replace(
            one,
            events=tuple(rows[row] for row in one.events if rows[row] != NO_ROW),
            places=tuple(replace(place, row=rows[place.row]) for place in one.places),
        )
        for one in findings
    ]
