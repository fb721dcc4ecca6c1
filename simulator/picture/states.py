"""The state of each thread along time, as a thin band at the lower edge of its lane."""

from __future__ import annotations

import numpy as np

from simulator.picture.bands import Bands
from simulator.picture.colours import NO_COLOUR, mix, pack, unpack
from simulator.picture.draw_list import DrawList
from simulator.picture.frame import CARD_EDGE_PX, Frame
from simulator.picture.loop_states import loops_of, step_cover, steps_drawn
from simulator.picture.places import LanePlace
from simulator.picture.span_tracks import EMPTY, PARTLY
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.tracks import OPEN, TaskTrack

MIN_LANE_PX = 22
BAND_PX = 4
THIN_BAND_PX = 2
LEAST_THIN_PX = 12
MIN_HATCH_PX = 12
NOT_STARTED, RUNNING, SLEEPING, WAITING, WAITING_FOR_LOCK, AWAITING, IDLE, DONE, FAILED = (
    "not started",
    "running",
    "sleeping",
    "waiting",
    "waiting for the lock",
    "awaiting",
    "idle",
    "done",
    "failed",
)


def band_of(lane: LanePlace) -> tuple[int, int]:
    """Return top and height of the band of a lane; height 0 where there is no room for one."""
    if lane.height_px < MIN_LANE_PX:
        return _thin_band_of(lane)
    height = BAND_PX if lane.is_roomy else BAND_PX - 1
    return lane.y_px + lane.height_px - height - 1, height


def _thin_band_of(lane: LanePlace) -> tuple[int, int]:
    """Return the band of a low lane: below the ticks of one that is collapsed, else above the marks."""
    if lane.is_thin and lane.height_px >= LEAST_THIN_PX:
        return lane.y_px + lane.height_px - THIN_BAND_PX - 1, THIN_BAND_PX
    has_room = lane.mark_y_px - (lane.mark_px + 1) // 2 - lane.y_px > THIN_BAND_PX
    return (lane.y_px + 1, THIN_BAND_PX) if has_room else (lane.y_px, 0)


