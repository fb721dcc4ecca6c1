"""What the mouse does to the plot: click, drag, wheel, and what is said of the place it points at."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from simulator.picture.describe import Description, describe_event
from simulator.picture.time_scale import TimeScale
from simulator.trace.tracks import OPEN
from ui.models.selection import SelectionModel
from ui.models.time_range import TimeRangeModel
from ui.models.viewport import ViewportModel
from ui.timeline.hover_card import HoverCard
from ui.timeline.picture import TimelinePicture

DRAG_PX = 4
WHEEL_STEP = 120
WHEEL_ZOOM = 1.25
WHEEL_SCROLL_PX = 60
WHEEL_PAN = 0.1
NOWHERE = QPointF(-10_000, -10_000)


class Pointer(QObject):
    """Turns what the mouse does on the plot into what the models are told.

    Parameters
    ----------
    viewport : ViewportModel
        The window of time.
    selection : SelectionModel
        The selected event.
    time_range : TimeRangeModel
        The marked range.
    picture : TimelinePicture
        What is drawn.
    plot : QWidget
        Where it is drawn; places are told in the pixels of `view`, which holds it.
    view : QWidget
        The timeline.

    Attributes
    ----------
    card : HoverCard
        Says what is under the pointer.
    place : QPointF
        Where the pointer is in the plot; far away from it while it is elsewhere.

    Signals
    -------
    moved
        It points at another place.
    event_activated(int)
        An event was double-clicked; its row.
    """

    moved = Signal()
    event_activated = Signal(int)

    def __init__(
        self,
        viewport: ViewportModel,
        selection: SelectionModel,
        time_range: TimeRangeModel,
        picture: TimelinePicture,
        plot: QWidget,
        view: QWidget,
    ) -> None:
        super().__init__(view)
        self._viewport = viewport
        self._selection = selection
        self._range = time_range
        self._picture = picture
        self._plot = plot
        self._view = view
        self._pressed: QPointF | None = None
        self._dragged_from: tuple[TimeScale, int] | None = None
        self.place = NOWHERE
        self.card = HoverCard(view)

    # -- moving about ------------------------------------------------------------------------------------------------

    def zoom_by(self, factor: float, x_px: float) -> None:
        """Zoom in (factor > 1) or out; what is at `x_px` of the plot stays there."""
        self._viewport.look_at(*self._picture.scale.zoomed(factor, x_px, self._viewport.limits_ns))

    def pan_by(self, fraction: float) -> None:
        """Move the window by a part of its length, to later times if positive."""
        scale = self._picture.scale
        self._push(scale, (scale.x1_px - scale.x0_px) * fraction)

    def _push(self, scale: TimeScale, dx_px: float) -> None:
        """Push everything to the left, from where a scale has it."""
        self._viewport.set_window(*scale.panned(dx_px, self._viewport.limits_ns))
        self._viewport.set_follow(False)

    def open_range(self) -> None:
        """Look at the marked range."""
        if self._range.range_ns is not None:
            self._viewport.look_at(*self._range.range_ns)

    # -- the mouse ---------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._dragged_from = None
            self.card.hide()

    def move(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else show what is under the pointer."""
        if self._pressed is None:
            self._hover(event.position())
            return
        moved = event.position() - self._pressed
        if self._dragged_from is None and moved.manhattanLength() >= DRAG_PX:
            self._dragged_from = (self._picture.scale, self._viewport.scroll_px)
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragged_from is not None:
            if moved.x():
                self._push(self._dragged_from[0], -moved.x())
            self._viewport.set_scroll(self._dragged_from[1] - round(moved.y()))

    def release(self, event: QMouseEvent) -> None:
        """End a drag, or select what was clicked; a click on nothing deselects."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        if self._dragged_from is None and self._plot.geometry().contains(event.position().toPoint()):
            self._selection.select(self._row_at(event.position()))
        self._pressed = self._dragged_from = None
        self._view.unsetCursor()

    def double_click(self, event: QMouseEvent) -> None:
        """Fit the span under the pointer, activate the event, or look at the range."""
        row, index = self._row_at(event.position()), self._picture.index
        if row is None or index is None:
            self._open_range_at(event.position())
            return
        begin_ns, end_ns = int(index.trace.begin_ns[row]), int(index.trace.end_ns[row])
        end_ns = index.now_ns if end_ns == OPEN else end_ns
        if end_ns > begin_ns:
            room_ns = max((end_ns - begin_ns) // 20, 1)
            self._viewport.look_at(begin_ns - room_ns, end_ns + room_ns)
        else:
            self.event_activated.emit(row)

    def turn_wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer with Ctrl, scroll time with Shift, else scroll the lanes."""
        delta = event.angleDelta()
        steps, sideways = delta.y() / WHEEL_STEP, delta.x() / WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(WHEEL_ZOOM**steps, event.position().x() - self._plot.x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(-(steps or sideways) * WHEEL_PAN)
        else:
            self._viewport.set_scroll(self._viewport.scroll_px - round(steps * WHEEL_SCROLL_PX))
            if sideways:
                self.pan_by(-sideways * WHEEL_PAN)
        event.accept()

    def leave(self) -> None:
        """Say nothing more."""
        self.card.hide()
        self._point_at(NOWHERE)

    # -- what is there -----------------------------------------------------------------------------------------------

    def _in_plot(self, position: QPointF) -> QPointF:
        return position - QPointF(self._plot.pos())

    def _row_at(self, position: QPointF) -> int | None:
        """Return the event drawn at a place of the view."""
        if not self._plot.geometry().contains(position.toPoint()):
            return None
        place = self._in_plot(position)
        return self._picture.find_row(place.x(), place.y())

    def _open_range_at(self, position: QPointF) -> None:
        range_ns, time_ns = self._range.range_ns, self._picture.scale.ns(self._in_plot(position).x())
        if range_ns is not None and range_ns[0] <= time_ns <= range_ns[1]:
            self.open_range()

    def _point_at(self, place: QPointF) -> None:
        if place != self.place:
            self.place = place
            self.moved.emit()

    def _hover(self, position: QPointF) -> None:
        """Say what is at a place: an event, a gap of the axis, or the state of a thread."""
        is_inside = self._plot.geometry().contains(position.toPoint())
        place = self._in_plot(position)
        self._point_at(place if is_inside else NOWHERE)
        about = self._describe(position, place) if is_inside else None
        if about is None:
            self.card.hide()
        else:
            self.card.show_event(about, position.toPoint())

    def _describe(self, position: QPointF, place: QPointF) -> Description | None:
        gap = self._picture.describe_gap(place.x())
        if gap is not None:
            return gap
        row, index = self._row_at(position), self._picture.index
        if row is not None and index is not None:
            return describe_event(index, row, self._picture.count_at(row))
        return self._picture.describe_state(place.x(), place.y())
