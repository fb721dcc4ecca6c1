"""Log lines of a run, and whether each carries the values of the actor that wrote it.

A filter stamps a record in the thread that logs, just before the line is written. So what a line was stamped with is
what its actor read last before it; the line is wrong if that read is a problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.analysis.counts import PRIVATE_PROBLEMS
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.row_table import NO_ROW
from simulator.trace.trace import Trace


@dataclass(frozen=True, slots=True)
class LogLines:
    """The log lines of a run in the order of time.

    Attributes
    ----------
    rows : ndarray of int64, shape (k,)
        Their events.
    reads : ndarray of int64, shape (k,)
        The read with which each was stamped, `NO_ROW` where its actor has read nothing since its line before.
    is_wrong : ndarray of bool, shape (k,)
        Whether that read was a foreign, leftover or erased one of a private variable.
    """

    rows: IntArray
    reads: IntArray
    is_wrong: IntArray


NO_LINES = LogLines(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool))


def find_log_lines(trace: Trace, outcome: IntArray, is_private: Callable[[IntArray], IntArray]) -> LogLines:
    """Find the log lines and judge them.

    Parameters
    ----------
    trace : Trace
        The run.
    outcome : ndarray of uint8, shape (n,)
        `Outcome` of each event so far; later ones are left out.
    is_private : callable
        Tells of rows whether each is about a variable that is meant to belong to one actor, bool of the same shape.

    Returns
    -------
    LogLines
        Of the events that have been judged.

    Notes
    -----
    Thread: any (pure). Cost: O(n) in all events, O(m log m) in reads and lines.
    """
    kind = trace.kind[: len(outcome)]
    chosen = np.flatnonzero((kind == Kind.LOG) | (kind == Kind.READ))
    is_line = kind[chosen] == Kind.LOG
    is_stamp = np.zeros(len(chosen), bool)
    is_stamp[~is_line] = is_private(chosen[~is_line])
    chosen = chosen[is_line | is_stamp]
    order = chosen[np.argsort(trace.actor[chosen], kind="stable")]
    before = np.concatenate([[NO_ROW], order[:-1]])
    is_line = kind[order] == Kind.LOG
    lines, reads = order[is_line], before[is_line]
    is_read = (reads >= 0) & (kind[reads] == Kind.READ) & (trace.actor[reads] == trace.actor[lines])
    reads = np.where(is_read, reads, NO_ROW)
    is_wrong = is_read & np.isin(outcome[reads], PRIVATE_PROBLEMS)
    by_time = np.argsort(lines, kind="stable")
    return LogLines(lines[by_time], reads[by_time], is_wrong[by_time])
