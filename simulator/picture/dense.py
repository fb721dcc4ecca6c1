"""Many events at once: for each lane a band of reads and a band of changes, and every problem in red above them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.picture.bands import ANY, Bands
from simulator.picture.colours import NO_COLOUR, pack
from simulator.picture.density import Columns
from simulator.picture.draw_list import Layer
from simulator.picture.fold import CHANGES, READS
from simulator.picture.frame import Frame
from simulator.picture.grid import Grid, busy_columns
from simulator.picture.marks import HALO
from simulator.picture.places import LanePlace
from simulator.picture.problem_columns import ProblemColumns
from simulator.picture.tints import N_STEPS, palette, steps_of, tinted
from simulator.trace.columns import IntArray

MAX_COLOURED = 60_000
"""For so many columns at most a writer is looked up; beyond, neighbours share one."""


def is_dense(frame: Frame) -> bool:
    """Return whether so many events are in view that they are counted instead of looked at one by one."""
    density = frame.index.density
    return density.n_between(frame.from_ns, frame.to_ns) > frame.dense_from


def wrong_rows(frame: Frame) -> IntArray:
    """Return the rows of problems and exceptions in view, sorted."""
    problems = frame.index.density.wrong.between(frame.from_ns, frame.to_ns)
    exceptions = frame.index.exceptions_between(frame.from_ns, frame.to_ns)
    return np.union1d(problems, exceptions) if len(exceptions) else problems


def add_dense(frame: Frame, layer: Layer, with_problems: bool) -> None:
    """Add the bands of all lanes that can be seen.

    Parameters
    ----------
    frame : Frame
        What is seen.
    layer : Layer
        Where to add them.
    with_problems : bool
        Whether problems become columns too, since they are too many for shapes of their own.

    Notes
    -----
    Cost: O(width × tracks), however many events there are.
    """
    lanes = frame.lanes
    if not lanes:
        return
    tracks = np.array([lane.track for lane in lanes], np.int64)
    edges_ns, rows = frame.grid.edges_ns, frame.edge_rows
    if with_problems:
        columns = frame.index.density.columns(edges_ns, tracks, rows)
        layer.bands.append(_density(frame, lanes, tracks, columns))
        if columns.problems.any():
            layer.bands += _problems(frame, lanes, tracks, columns.wrong)
        return
    busy, edges = busy_columns(rows)
    if not len(busy):
        return
    columns = frame.index.density.columns(edges_ns[edges], tracks, rows[edges])
    layer.bands.append(_spread(_density(frame, lanes, tracks, columns), busy, frame.grid))


def _spread(bands: Bands, columns: IntArray, grid: Grid) -> Bands:
    """Return bands of which only some columns were counted with all others beside them, in which nothing happens."""
    if len(columns) == grid.n:
        return bands
    colours = np.zeros((len(bands.colours), grid.n), np.uint32)
    colours[:, columns] = bands.colours
    return replace(bands, colours=colours)


def half_heights(frame: Frame, lanes: list[LanePlace]) -> IntArray:
    """Return the height of each half of a lane's marks, the upper for reads and the lower for changes."""
    share = 0.9 if frame.layout.is_roomy else 0.5
    return np.array([max(min(max(round(x.mark_px * share), 2), (x.height_px - 1) // 2), 1) for x in lanes], np.int64)


def _density(frame: Frame, lanes: list[LanePlace], tracks: IntArray, columns: Columns) -> Bands:
    n, half = len(lanes), half_heights(frame, lanes)
    centre = np.array([lane.mark_y_px for lane in lanes], np.int64)
    behind = pack(frame.theme.card)
    by_step = palette(frame.index.cast.track_colours(frame.theme)[tracks], behind)
    steps = np.concatenate([steps_of(columns.own_reads, columns.other_reads), steps_of(columns.changes)])
    first = np.tile(np.arange(0, by_step.size, N_STEPS), 2)[:, np.newaxis]
    colours: IntArray = by_step.reshape(-1).take(first + steps)
    _colour_others(frame, columns, steps, colours, behind)
    grid = frame.grid
    tops = np.concatenate([centre - half, centre + 1])
    heights = np.concatenate([half, half])
    group = np.repeat(np.array([READS, CHANGES], np.uint8), n)
    return Bands(grid.left_px, tops, heights, colours, np.concatenate([tracks, tracks]), group, grid.edges_ns)


def _colour_others(frame: Frame, columns: Columns, steps: IntArray, colours: IntArray, behind: int) -> None:
    """Give columns with reads of others' values the colour of the writer of one of those."""
    some = columns.lanes_with_others()
    if not len(some):
        return
    nth, here = np.nonzero(columns.other_reads[some] > 0)
    lane, n_all = some[nth], len(nth)
    share = -(-n_all // MAX_COLOURED)
    starts = np.flatnonzero(np.diff(lane, prepend=-1)).tolist()
    rows = [
        np.repeat(columns.others_at(int(lane[start]), here[start:end:share]), share)[: end - start]
        for start, end in zip(starts, [*starts[1:], n_all], strict=True)
    ]
    colours[lane, here] = tinted(frame.colours_of(np.concatenate(rows)), behind, steps[lane, here])


def _problems(frame: Frame, lanes: list[LanePlace], tracks: IntArray, wrong: ProblemColumns) -> list[Bands]:
    """Problems as red columns, wider and higher than the bands, with the writer's colour inside."""
    has = np.flatnonzero(wrong.count.any(axis=1))
    row, is_here = wrong.row[has], wrong.count[has] > 0
    some = [lanes[lane] for lane in has.tolist()]
    half = half_heights(frame, some)
    centre = np.array([lane.mark_y_px for lane in some], np.int64)
    low = np.array([lane.y_px for lane in some], np.int64)
    high = np.array([lane.y_px + lane.height_px for lane in some], np.int64)
    is_near = is_here.copy()
    is_near[:, 1:] |= is_here[:, :-1]
    is_near[:, :-1] |= is_here[:, 1:]
    red = np.where(is_near, np.uint32(pack(frame.theme.problem)), np.uint32(NO_COLOUR))
    inner = np.zeros(row.shape, np.uint32)
    inner[is_here] = frame.colours_of(row[is_here])
    top = np.maximum(centre - half - HALO, low)
    bottom = np.minimum(centre + half + HALO + 1, high)
    grid, group = frame.grid, np.full(len(has), ANY, np.uint8)
    outer = Bands(grid.left_px, top, bottom - top, red, tracks[has], group, grid.edges_ns)
    return [outer, Bands(grid.left_px, centre - half // 2, np.maximum(half, 1), inner)]
