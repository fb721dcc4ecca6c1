"""The overview: the whole run in one line, with every problem marked."""

from __future__ import annotations

import numpy as np

from simulator.picture.bands import Bands
from simulator.picture.colours import NO_COLOUR, pack
from simulator.picture.draw_list import DrawList, Layer
from simulator.picture.fold import CHANGES, CLASS_OF, NOTES, READS
from simulator.picture.frame import DENSE_FROM, EDGE_SLACK_PX, scale_for
from simulator.picture.grid import busy_columns, make_grid
from simulator.picture.index import PictureIndex
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale
from simulator.picture.tints import palette, steps_of
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

OVERVIEW_PX = 26
_EDGE_PX = 3

_HAS_DOT = np.zeros(16, bool)
_HAS_DOT[[CHANGES, READS, NOTES]] = True


def build_overview(
    index: PictureIndex,
    width_px: int,
    theme: Theme,
    height_px: int = OVERVIEW_PX,
    dense_from: int = DENSE_FROM,
    end_ns: int = 0,
) -> DrawList:
    """Build the overview of the whole run: what happened in each lane's colour, every problem in red.

    Parameters
    ----------
    index : PictureIndex
        The recording.
    width_px, height_px : int
        Size.
    theme : Theme
        Colours.
    dense_from : int
        With more accesses than this they are counted in columns; with fewer each has a dot.
    end_ns : int
        Where the axis ends if not with the run: beside a longer one it goes on.
    """
    draw_list = DrawList(width_px, height_px, pack(theme.background))
    layer = draw_list.layer("overview")
    layer.rects.add(x=0, y=0, w=width_px, h=height_px, fill=pack(theme.card), stroke=pack(theme.border), radius=4)
    if not index.trace.n or not index.cast.lanes:
        return draw_list
    scale = overview_scale(index, width_px, end_ns)
    inside = draw_list.layer("run")
    if index.density.n > dense_from:
        _add_columns(index, scale, theme, width_px, height_px, inside)
    else:
        _add_dots(index, scale, theme, height_px, inside)
    return draw_list


def overview_scale(index: PictureIndex, width_px: int, end_ns: int = 0) -> TimeScale:
    """Return the scale of the overview, which shows the whole run, and the time up to `end_ns` if that is later."""
    return scale_for(0, max(index.now_ns, end_ns, 1), width_px)


def _dot_px(inner_px: int, n_lanes: int) -> int:
    """Return how high the dots of a lane are."""
    return max(2, min(4, inner_px // n_lanes))


def _add_dots(index: PictureIndex, scale: TimeScale, theme: Theme, height_px: int, layer: Layer) -> None:
    """Add a dot for each access or signal that has a pixel to itself."""
    trace, n_lanes, inner = index.trace, len(index.cast.lanes), height_px - 2 * _EDGE_PX
    rows = np.flatnonzero(_HAS_DOT[CLASS_OF[trace.kind]])
    lanes = index.cast.lanes_of(trace.tracks_of(rows)).astype(np.int64)
    rows, lanes = rows[lanes >= 0], lanes[lanes >= 0]
    ys = _EDGE_PX + lanes * inner // n_lanes
    xs = scale.pxs(trace.begin_ns[rows])
    _, first = np.unique(xs << 16 | ys, return_index=True)
    source = trace.reads_from[rows[first]]
    shown = np.where((trace.kind[rows[first]] == Kind.READ) & (source >= 0), source, rows[first])
    colours = index.cast.colours(theme)[trace.actor[shown]]
    layer.rects.add(x=xs[first] - 1, y=ys[first], w=3, h=_dot_px(inner, n_lanes), fill=colours)
    problems = np.unique(scale.pxs(trace.begin_ns[index.problems]))
    layer.rects.add(x=problems - 1, y=1, w=3, h=height_px - 2, fill=pack(theme.problem))


def _add_columns(
    index: PictureIndex, scale: TimeScale, theme: Theme, width_px: int, height_px: int, layer: Layer
) -> None:
    """Add how many accesses there are in each pixel column. Cost: O(width × lanes), not accesses."""
    tracks = np.array(index.cast.lanes, np.int64)
    inner, n_lanes = height_px - 2 * _EDGE_PX, len(tracks)
    grid = make_grid(scale, 1, width_px - 1)
    rows = index.rows_at(grid.edges_ns, EDGE_SLACK_PX / scale.px_per_ns)
    busy, edges = busy_columns(rows)
    steps = np.zeros((n_lanes, grid.n), np.uint8)
    if len(busy):
        steps[:, busy] = steps_of(index.density.columns(grid.edges_ns[edges], tracks, rows[edges]).accesses)
    colours = palette(index.cast.track_colours(theme)[tracks], pack(theme.card))
    lines = _stack(colours, steps, np.arange(n_lanes) * inner // n_lanes, inner, _dot_px(inner, n_lanes))
    layer.bands.append(Bands(grid.left_px, _EDGE_PX + np.arange(inner), np.ones(inner, np.int64), lines))
    is_wrong = np.asarray(index.density.wrong.columns(grid.edges_ns, tracks).count.any(axis=0))
    is_wrong[1:-1] |= is_wrong[:-2] | is_wrong[2:]
    red = np.where(is_wrong, np.uint32(pack(theme.problem)), np.uint32(0))[np.newaxis]
    layer.bands.append(Bands(grid.left_px, np.array([1]), np.array([height_px - 2]), red))


def _stack(colours: IntArray, steps: IntArray, ys: IntArray, height: int, dot_px: int) -> IntArray:
    """Return lines of packed colours in which each lane takes some from its own on, the upper lanes above the others.

    Parameters
    ----------
    colours : ndarray of uint32, shape (lanes, steps)
        Of each step.
    steps : ndarray of uint8, shape (lanes, w)
        Of each column.
    ys : ndarray of int, shape (lanes,)
        First line of each lane, in order.
    height, dot_px : int
        How many lines there are, and how many each lane takes.
    """
    n, n_steps = colours.shape
    numbers = np.arange(n, 0, -1, dtype=np.int32)[:, np.newaxis] * np.int32(n_steps)  # the upper, the larger
    codes = (numbers + steps) * (steps > 0)
    nth = np.arange(n) - ys.searchsorted(ys)
    own = np.zeros((height, steps.shape[1]), np.int32)
    for turn in range(int(nth.max()) + 1):  # of the lanes that begin on one line
        lanes = np.flatnonzero(nth == turn)
        own[ys[lanes]] = np.maximum(own[ys[lanes]], codes[lanes])
    lines = own.copy()
    for below in range(1, dot_px):
        np.maximum(lines[below:], own[:-below], out=lines[below:])
    by_code = np.concatenate([np.full((1, n_steps), NO_COLOUR, np.uint32), colours[::-1]])
    shown: IntArray = by_code.reshape(-1).take(lines)
    return shown
