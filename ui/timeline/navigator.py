"""What keys, menus and other panels do to the timeline: where it looks, and which event is stepped to."""

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from ui.models.lanes import LanesModel
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.timeline.lane_control import LaneControl
from ui.timeline.picture import TimelinePicture
from ui.timeline.pointer import Pointer
from ui.timeline.stepping import next_row


class Navigator(QObject):
    """Moves the window of time and the selection.

    Parameters
    ----------
    viewport : ViewportModel
        The window of time.
    selection : SelectionModel
        The selected event.
    lanes : LanesModel
        How the lanes are arranged.
    picture : TimelinePicture
        What is drawn.
    pointer : Pointer
        Zooms and pans.
    control : LaneControl
        Says at which events stepping stops.
    plot : QWidget
        Where it is drawn.
    """

    def __init__(
        self,
        viewport: ViewportModel,
        selection: SelectionModel,
        lanes: LanesModel,
        picture: TimelinePicture,
        pointer: Pointer,
        control: LaneControl,
        plot: QWidget,
    ) -> None:
        super().__init__(plot)
        self._viewport = viewport
        self._selection = selection
        self._lanes = lanes
        self._picture = picture
        self._pointer = pointer
        self._control = control
        self._plot = plot

    def fit(self) -> None:
        """Show the whole run."""
        self._viewport.fit()

    def follow(self) -> None:
        """Follow the run while it goes on, from its end as it is now."""
        self._viewport.set_follow(True)
        self._viewport.show_end()

    def zoom_by(self, factor: float, anchor_px: float | None = None) -> None:
        """Zoom in (factor > 1) or out about a place of the plot: by default the selected event, else the middle."""
        self._pointer.zoom_by(factor, self._anchor_px() if anchor_px is None else anchor_px)

    def _anchor_px(self) -> float:
        """Return what a zoom by key leaves where it is: the selected event if it is in view, else the middle."""
        row = self._selection.row
        at = self.point_of(row) if row is not None else None
        return self._plot.width() / 2 if at is None else float(at.x() - self._plot.x())

    def pan_by(self, fraction: float) -> None:
        """Move the window by a part of its length, to later times if positive."""
        self._pointer.pan_by(fraction)

    def toggle_idle(self) -> None:
        """Leave idle time out, or show it again."""
        self._viewport.set_cuts_idle(not self._viewport.cuts_idle)

    def step_event(self, step: int) -> None:
        """Select the next (+1) or previous (-1) event."""
        self._step(step, only_problems=False)

    def step_problem(self, step: int) -> None:
        """Select the next (+1) or previous (-1) problem."""
        self._step(step, only_problems=True)

    def _step(self, step: int, only_problems: bool) -> None:
        index = self._picture.index
        if index is None:
            return
        stops = self._control.stops(index, only_problems)
        row = next_row(index, self._selection.row, step, stops)
        if row is not None:
            self._selection.select(row)

    def show_row(self, row: int) -> None:
        """Bring an event into view."""
        index, layout = self._picture.index, self._picture.layout
        if index is None or row >= index.trace.n:
            return
        self._viewport.show_time(int(index.trace.begin_ns[row]))
        track = index.trace.track_of(row)
        lane = index.cast.lane_of(track)
        if layout is None or lane is None or lane >= len(layout.lanes):
            return
        self._lanes.show(index.trace.tracks[track].name)
        place = (self._picture.layout or layout).lanes[lane]
        fixed_px = layout.fixed_px
        if place.y_px >= fixed_px:
            scroll, bottom = self._viewport.scroll_px, place.y_px + place.height_px
            self._viewport.set_scroll(max(min(scroll, place.y_px - 8 - fixed_px), bottom + 8 - self._plot.height()))

    def point_of(self, row: int) -> QPoint | None:
        """Return where an event is drawn in this widget; None where it is not in view."""
        at = self._picture.find_mark(row)
        if at is None:
            return None
        point = QPoint(*at)
        return self._plot.pos() + point if self._plot.rect().contains(point) else None
