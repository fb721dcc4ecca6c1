"""Storage strips: a cell along time, filled with the colour of whoever wrote its value, hatched where it has none."""

from __future__ import annotations

import numpy as np

from simulator.picture.bands import Bands
from simulator.picture.cells import Cell
from simulator.picture.colours import NO_COLOUR, pack, readable_on, unpack
from simulator.picture.draw_list import DrawList, Layer, Text
from simulator.picture.frame import MARGIN_PX, Frame
from simulator.picture.places import StripPlace
from simulator.picture.strip_rows import cell_end_ns
from simulator.picture.text_width import text_width_px
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

PAD_PX = 8
MIN_TEXT_PX = 18
MIN_TEXT_HEIGHT_PX = 15
MIN_OUTLINED_PX = 4
MAX_CHANGES = 2000
MAX_KNOWN = 10_000


def add_strips(frame: Frame, draw_list: DrawList) -> None:
    """Add every strip that can be seen."""
    layer, columns = draw_list.layer("strips"), Layer("strip columns")
    for place in frame.layout.strips:
        if place.flag is None and frame.sees(place.y_px, place.height_px):
            _add_bed(frame, place, layer)
            for cell in place.cells:
                _add_cell(frame, place, cell, layer, columns)
    draw_list.layer("lives")
    draw_list.layer("spans").bands += columns.bands  # one image with those of the spans


def _clip(frame: Frame, xs: IntArray) -> IntArray:
    return np.clip(xs, -MARGIN_PX, frame.right_px)


def _add_bed(frame: Frame, place: StripPlace, layer: Layer) -> None:
    """Add the empty strip: a dashed outline over the whole run, to be covered where there is a value."""
    x0, x1 = _clip(frame, frame.scale.pxs(np.array([0, max(frame.index.now_ns, 1)]))).tolist()
    layer.rects.add(x=x0, y=place.y_px, w=max(x1 - x0, 2), h=place.height_px, stroke=pack(frame.theme.border), dashed=1)


def _segments(frame: Frame, cell: Cell) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return left edge, width, row and number of changes of each value that can be seen; the last on each pixel is."""
    rows = cell.rows_between(frame.rows)
    xs = _clip(frame, frame.scale.pxs(np.maximum(frame.index.trace.begin_ns[rows], 0)))
    last = np.flatnonzero(np.diff(xs, append=np.iinfo(np.int64).max))
    rows, xs = rows[last], xs[last]
    end_px = max(_end_px(frame, cell), int(xs[-1]) + 2)
    return xs, np.maximum(np.diff(xs, append=end_px), 1), rows, np.diff(last, prepend=-1)


def _end_px(frame: Frame, cell: Cell) -> int:
    return int(_clip(frame, frame.scale.pxs(np.array([cell_end_ns(frame.index, cell)])))[0])


def _add_columns(
    frame: Frame, place: StripPlace, cell: Cell, layer: Layer
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Add what stands in the cell in each pixel column; return only the values that stay for some pixels.

    Cost: O(width × log n), however many changes there are.
    """
    trace, grid = frame.index.trace, frame.grid
    changes = cell.changes.values
    n_before = cell.n_before(frame.edge_rows, frame.slack_rows)
    n_columns = min(max(_end_px(frame, cell) - grid.left_px, 0), grid.n)
    last = n_before[1 : n_columns + 1] - 1
    starts = np.flatnonzero(np.diff(last, prepend=-2))
    widths = np.diff(starts, append=n_columns)
    rows = changes[np.maximum(last[starts], 0)]
    is_there = last[starts] >= 0
    kind = trace.kind[rows]
    colours = frame.actor_colours[trace.actor[rows]]
    colours[kind == Kind.DELETE] = frame.soft(frame.theme.muted, 0.6)
    if len(kind) and kind[0] == Kind.READ:  # the value copied into the cell, of whoever wrote it
        colours[0] = frame.colours_of(rows[:1])[0]
    long = is_there & (widths >= MIN_OUTLINED_PX)
    colours[long | ~is_there] = NO_COLOUR
    shown = np.repeat(colours, widths)[np.newaxis]
    layer.bands.append(Bands(grid.left_px, np.array([place.y_px]), np.array([place.height_px]), shown))
    return grid.left_px + starts[long], widths[long], rows[long], _n_changes(frame, cell, starts[long])


