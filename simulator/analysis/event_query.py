"""Which events of a run are listed, and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import ON_VARIABLES
from simulator.analysis.outcomes import Outcome
from simulator.analysis.search import search
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


class SortKey(Enum):
    """What events can be sorted by."""

    TIME = "time"
    THREAD = "thread"
    VARIABLE = "variable"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A choice of events and their order.

    Attributes
    ----------
    text : str
        What they must match, as in `simulator.analysis.search`; empty for all.
    only_problems : bool
        Whether they must be problems.
    key : SortKey
        By what they are sorted: thread and variable by name, outcome with the worst first. Equal ones stay in the
        order of time.
    is_descending : bool
        Whether the order is turned round.
    """

    text: str = ""
    only_problems: bool = False
    key: SortKey = SortKey.TIME
    is_descending: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether it asks for all events in the order of time."""
        return self == EventQuery(text=self.text) and not self.text.split()


def find_events(trace: Trace, outcome: IntArray, severity: IntArray, query: EventQuery) -> IntArray | None:
    """Return the rows that a query asks for, in its order; None for all of them in the order of time.

    Parameters
    ----------
    trace : Trace
        The run.
    outcome, severity : ndarray of uint8, shape (n,)
        `Outcome` and `Severity` of each event.
    query : EventQuery
        What is asked for.

    Returns
    -------
    ndarray of int64, shape (k,), or None

    Notes
    -----
    Thread: any (pure). Cost: O(n), since the keys have at most 16 bits.
    """
    if query.is_everything:
        return None
    rows = _filtered(trace, outcome, severity, query)
    if query.key is SortKey.TIME:
        found = np.arange(trace.n) if rows is None else rows
        return found[::-1] if query.is_descending else found
    keys = _keys(trace, outcome, query.key, slice(None) if rows is None else rows)
    if query.is_descending:
        keys = np.iinfo(keys.dtype).max - keys
    order = np.argsort(keys, kind="stable")
    return order if rows is None else rows[order]


def _filtered(trace: Trace, outcome: IntArray, severity: IntArray, query: EventQuery) -> IntArray | None:
    rows = search(trace, outcome, query.text) if query.text.split() else None
    if not query.only_problems:
        return rows
    if rows is None:
        return np.flatnonzero(severity >= Severity.WARNING)
    return rows[severity[rows] >= Severity.WARNING]


def _keys(trace: Trace, outcome: IntArray, key: SortKey, rows: Any) -> IntArray:
    """Return a small number for each row by which it is sorted."""
    if key is SortKey.OUTCOME:
        worst_first: IntArray = np.uint8(max(Outcome)) - outcome[rows]
        return worst_first
    if key is SortKey.THREAD:
        ranks = _ranks([info.name for info in trace.threads])
        by_thread: IntArray = ranks.take(trace.thread[rows])
        return by_thread
    ranks = _ranks([*trace.variables, ""])
    has_variable = np.isin(trace.kind[rows], ON_VARIABLES)
    by_variable: IntArray = ranks.take(np.where(has_variable, trace.variable_or_none(rows), len(trace.variables)))
    return by_variable


def _ranks(names: list[str]) -> IntArray:
    """Return the place of each name in the order of names; the empty one comes last."""
    order = sorted(range(len(names)), key=lambda index: (not names[index], natural_key(names[index]), index))
    ranks = np.empty(len(names), np.min_scalar_type(len(names)))
    ranks[order] = np.arange(len(names))
    return ranks


@lru_cache(1 << 16)
def natural_key(name: str) -> list[tuple[int, str]]:
    """Return what puts names into the order that people expect: ``worker-2`` before ``worker-10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
