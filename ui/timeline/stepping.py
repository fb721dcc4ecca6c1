"""Going from event to event."""

import numpy as np

from simulator.picture.index import PictureIndex
from simulator.record.kinds import Kind

STOPS = (Kind.READ, Kind.WRITE, Kind.DELETE, Kind.EXCEPTION)
"""Kinds of events that one steps through."""


def next_row(index: PictureIndex, row: int | None, step: int, only_problems: bool) -> int | None:
    """Return the event after (step > 0) or before `row`; without one the first or last; None at the end.

    Parameters
    ----------
    index : PictureIndex
        The recording.
    row : int or None
        Where one stands.
    step : int
        +1 or -1.
    only_problems : bool
        Whether to stop at problems only.
    """
    stops = index.problems if only_problems else np.flatnonzero(np.isin(index.trace.kind, STOPS))
    if not len(stops):
        return None
    if row is None:
        return int(stops[0 if step > 0 else -1])
    at = int(np.searchsorted(stops, row + 1)) if step > 0 else int(np.searchsorted(stops, row)) - 1
    return int(stops[at]) if 0 <= at < len(stops) else None
