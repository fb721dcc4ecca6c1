"""Going from event to event."""

from dataclasses import dataclass

import numpy as np

from simulator.picture.index import PictureIndex
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

STOPS = (Kind.READ, Kind.WRITE, Kind.DELETE, Kind.EXCEPTION)
"""Kinds of events that one steps through."""

_SLAB = 1 << 16
_IS_STOP = np.zeros(256, bool)
_IS_STOP[list(STOPS)] = True


@dataclass(frozen=True, slots=True)
class Stops:
    """Where stepping stops.

    Attributes
    ----------
    only_problems : bool
        Whether at problems only.
    track : int or None
        The only track whose events count; None for all of them.
    without : frozenset of int
        Tracks whose events do not count.
    """

    only_problems: bool = False
    track: int | None = None
    without: frozenset[int] = frozenset()


def next_row(index: PictureIndex, row: int | None, step: int, stops: Stops) -> int | None:
    """Return the event after (step > 0) or before `row`; without one the first or last; None at the end.

    Parameters
    ----------
    index : PictureIndex
        The recording.
    row : int or None
        Where one stands.
    step : int
        +1 or -1.
    stops : Stops
        Where to stop.

    Notes
    -----
    Cost: O(events up to the next stop).
    """
    rows = index.problems if stops.only_problems else None
    n = index.trace.n if rows is None else len(rows)
    if row is None:
        at = 0 if step > 0 else n
    elif rows is None:
        at = row + 1 if step > 0 else row
    else:
        at = int(np.searchsorted(rows, row + 1 if step > 0 else row))
    for low, high in _slabs(at, n, step):
        slab = np.arange(low, high) if rows is None else rows[low:high]
        found = np.flatnonzero(_is_stop(index, slab, stops))
        if len(found):
            return int(slab[found[0 if step > 0 else -1]])
    return None


def _slabs(at: int, n: int, step: int) -> list[tuple[int, int]]:
    """Return the stretches to be searched one after the other."""
    if step > 0:
        return [(low, min(low + _SLAB, n)) for low in range(at, n, _SLAB)]
    return [(max(high - _SLAB, 0), high) for high in range(at, 0, -_SLAB)]


def _is_stop(index: PictureIndex, rows: IntArray, stops: Stops) -> IntArray:
    trace = index.trace
    track = trace.tracks_of(rows)
    counts: IntArray = np.ones(len(rows), bool) if stops.only_problems else _IS_STOP[trace.kind[rows]]
    if stops.track is not None:
        counts &= track == stops.track
    elif stops.without:
        counts &= ~np.isin(track, list(stops.without))
    return counts
