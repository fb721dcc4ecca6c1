"""Marks: each event in view as a shape whose colour says whose value it was and whose form says what happened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.outcomes import Outcome
from simulator.picture.colours import NO_COLOUR, pack
from simulator.picture.draw_list import DrawList, Layer, Marks, Rects, Shape
from simulator.picture.fold import ANSWERS, CHANGES, EXCEPTIONS, NOTES, READS, TICK_PX, Fold
from simulator.picture.frame import Frame
from simulator.picture.index import BAND_MARKS
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

_IS_NOT_OWN = np.zeros(256, bool)
_IS_NOT_OWN[[Outcome.FOREIGN, Outcome.LEFTOVER, Outcome.ERASED]] = True
_IS_HOLLOW = np.zeros(256, bool)
_IS_HOLLOW[[Outcome.MISSING, Outcome.ERASED, Outcome.UNKNOWN]] = True

MAX_WRONG_SHAPES = 200
WRONG_PX = 10
"""Among narrow bars, problems keep a shape of this width as long as they are not too many."""

_NOTE_SHAPES = np.full(32, Shape.CIRCLE, np.uint8)
_NOTE_SHAPES[[Kind.SIGNAL, Kind.CLEAR, Kind.MARK]] = Shape.UP, Shape.DOWN, Shape.BAR
_NOTE_SHAPES[[Kind.OPEN, Kind.CLOSE, Kind.LOG]] = Shape.OPENING, Shape.CLOSING, Shape.PAGE
_IS_IN_BAND = np.zeros(32, bool)
_IS_IN_BAND[list(BAND_MARKS)] = True

_IS_HOLLOW_NOTE = np.zeros(32, bool)
_IS_HOLLOW_NOTE[[Kind.CLEAR, Kind.CHECK, Kind.LOG]] = True

_IS_SMALL_NOTE = np.zeros(32, bool)
_IS_SMALL_NOTE[[Kind.CHECK, Kind.RECEIVE, Kind.MARK, Kind.LOG]] = True

HALO = 3
"""A diamond is this much wider than its mark on each side."""


def add_marks(frame: Frame, folded: Fold, draw_list: DrawList) -> IntArray:
    """Add a shape for each entry of the fold; return the heights of their centres, shape (k,)."""
    ys = mark_heights(frame, folded)
    layer = draw_list.layer("marks")
    if folded.size_px > TICK_PX:
        is_thin = frame.lane_is_thin[folded.lane] if len(folded) else np.empty(0, bool)
        if not is_thin.any():
            _add_shapes(frame, folded, ys, layer)
            return ys
        _add_shapes(frame, folded.take(np.flatnonzero(~is_thin)), ys[~is_thin], layer)
        _add_thin(frame, folded.take(np.flatnonzero(is_thin)), layer)
        return ys
    ys = frame.lane_mark_ys[folded.lane].astype(np.int64) if len(folded) else ys
    is_wrong = (folded.severity >= Severity.WARNING) | (folded.group == EXCEPTIONS)
    _add_ticks(frame, folded.take(np.flatnonzero(~is_wrong & (folded.group <= READS))), layer)
    wrong = folded.take(np.flatnonzero(is_wrong))
    if len(wrong) <= MAX_WRONG_SHAPES and frame.layout.is_roomy:
        _add_shapes(frame, replace(wrong, size_px=WRONG_PX), ys[is_wrong], layer)
    else:
        _add_wrong_ticks(frame, wrong, layer)
    return ys


def _add_thin(frame: Frame, folded: Fold, layer: Layer) -> None:
    """Add the marks of lanes that the user has collapsed: ticks, whose form says less and takes no height."""
    is_wrong = (folded.severity >= Severity.WARNING) | (folded.group == EXCEPTIONS)
    plain = folded.take(np.flatnonzero(~is_wrong & (folded.group <= READS)))
    _add_ticks(frame, replace(plain, size_px=TICK_PX), layer)
    _add_wrong_ticks(frame, folded.take(np.flatnonzero(is_wrong)), layer)


def mark_heights(frame: Frame, folded: Fold) -> IntArray:
    """Return the height of each mark's centre; where reads and changes come close, they stand on two levels."""
    ys = frame.lane_mark_ys[folded.lane].astype(np.int64) if len(folded) else np.empty(0, np.int64)
    is_split = split_lanes(folded)[folded.lane] if len(folded) else np.empty(0, bool)
    levels = np.array([lane.level_px for lane in frame.layout.lanes], np.int64)
    step = levels[folded.lane] if len(folded) else ys
    ys -= np.where(is_split & (folded.group == READS), step, 0)
    ys += np.where(is_split & (folded.group == CHANGES), step, 0)
    kinds = frame.index.trace.kind[folded.row]
    ys += np.where(folded.group == ANSWERS, step, 0)
    bands = frame.lane_band_ys[folded.lane]
    return np.where(_IS_IN_BAND[kinds] & (bands >= 0), bands, ys)


def split_lanes(folded: Fold) -> IntArray:
    """Return for each lane whether a read and a change lie so close that they would hide each other."""
    is_split = np.zeros(int(folded.lane.max()) + 1 if len(folded) else 1, bool)
    chosen = np.flatnonzero(folded.group <= READS)
    order = chosen[np.lexsort((folded.x_px[chosen], folded.lane[chosen]))]
    lane, x_px, group = folded.lane[order], folded.x_px[order], folded.group[order]
    close = (np.diff(lane) == 0) & (np.diff(group.astype(int)) != 0) & (np.diff(x_px) < folded.size_px)
    is_split[lane[1:][close]] = True
    return is_split


