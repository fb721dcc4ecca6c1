"""Where everything stands from top to bottom: strips above the lanes, lanes, and what is inside a lane."""

from __future__ import annotations

from simulator.picture.arrangement import Arrangement, arrange
from simulator.picture.cells import Cell
from simulator.picture.index import PictureIndex
from simulator.picture.lane_rows import Bands, Rows, bare, choose_rows, level_px, thin
from simulator.picture.places import ROOMY_MARK_PX, LanePlace, Layout, Metrics, StripPlace
from simulator.picture.strip_rows import cells_of_lanes, strips_above
from simulator.trace.tracks import TaskTrack

_FAR_ABOVE_PX = -1_000_000


def build_layout(
    index: PictureIndex, height_px: int, metrics: Metrics | None = None, wanted: Arrangement | None = None
) -> Layout:
    """Lay a recording out.

    Parameters
    ----------
    index : PictureIndex
        The recording.
    height_px : int
        Height there is; lanes are as high as fits, between a comfortable and a smallest height.
    metrics : Metrics
        Sizes of text.
    wanted : Arrangement
        Order of the lanes, and which are hidden, pinned or collapsed.

    Returns
    -------
    Layout
        May be higher than `height_px`: then it is to be scrolled.
    """
    metrics = metrics or Metrics()
    arranged = arrange(index, wanted or Arrangement())
    index.cells.want((wanted or Arrangement()).variables)
    above = strips_above(index, height_px, metrics)
    inside = cells_of_lanes(index)
    below_px = metrics.scaled(10 if metrics.fits_lanes else 18)
    top = above[-1].y_px + above[-1].height_px + below_px if above else metrics.scaled(14)
    n_full = len(arranged.shown) - len(arranged.collapsed)
    n_rows = max((len(rows) for rows in inside.values()), default=0)
    n_bare = sum(not inside.get(track) for track in arranged.shown if track not in arranged.collapsed) if n_rows else 0
    low = thin(metrics)
    room_px = height_px - top - 8 - low.pitch * len(arranged.collapsed)
    bands = Bands(index.cast.has_tasks and not index.trace.has_loop_tasks, index.has_blocks)
    rows = choose_rows(room_px // max(n_full, 1), n_rows, bands, metrics)
    if n_bare:  # what these leave goes to the others
        spare_px = n_bare * (rows.pitch - bare(rows, n_rows).pitch)
        rows = choose_rows((room_px + spare_px) // n_full, n_rows, bands, metrics)
    places: dict[int, LanePlace] = {}
    strips = list(above)
    y = fixed_px = top
    for nth, track in enumerate(arranged.shown):
        cells = [] if track in arranged.collapsed else inside.get(track, [])
        own = low if track in arranged.collapsed else rows if cells or not n_rows else bare(rows, n_rows)
        places[track] = _place_lane(index, track, y, own, len(cells), track in arranged.collapsed)
        if rows.strip:
            strips += _strips_inside(track, y, rows, cells)
        y += own.pitch
        if nth < arranged.n_pinned:
            fixed_px = y
    lanes = tuple(places.get(track, _hidden(track)) for track in index.cast.lanes)
    is_roomy = rows.mark >= ROOMY_MARK_PX
    height = y - rows.gap + 8 if places else top
    fixed_px = fixed_px if above or arranged.n_pinned else 0
    n_more = _count_more(index, strips)
    return Layout(lanes, tuple(strips), height, is_roomy, metrics, fixed_px, n_more)


def _count_more(index: PictureIndex, strips: list[StripPlace]) -> int:
    """Count the variables of a script that were touched and have no strip."""
    shown = index.cells.shown
    return max(shown.n_touched - len({strip.variable for strip in strips}), 0) if shown is not None else 0


def _place_lane(index: PictureIndex, track: int, y: int, rows: Rows, n_strips: int, is_thin: bool) -> LanePlace:
    level, is_inside = level_px(rows, n_strips), isinstance(index.trace.tracks[track], TaskTrack)
    block_y = y + 5 + rows.task + (2 if rows.task else 0)
    return LanePlace(
        track, y, rows.height, y + 5, rows.task, block_y, rows.block, y + rows.mark_y, rows.mark, level, is_thin,
        is_inside,
    )  # fmt: skip


def _hidden(track: int) -> LanePlace:
    return LanePlace(track, _FAR_ABOVE_PX, 0, _FAR_ABOVE_PX, 0, _FAR_ABOVE_PX, 0, _FAR_ABOVE_PX, 1, 0, True)


def _strips_inside(track: int, y: int, rows: Rows, cells: list[tuple[int, tuple[Cell, ...]]]) -> list[StripPlace]:
    """Place the strips of a lane, one below the other."""
    pitch, top = rows.strip + rows.strip_gap, y + rows.strip_y
    return [
        StripPlace(one, variable, top + nth * pitch, rows.strip, track) for nth, (variable, one) in enumerate(cells)
    ]
