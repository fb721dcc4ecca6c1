"""Spans: what a thread does over time, as bars: sleeping, waiting for a lock, holding it, a pool's tasks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.analysis.kind_words import waiting_for
from simulator.picture.cast import NO_LANE
from simulator.picture.colours import NO_COLOUR, mix, pack, unpack
from simulator.picture.draw_list import DrawList, Layer, Text
from simulator.picture.frame import MARGIN_PX, Frame
from simulator.picture.places import LanePlace
from simulator.picture.span_blocks import add_blocks
from simulator.picture.span_columns import has_many_spans, place_of, span_columns
from simulator.picture.text_width import cut_to_width, text_width_px
from simulator.picture.time_scale import duration_text
from simulator.record.kinds import Kind, Result
from simulator.trace.columns import IntArray
from simulator.trace.trace import RESULT_MASK, RESULT_SHIFT
from simulator.trace.tracks import OPEN

_AddSpans = Callable[[Frame, Layer, LanePlace, IntArray, IntArray, IntArray, IntArray], None]

_RETURNED = dict.fromkeys(Result, "") | {Result.DONE: ": True", Result.TIMED_OUT: ": False, gave up"}

MIN_PX = 2
MIN_NAME_PX = 14
MIN_TEXT_PX = 26
PAD_PX = 6


def add_spans(frame: Frame, draw_list: DrawList) -> None:
    """Add the life of each thread as a line, and every span that can be seen; equal ones fold into one with a count."""
    _add_lives(frame, draw_list.layer("lives"))
    layer = draw_list.layer("spans")
    if has_many_spans(frame):
        layer.bands += span_columns(frame)
        return
    rows = frame.index.spans.between(frame.from_ns, frame.to_ns)
    lanes = frame.lanes_of(rows)
    rows, lanes = rows[lanes != NO_LANE], lanes[lanes != NO_LANE]
    kinds = frame.index.trace.kind[rows]
    for kind, add in _LOOKS:
        chosen = np.flatnonzero(kinds == kind)
        if len(chosen):
            _add_kind(frame, layer, rows[chosen], lanes[chosen], add)


def _edges(frame: Frame, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the left and right edge of each span, pixels; an open one ends now."""
    trace = frame.index.trace
    end_ns = np.where(trace.end_ns[rows] == OPEN, frame.index.now_ns, trace.end_ns[rows])
    low, high = -MARGIN_PX, frame.right_px
    x0 = np.clip(frame.scale.pxs(np.maximum(trace.begin_ns[rows], frame.from_ns)), low, high)
    x1 = np.clip(frame.scale.pxs(np.minimum(end_ns, frame.to_ns)), low, high)
    return x0, np.maximum(x1, x0 + MIN_PX)


def _add_lives(frame: Frame, layer: Layer) -> None:
    """Add a line from the begin to the end of each thread."""
    lanes = frame.lanes
    infos = [frame.index.trace.tracks[lane.track] for lane in lanes]
    ends_ns = [frame.index.now_ns if info.end_ns == OPEN else info.end_ns for info in infos]
    begins_ns = [info.begin_ns for info in infos]
    x1, x2 = (np.clip(frame.scale.pxs(np.array(t, np.int64)), 0, frame.right_px - 1) for t in (begins_ns, ends_ns))
    y = np.array([lane.mark_y_px for lane in lanes], np.int64)
    layer.lines.add(x1=x1, x2=x2, y1=y, y2=y, stroke=pack(frame.theme.span_border))


def _add_kind(frame: Frame, layer: Layer, rows: IntArray, lanes: IntArray, add: _AddSpans) -> None:
    x0, x1 = _edges(frame, rows)
    keys = (lanes.astype(np.int64) << 40) | (x0 + MARGIN_PX << 20) | (x1 + MARGIN_PX)
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    for number in np.unique(lanes[first]).tolist():
        inside = lanes[first] == number
        chosen = first[inside]
        add(frame, layer, frame.layout.lanes[number], rows[chosen], x0[chosen], x1[chosen], counts[inside])


