"""What the timeline paints: the draw lists of one recording, built when asked for and kept until something changes."""

from collections.abc import Callable
from dataclasses import replace

from simulator.lessons.base import CONTEXT
from simulator.picture.arrows import Near, arrows_near
from simulator.picture.chrome import HeaderLook, Stretch, build_header, build_ruler, header_width_px
from simulator.picture.describe import Description
from simulator.picture.draw_list import DrawList, Layer
from simulator.picture.frame import Frame, scale_for
from simulator.picture.hit import Hit, find_hit, find_value
from simulator.picture.idle import IdleTime
from simulator.picture.index import PictureIndex, Shown
from simulator.picture.knots import Cut
from simulator.picture.layout import build_layout
from simulator.picture.places import LanePlace, Layout, Metrics
from simulator.picture.scene import build_cards, build_plot
from simulator.picture.states import FAILED, band_of, state_at
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale, duration_text, time_text
from ui.models.lanes import LanesModel
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.timeline.parts import Part

BAND_REACH_PX = 4
"""How far above the band of a lane the pointer may be to be told its state."""

MOST_CARDS = 8

MOST_FIXED = 0.6
"""What stays on top may take this part of the height; beyond, all of it is scrolled."""


class TimelinePicture:
    """Builds the draw lists for what viewport and selection say.

    Parameters
    ----------
    viewport : ViewportModel
        Which window of time is seen, and how far down.
    selection : SelectionModel
        Which event is selected.
    lanes : LanesModel
        How the lanes are to be arranged.
    theme : Theme
        Colours.

    Attributes
    ----------
    index : PictureIndex or None
        The recording.
    layout : Layout or None
        What stands where.
    theme : Theme
        Colours.
    """

    def __init__(self, viewport: ViewportModel, selection: SelectionModel, lanes: LanesModel, theme: Theme) -> None:
        self._viewport = viewport
        self._selection = selection
        self._lanes = lanes
        self.theme = theme
        self.index: PictureIndex | None = None
        self._idle: IdleTime | None = None
        self.layout: Layout | None = None
        self._metrics = Metrics()
        self._states: dict[int, str] | None = None
        self._height_px = 1
        self._width_px = 1
        self._scale: TimeScale | None = None
        self._scale_of: tuple[object, ...] = ()
        self._parts: list[Part] | None = None
        self._hit: Hit | None = None
        self._cards: dict[tuple[object, ...], Layer] = {}
        self._cards_layout: Layout | None = None
        self._header: list[Part] | None = None
        self._laid_out: tuple[object, ...] = ()
        self._header_of: tuple[object, ...] = ()
        self._header_layout: Layout | None = None

    def set_recording(self, recording: Shown | None) -> None:
        """Take another recording."""
        self.index = None if recording is None else PictureIndex(recording)
        self._idle = None if recording is None else IdleTime(recording.trace)
        self.layout = None
        self._states = None
        self.forget()

    def find_cuts(self) -> tuple[Cut, ...]:
        """Return what is to be left out of the run, if idle time is."""
        if self.index is None or self._idle is None or not self._viewport.cuts_idle:
            return ()
        self._idle.update()
        return self._idle.cuts(self.index.now_ns)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        self.forget()

    @property
    def metrics(self) -> Metrics:
        """Sizes of text."""
        return self._metrics

    def set_metrics(self, metrics: Metrics) -> None:
        """Take other sizes of text."""
        self._metrics = metrics

    def set_height(self, height_px: int) -> None:
        """Lay out for a height."""
        self._height_px = height_px
        self.forget()
        if self.index is None:
            self.layout = None
            return
        rests_on = self._layout_rests_on(self.index, height_px)
        if self.layout is not None and rests_on == self._laid_out:
            return
        self._laid_out = rests_on
        layout = build_layout(self.index, height_px, self._metrics, self._lanes.arrangement)
        if layout != self.layout:
            self.layout = layout

    def _layout_rests_on(self, index: PictureIndex, height_px: int) -> tuple[object, ...]:
        """Return everything that decides where lanes and strips stand."""
        trace = index.trace
        sizes = height_px, len(index.cells.by_key), len(index.problems), index.cast.has_tasks
        shown = index.cells.shown
        if shown is None:
            has_contexts = trace.storage == CONTEXT
        else:
            has_contexts = any(trace.storage_of(variable) == CONTEXT for variable in shown.inside)
        ends = trace.n if has_contexts else 0  # tasks' own cells share a row once one has ended
        chosen = (tuple(shown.above), tuple(shown.inside), shown.n_touched) if shown is not None else None
        more = len(index.flags.by_variable), trace.has_loop_tasks, index.has_blocks, chosen
        return sizes, more, ends, trace.generation, index.cast.lanes, self._metrics, self._lanes.arrangement

    def set_states(self, states: dict[int, str] | None) -> bool:
        """Say what each thread was doing at the moment looked at, None for now; return whether that is news."""
        has_news = states != self._states
        self._states = states
        return has_news

    def set_width(self, width_px: int) -> None:
        """Say how wide the plot is."""
        if width_px != self._width_px:
            self._width_px = width_px
            self.forget()

    def forget(self) -> None:
        """Build anew what is asked for next."""
        self._parts = self._hit = None

    @property
    def header_px(self) -> int:
        """Width of the column of names."""
        if self.index is None or self.layout is None:
            return self._metrics.header_px
        return header_width_px(self.index, self.layout)

    @property
    def content_px(self) -> int:
        """Height of everything."""
        return 0 if self.layout is None else self.layout.height_px

    @property
    def scale(self) -> TimeScale:
        """The time scale of the plot."""
        of = self._viewport.t0_ns, self._viewport.t1_ns, self._width_px, self._viewport.cuts
        if self._scale is None or self._scale_of != of:
            self._scale, self._scale_of = scale_for(*of), of
        return self._scale

    @property
    def fixed_px(self) -> int:
        """Height of what stays on top while the rest is scrolled below it; 0 while nothing is scrolled."""
        if self.layout is None or not self._viewport.scroll_px:
            return 0
        return self.layout.fixed_px if self.layout.fixed_px <= self._height_px * MOST_FIXED else 0

    def plot_parts(self) -> list[Part]:
        """Return the parts of the plot: what is scrolled, and what stays on top."""
        if self._parts is None and self.index is not None and self.layout is not None:
            self._parts = self._build_parts(self.index, self.layout, self._build_plot)
        return self._parts or []

    def _build_plot(self, frame: Frame) -> DrawList:
        """Build the plot on the cards that were built before, as long as nothing of them changes."""
        wanted = (frame.theme.name, frame.width_px, frame.top_px, frame.bottom_px)
        if self._cards_layout is not frame.layout or len(self._cards) > MOST_CARDS:
            self._cards_layout = frame.layout
            self._cards.clear()
        if wanted not in self._cards:
            self._cards[wanted] = build_cards(frame)
        return build_plot(frame, self._cards[wanted])

    def header_parts(self) -> list[Part]:
        """Return the parts of the header; the same list again as long as nothing in it changes."""
        index, layout = self.index, self.layout
        if index is None or layout is None:
            return []
        states = index.cast.states(index.spans.open_rows(), index.is_over) | (self._states or {})
        look = HeaderLook(self.header_px, states, self._lanes.selected, self._lanes.arrangement.pinned)
        wanted = (look, self.theme.name, self._viewport.scroll_px, self.fixed_px, self._height_px)
        if self._header is None or self._header_of != wanted or self._header_layout is not layout:
            self._header = self._build_parts(index, layout, lambda frame: build_header(frame, look))
            self._header_of, self._header_layout = wanted, layout
        return self._header

    def _build_parts(self, index: PictureIndex, layout: Layout, build: Callable[[Frame], DrawList]) -> list[Part]:
        scroll_px, fixed_px, height_px = self._viewport.scroll_px, self.fixed_px, self._height_px
        frame = self._frame(index, layout, scroll_px + fixed_px, scroll_px + height_px)
        if not fixed_px:
            return [Part(build(frame), scroll_px, 0, height_px)]
        below = replace(frame, fixed_px=fixed_px, fixed_shift_px=scroll_px)
        above = replace(self._frame(index, layout, 0, fixed_px), fixed_px=fixed_px, scrolled_shift_px=-scroll_px)
        parts = [Part(build(below), scroll_px, fixed_px, height_px), Part(build(above), 0, 0, fixed_px)]
        return parts

    def ruler(self, keep_clear: tuple[Stretch, ...] = ()) -> DrawList | None:
        """Return the draw list of the time axis, with nothing written in some stretches."""
        if self.index is None:
            return None
        return build_ruler(self.scale, self._width_px, self.theme, self._metrics.small_px, keep_clear)

    def _frame(self, index: PictureIndex, layout: Layout, top_px: int, bottom_px: int) -> Frame:
        row = self._selection.row
        return Frame(index, layout, self.scale, self.theme, self._width_px, top_px, bottom_px, row)

    def find_mark(self, row: int) -> tuple[int, int] | None:
        """Return where an event is drawn in the plot, pixels; None where it has no shape of its own in view."""
        for part in self.plot_parts():
            at = _place_of(part.draw_list, row, self._width_px)
            if at is not None and part.is_at(at[1] - part.scroll_px):
                return at[0], at[1] - part.scroll_px
        return None

    def find_row(self, x_px: float, y_px: float) -> int | None:
        """Return the event drawn at a place of the plot, pixels."""
        for part in self.plot_parts():
            if part.is_at(y_px):
                y = y_px + part.scroll_px
                self._hit = find_hit(part.draw_list, x_px, y, self.index) or self._find_value(x_px, y)
                return None if self._hit is None else self._hit.row
        return None

    def _find_value(self, x_px: float, y_px: float) -> Hit | None:
        if self.index is None or self.layout is None:
            return None
        return find_value(self.index, self.layout, self.scale, x_px, y_px)

    def find_lane(self, y_px: float) -> LanePlace | None:
        """Return the lane at a height of the plot, pixels."""
        if self.layout is None:
            return None
        return self.layout.lane_at(y_px if y_px < self.fixed_px else y_px + self._viewport.scroll_px)

    def arrows_near(self, x_px: float, y_px: float) -> tuple[Near, Part] | None:
        """Return the arrows of problems near a place of the plot, pixels, and the part in which they are drawn."""
        if self.index is None or self.layout is None:
            return None
        for part in self.plot_parts():
            if part.is_at(y_px) or len(self.plot_parts()) == 1:
                top = part.scroll_px + part.top_px
                frame = self._frame(self.index, self.layout, top, part.scroll_px + part.bottom_px)
                return arrows_near(frame, part.draw_list, x_px, y_px + part.scroll_px), part
        return None

    def describe_gap(self, x_px: float) -> Description | None:
        """Say what is left out at a place of the time axis, pixels; None if nothing is."""
        for (begin_ns, end_ns), left, right in self.scale.gaps():
            if left <= x_px < right:
                facts = (("from", time_text(begin_ns)), ("to", time_text(end_ns)))
                return Description(f"{duration_text(end_ns - begin_ns)} left out: nothing happens", facts, False)
        return None

    def describe_state(self, x_px: float, y_px: float) -> Description | None:
        """Say what a thread was doing, if the place is on the band of its lane, pixels."""
        lane = self.find_lane(y_px)
        if self.index is None or self.layout is None:
            return None
        at_px = y_px if y_px < self.fixed_px else y_px + self._viewport.scroll_px
        if lane is None or not band_of(lane)[1] or at_px < band_of(lane)[0] - BAND_REACH_PX:
            return None
        time_ns = self.scale.ns(x_px)
        state = state_at(self._frame(self.index, self.layout, 0, self._height_px), lane, time_ns)
        name = self.index.trace.tracks[lane.track].name
        return Description(f"{name}: {state}", (("at", time_text(max(time_ns, 0))),), state == FAILED)

    def count_at(self, row: int) -> int:
        """Return how many events stand behind the shape that shows an event."""
        if self._hit is not None and self._hit.row == row:
            return self._hit.count
        for part in self.plot_parts():
            for marks in part.draw_list.marks():
                for i in (marks.column("row") == row).nonzero()[0].tolist():
                    return int(marks.column("count")[i])
        return 1


def _place_of(draw_list: DrawList, row: int, width_px: int) -> tuple[int, int] | None:
    """Return where a draw list has an event, pixels."""
    for marks in draw_list.marks():
        for i in (marks.column("row") == row).nonzero()[0].tolist():
            return int(marks.column("x")[i]), int(marks.column("y")[i])
    for layer in draw_list.layers:
        for i in (layer.rects.column("row") == row).nonzero()[0].tolist():
            if layer.name != "strips":
                box = [int(layer.rects.column(name)[i]) for name in "xywh"]
                left, right = max(box[0], 0), min(box[0] + box[2], width_px)
                return (left + right) // 2, box[1] + box[3] // 2
    return None
