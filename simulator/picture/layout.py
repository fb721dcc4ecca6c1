"""Where everything stands from top to bottom: strips above the lanes, lanes, and what is inside a lane."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace

from simulator.picture.arrangement import Arrangement, arrange
from simulator.picture.cells import Cell
from simulator.picture.flags import Flag
from simulator.picture.index import PictureIndex
from simulator.trace.tracks import OPEN, TaskTrack

PER_THREAD = ("local", "context")
MOST_STRETCH_PX = 44
LEAST_LANE_PX = 3
FEW_STRIPS = 3
MOST_ABOVE_SHARE = 0.35
"""How much of the height the strips of a script's variables may take above the lanes."""
ROOMY_MARK_PX = 12
_FAR_ABOVE_PX = -1_000_000


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


@dataclass(frozen=True, slots=True)
class _Bands:
    """Which bands there are above the marks."""

    has_tasks: bool
    has_blocks: bool

    @property
    def n(self) -> int:
        """How many."""
        return self.has_tasks + self.has_blocks

    def of(self, height_px: int) -> tuple[int, int]:
        """Return the height of each."""
        return height_px * self.has_tasks, height_px * self.has_blocks


@dataclass(frozen=True, slots=True)
class _Rows:
    """Heights inside a lane, pixels."""

    height: int
    gap: int
    task: int
    block: int
    mark_y: int
    mark: int
    strip_y: int
    strip: int
    strip_gap: int

    @property
    def pitch(self) -> int:
        """From one lane to the next."""
        return self.height + self.gap


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
    above = _strips_above(index, height_px, metrics)
    inside = _cells_of_lanes(index)
    below_px = metrics.scaled(10 if metrics.fits_lanes else 18)
    top = above[-1].y_px + above[-1].height_px + below_px if above else metrics.scaled(14)
    n_full = len(arranged.shown) - len(arranged.collapsed)
    n_rows = max((len(rows) for rows in inside.values()), default=0)
    n_bare = sum(not inside.get(track) for track in arranged.shown if track not in arranged.collapsed) if n_rows else 0
    thin = _thin(metrics)
    room_px = height_px - top - 8 - thin.pitch * len(arranged.collapsed)
    bands = _Bands(index.cast.has_tasks and not index.trace.has_loop_tasks, index.has_blocks)
    rows = _choose_rows(room_px // max(n_full, 1), n_rows, bands, metrics)
    if n_bare:  # what these leave goes to the others
        spare_px = n_bare * (rows.pitch - _bare(rows, n_rows).pitch)
        rows = _choose_rows((room_px + spare_px) // n_full, n_rows, bands, metrics)
    places: dict[int, LanePlace] = {}
    strips = list(above)
    y = fixed_px = top
    for nth, track in enumerate(arranged.shown):
        cells = [] if track in arranged.collapsed else inside.get(track, [])
        own = thin if track in arranged.collapsed else rows if cells or not n_rows else _bare(rows, n_rows)
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


def _place_lane(index: PictureIndex, track: int, y: int, rows: _Rows, n_strips: int, is_thin: bool) -> LanePlace:
    level, is_inside = _level_px(rows, n_strips), isinstance(index.trace.tracks[track], TaskTrack)
    block_y = y + 5 + rows.task + (2 if rows.task else 0)
    return LanePlace(
        track, y, rows.height, y + 5, rows.task, block_y, rows.block, y + rows.mark_y, rows.mark, level, is_thin,
        is_inside,
    )  # fmt: skip


def _hidden(track: int) -> LanePlace:
    return LanePlace(track, _FAR_ABOVE_PX, 0, _FAR_ABOVE_PX, 0, _FAR_ABOVE_PX, 0, _FAR_ABOVE_PX, 1, 0, True)


def _strips_inside(track: int, y: int, rows: _Rows, cells: list[tuple[int, tuple[Cell, ...]]]) -> list[StripPlace]:
    """Place the strips of a lane, one below the other."""
    pitch, top = rows.strip + rows.strip_gap, y + rows.strip_y
    return [
        StripPlace(one, variable, top + nth * pitch, rows.strip, track) for nth, (variable, one) in enumerate(cells)
    ]


def _is_value(index: PictureIndex, variable: int) -> bool:
    variables = index.recording.variables
    return variable >= len(variables) or not variables[variable].is_lock


def _variables_above(index: PictureIndex) -> list[int]:
    """Return the variables that have one strip for all threads."""
    if index.cells.shown is not None:
        return index.cells.shown.above
    if index.trace.storage is None or index.trace.storage in PER_THREAD:
        return []
    return [variable for variable in range(len(index.trace.variables)) if _is_value(index, variable)]


def _variables_inside(index: PictureIndex) -> list[int]:
    """Return the variables that have a strip in each lane."""
    if index.cells.shown is not None:
        return index.cells.shown.inside
    if index.trace.storage not in PER_THREAD:
        return []
    return [variable for variable in range(len(index.trace.variables)) if _is_value(index, variable)]


def _strips_above(index: PictureIndex, height_px: int, metrics: Metrics) -> list[StripPlace]:
    """One strip for each flag, and for each variable that all threads share.

    Many are low, and a script's are no more than leave room for the lanes.
    """
    flags, variables = list(index.flags.by_variable.values()), _variables_above(index)
    is_script = index.cells.shown is not None
    few = not is_script or len(flags) + len(variables) <= FEW_STRIPS
    height = metrics.scaled(30 if few else 18)
    pitch, top = height + metrics.scaled(8 if few else 4), metrics.scaled(14)
    if is_script:
        n_most = max(int(height_px * MOST_ABOVE_SHARE) // pitch, 1)
        variables = variables[:n_most]
        flags = flags[: n_most - len(variables)]
    cells: dict[int, list[Cell]] = {}
    for cell in index.cells.by_key.values():
        cells.setdefault(cell.variable, []).append(cell)
    places = [StripPlace((), flag.variable, top + n * pitch, height, 0, flag) for n, flag in enumerate(flags)]
    places += [
        StripPlace(tuple(cells.get(variable, ())), variable, top + n * pitch, height, 0)
        for n, variable in enumerate(variables, len(places))
    ]
    return places


def _cells_of_lanes(index: PictureIndex) -> dict[int, list[tuple[int, tuple[Cell, ...]]]]:
    """For each lane that can have some the rows of strips in it: variable and cells that do not overlap."""
    names = _variables_inside(index)
    if not names:
        return {}
    of_track: dict[int, list[Cell]] = {}
    for cell in index.cells.by_key.values():
        if cell.variable in names:
            of_track.setdefault(cell.owner, []).append(cell)
    return {
        track: [row for variable in names for row in _pack(index, variable, of_track.get(track, []))]
        for track in index.cast.lanes
        if _can_own(index, track)
    }


def _can_own(index: PictureIndex, track: int) -> bool:
    """Return whether cells belong to a lane: tasks of an event loop have contexts, but no `threading.local` each."""
    if not index.trace.has_loop_tasks or index.cells.shown is not None:
        return True
    return isinstance(index.trace.tracks[track], TaskTrack) == (index.trace.storage == "context")


def _pack(index: PictureIndex, variable: int, cells: list[Cell]) -> list[tuple[int, tuple[Cell, ...]]]:
    """Put cells of one variable into as few rows as they need so as not to overlap; one empty row if none."""
    rows: list[list[Cell]] = []
    for cell in cells:
        if cell.variable != variable:
            continue
        free = next((row for row in rows if cell_end_ns(index, row[-1]) <= cell.first_ns), None)
        if free is None:
            rows.append([cell])
        else:
            free.append(cell)
    is_everywhere = index.cells.shown is None  # in a script most threads have nothing to do with most variables
    return [(variable, tuple(row)) for row in rows] or ([(variable, ())] if is_everywhere else [])


def cell_end_ns(index: PictureIndex, cell: Cell) -> int:
    """Return until when a cell is drawn: a task's own until the task ends, others to the end of the run."""
    trace = index.trace
    if trace.storage_of(cell.variable) != "context" or not trace.actors[cell.last_actor].is_task:
        return index.now_ns
    return _task_end_ns(index, cell)


def _task_end_ns(index: PictureIndex, cell: Cell) -> int:
    end_ns = int(index.trace.actor_end_ns[cell.last_actor])
    return index.now_ns if end_ns == OPEN else max(end_ns, cell.last_ns)


def _choose_rows(room_px: int, n_strips: int, bands: _Bands, metrics: Metrics) -> _Rows:
    """Choose the heights inside a lane for the room that each lane has, between two standards."""
    above = _roomy(n_strips, bands, metrics)
    spare_px = room_px - above.pitch
    if spare_px >= 0:
        return _stretch(above, min(spare_px, metrics.scaled(MOST_STRETCH_PX)), n_strips)
    for standard in (_medium, _compact, _dense):
        below = standard(n_strips, bands, metrics)
        if below.pitch <= room_px:
            rows = _between(below, above, (room_px - below.pitch) / (above.pitch - below.pitch))
            return _stretch(rows, room_px - rows.pitch, n_strips)  # what rounding down has left
        above = below
    return _tiny(min(max(room_px, LEAST_LANE_PX), above.pitch), n_strips) if metrics.fits_lanes else above


def _tiny(pitch_px: int, n_strips: int) -> _Rows:
    """Return lanes of bare bands: a strip of two pixels at the bottom of each, if there is room for that."""
    gap = 1 if pitch_px >= 5 else 0
    height = pitch_px - gap
    strip = 2 if n_strips and height >= 4 + 2 * n_strips else 0
    marks = height - n_strips * strip
    return _Rows(height, gap, 0, 0, marks // 2, max(marks - 2, 1), marks, strip, 0)


def _bare(rows: _Rows, n_strips: int) -> _Rows:
    """Return the heights of a lane that has no strips among others that have."""
    return replace(rows, height=rows.height - n_strips * (rows.strip + rows.strip_gap), strip=0)


def _between(low: _Rows, high: _Rows, share: float) -> _Rows:
    """Mix two standards."""
    return _Rows(*(a + int((b - a) * share) for a, b in zip(astuple(low), astuple(high), strict=True)))


def _stretch(rows: _Rows, spare_px: int, n_strips: int) -> _Rows:
    """Spread spare room inside a lane: above the marks, below them, and at the bottom."""
    above = spare_px * 3 // 10 if n_strips else spare_px // 2
    below = spare_px * 3 // 10 if n_strips else 0
    return replace(
        rows,
        height=rows.height + spare_px,
        mark_y=rows.mark_y + above,
        strip_y=rows.strip_y + above + below,
    )


def _level_px(rows: _Rows, n_strips: int) -> int:
    """Return how far apart two levels of marks can be without leaving their part of the lane."""
    below = (rows.strip_y if n_strips else rows.height) - rows.mark_y
    room = min(rows.mark_y - rows.task - rows.block - 5, below) - rows.mark // 2 - 2
    return max(min(round(rows.mark * 0.9), room), rows.mark // 3)


def _stack(
    head: int, mark: int, strip: int, n_strips: int, foot: int, gap: int, bands: tuple[int, int], strip_gap: int,
    tail: int,
) -> _Rows:  # fmt: skip
    """Stack the bands, the marks and the strips of a lane."""
    strip_y = head + foot
    height = strip_y + n_strips * (strip + strip_gap) - (strip_gap if n_strips else 0) + tail
    return _Rows(height, gap, *bands, head, mark, strip_y, strip, strip_gap)


def _roomy(n_strips: int, bands: _Bands, metrics: Metrics) -> _Rows:
    s = metrics.scaled
    head = s(38) + s(18) * bands.n
    return _stack(head, s(18), s(28), n_strips, s(26 if n_strips else 38), s(8), bands.of(s(18)), s(6), s(14))


def _medium(n_strips: int, bands: _Bands, metrics: Metrics) -> _Rows:
    s = metrics.scaled
    head = s(28) + s(16) * bands.n
    return _stack(head, s(14), s(20), n_strips, s(20), s(6), bands.of(s(16)), s(4), s(8))


def _compact(n_strips: int, bands: _Bands, metrics: Metrics) -> _Rows:
    s = metrics.scaled
    return _stack(s(12), s(10), s(8), n_strips, s(8), s(3), (0, 0), s(2), s(4))


def _thin(metrics: Metrics) -> _Rows:
    """Heights of a lane that the user has collapsed."""
    s = metrics.scaled
    return _Rows(s(20), s(4), 0, 0, s(10), s(8), s(20), 0, 0)


def _dense(n_strips: int, bands: _Bands, metrics: Metrics) -> _Rows:
    s = metrics.scaled
    return _stack(s(7), s(7), s(3), n_strips, s(5), s(1), (0, 0), s(1), s(1))
