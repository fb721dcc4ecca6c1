"""Many spans at once: for each lane and kind a bar of columns, strong where covered, paler where partly."""

from __future__ import annotations

import numpy as np

from simulator.picture.bands import Bands
from simulator.picture.colours import NO_COLOUR, mix, pack
from simulator.picture.frame import Frame
from simulator.picture.places import LanePlace
from simulator.picture.span_tracks import FULLY, PARTLY
from simulator.picture.theme import Theme
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

MAX_SPANS = 1500
MIN_BAND_PX = 5
_PALE = 0.55

_INKS = {
    Kind.BLOCK: ("muted", 0.7),
    Kind.TRANSACTION: ("muted", 0.6),
    Kind.HOLD: ("hold", 0.75),
    Kind.SLEEP: ("span_border", 0.0),
    Kind.WAIT: ("wait", 0.6),
}
"""In the order in which they are drawn: the theme's colour and how pale it is."""


def has_many_spans(frame: Frame) -> bool:
    """Return whether so many spans begin in view that how much they cover is drawn instead of each."""
    return frame.index.spans.n_begun(frame.from_ns, frame.to_ns) > min(MAX_SPANS, frame.dense_from)


def span_columns(frame: Frame) -> list[Bands]:
    """Return how much of each column the spans of each lane in view cover. Cost: O(width × lanes), not spans."""
    lanes = frame.lanes
    tracks = np.array([lane.track for lane in lanes], np.int64)
    found = []
    for kind in (Kind.TASK, Kind.STEP, *_INKS):
        if not lanes or not frame.index.spans.has(kind):
            continue
        cover = frame.index.spans.cover(kind, frame.grid.edges_ns, tracks, frame.edge_rows, frame.slack_rows)
        if cover is not None:
            frame.covers[kind] = cover
            colours = _colours(frame, kind, tracks)
            tops, heights = zip(*(place_of(kind, lane) for lane in lanes), strict=True)
            first = np.arange(0, colours.size, colours.shape[1])[:, np.newaxis]
            shown = colours.reshape(-1).take(first + cover)
            found.append(Bands(frame.grid.left_px, np.array(tops), np.array(heights), shown))
    return found


def place_of(kind: int, lane: LanePlace) -> tuple[int, int]:
    """Return top and height of the bar of a span."""
    if kind == Kind.TASK and lane.task_height_px >= MIN_BAND_PX:
        return lane.task_y_px, lane.task_height_px
    if kind in (Kind.BLOCK, Kind.TRANSACTION) and lane.block_height_px >= MIN_BAND_PX:
        return lane.block_y_px, lane.block_height_px
    height = max(lane.mark_px - 4, 3) | 1 if kind in (Kind.SLEEP, Kind.WAIT) else lane.mark_px + 2
    height = min(height, lane.height_px)
    return lane.mark_y_px - height // 2, height


def _colours(frame: Frame, kind: int, tracks: IntArray) -> IntArray:
    """Return the packed colours of empty, partly and fully covered columns of each lane, shape (lanes, 3)."""
    colours = np.full((len(tracks), 3), NO_COLOUR, np.uint32)
    theme = frame.theme
    if kind in (Kind.TASK, Kind.STEP):
        pale = 0.7 if kind == Kind.TASK else 0.25
        inks = [mix(frame.index.cast.track_colour(theme, track), theme.card, pale) for track in tracks.tolist()]
    else:
        inks = [_ink(theme, kind)] * len(tracks)
    colours[:, FULLY] = [pack(ink) for ink in inks]
    colours[:, PARTLY] = [pack(mix(ink, theme.card, _PALE)) for ink in inks]
    return colours


def _ink(theme: Theme, kind: int) -> str:
    name, share = _INKS[Kind(kind)]
    return mix(getattr(theme, name), theme.card, share)