def _text(frame: Frame, row: int) -> str:
    """Return what a span is called."""
    trace = frame.index.trace
    kind = trace.kind[row]
    if kind == Kind.TASK:
        return str(trace.actors[trace.actor[row]].name)
    end_ns = int(trace.end_ns[row])
    took = f" {duration_text(end_ns - int(trace.begin_ns[row]))}" if end_ns != OPEN else "…"
    if kind == Kind.SLEEP:
        return f"sleeping {trace.value_text(row)} ms" if trace.has_value(row) and end_ns != OPEN else f"sleeping{took}"
    return (waiting_for(trace, row) if kind == Kind.WAIT else "holds the lock") + took + _RETURNED[trace.result_of(row)]


def _texts(frame: Frame, row: int) -> tuple[str, ...]:
    """Return what could be written on a span, the longest first."""
    trace, text = frame.index.trace, _text(frame, row)
    if trace.kind[row] != Kind.WAIT or trace.end_ns[row] == OPEN:
        return (text,)
    took = duration_text(int(trace.end_ns[row]) - int(trace.begin_ns[row]))
    returned = _RETURNED[trace.result_of(row)].removeprefix(": ")
    return (text, f"{took}: {returned}", returned) if returned else (text, took)


def _longest_that_fits(texts: tuple[str, ...], size_px: float, room_px: float) -> str:
    return next((text for text in texts if round(text_width_px(text, size_px)) <= room_px), "")