def _add_shapes(frame: Frame, folded: Fold, ys: IntArray, layer: Layer) -> None:
    trace = frame.index.trace
    kinds = trace.kind[folded.row]
    colours = frame.colours_of(folded.row)
    outlines = frame.outlines_of(folded.row)
    size = np.where(folded.group == READS, folded.size_px - folded.size_px // 9, folded.size_px)
    _add_halos(frame, folded, ys, layer)
    shape = np.full(len(folded), Shape.SQUARE, np.uint8)
    shape[folded.group == READS] = Shape.CIRCLE
    shape[kinds == Kind.DELETE] = Shape.CROSSED_SQUARE
    shape[folded.outcome == Outcome.UNKNOWN] = Shape.QUESTION
    shape[folded.group == EXCEPTIONS] = Shape.CROSS
    shape[folded.group == ANSWERS] = Shape.TRIANGLE
    is_note = folded.group == NOTES
    shape[is_note] = _NOTE_SHAPES[kinds[is_note]]
    is_hollow = _IS_HOLLOW[folded.outcome] | (kinds == Kind.DELETE) | _IS_HOLLOW_NOTE[kinds]
    fill = np.where(is_hollow, pack(frame.theme.card), colours)
    stroke = np.where(is_hollow, np.where(kinds == Kind.DELETE, colours, pack(frame.theme.text)), outlines)
    width = np.where(is_hollow, 2, 1)
    is_red = folded.group == EXCEPTIONS
    stroke[is_red], width[is_red] = pack(frame.theme.problem), 3
    is_wrong_line = np.isin(folded.row, frame.index.wrong_lines)
    fill[is_wrong_line], stroke[is_wrong_line] = pack(frame.theme.problem_soft), pack(frame.theme.problem)
    is_answer = folded.group == ANSWERS
    fill[is_answer], stroke[is_answer] = pack(frame.theme.muted), NO_COLOUR
    is_small = is_note & _IS_SMALL_NOTE[kinds]
    size = np.where(is_small, np.maximum(folded.size_px * 2 // 3, 5), size)
    size = np.minimum(np.where(is_answer, np.maximum(folded.size_px // 2, 5), size), frame.most_mark_px[folded.lane])
    order = np.argsort(folded.severity, kind="stable")
    _add(
        layer.marks,
        folded,
        order,
        x=folded.x_px,
        y=ys,
        size=size,
        shape=shape,
        fill=fill,
        stroke=stroke,
        stroke_px=width,
    )


def _add_halos(frame: Frame, folded: Fold, ys: IntArray, layer: Layer) -> None:
    """Diamonds about what is a problem (red) and about a read of another's value that is none (quiet)."""
    is_problem = (folded.severity >= Severity.WARNING) & (folded.group != EXCEPTIONS)
    chosen = np.flatnonzero(is_problem | _IS_NOT_OWN[folded.outcome])
    stroke = np.where(is_problem, pack(frame.theme.problem), pack(frame.theme.muted))
    width = np.where(is_problem, 2, 1)
    _add(
        layer.marks,
        folded,
        chosen[np.argsort(folded.severity[chosen], kind="stable")],
        x=folded.x_px,
        y=ys,
        size=np.rint(np.minimum(folded.size_px, frame.most_mark_px[folded.lane]) * 1.55).astype(np.int64),
        shape=np.full(len(folded), Shape.DIAMOND),
        fill=np.full(len(folded), pack(frame.theme.card)),
        stroke=stroke,
        stroke_px=width,
    )


def _add(marks: Marks, folded: Fold, order: IntArray, **columns: IntArray) -> None:
    columns |= {name: getattr(folded, name) for name in ("row", "count", "outcome", "severity")}
    marks.add(**{name: column[order] for name, column in columns.items()})


def _half_heights(frame: Frame, folded: Fold) -> IntArray:
    share = 0.9 if frame.layout.is_roomy else 0.5
    return np.array([max(round(lane.mark_px * share), 2) for lane in frame.layout.lanes], np.int64)[folded.lane]


def _add_ticks(frame: Frame, folded: Fold, layer: Layer) -> None:
    """Narrow bars where there is no room for shapes: reads in the upper half, changes in the lower."""
    if len(folded):
        half, centre = _half_heights(frame, folded), frame.lane_mark_ys[folded.lane].astype(np.int64)
        top = np.where(folded.group == CHANGES, centre + 1, centre - half)
        left = folded.x_px - folded.size_px // 2
        _add_bars(layer.rects, folded, left, top, folded.size_px, half, frame.colours_of(folded.row))


def _add_wrong_ticks(frame: Frame, folded: Fold, layer: Layer) -> None:
    """Problems and exceptions as red bars, higher and wider than others, with the writer's colour inside."""
    if len(folded):
        half, centre = _half_heights(frame, folded), frame.lane_mark_ys[folded.lane].astype(np.int64)
        red = np.full(len(folded), pack(frame.theme.problem), np.uint32)
        _add_bars(layer.rects, folded, folded.x_px - 2, centre - half - HALO, 5, 2 * (half + HALO) + 1, red)
        colours = np.where(folded.group <= READS, frame.colours_of(folded.row), red)
        _add_bars(layer.rects, folded, folded.x_px, centre - half // 2, 1, half, colours)


def _add_bars(rects: Rects, folded: Fold, x: IntArray, y: IntArray, w: int, h: IntArray, fill: IntArray) -> None:
    rects.add(x=x, y=y, w=w, h=h, fill=fill, row=folded.row, count=folded.count)
