"""What stands round the plot: the header of names, and the time axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.picture.colours import pack
from simulator.picture.draw_list import DrawList, Layer, Shape, Text
from simulator.picture.frame import CARD_EDGE_PX, Frame
from simulator.picture.index import PictureIndex
from simulator.picture.places import LanePlace, Layout
from simulator.picture.scene import add_cards
from simulator.picture.text_width import cut_to_width, text_width_px
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale, duration_text

RULER_PX = 30
LEAST_NAMED_PX = 9
INSIDE_PX = 14
"""How far the name of a task stands behind that of its thread."""

BARE_PX = 24
_WHERE = {"shared": "one for all", "locked": "one for all, locked"}
_TWO_LINES_PX = 26


@dataclass(frozen=True, slots=True)
class HeaderLook:
    """How the header is to look.

    Attributes
    ----------
    width_px : int
        Width of the column.
    states : dict of int to str, optional
        What each track was doing at the moment looked at, by track; without them, what it does now.
    selected : str, optional
        Name of the thread whose lane is selected.
    pinned : frozenset of str
        Names of the threads whose lanes stay on top.
    """

    width_px: int
    states: dict[int, str] | None = None
    selected: str | None = None
    pinned: frozenset[str] = frozenset()


def build_header(frame: Frame, look: HeaderLook) -> DrawList:
    """Build the column of names: of each strip above the lanes, and of each thread with its colour and state."""
    draw_list = DrawList(look.width_px, frame.layout.height_px, pack(frame.theme.background))
    add_cards(frame, draw_list, CARD_EDGE_PX, look.width_px + 2 * CARD_EDGE_PX)
    layer = draw_list.layer("names")
    _add_strip_names(frame, layer, look.width_px)
    _add_rest(frame, layer, look.width_px)
    states = frame.index.cast.states(frame.index.spans.open_rows(), frame.index.is_over) | (look.states or {})
    _add_bare_lanes(frame, layer, [lane for lane in frame.lanes if lane.height_px < LEAST_NAMED_PX], look.width_px)
    for lane in frame.lanes:
        if lane.height_px < LEAST_NAMED_PX:
            continue
        name = frame.index.trace.tracks[lane.track].name
        if name == look.selected:
            _add_selected(frame, layer, lane, look.width_px)
        _add_thread(frame, layer, lane, states[lane.track], name in look.pinned, look.width_px)
    return draw_list


def _add_selected(frame: Frame, layer: Layer, lane: LanePlace, width_px: int) -> None:
    """Mark the lane that one steps through."""
    y, height = lane.y_px + 1, lane.height_px - 2
    layer.rects.add(x=CARD_EDGE_PX + 1, y=y, w=width_px, h=height, fill=pack(frame.theme.accent_soft))
    layer.rects.add(x=CARD_EDGE_PX + 1, y=y, w=3, h=height, fill=pack(frame.theme.accent))


def _add_bare_lanes(frame: Frame, layer: Layer, lanes: list[LanePlace], width_px: int) -> None:
    """Add the colours of lanes that are too low for a name."""
    if lanes:
        colours = [pack(frame.index.cast.track_colour(frame.theme, lane.track)) for lane in lanes]
        layer.rects.add(
            x=width_px - BARE_PX, y=np.array([lane.y_px for lane in lanes]), w=BARE_PX,
            h=np.array([max(lane.height_px - 1, 1) for lane in lanes]), fill=np.array(colours, np.uint32),
        )  # fmt: skip


def _add_strip_names(frame: Frame, layer: Layer, width_px: int) -> None:
    trace, size, left = frame.index.trace, frame.metrics.text_px, CARD_EDGE_PX + 12
    for strip in frame.layout.strips:
        if strip.owner == 0 and frame.sees(strip.y_px, strip.height_px):
            centre = strip.y_px + strip.height_px / 2
            name = cut_to_width(trace.variables[strip.variable], size, width_px - left - 4, True)
            has_two_lines = strip.height_px >= _TWO_LINES_PX
            base = centre - 2 if has_two_lines else centre + size * 0.36
            layer.texts.append(Text(left, base, name, pack(frame.theme.text), size, True))
            where, small = _WHERE.get(trace.storage_of(strip.variable) or "", ""), frame.metrics.small_px
            where = "an Event's flag" if strip.flag is not None else where
            if has_two_lines:
                layer.texts.append(Text(left, centre + small + 1, where, pack(frame.theme.muted), small))


def _add_rest(frame: Frame, layer: Layer, width_px: int) -> None:
    """Say below the strips how many variables have none."""
    above = [strip for strip in frame.layout.strips if strip.owner == 0]
    if frame.layout.n_more and above:
        last, small = above[-1], frame.metrics.small_px
        left, more = CARD_EDGE_PX + 12, f"+{frame.layout.n_more:,} more"
        text = f"{more} variable{'s' if frame.layout.n_more > 1 else ''}"
        text = text if text_width_px(text, small) <= width_px - left - 4 else more
        base = last.y_px + last.height_px + small + 1
        layer.texts.append(Text(left, base, text, pack(frame.theme.muted), small))


def _add_thread(frame: Frame, layer: Layer, lane: LanePlace, state: str, is_pinned: bool, width_px: int) -> None:
    theme, index = frame.theme, frame.index
    colour = pack(index.cast.track_colour(theme, lane.track))
    size = frame.metrics.text_px if lane.height_px >= 16 else frame.metrics.small_px - 1
    dot = min(12, lane.height_px - 4)
    x, y = CARD_EDGE_PX + 14 + (INSIDE_PX if lane.is_inside else 0), lane.mark_y_px
    is_two_lines = lane.height_px >= 40
    base = y - (2 if is_two_lines else -size * 0.36)
    layer.marks.add(
        x=x, y=round(base - size * 0.35), size=dot, shape=Shape.CIRCLE, fill=colour, stroke=frame.outline(colour)
    )
    left, right = x + 14, width_px - 4
    name = cut_to_width(index.trace.tracks[lane.track].name, size, right - left, True)
    layer.texts.append(Text(left, base, name, pack(theme.text), size, True))
    small = frame.metrics.small_px
    ink = pack(theme.problem if state.startswith("failed") else theme.muted)
    if is_two_lines:
        text = cut_to_width(f"{state} · pinned" if is_pinned else state, small, right - left)
        layer.texts.append(Text(left, base + small + 4, text, ink, small))
        return
    said = [*((state,) if state not in ("done", "running") else ()), *(("pinned",) if is_pinned else ())]
    at = left + text_width_px(name, size, True) + 8
    if said and at + text_width_px(said[0], small) <= right:
        layer.texts.append(Text(at, base, cut_to_width(" · ".join(said), small, right - at), ink, small))


Stretch = tuple[float, float]


def ruler_height_px(text_px: float) -> int:
    """Return how high the time axis is with texts of a size."""
    return round(RULER_PX * max(text_px / 11.5, 1))


def build_ruler(
    scale: TimeScale, width_px: int, theme: Theme, text_px: float = 11.5, keep_clear: tuple[Stretch, ...] = ()
) -> DrawList:
    """Build the time axis, with the length of what is left out below each gap.

    Nothing is written in the stretches to keep clear, pixels.
    """
    draw_list = DrawList(width_px, ruler_height_px(text_px), pack(theme.background))
    layer = draw_list.layer("ruler")
    ticks = scale.ticks(70)
    widest = max((text_width_px(text, text_px) for _, text in ticks), default=0)
    if widest > 56:
        ticks = scale.ticks(widest + 24)
    taken = [*keep_clear]
    _add_gap_lengths(scale, layer, width_px, theme, text_px, taken)
    xs = np.array([round(scale.px(time_ns)) for time_ns, _ in ticks], np.int64)
    layer.lines.add(x1=xs, x2=xs, y1=4, y2=9, stroke=pack(theme.muted))
    for x, (_, text) in zip(xs.tolist(), ticks, strict=True):
        half = text_width_px(text, text_px) / 2
        at = min(max(x, half + 1), width_px - half - 1)
        if _is_free(taken, at - half, at + half):
            layer.texts.append(Text(at, 11 + text_px, text, pack(theme.muted), text_px, anchor="middle"))
    return draw_list


def _is_free(taken: list[Stretch], left: float, right: float) -> bool:
    return all(right < a - 4 or left > b + 4 for a, b in taken)


def _add_gap_lengths(
    scale: TimeScale, layer: Layer, width_px: int, theme: Theme, text_px: float, taken: list[Stretch]
) -> None:
    """Write below each gap how much is left out; add to `taken` where that stands."""
    for (begin_ns, end_ns), left, right in scale.gaps():
        text = duration_text(end_ns - begin_ns)
        half = text_width_px(text, text_px, True) / 2 + 5
        middle = min(max((left + right) / 2, half), width_px - half)
        if not _is_free(taken, middle - half, middle + half):
            continue
        taken.append((middle - half, middle + half))
        layer.rects.add(
            x=round(middle - half), y=10, w=round(2 * half), h=round(text_px) + 6, fill=pack(theme.panel),
            stroke=pack(theme.border), radius=4,
        )  # fmt: skip
        layer.texts.append(Text(middle, 11 + text_px, text, pack(theme.text), text_px, True, "middle"))


def header_width_px(index: PictureIndex, layout: Layout) -> int:
    """Return how wide the column of names must be: as wide as the longest name, within reason."""
    metrics = layout.metrics
    names = [index.trace.tracks[track].name for track in index.cast.lanes]
    names += [index.trace.variables[strip.variable] for strip in layout.strips if strip.owner == 0]
    widest = max((text_width_px(name, metrics.text_px, True) for name in names), default=0)
    room_px = CARD_EDGE_PX + 28 + 16 + INSIDE_PX * index.trace.has_loop_tasks
    return round(min(max(widest + room_px, metrics.header_px), 2 * metrics.header_px))
