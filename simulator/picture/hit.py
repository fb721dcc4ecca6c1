"""Which event is drawn at a place."""

from __future__ import annotations

import numpy as np

from simulator.analysis.findings import Severity
from simulator.picture.draw_list import NO_ROW, DrawList, Layer

REACH_PX = 4


def find_row(draw_list: DrawList, x_px: float, y_px: float) -> int | None:
    """Return the row of the event drawn at a place: marks before bars, problems first, then the nearest.

    Parameters
    ----------
    draw_list : DrawList
        What is drawn.
    x_px, y_px : float
        A place in its pixels; a mark reaches 4 px further than it is drawn.

    Returns
    -------
    int or None
        None where nothing is.
    """
    found = [_mark_at(layer, x_px, y_px) for layer in draw_list.layers]
    marks = [one for one in found if one is not None]
    if marks:
        return max(marks)[2]
    for layer in reversed(draw_list.layers):
        row = _rect_at(layer, x_px, y_px)
        if row is not None:
            return row
    return None


def _mark_at(layer: Layer, x_px: float, y_px: float) -> tuple[bool, float, int] | None:
    """Return whether it is a problem, minus the distance, and the row of the best mark at a place."""
    marks = layer.marks
    if not len(marks):
        return None
    reach = marks.column("size") / 2 + REACH_PX
    dx, dy = abs(marks.column("x") - x_px), abs(marks.column("y") - y_px)
    inside = np.flatnonzero((dx <= reach) & (dy <= reach) & (marks.column("row") != NO_ROW))
    if not len(inside):
        return None
    problem = marks.column("severity")[inside] >= Severity.WARNING
    distance = np.hypot(dx, dy)[inside]
    best = np.lexsort((distance, ~problem))[0]
    return bool(problem[best]), -float(distance[best]), int(marks.column("row")[inside[best]])


def _rect_at(layer: Layer, x_px: float, y_px: float) -> int | None:
    """Return the row of the topmost bar at a place; narrow ones may be missed by a few pixels."""
    rects = layer.rects
    if not len(rects):
        return None
    x, y, w, h = (rects.column(name) for name in "xywh")
    slack = np.where(w < 2 * REACH_PX, REACH_PX, 0)
    hit = (x_px >= x - slack) & (x_px < x + w + slack) & (y_px >= y) & (y_px < y + h)
    inside = np.flatnonzero(hit & (rects.column("row") != NO_ROW))
    if not len(inside):
        return None
    distance = abs(x[inside] + w[inside] / 2 - x_px)
    narrow = np.flatnonzero(w[inside] < 2 * REACH_PX)
    chosen = narrow[np.argmin(distance[narrow])] if len(narrow) else len(inside) - 1
    return int(rects.column("row")[inside[chosen]])
