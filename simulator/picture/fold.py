"""Folding: events that would lie on top of each other become one shape with a count; nothing wrong is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from simulator.analysis.findings import Severity
from simulator.picture.cast import NO_LANE
from simulator.picture.frame import Frame
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

CHANGES, READS, EXCEPTIONS, ANSWERS, NOTES, OTHERS = range(6)
"""Classes of marks; events of different classes never fold together."""

MAX_MARKS = 1200
MAX_CHOICE = 8000
TICK_PX = 3
_SIZES_PX = (18, 14, 10, 7, TICK_PX)
_PIXEL_BITS = 24

CLASS_OF = np.full(32, OTHERS, np.uint8)
CLASS_OF[[Kind.WRITE, Kind.DELETE]] = CHANGES
CLASS_OF[Kind.READ] = READS
CLASS_OF[Kind.EXCEPTION] = EXCEPTIONS
CLASS_OF[Kind.ANSWER] = ANSWERS
CLASS_OF[[Kind.SIGNAL, Kind.CLEAR, Kind.CHECK, Kind.RECEIVE, Kind.MARK, Kind.LOG, Kind.OPEN, Kind.CLOSE]] = NOTES
_N_CLASSES = 6


@dataclass(frozen=True, slots=True)
class Fold:
    """Folded events, one entry a shape.

    Attributes
    ----------
    lane : ndarray of int32, shape (k,)
        Number of the lane.
    group : ndarray of uint8
        Class of mark.
    x_px : ndarray of int64
        Where the event that is shown happened.
    row : ndarray of int64
        Row of that event: the last of the worst in the fold.
    count : ndarray of int64
        How many events stand behind the shape.
    severity, outcome : ndarray of uint8
        Of the event that is shown, hence the worst in the fold.
    size_px : int
        Width of a pixel bucket, and so the room for a shape; 1 where only columns of colour fit.
    """

    lane: IntArray
    group: IntArray
    x_px: IntArray
    row: IntArray
    count: IntArray
    severity: IntArray
    outcome: IntArray
    size_px: int

    def __len__(self) -> int:
        return len(self.row)

    def take(self, index: IntArray) -> Fold:
        """Return only the shapes at `index`."""
        columns = {field.name: getattr(self, field.name)[index] for field in fields(self) if field.name != "size_px"}
        return replace(self, **columns)


_EMPTY = np.empty(0, np.int64)
_NOTHING = Fold(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY, 1)


@dataclass(frozen=True, slots=True)
class _Visible:
    row: IntArray
    lane: IntArray
    group: IntArray
    x_px: IntArray
    severity: IntArray
    outcome: IntArray


def fold_events(frame: Frame, largest_px: int) -> Fold:
    """Fold the events in view.

    Parameters
    ----------
    frame : Frame
        What is seen.
    largest_px : int
        Width of the largest mark; smaller ones are chosen where many events lie close together.

    Returns
    -------
    Fold
        Problems fold only with problems of the same outcome on the same pixel, so each has a shape where it happened.
        Other events fold in buckets that are anchored to absolute time, so that nothing shimmers while panning.

    Notes
    -----
    Thread: any (pure). Cost: O(events in view).
    """
    seen = _find_visible(frame, np.arange(frame.rows.start, frame.rows.stop))
    seen = _without_crowded_answers(seen, largest_px)
    if len(seen.row) > MAX_CHOICE:
        return _fold(frame, seen, _keys(frame, seen, 1), 1)
    finest = len(np.unique(_keys(frame, seen, 1)))
    for size_px in (largest_px, *(size for size in _SIZES_PX if size < largest_px)):
        keys = _keys(frame, seen, size_px)
        n = len(np.unique(keys))
        if n >= 0.7 * finest and (n <= MAX_MARKS or size_px <= TICK_PX):
            return _fold(frame, seen, keys, size_px)
    return _fold(frame, seen, _keys(frame, seen, 1), 1)


def fold_rows(frame: Frame, rows: IntArray) -> Fold:
    """Fold only some events in view, shape (k,), pixel by pixel. Cost: O(k)."""
    seen = _find_visible(frame, rows)
    return _fold(frame, seen, _keys(frame, seen, 1), 1)


def _find_visible(frame: Frame, rows: IntArray) -> _Visible:
    """Choose among events in view those that have a mark: most instants, and whatever is a problem."""
    index, trace = frame.index, frame.index.trace
    severity = _judged(index.severity, rows)
    has_mark = (CLASS_OF[trace.kind[rows]] != OTHERS) | (severity >= Severity.WARNING)
    lane = frame.lanes_of(rows)
    has_mark &= (trace.kind[rows] != Kind.LOG) | (frame.lane_band_ys[lane] >= 0)  # else it would lie on what it read
    chosen = np.flatnonzero(has_mark & (lane != NO_LANE))
    rows = rows[chosen]
    x_px = frame.scale.pxs(trace.begin_ns[rows])
    group = CLASS_OF[trace.kind[rows]]
    return _Visible(rows, lane[chosen], group, x_px, severity[chosen], _judged(index.outcome, rows))


def _without_crowded_answers(seen: _Visible, room_px: int) -> _Visible:
    """Leave out answers that stand close to another event, as they do to their read until far zoomed in."""
    if not (seen.group == ANSWERS).any():
        return seen
    order = np.lexsort((seen.x_px, seen.lane))
    x_px, lane = seen.x_px[order], seen.lane[order]
    is_close = (np.diff(x_px) < room_px) & (np.diff(lane) == 0)
    crowded = np.zeros(len(order), bool)
    crowded[order[1:]] |= is_close
    crowded[order[:-1]] |= is_close
    keep = np.flatnonzero(~(crowded & (seen.group == ANSWERS) & (seen.severity < Severity.WARNING)))
    return _Visible(*(getattr(seen, name)[keep] for name in _Visible.__slots__))


def _judged(column: IntArray, rows: IntArray) -> IntArray:
    """Return what a column of judgements says of sorted rows, 0 for those that have not been judged yet."""
    n_judged = int(rows.searchsorted(len(column)))
    found = np.zeros(len(rows), column.dtype)
    found[:n_judged] = column[rows[:n_judged]]
    return found


def _keys(frame: Frame, seen: _Visible, bucket_px: int) -> IntArray:
    """Return for each event the number of the shape that it is folded into."""
    origin = round(frame.scale.t0_ns * frame.scale.px_per_ns)
    bucket = (seen.x_px + origin) // bucket_px - (origin - frame.width_px) // bucket_px
    is_problem = seen.severity >= Severity.WARNING
    place = np.where(is_problem, seen.x_px + frame.width_px, bucket)
    group = np.where(is_problem, _N_CLASSES + seen.outcome, seen.group).astype(np.int64)
    return (seen.lane.astype(np.int64) << 4 | group) << _PIXEL_BITS | place


def _fold(frame: Frame, seen: _Visible, keys: IntArray, size_px: int) -> Fold:
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    if not len(starts):
        return _NOTHING
    rank = seen.outcome[order].astype(np.int64) << 40 | np.arange(len(order))
    shown = order[np.maximum.reduceat(rank, starts) & ((1 << 40) - 1)]
    return Fold(
        lane=seen.lane[shown],
        group=seen.group[shown],
        x_px=seen.x_px[shown],
        row=seen.row[shown],
        count=np.diff(starts, append=len(order)),
        severity=seen.severity[shown],
        outcome=seen.outcome[shown],
        size_px=size_px,
    )