def _add_texts(
    frame: Frame, layer: Layer, rows: IntArray, x0: IntArray, x1: IntArray, y_px: int, colour: int, bed: int = 0
) -> None:
    """Write in the middle of each bar what it is, where that fits; on a bed of its own where a colour is given."""
    size_px = frame.metrics.small_px
    for i in np.flatnonzero(x1 - x0 >= MIN_TEXT_PX).tolist():
        left, right = frame.clear_stretch(max(int(x0[i]), 0), min(int(x1[i]), frame.right_px))
        text = _longest_that_fits(_texts(frame, int(rows[i])), size_px, right - left - 2 * PAD_PX)
        if not text:
            continue
        width, middle = round(text_width_px(text, size_px)), (left + right) / 2
        if bed:
            height = round(size_px)
            layer.rects.add(x=round(middle) - width // 2 - 4, y=y_px - height // 2, w=width + 8, h=height, fill=bed)
        layer.texts.append(Text(middle, y_px + size_px * 0.36, text, colour, size_px, False, "middle"))


def _add_sleep(
    frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray, counts: IntArray
) -> None:
    theme, (y, height) = frame.theme, place_of(Kind.SLEEP, lane)
    layer.rects.add(
        x=x0, y=y, w=x1 - x0, h=height, fill=pack(theme.span), stroke=pack(theme.span_border), row=rows, count=counts
    )
    if lane.is_roomy:
        _add_texts(frame, layer, rows, x0, x1, lane.mark_y_px, pack(theme.muted))


def _add_wait(
    frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray, counts: IntArray
) -> None:
    theme, (y, height) = frame.theme, place_of(Kind.WAIT, lane)
    gave_up = (frame.index.trace.flags[rows] & RESULT_MASK) >> RESULT_SHIFT == Result.TIMED_OUT
    fill = np.where(gave_up, pack(theme.card), frame.soft(theme.wait, 0.85))
    layer.rects.add(
        x=x0, y=y, w=x1 - x0, h=height, fill=fill, stroke=np.where(gave_up, pack(theme.muted), pack(theme.wait)),
        hatch=~gave_up, dashed=gave_up, row=rows, count=counts,
    )  # fmt: skip
    if lane.is_roomy:
        looks = ((~gave_up, pack(theme.wait), frame.soft(theme.wait, 0.85)), (gave_up, pack(theme.muted), 0))
        for some, ink, bed in looks:
            _add_texts(frame, layer, rows[some], x0[some], x1[some], lane.mark_y_px, ink, bed)


def _add_hold(
    frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray, counts: IntArray
) -> None:
    theme, (y, height) = frame.theme, place_of(Kind.HOLD, lane)
    layer.rects.add(
        x=x0, y=y, w=x1 - x0, h=height, fill=frame.soft(theme.hold, 0.82),
        stroke=pack(theme.hold), row=rows, count=counts,
    )  # fmt: skip
    if lane.is_roomy:
        free = np.array([_has_no_mark(frame, row, a, b) for row, a, b in zip(rows, x0, x1, strict=True)], bool)
        _add_texts(frame, layer, rows[free], x0[free], x1[free], lane.mark_y_px, pack(theme.text))


def _has_no_mark(frame: Frame, row: int, x0: int, x1: int) -> bool:
    """Return whether a bar is wide enough for its text and no event of its thread stands where that would be."""
    if x1 - x0 < MIN_TEXT_PX:
        return False
    half = text_width_px(_text(frame, row), frame.metrics.small_px) / 2 + 2 * PAD_PX
    middle = sum(frame.clear_stretch(max(x0, 0), min(x1, frame.right_px))) / 2
    index = frame.index
    around = index.rows_between(frame.scale.ns(middle - half), frame.scale.ns(middle + half))
    trace, own = index.trace, index.trace.track_of(row)
    is_mark = (trace.tracks_of(around) == own) & (trace.kind[around] < Kind.SLEEP)
    if is_mark.any():
        return False
    inside = slice(row + 1, around.stop)  # a sleep or wait in the middle of it has words of its own there
    has_words = np.isin(trace.kind[inside], (Kind.SLEEP, Kind.WAIT)) & (trace.tracks_of(inside) == own)
    end_ns = trace.end_ns[inside][has_words]
    return not ((end_ns == OPEN) | (end_ns >= frame.scale.ns(middle - half))).any()


def _tints(frame: Frame, rows: IntArray, share: float) -> IntArray:
    """Return the colour of the actor of each span, mixed with that of the cards, packed."""
    colours = frame.actor_colours[frame.index.trace.actor[rows]]
    return np.array([pack(mix(unpack(int(colour)), frame.theme.card, share)) for colour in colours], np.uint32)


def _add_step(
    frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray, counts: IntArray
) -> None:
    """Add where the event loop runs a task: strong in the task's colour, over the pale bar of its whole life."""
    y, height = place_of(Kind.STEP, lane)
    layer.rects.add(x=x0, y=y, w=x1 - x0, h=height, fill=_tints(frame, rows, 0.25), row=rows, count=counts)
    if not (lane.is_roomy and lane.is_inside):
        return
    order, size_px, ink = np.argsort(x0), frame.metrics.small_px, pack(frame.theme.text)
    for left, right in zip(x1[order][:-1].tolist(), x0[order][1:].tolist(), strict=True):
        left, right = frame.clear_stretch(max(left, 0), min(right, frame.right_px))
        if text_width_px("awaiting", size_px) + 2 * PAD_PX <= right - left:
            middle = (left + right) / 2
            layer.texts.append(Text(middle, lane.mark_y_px + size_px * 0.36, "awaiting", ink, size_px, False, "middle"))


def _add_task(
    frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray, counts: IntArray
) -> None:
    soft, edge = _tints(frame, rows, 0.82), _tints(frame, rows, 0.3)
    y, height = place_of(Kind.TASK, lane)
    layer.rects.add(
        x=x0, y=y, w=x1 - x0, h=height, fill=soft, stroke=np.where(x1 - x0 >= 4, edge, NO_COLOUR), row=rows,
        count=counts,
    )  # fmt: skip
    if lane.task_height_px >= MIN_NAME_PX:
        _add_names(frame, layer, lane, rows, x0, x1)


def _add_names(frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray) -> None:
    size = frame.metrics.small_px
    y = lane.task_y_px + lane.task_height_px / 2 + size * 0.36
    for i in np.flatnonzero(x1 - x0 >= MIN_TEXT_PX).tolist():
        left, right = frame.clear_stretch(max(int(x0[i]), 0), min(int(x1[i]), frame.right_px))
        name = cut_to_width(_text(frame, int(rows[i])), size, right - left - 2 * PAD_PX)
        if name:
            layer.texts.append(Text(left + PAD_PX, y, name, pack(frame.theme.text), size))


_LOOKS: tuple[tuple[Kind, _AddSpans], ...] = (
    (Kind.TASK, _add_task),
    (Kind.STEP, _add_step),
    (Kind.BLOCK, add_blocks),
    (Kind.TRANSACTION, add_blocks),
    (Kind.HOLD, _add_hold),
    (Kind.SLEEP, _add_sleep),
    (Kind.WAIT, _add_wait),
)
"""Kinds of spans in the order in which they are drawn."""
