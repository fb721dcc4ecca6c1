"""A range of time in numbers: for each thread and variable what was read, written, waited for and held."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields

import numpy as np

from simulator.analysis.outcomes import Outcome
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One thread's dealings with one variable inside a range.

    Attributes
    ----------
    thread, variable : str
        Names.
    reads, writes, deletes : int
        Accesses inside the range.
    own, initial, inherited, unknown, missing, leftover, erased, foreign : int
        The reads by outcome.
    waiting_ns, holding_ns : int
        Time inside the range spent waiting for, and holding, this lock; 0 for what is no lock.
    median_ns, p95_ns : int or None
        Median and 95th percentile of the time from an own write to the next read of the same variable by the same
        actor, for the reads inside the range; None without such a pair.
    """

    thread: str
    variable: str
    reads: int
    writes: int
    deletes: int
    own: int
    initial: int
    inherited: int
    unknown: int
    missing: int
    leftover: int
    erased: int
    foreign: int
    waiting_ns: int
    holding_ns: int
    median_ns: int | None
    p95_ns: int | None


def summarise_range(trace: Trace, outcome: IntArray, from_ns: int, to_ns: int) -> list[RangeRow]:
    """Sum up what happened in a range of time.

    Parameters
    ----------
    trace : Trace
        The run.
    outcome : ndarray of uint8, shape (n,)
        `Outcome` of each event.
    from_ns, to_ns : int
        The range, both ends included, nanoseconds since the start of the run.

    Returns
    -------
    list of RangeRow
        By thread, then variable; only those with anything to tell.

    Notes
    -----
    Thread: any (pure). Cost: O(n) in the events up to the end of the range, whatever the number of threads.
    """
    low, high = np.searchsorted(trace.begin_ns, np.array([from_ns, to_ns + 1], np.int64)).tolist()
    accesses = np.arange(low, high)[trace.kind[low:high] <= Kind.DELETE]
    accesses = accesses[trace.thread[accesses] != BEFORE_RUN]
    spans = _spans_in(trace, from_ns, to_ns)
    pairs = _write_to_read(trace, high)
    pairs = pairs[:, pairs[0] >= low]
    by_key = [_grouped(trace, rows) for rows in (accesses, spans, pairs[0])]
    keys = sorted({key for groups in by_key for key in groups})
    none = np.empty(0, np.int64)
    return [
        _sum_up(
            trace,
            outcome,
            accesses[by_key[0].get(key, none)],
            spans[by_key[1].get(key, none)],
            pairs[:, by_key[2].get(key, none)],
            (from_ns, to_ns),
            key,
        )
        for key in keys
    ]


def _grouped(trace: Trace, rows: IntArray) -> dict[tuple[int, int], IntArray]:
    """Return for each thread and variable the indices of its rows, in order."""
    if not len(rows):
        return {}
    order = _order(trace, trace.thread, rows)
    thread, variable = trace.thread[rows], trace.variable_or_none(rows)
    is_next = (np.diff(thread[order].astype(np.int64)) != 0) | (np.diff(variable[order].astype(np.int64)) != 0)
    groups = np.split(order, np.flatnonzero(is_next) + 1)
    return {(int(thread[group[0]]), int(variable[group[0]])): group for group in groups}


def _order(trace: Trace, who: IntArray, rows: IntArray) -> IntArray:
    """Return the indices that sort rows by thread or actor, then variable, then time."""
    keys = who[rows].astype(np.int64) * (len(trace.variables) + 1) + trace.variable_or_none(rows)
    if len(keys) and keys.max() < 1 << 16:  # numpy sorts 16-bit keys in linear time
        keys = keys.astype(np.uint16)
    return np.argsort(keys, kind="stable")


def _spans_in(trace: Trace, from_ns: int, to_ns: int) -> IntArray:
    is_span = (trace.kind == Kind.WAIT) | (trace.kind == Kind.HOLD)
    overlaps = (trace.begin_ns <= to_ns) & ((trace.end_ns == OPEN) | (trace.end_ns >= from_ns))
    return np.flatnonzero(is_span & overlaps)


def _write_to_read(trace: Trace, high: int) -> IntArray:
    """Return rows of reads and of the same actor's write right before each to the same variable, shape (2, k)."""
    rows = np.flatnonzero(trace.kind[:high] <= Kind.WRITE)
    order = rows[_order(trace, trace.actor, rows)]
    before, after = order[:-1], order[1:]
    is_pair = (trace.kind[before] == Kind.WRITE) & (trace.kind[after] == Kind.READ)
    is_pair &= (trace.actor[before] == trace.actor[after]) & (trace.variable[before] == trace.variable[after])
    return np.stack([after[is_pair], before[is_pair]])


def _sum_up(
    trace: Trace,
    outcome: IntArray,
    accesses: IntArray,
    spans: IntArray,
    pairs: IntArray,
    window: tuple[int, int],
    key: tuple[int, int],
) -> RangeRow:
    serial, variable = key
    n_reads, n_writes, n_deletes = np.bincount(trace.kind[accesses], minlength=3).tolist()
    by_outcome = np.bincount(outcome[accesses], minlength=len(Outcome)).tolist()
    reads, writes = pairs
    delays = trace.begin_ns[reads] - trace.begin_ns[writes]
    return RangeRow(
        thread=trace.threads[serial].name,
        variable=trace.variables[variable] if variable < len(trace.variables) else "",
        reads=n_reads,
        writes=n_writes,
        deletes=n_deletes,
        waiting_ns=_time_in(trace, spans[trace.kind[spans] == Kind.WAIT], window),
        holding_ns=_time_in(trace, spans[trace.kind[spans] == Kind.HOLD], window),
        median_ns=int(np.median(delays)) if len(delays) else None,
        p95_ns=int(np.percentile(delays, 95)) if len(delays) else None,
        **{kind.name.lower(): by_outcome[kind] for kind in Outcome if kind},
    )


def _time_in(trace: Trace, spans: IntArray, window: tuple[int, int]) -> int:
    ends = np.where(trace.end_ns[spans] == OPEN, trace.duration_ns, trace.end_ns[spans])
    return int((np.minimum(ends, window[1]) - np.maximum(trace.begin_ns[spans], window[0])).clip(0).sum())


def range_as_csv(rows: list[RangeRow]) -> str:
    """Return the table as CSV with a header line; an unknown time is an empty field."""
    names = [field.name for field in fields(RangeRow)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(row, name) for name in names] for row in rows)
    return text.getvalue()
