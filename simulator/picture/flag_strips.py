"""The strip of an Event's flag: filled in the colour of whoever set it while it is set, hatched while it is not."""

from __future__ import annotations

import numpy as np

from simulator.picture.colours import NO_COLOUR, pack, readable_on, unpack
from simulator.picture.draw_list import NO_ROW, DrawList, Layer, Text
from simulator.picture.frame import MARGIN_PX, Frame
from simulator.picture.places import StripPlace
from simulator.picture.text_width import text_width_px
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

PAD_PX = 8
MIN_TEXT_PX = 18
MIN_OUTLINED_PX = 4


def add_flag_strips(frame: Frame, draw_list: DrawList) -> None:
    """Add the strip of every flag that can be seen."""
    layer = draw_list.layer("strips")
    for place in frame.layout.strips:
        if place.flag is not None and frame.sees(place.y_px, place.height_px):
            _add_strip(frame, place, place.flag.changes.values, layer)


def _add_strip(frame: Frame, place: StripPlace, changes: IntArray, layer: Layer) -> None:
    trace = frame.index.trace
    first, last = changes.searchsorted(np.array([frame.rows.start, frame.rows.stop])).tolist()
    rows = np.concatenate([[NO_ROW], changes])[first : last + 1].astype(np.int64)  # and what held before them
    begins_ns = np.where(rows == NO_ROW, 0, np.maximum(trace.begin_ns[rows], 0)) if trace.n else np.zeros(1, np.int64)
    edges = frame.scale.pxs(np.append(begins_ns, max(frame.index.now_ns, 1)))
    edges = np.clip(edges, -MARGIN_PX, frame.right_px)
    shown = np.flatnonzero(np.diff(edges[:-1], append=np.iinfo(np.int64).max))  # the last on each pixel
    rows, xs = rows[shown], edges[shown]
    widths = np.maximum(np.diff(xs, append=max(int(edges[-1]), int(xs[-1]) + 2)), 1)
    is_set = (rows != NO_ROW) & (trace.kind[rows] == Kind.SIGNAL)
    fill = np.where(is_set, frame.actor_colours[trace.actor[rows]], NO_COLOUR).astype(np.uint32)
    stroke = np.where(is_set, frame.outlines_of(rows), pack(frame.theme.border))
    layer.rects.add(
        x=xs, y=place.y_px, w=widths, h=place.height_px, fill=fill, row=rows, hatch=~is_set,
        stroke=np.where(widths >= MIN_OUTLINED_PX, stroke, NO_COLOUR), count=np.diff(shown, prepend=-1),
    )  # fmt: skip
    for i in np.flatnonzero(widths >= MIN_TEXT_PX).tolist():
        ink = pack(readable_on(unpack(int(fill[i])))) if is_set[i] else pack(frame.theme.muted)
        bed = NO_COLOUR if is_set[i] else pack(frame.theme.background)
        texts, stretch = _texts(frame, int(rows[i]), bool(is_set[i])), (int(xs[i]), int(xs[i] + widths[i]))
        _add_text(frame, place, texts, stretch, ink, bed, layer)


def _texts(frame: Frame, row: int, is_set: bool) -> tuple[str, ...]:
    """Return what could be written on a part of the strip, the longest first."""
    if row == NO_ROW:
        return "False, not set yet", "False"
    trace = frame.index.trace
    who = trace.actors[trace.actor[row]].name
    return (f"True, set by {who}", "True") if is_set else (f"False, cleared by {who}", "False")


def _add_text(
    frame: Frame, place: StripPlace, texts: tuple[str, ...], stretch: tuple[int, int], ink: int, bed: int, layer: Layer
) -> None:
    """Write what fits in the middle of a part of the strip, on a bed of its own where that is hatched."""
    left, right = frame.clear_stretch(max(stretch[0], 0), min(stretch[1], frame.right_px))
    size = frame.metrics.text_px if place.height_px >= 24 else frame.metrics.small_px
    for text in texts:
        width, middle = text_width_px(text, size, True), (left + right) / 2
        if width + 2 * PAD_PX > right - left:
            continue
        if bed != NO_COLOUR:
            x, y = round(middle - width / 2) - 4, place.y_px + 4
            layer.rects.add(x=x, y=y, w=round(width) + 8, h=place.height_px - 8, fill=bed)
        base = place.y_px + place.height_px / 2 + size * 0.36
        layer.texts.append(Text(middle, base, text, ink, size, True, "middle"))
        return
