"""Arrows of a Chrome trace: from a write to the reads that got it, from a signal to what it let go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.recording import Recording
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

PROBLEMS, ALL = "problems", "all"
FLOWS = (PROBLEMS, ALL)
"""Which arrows are written: those of problem reads, or all."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Arrows, sorted by source.

    Attributes
    ----------
    source, target : ndarray of int64, shape (k,)
        Rows of both ends.
    end_ns : ndarray of int64, shape (k,)
        When each arrives: with the read, or just before the end of a wait.
    shown_at : ndarray of int64, shape (k,)
        Row of the event behind which the arrival is written: the later of both ends.
    """

    source: IntArray
    target: IntArray
    end_ns: IntArray
    shown_at: IntArray


def find_flows(recording: Recording, which: str = PROBLEMS) -> Flows:
    """Find the arrows of a run.

    Parameters
    ----------
    recording : Recording
        The run.
    which : str
        ``problems``: of reads that belong to a finding of severity warning or error; ``all``: of every read and of
        everything that a signal let go on.

    Returns
    -------
    Flows
        Without those that would lead back in time, which the order of two threads' events that cannot be told may
        cause: viewers refuse them.
    """
    trace = recording.trace
    is_target = trace.reads_from >= 0
    if which == PROBLEMS:
        is_target &= (trace.kind == Kind.READ) & (recording.analysis.severity >= Severity.WARNING)
    target = np.flatnonzero(is_target)
    source = trace.reads_from[target].astype(np.int64)
    end_ns = _arrivals_ns(trace, target, source)
    is_forward = (trace.begin_ns[source] < end_ns) | ((trace.begin_ns[source] == end_ns) & (source < target))
    is_forward |= (trace.kind[target] >= FIRST_SPAN) & (trace.begin_ns[source] == end_ns)
    order = np.flatnonzero(is_forward)
    order = order[np.argsort(source[order], kind="stable")]
    return Flows(source[order], target[order], end_ns[order], np.maximum(source, target)[order])


def _arrivals_ns(trace: Trace, target: IntArray, source: IntArray) -> IntArray:
    """Return when arrows arrive: at an instant, or inside a wait, as late as it lasts but not before they start."""
    begin_ns, end_ns = trace.begin_ns[target], trace.end_ns[target]
    is_wait = (trace.kind[target] >= FIRST_SPAN) & (end_ns != OPEN)
    inside_ns = np.minimum(np.maximum(end_ns - 1, trace.begin_ns[source]), end_ns)
    return np.where(is_wait, np.maximum(inside_ns, begin_ns), begin_ns)
