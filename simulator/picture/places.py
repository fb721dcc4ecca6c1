"""Where things stand, once that has been worked out: strips, lanes, all of a layout; and sizes that follow the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.picture.cells import Cell
from simulator.picture.flags import Flag

ROOMY_MARK_PX = 12


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes that depend on the size of text.

    Attributes
    ----------
    text_px : float
        Size of ordinary text.
    small_px : float
        Size of what accompanies it.
    header_px : int
        Width of the column of names.
    fits_lanes : bool
        Whether lanes become as low as it takes to see all of them, down to `LEAST_LANE_PX`.
    """

    text_px: float = 13.0
    small_px: float = 11.5
    header_px: int = 124
    fits_lanes: bool = False

    @classmethod
    def for_text(cls, text_px: float) -> Metrics:
        """Return sizes in proportion to the size of ordinary text."""
        return cls(text_px, round(text_px * 0.885, 1), round(text_px * 9.5))

    def scaled(self, size_px: int) -> int:
        """Return a size of the standard picture in proportion to the text."""
        return round(size_px * self.text_px / 13)


@dataclass(frozen=True, slots=True)
class StripPlace:
    """Where a strip is drawn.

    Attributes
    ----------
    cells : tuple of Cell
        What it shows; more than one where tasks one after the other had cells of their own.
    variable : int
        Index of the variable.
    y_px, height_px : int
        Top and height.
    owner : int
        Track in whose lane it lies, 0 for a strip above the lanes.
    flag : Flag or None
        The flag that it shows instead of cells.
    """

    cells: tuple[Cell, ...]
    variable: int
    y_px: int
    height_px: int
    owner: int
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class LanePlace:
    """Where a lane is drawn.

    Attributes
    ----------
    track : int
        What it shows: a thread, or a task of an event loop.
    y_px, height_px : int
        Top and height of its card.
    task_y_px, task_height_px : int
        The band with the names of tasks; height 0 where there is none.
    block_y_px, block_height_px : int
        The band with blocks and transactions; height 0 where there is none.
    mark_y_px : int
        Centre of the marks.
    mark_px : int
        Width of a mark.
    level_px : int
        How far above and below that centre reads and changes stand where they would hide each other.
    is_thin : bool
        Whether the user has collapsed it: small marks, and nothing is written in it.
    is_inside : bool
        Whether it is that of a task inside its thread's.
    """

    track: int
    y_px: int
    height_px: int
    task_y_px: int
    task_height_px: int
    block_y_px: int
    block_height_px: int
    mark_y_px: int
    mark_px: int
    level_px: int
    is_thin: bool = False
    is_inside: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether it has a place at all."""
        return self.height_px > 0

    @property
    def is_roomy(self) -> bool:
        """Whether there is room for texts beside the marks."""
        return self.mark_px >= ROOMY_MARK_PX and not self.is_thin


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of everything; y grows downwards from the top of the scrolled content.

    Attributes
    ----------
    lanes : tuple of LanePlace
        By number in the cast, wherever they stand; one that is hidden has no height and lies far above everything.
    strips : tuple of StripPlace
        From top to bottom, those above the lanes first.
    height_px : int
        Height of all of it.
    is_roomy : bool
        Whether there is room for texts beside the marks and a second line under a thread's name.
    metrics : Metrics
        Sizes of text.
    fixed_px : int
        Height of what stays on top while the rest is scrolled: strips above the lanes, and pinned lanes.
    n_more : int
        How many variables were touched that have no strip.
    """

    lanes: tuple[LanePlace, ...]
    strips: tuple[StripPlace, ...]
    height_px: int
    is_roomy: bool
    metrics: Metrics = field(default_factory=Metrics)
    fixed_px: int = 0
    n_more: int = 0

    def lane_at(self, y_px: float) -> LanePlace | None:
        """Return the lane at a height, None between and beside them."""
        return next((lane for lane in self.lanes if lane.y_px <= y_px < lane.y_px + lane.height_px), None)