def add_states(frame: Frame, draw_list: DrawList) -> None:
    """Add the bands: solid while a thread runs, dotted before it begins, hatched while it waits, pale while it sleeps.

    A thread that has failed ends in red; after its end there is nothing. An event loop and its tasks are pale but where
    the loop runs a task. Sleeping, waiting and steps are taken from the bars that have been drawn.
    """
    layer, theme = draw_list.layer("states"), frame.theme
    lanes = [lane for lane in frame.lanes if band_of(lane)[1]]
    if not lanes:
        return
    begin, end, is_failed = _lives(frame, lanes)
    bands = np.array([band_of(lane) for lane in lanes], np.int64)
    y, height = bands[:, 0], bands[:, 1]
    left, right = -2 * CARD_EDGE_PX, frame.right_px
    running = pack(mix(theme.hold, theme.card, 0.55))
    before = np.flatnonzero(begin > left)
    layer.lines.add(
        x1=np.full(len(before), left), x2=begin[before], y1=(y + height // 2)[before], y2=(y + height // 2)[before],
        stroke=pack(theme.border), dashed=1,
    )  # fmt: skip
    is_stepping = np.isin([frame.index.trace.tracks[lane.track].serial for lane in lanes], loops_of(frame))
    alive = np.where(is_stepping, np.uint32(pack(mix(theme.hold, theme.card, 0.88))), np.uint32(running))
    if frame.covers:
        draw_list.layer("spans").bands.append(_columns(frame, begin, end, alive, running))
    else:
        layer.rects.add(x=begin, y=y, w=np.maximum(end - begin, 0), h=height, fill=alive)
        _add_steps(frame, draw_list, running)
        _add_pauses(frame, draw_list)
    failed = np.flatnonzero(is_failed & (end < right))
    layer.rects.add(x=end[failed], y=y[failed], w=right - end[failed], h=height[failed], fill=pack(theme.problem))


def _lives(frame: Frame, lanes: list[LanePlace]) -> tuple[IntArray, IntArray, IntArray]:
    """Return where the life of each thread begins and ends, pixels, and whether it has failed."""
    infos = [frame.index.trace.tracks[lane.track] for lane in lanes]
    begins = np.array([info.begin_ns for info in infos], np.int64)
    ends = np.array([frame.index.now_ns if info.end_ns == OPEN else info.end_ns for info in infos], np.int64)
    low, high = -2 * CARD_EDGE_PX, frame.right_px
    begin, end = (np.clip(frame.scale.pxs(times), low, high) for times in (begins, ends))
    return begin, end, np.array([info.has_failed for info in infos], bool)


def _columns(frame: Frame, begin: IntArray, end: IntArray, alive: IntArray, running: int) -> Bands:
    """Return the bands as columns, where there are so many spans that they are columns too."""
    grid, theme = frame.grid, frame.theme
    shown = [i for i, lane in enumerate(frame.lanes) if band_of(lane)[1]]
    places = np.array([band_of(frame.lanes[i]) for i in shown], np.int64)
    inks = [NO_COLOUR, NO_COLOUR, running]
    looks = np.ones((len(shown), grid.n), np.uint8)
    steps = step_cover(frame)
    if steps is not None:
        looks[steps[shown] > EMPTY] = 2
    for kind, ink in ((Kind.SLEEP, mix(theme.hold, theme.card, 0.88)), (Kind.WAIT, mix(theme.wait, theme.card, 0.6))):
        if kind in frame.covers:
            cover = frame.covers[kind][shown] if len(shown) < len(frame.lanes) else frame.covers[kind]
            np.copyto(looks, cover + np.uint8(len(inks) - PARTLY), where=cover > EMPTY)
            inks += [pack(mix(ink, unpack(running), 0.5)), pack(ink)]
    xs = grid.left_px + np.arange(grid.n)
    if begin.max() > xs[0] or end.min() <= xs[-1]:
        looks *= (xs >= begin[:, np.newaxis]) & (xs < end[:, np.newaxis])
    colours = np.tile(np.array(inks, np.uint32), (len(shown), 1))
    colours[:, 1] = alive
    first = np.arange(0, colours.size, len(inks))[:, np.newaxis]
    return Bands(grid.left_px, places[:, 0], places[:, 1], colours.reshape(-1).take(first + looks))


def _add_steps(frame: Frame, draw_list: DrawList, running: int) -> None:
    """Add where event loops run tasks, below the bars that say so, and in the lane of the loop."""
    rects = draw_list.layer("spans").rects
    bars, lanes = steps_drawn(frame, rects.column("row"))
    if len(bars):
        place = np.array([band_of(lane) for lane in frame.layout.lanes], np.int64)[lanes]
        x, width = rects.column("x")[bars], rects.column("w")[bars]
        draw_list.layer("states").rects.add(x=x, y=place[:, 0], w=width, h=place[:, 1], fill=running)


def _add_pauses(frame: Frame, draw_list: DrawList) -> None:
    """Add where threads sleep or wait, below the bars that say so."""
    bars, layer, theme = draw_list.layer("spans").rects, draw_list.layer("states"), frame.theme
    rows = bars.column("row")
    drawn = np.flatnonzero(rows >= 0)
    kinds = frame.index.trace.kind[rows[drawn]]
    lanes = frame.lanes_of(rows[drawn])
    tops = np.array([band_of(lane) for lane in frame.layout.lanes], np.int64)
    looks = (
        (Kind.SLEEP, pack(mix(theme.hold, theme.card, 0.88)), NO_COLOUR),
        (Kind.WAIT, pack(mix(theme.wait, theme.card, 0.6)), pack(theme.wait)),
    )
    for kind, fill, ink in looks:
        some = np.flatnonzero((kinds == kind) & (lanes >= 0))
        some = some[tops[lanes[some], 1] > 0]
        at, place = drawn[some], tops[lanes[some]]
        width = bars.column("w")[at]
        is_hatched = (width >= MIN_HATCH_PX) & (ink != NO_COLOUR)
        layer.rects.add(
            x=bars.column("x")[at], y=place[:, 0], w=width, h=place[:, 1], fill=fill,
            stroke=np.where(is_hatched, ink, NO_COLOUR), hatch=is_hatched,
        )  # fmt: skip


def state_at(frame: Frame, lane: LanePlace, time_ns: int) -> str:
    """Return what a thread was doing at a time, as its band shows it."""
    info = frame.index.trace.tracks[lane.track]
    if time_ns < info.begin_ns:
        return NOT_STARTED
    if info.end_ns != OPEN and time_ns >= info.end_ns:
        return FAILED if info.has_failed else DONE
    trace = frame.index.trace
    rows = frame.index.spans.between(time_ns, time_ns)
    is_here = trace.tracks_of(rows) == lane.track
    if not isinstance(info, TaskTrack):  # an event loop's thread runs whatever step of its tasks goes on
        is_here |= (trace.kind[rows] == Kind.STEP) & (trace.thread[rows] == info.serial)
    rows = rows[is_here]
    doing = {int(kind) for kind in trace.kind[rows].tolist()}
    if Kind.WAIT in doing:
        is_for_lock = "lock" in [trace.value_of(row) for row in rows.tolist() if trace.kind[row] == Kind.WAIT]
        return WAITING_FOR_LOCK if is_for_lock else WAITING
    if Kind.SLEEP in doing:
        return SLEEPING
    if info.serial not in loops_of(frame) or Kind.STEP in doing:
        return RUNNING
    return AWAITING if isinstance(info, TaskTrack) else IDLE
