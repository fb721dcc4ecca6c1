"""Which event is drawn at a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.findings import Severity
from simulator.picture.bands import ANY, Bands
from simulator.picture.draw_list import NO_ROW, DrawList, Layer
from simulator.picture.fold import CLASS_OF, OTHERS
from simulator.picture.index import PictureIndex
from simulator.picture.places import Layout
from simulator.picture.strip_rows import cell_end_ns
from simulator.picture.time_scale import TimeScale
from simulator.trace.columns import IntArray

REACH_PX = 4
_RED_PX = 1


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """What was found: the row of an event, and how many events are drawn as one shape with it."""

    row: int
    count: int


def find_row(draw_list: DrawList, x_px: float, y_px: float, index: PictureIndex | None = None) -> int | None:
    """Return the row of the event drawn at a place; see `find_hit`."""
    hit = find_hit(draw_list, x_px, y_px, index)
    return None if hit is None else hit.row


def find_hit(draw_list: DrawList, x_px: float, y_px: float, index: PictureIndex | None = None) -> Hit | None:
    """Return the event drawn at a place: marks before bands before bars, problems first, then the nearest.

    Parameters
    ----------
    draw_list : DrawList
        What is drawn.
    x_px, y_px : float
        A place in its pixels; a mark reaches 4 px further than it is drawn.
    index : PictureIndex, optional
        The recording, to look up which events a column of a band stands for; bands are passed over without it.

    Returns
    -------
    Hit or None
        None where nothing is.
    """
    found = [_mark_at(layer, x_px, y_px) for layer in draw_list.layers]
    marks = [one for one in found if one is not None]
    if marks:
        return max(marks)[2]
    for layer in reversed(draw_list.layers):
        hit = _band_at(layer, x_px, y_px, index) if index is not None else None
        hit = hit or _rect_at(layer, x_px, y_px)
        if hit is not None:
            return hit
    return None


def find_value(index: PictureIndex, layout: Layout, scale: TimeScale, x_px: float, y_px: float) -> Hit | None:
    """Return which event put the value there that a strip shows at a place, where it is too short for a box.

    Parameters
    ----------
    index : PictureIndex
        The recording.
    layout : Layout
        Where the strips are.
    scale : TimeScale
        The window of time.
    x_px, y_px : float
        A place.

    Returns
    -------
    Hit or None
        The last change of that pixel, or the last one before it, and how many changes fall into the pixel.
    """
    strip = next((one for one in layout.strips if one.y_px <= y_px < one.y_px + one.height_px), None)
    if strip is None:
        return None
    times_ns = np.array([scale.ns(np.floor(x_px)), scale.ns(np.floor(x_px) + 1)], np.int64)
    rows = index.trace.begin_ns.searchsorted(times_ns)
    for cell in strip.cells:
        before, after = cell.n_before(rows).tolist()
        if after and cell_end_ns(index, cell) > times_ns[0]:
            return Hit(int(cell.changes.values[after - 1]), max(after - before, 1))
    return None


def _mark_at(layer: Layer, x_px: float, y_px: float) -> tuple[bool, float, Hit] | None:
    """Return whether it is a problem, minus the distance, and the best mark at a place."""
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
    chosen = inside[best]
    hit = Hit(int(marks.column("row")[chosen]), int(marks.column("count")[chosen]))
    return bool(problem[best]), -float(distance[best]), hit


def _rect_at(layer: Layer, x_px: float, y_px: float) -> Hit | None:
    """Return the topmost bar at a place; narrow ones may be missed by a few pixels."""
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
    chosen = inside[narrow[np.argmin(distance[narrow])] if len(narrow) else -1]
    return Hit(int(rects.column("row")[chosen]), int(rects.column("count")[chosen]))


def _band_at(layer: Layer, x_px: float, y_px: float, index: PictureIndex) -> Hit | None:
    """Return the worst event of the topmost band at a place."""
    for bands in reversed(layer.bands):
        if not len(bands.track):
            continue
        for row in np.flatnonzero((y_px >= bands.y_px) & (y_px < bands.y_px + bands.height_px)).tolist():
            hit = _event_of(bands, row, int(np.floor(x_px)) - bands.x_px, index)
            if hit is not None:
                return hit
    return None


def _event_of(bands: Bands, row: int, column: int, index: PictureIndex) -> Hit | None:
    """Return the worst event that a row of a band shows in a column, or else in those beside it."""
    for reach in (_RED_PX, REACH_PX):
        columns = slice(max(column - reach, 0), max(min(column + reach + 1, bands.width_px), 0))
        if not bands.colours[row, columns].any():
            continue
        rows = _rows_in(bands, row, columns, index)
        if len(rows):
            return Hit(_worst(index, rows), _count_in(bands, row, column, index) or len(rows))
    return None


def _rows_in(bands: Bands, row: int, columns: slice, index: PictureIndex) -> IntArray:
    """Return the rows of the events that a row of a band shows in some columns."""
    trace = index.trace
    first, last = trace.begin_ns.searchsorted(bands.edges_ns[[columns.start, columns.stop]]).tolist()
    kind = trace.kind[first:last]
    is_shown = trace.tracks_of(slice(first, last)) == bands.track[row]
    group = CLASS_OF[kind]
    is_shown &= group != OTHERS if bands.group[row] == ANY else group == bands.group[row]
    rows: IntArray = np.flatnonzero(is_shown) + first
    return rows


def _count_in(bands: Bands, row: int, column: int, index: PictureIndex) -> int:
    if not 0 <= column < bands.width_px:
        return 0
    return len(_rows_in(bands, row, slice(column, column + 1), index))


def _worst(index: PictureIndex, rows: IntArray) -> int:
    """Return the row of the last of the worst events."""
    judged = rows[: int(rows.searchsorted(len(index.outcome)))]
    if not len(judged):
        return int(rows[-1])
    badness = index.severity[judged].astype(np.int64) << 8 | index.outcome[judged]
    return int(judged[np.flatnonzero(badness == badness.max())[-1]])
