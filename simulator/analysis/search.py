"""Search in a trace: events whose variable, value, thread or outcome matches what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from simulator.analysis.kind_words import ON_VARIABLES, WITH_VALUE
from simulator.analysis.outcomes import Outcome
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_OBJECT

_FIELDS = ("variable", "value", "thread", "outcome", "kind", "line")


def search(trace: Trace, outcome: IntArray, text: str) -> IntArray:
    """Find events.

    Parameters
    ----------
    trace : Trace
        The run.
    outcome : ndarray of uint8, shape (n,)
        `Outcome` of each event.
    text : str
        Words that must all match, in any order. A plain word matches a variable, thread, task, outcome or kind that
        contains it, or a value that is written like it. ``variable:counter``, ``value:4``, ``thread:worker-2``,
        ``outcome:foreign``, ``kind:write`` and ``line:6`` look in one place only.

    Returns
    -------
    ndarray of int64, shape (k,)
        Rows in order; none for an empty text.

    Notes
    -----
    Thread: any (pure). Cost: O(n) for each word.
    """
    words = text.lower().split()
    if not words or not trace.n:
        return np.empty(0, np.int64)
    found = np.ones(trace.n, bool)
    for word in words:
        found &= _matches(trace, outcome, word)
    return np.flatnonzero(found)


def _matches(trace: Trace, outcome: IntArray, word: str) -> IntArray:
    field, _, wanted = word.partition(":")
    if not wanted or field not in _FIELDS:
        field, wanted = "", word
    found = np.zeros(trace.n, bool)
    if field in ("", "variable"):
        found |= _in(trace.variable, _containing(trace.variables, wanted)) & _has_variable(trace)
    if field in ("", "thread"):
        found |= _in(trace.thread, _containing((info.name for info in trace.threads), wanted))
        found |= _in(trace.actor, _containing((actor.name for actor in trace.actors), wanted))
    if field in ("", "outcome"):
        found |= _in(outcome, _containing((kind.name.lower() if kind else "" for kind in Outcome), wanted))
    if field in ("", "kind"):
        found |= _in(trace.kind, [kind for kind in Kind if _is_kind(kind, wanted)])
    if field in ("", "value"):
        found |= _has_value_written_like(trace, wanted)
    if field == "line":
        found |= trace.line == (int(wanted) if wanted.isdecimal() else -1)
    return found


def _is_kind(kind: Kind, wanted: str) -> bool:
    """Return whether a kind is called that: ``thread-begin`` also ``begin``, but not ``read``."""
    name = kind.name.lower().replace("_", "-")
    return any(part.startswith(wanted) for part in (name, *name.split("-")))


def _containing(names: Iterable[str], wanted: str) -> list[int]:
    return [index for index, name in enumerate(names) if wanted in name.lower()]


def _in(column: IntArray, indices: Sequence[int]) -> IntArray:
    found: IntArray = np.isin(column, indices)
    return found


def _has_variable(trace: Trace) -> IntArray:
    return _in(trace.kind, ON_VARIABLES)


def _has_value_written_like(trace: Trace, wanted: str) -> IntArray:
    """Match the values of writes and answers, and those of the reads that got them."""
    tag = trace.flags & TAG_MASK
    objects = [i for i, value in enumerate(trace.objects) if wanted.strip("'\"") in str(value).lower()]
    found: IntArray = (tag == TAG_OBJECT) & np.isin(trace.value, objects)
    if wanted.lstrip("-").isdecimal():
        found |= (tag == TAG_INT) & (trace.value == int(wanted))
    found &= np.isin(trace.kind, WITH_VALUE)
    reads = np.flatnonzero((trace.reads_from >= 0) & (trace.kind == Kind.READ))
    found[reads] = found[trace.reads_from[reads]]
    return found