def _n_changes(frame: Frame, cell: Cell, columns: IntArray) -> IntArray:
    """Return how many changes fall into each of some columns, exactly."""
    edges_ns = frame.grid.edges_ns[np.concatenate([columns, columns + 1])]
    before, after = np.split(cell.n_before(frame.index.rows_at(edges_ns)), 2)
    n_changes: IntArray = np.maximum(after - before, 1)
    return n_changes


def _add_cell(frame: Frame, place: StripPlace, cell: Cell, layer: Layer, columns: Layer) -> None:
    trace = frame.index.trace
    n_changes = cell.n_between(frame.rows)
    if not n_changes:
        return
    if n_changes > min(MAX_CHANGES, frame.dense_from):
        xs, widths, rows, counts = _add_columns(frame, place, cell, columns)
    else:
        xs, widths, rows, counts = _segments(frame, cell)
    has_value = trace.kind[rows] != Kind.DELETE
    fill = np.where(has_value, frame.colours_of(rows), NO_COLOUR)
    stroke = np.where(has_value, frame.outlines_of(rows), pack(frame.theme.muted))
    stroke = np.where(widths >= MIN_OUTLINED_PX, stroke, NO_COLOUR)
    layer.rects.add(
        x=xs,
        y=place.y_px,
        w=widths,
        h=place.height_px,
        fill=fill,
        stroke=stroke,
        hatch=~has_value,
        row=rows,
        count=counts,
    )
    if place.height_px >= MIN_TEXT_HEIGHT_PX:
        for i in np.flatnonzero((widths >= MIN_TEXT_PX) & has_value).tolist():
            stretch = int(xs[i]), int(xs[i]) + int(widths[i])
            _add_text(frame, place, int(rows[i]), stretch, readable_on(unpack(int(fill[i]))), layer)


def _add_text(frame: Frame, place: StripPlace, row: int, stretch: tuple[int, int], ink: str, layer: Layer) -> None:
    """Add as much as fits of: the variable and its value, and whose it is."""
    left, right = frame.clear_stretch(max(stretch[0], 0), min(stretch[1], frame.right_px))
    size = frame.metrics.text_px if place.height_px >= 24 else frame.metrics.small_px
    for text in _known_texts(frame, place, row):
        if text_width_px(text, size, True) + 2 * PAD_PX <= right - left:
            y = place.y_px + place.height_px / 2 + size * 0.36
            layer.texts.append(Text((left + right) / 2, y, text, pack(ink), size, True, "middle"))
            return


def _known_texts(frame: Frame, place: StripPlace, row: int) -> tuple[str, ...]:
    """Return what could be written on a segment; what was found before is remembered."""
    known, key = frame.index.strip_texts, (row, place.owner)
    texts = known.get(key)
    if texts is None:
        if len(known) >= MAX_KNOWN:
            known.clear()
        texts = known[key] = _texts(frame, place, row)
    return texts


def _texts(frame: Frame, place: StripPlace, row: int) -> tuple[str, ...]:
    """Return what could be written on a segment, the longest first."""
    trace = frame.index.trace
    value = trace.value_text(row)
    writer = trace.actors[frame.index.cast.writer(row)]
    assigned = f"{trace.variables[place.variable]} = {value}"
    if writer.thread == 0:
        whose = "set before the run"
    elif place.owner and trace.track_actor(place.owner) == writer.index:
        whose = "this task's own" if writer.is_task else "this thread's own"
    else:
        whose = f"written by {writer.name}"
    return f"{assigned}, {whose}", assigned, value
