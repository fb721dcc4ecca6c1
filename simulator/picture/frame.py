"""One frame: which window of time of which recording is drawn, where, and in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.picture.cast import NO_LANE
from simulator.picture.colours import mix, pack
from simulator.picture.grid import Grid, make_grid
from simulator.picture.index import PictureIndex
from simulator.picture.knots import Cut
from simulator.picture.places import LanePlace, Layout, Metrics
from simulator.picture.theme import Theme, outline_of
from simulator.picture.time_scale import GAP_PX, TimeScale
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

MARGIN_PX = 24
"""Beside the window of time, so that marks at its ends are whole."""

DENSE_FROM = 4000

EDGE_SLACK_PX = 0.25
"""So far an event may be counted beside its column; events among thousands a pixel are not looked at one by one."""

_ANY_PX = 1000
_MARK_PX = 12
"""How far the mark at the end of a bar reaches into it."""

CARD_EDGE_PX = 8
"""Between a card and the edge of the timeline."""


def scale_for(t0_ns: int, t1_ns: int, width_px: int, cuts: tuple[Cut, ...] = ()) -> TimeScale:
    """Return the scale of a plot of that width; what `cuts` leave out may take half of it at most."""
    right_px = max(width_px - MARGIN_PX, MARGIN_PX + 1)
    gap_px = min(GAP_PX, (right_px - MARGIN_PX) / (2 * max(len(cuts), 1)))
    return TimeScale(t0_ns, t1_ns, MARGIN_PX, right_px, cuts, gap_px)


@dataclass(frozen=True)
class Frame:
    """What every part of the scene needs to know.

    Attributes
    ----------
    index : PictureIndex
        The recording.
    layout : Layout
        What stands where.
    scale : TimeScale
        The window of time.
    theme : Theme
        Colours.
    width_px : int
        Width of the plot.
    top_px, bottom_px : int
        The part of the layout's height that can be seen.
    selected : int or None
        Row of the selected event.
    dense_from : int
        With more accesses in view than this they are counted in columns instead of drawn one by one.
    fixed_px : int
        Height of what stays on top, if something else is scrolled below it.
    fixed_shift_px, scrolled_shift_px : int
        How much lower than in the layout the lanes that stay on top, and the others, are seen from this part of the
        picture: an arrow may lead from one part to the other.
    """

    index: PictureIndex
    layout: Layout
    scale: TimeScale
    theme: Theme
    width_px: int
    top_px: int
    bottom_px: int
    selected: int | None = None
    dense_from: int = DENSE_FROM
    fixed_px: int = 0
    fixed_shift_px: int = 0
    scrolled_shift_px: int = 0

    @property
    def metrics(self) -> Metrics:
        """Sizes of text."""
        return self.layout.metrics

    @property
    def right_px(self) -> int:
        """Where the cards end, and with them everything that reaches along time."""
        return self.width_px - CARD_EDGE_PX

    @cached_property
    def from_ns(self) -> int:
        """Begin of what can be seen, margin included."""
        return self.scale.ns(-MARGIN_PX)

    @cached_property
    def to_ns(self) -> int:
        """End of what can be seen, margin included."""
        return self.scale.ns(self.right_px)

    @cached_property
    def grid(self) -> Grid:
        """The pixel columns in which events are counted."""
        return make_grid(self.scale, -MARGIN_PX, self.right_px)

    @cached_property
    def rows(self) -> slice:
        """Rows of the events that happened or began in what can be seen."""
        return self.index.rows_between(self.from_ns, self.to_ns)

    @cached_property
    def edge_rows(self) -> IntArray:
        """For each edge of the grid the first row that is not before it, to a quarter of a pixel."""
        return self.index.rows_at(self.grid.edges_ns, EDGE_SLACK_PX / self.scale.px_per_ns)

    @cached_property
    def slack_rows(self) -> IntArray:
        """For each of those rows how many further ones make a quarter of a pixel."""
        return np.diff(self.edge_rows, append=self.edge_rows[-1:]) * EDGE_SLACK_PX

    @cached_property
    def lanes(self) -> list[LanePlace]:
        """Lanes that can be seen."""
        return [lane for lane in self.layout.lanes if self.sees(lane.y_px, lane.height_px)]

    @cached_property
    def actor_colours(self) -> IntArray:
        """Packed colour of each actor."""
        return self.index.cast.colours(self.theme)

    @cached_property
    def lane_mark_ys(self) -> IntArray:
        """Height of the marks of each lane, int32, by number of the lane."""
        return np.array([lane.mark_y_px for lane in self.layout.lanes], np.int32)

    @cached_property
    def lane_band_ys(self) -> IntArray:
        """Middle of each lane's band of blocks, int32, -1 where there is none; one more at the end, for no lane."""
        bands = [(lane.block_y_px + lane.block_height_px // 2, lane.block_height_px) for lane in self.layout.lanes]
        return np.array([y if height else -1 for y, height in [*bands, (0, 0)]], np.int32)

    @cached_property
    def lane_is_thin(self) -> IntArray:
        """Whether the user has collapsed each lane, by its number."""
        return np.array([lane.is_thin for lane in self.layout.lanes], bool)

    @cached_property
    def covers(self) -> dict[int, IntArray]:
        """How much of each column spans of a kind cover in each lane in view, once that has been found out."""
        return {}

    @cached_property
    def most_mark_px(self) -> IntArray:
        """Widest that a mark may be, by number of the lane: thin lanes have small ones, wherever there is room."""
        return np.array([lane.mark_px if lane.is_thin else _ANY_PX for lane in self.layout.lanes], np.int64)

    @cached_property
    def gaps_px(self) -> list[tuple[int, int]]:
        """Left and right edge of each part of the run that is left out."""
        return [(left, right) for _, left, right in self.scale.gaps()]

    def clear_stretch(self, left_px: int, right_px: int) -> tuple[int, int]:
        """Return the widest part of a stretch in which nothing is left out: where something can be written."""
        inside = [edge for gap in self.gaps_px if gap[1] > left_px and gap[0] < right_px for edge in gap]
        room_px = _MARK_PX if inside else 0
        edges = [left_px + room_px, *inside, right_px - room_px]
        return max(zip(edges[::2], edges[1::2], strict=True), key=lambda part: part[1] - part[0])

    def is_clear(self, left_px: float, right_px: float) -> bool:
        """Return whether nothing is left out in a stretch."""
        return all(right_px <= left or left_px >= right for left, right in self.gaps_px)

    def seen_y_px(self, lane: LanePlace, y_px: int) -> int:
        """Return at which height of this part of the picture something of a lane is seen, though it be in another."""
        return y_px + (self.fixed_shift_px if lane.y_px < self.fixed_px else self.scrolled_shift_px)

    def sees(self, y_px: int, height_px: int) -> bool:
        """Return whether something of that place can be seen."""
        return y_px < self.bottom_px and y_px + height_px > self.top_px

    def lanes_of(self, rows: IntArray) -> IntArray:
        """Return the lane of each event if it can be seen, `NO_LANE` otherwise."""
        lanes = self.index.cast.lanes_of(self.index.trace.tracks_of(rows))
        visible = np.zeros(len(self.layout.lanes) + 1, bool)
        numbers = [i for i, lane in enumerate(self.layout.lanes) if self.sees(lane.y_px, lane.height_px)]
        visible[numbers] = True
        return np.where(visible[np.minimum(lanes, len(visible) - 1)], lanes, NO_LANE)

    def colours_of(self, rows: IntArray) -> IntArray:
        """Return the packed colour of each event: of the actor whose value it wrote or got."""
        return self.actor_colours[self._actors_of(rows)]

    def outlines_of(self, rows: IntArray) -> IntArray:
        """Return the packed outline of the mark of each event."""
        return self.index.cast.outlines(self.theme)[self._actors_of(rows)]

    def _actors_of(self, rows: IntArray) -> IntArray:
        """Return the actor whose value each event wrote or got."""
        trace = self.index.trace
        source = trace.reads_from[rows]
        shown = np.where((trace.kind[rows] == Kind.READ) & (source >= 0), source, rows)
        return trace.actor[shown]

    def outline(self, colour: int) -> int:
        """Return the outline that a mark of a packed colour gets."""
        return outline_of(self.theme, colour)

    def soft(self, colour: str, share: float) -> int:
        """Return a colour mixed with that of the cards, packed."""
        return pack(mix(colour, self.theme.card, share))
