"""The timeline: header, plot, ruler and overview of one recording, and what mouse and keys do to them."""

from dataclasses import replace

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollBar, QWidget

from simulator.picture.describe import describe_event, describe_run
from simulator.picture.index import Shown
from simulator.picture.places import Metrics
from simulator.picture.theme import Theme
from ui.models.causality import CausalityModel
from ui.models.lanes import LanesModel
from ui.models.moment import MomentModel
from ui.models.playhead import PlayheadModel
from ui.models.selection import SelectionModel
from ui.models.sharing import SharingModel
from ui.models.time_range import TimeRangeModel
from ui.models.viewport import ViewportModel
from ui.scaling import px
from ui.timeline.chip import Chip
from ui.timeline.header import Header
from ui.timeline.item import PlotItem
from ui.timeline.lane_control import LaneControl
from ui.timeline.navigator import Navigator
from ui.timeline.over import OverFinder
from ui.timeline.overlay import Over, OverlayItem
from ui.timeline.overview import OverviewBar
from ui.timeline.pg import PlotView
from ui.timeline.picture import TimelinePicture
from ui.timeline.placing import find_places, place_chips, plot_height_px
from ui.timeline.pointed import Pointed
from ui.timeline.pointer import WHEEL_SCROLL_PX, Pointer
from ui.timeline.ruler import Ruler


class TimelineView(Pointed):
    """Shows one recording along time.

    Parameters
    ----------
    viewport : ViewportModel
        Which window of time is seen.
    selection : SelectionModel
        Which event is selected.
    theme : Theme
        Colours.
    parent : QWidget, optional
        Owner.
    time_range : TimeRangeModel, optional
        The marked range.
    playhead : PlayheadModel, optional
        The moment that is looked at.
    moment : MomentModel, optional
        What each thread was doing then.
    lanes : LanesModel, optional
        How the lanes are arranged, and which is selected.
    causality : CausalityModel, optional
        Past and future of the selected event.
    sharing : SharingModel, optional
        Which threads are marked.

    Signals
    -------
    event_activated(int)
        An event was double-clicked, or Enter was pressed on it; its row.
    """

    event_activated = Signal(int)

    def __init__(
        self,
        viewport: ViewportModel,
        selection: SelectionModel,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        time_range: TimeRangeModel | None = None,
        playhead: PlayheadModel | None = None,
        moment: MomentModel | None = None,
        lanes: LanesModel | None = None,
        causality: CausalityModel | None = None,
        sharing: SharingModel | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._selection = selection
        self._range = time_range or TimeRangeModel(self)
        self._playhead = playhead
        self._moment = moment
        self._causality = causality
        self._sharing = sharing
        self.lanes = lanes or LanesModel(self)
        self._metrics = Metrics()
        self.picture = TimelinePicture(viewport, selection, self.lanes, theme)
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Timeline")
        self.setMinimumSize(QSize(320, 160))
        viewport.window_changed.connect(self._on_window_changed)
        viewport.scroll_changed.connect(self._on_scroll_changed)
        viewport.cuts_idle_changed.connect(self.refresh)
        viewport.follow_changed.connect(self._show_follow)
        selection.row_changed.connect(self._on_row_changed)
        self._range.range_changed.connect(self._repaint_over)
        self.lanes.changed.connect(self._lay_out)
        self.lanes.changed.connect(self._control.show_hidden)
        self.lanes.changed.connect(self._place_chips)
        self.lanes.selected_changed.connect(self.header.update)
        if causality is not None:
            causality.changed.connect(self._repaint_over)
        if sharing is not None:
            sharing.marked_changed.connect(self._repaint_over)
        if playhead is not None:
            playhead.moved.connect(self._on_playhead_moved)
        if moment is not None:
            moment.changed.connect(self._on_moment_changed)
        self.set_theme(theme)
        self._show_state()

    def _build(self) -> None:
        picture = self.picture
        self.plot = PlotView(self)
        self.item = PlotItem(picture.plot_parts)
        self.plot.add_item(self.item)
        self._over_finder = OverFinder(picture, self.plot, self._range, self._playhead, self._causality, self._sharing)
        self.over = OverlayItem(self._find_over, picture.theme)
        self.plot.add_item(self.over)
        self.pointer = Pointer(self._viewport, self._selection, self._range, picture, self.plot, self)
        self.pointer.event_activated.connect(self.event_activated)
        self.pointer.moved.connect(self._on_pointer_moved)
        self.header = Header(picture.header_parts, picture.theme, self)
        self.hidden_button = Chip("Show the lanes that are hidden", self.lanes.show_all, self)
        self.follow_chip = Chip("The run goes on out of view; follow it", self._follow, self)
        self.follow_chip.setText("Follow")
        self._control = LaneControl(self.lanes, self._viewport, self._selection, picture, self.hidden_button, self)
        self.header.clicked.connect(self._control.on_click)
        self.navigator = Navigator(
            self._viewport, self._selection, self.lanes, picture, self.pointer, self._control, self.plot
        )
        self.ruler = Ruler(picture.ruler, lambda: picture.scale, self._range, self._playhead, picture.theme, self)
        self.ruler.range_opened.connect(self.pointer.open_range)
        self.overview = OverviewBar(self._viewport, picture.theme, self)
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.scroll_bar.setAccessibleName("Scroll the lanes")
        self.scroll_bar.setSingleStep(WHEEL_SCROLL_PX)
        self.scroll_bar.valueChanged.connect(self._viewport.set_scroll)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.pointer.card.raise_()

    # -- what is shown -----------------------------------------------------------------------------------------------

    def set_recording(self, recording: Shown | None, is_same_lesson: bool = False) -> None:
        """Show a recording, all of it; or nothing.

        Parameters
        ----------
        recording : Shown or None
            What to show.
        is_same_lesson : bool
            Whether it is another run of what was shown: then what was chosen of the lanes is kept; and if it goes on,
            so is a zoom that the user has chosen.
        """
        self.pointer.card.hide()
        self._selection.clear()
        self._range.clear()
        if not is_same_lesson:
            self.lanes.reset()
        self.picture.set_recording(recording)
        index = self.picture.index
        self._viewport.reset(keeps_zoom=is_same_lesson and index is not None and not index.is_over)
        self.overview.set_index(self.picture.index)
        self.refresh()

    def refresh(self) -> None:
        """Take in events that have arrived in the recording."""
        index = self.picture.index
        if index is not None:
            index.update()
            self._viewport.set_cuts(self.picture.find_cuts())
            self._viewport.set_limits(0, index.now_ns)
        self._lay_out()
        self.overview.refresh()
        self._control.show_hidden()
        self._show_state()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.picture.set_theme(theme)
        self.over.set_theme(theme)
        self.ruler.set_theme(theme)
        self.header.set_theme(theme)
        for chip in (self.hidden_button, self.follow_chip):
            chip.set_theme(theme)
        self.overview.set_theme(theme)
        self.pointer.card.set_theme(theme)
        self.setStyleSheet(f"TimelineView {{ background: {theme.background}; }}")
        self._empty.setStyleSheet(f"QLabel {{ color: {theme.muted}; font-size: {px(15)}px; }}")
        self._repaint()

    def set_text_size(self, text_px: float) -> None:
        """Use another size of ordinary text; everything grows with it."""
        self._set_metrics(replace(Metrics.for_text(text_px), fits_lanes=self._metrics.fits_lanes))

    def toggle_fit_lanes(self) -> None:
        """Make lanes as low as it takes to see all of them at once, or high enough to read again."""
        self._set_metrics(replace(self._metrics, fits_lanes=not self._metrics.fits_lanes))

    def set_header_px(self, header_px: int) -> None:
        """Make the column of names at least so wide, to stand in line with another timeline."""
        if header_px != self._metrics.header_px:
            self._set_metrics(replace(self._metrics, header_px=header_px))

    @property
    def header_px(self) -> int:
        """Width of the column of names."""
        return self.picture.header_px

    def _set_metrics(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.picture.set_metrics(metrics)
        self.ruler.set_text_size(metrics.small_px)
        self._lay_out()

    def set_empty_text(self, text: str) -> None:
        """Set what is said while there is nothing to show."""
        self._empty.setText(text)

    # -- laying out --------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay everything out for another size."""
        self._lay_out()

    def _lay_out(self) -> None:
        """Give each part its place."""
        picture, small_px = self.picture, self.picture.metrics.small_px
        picture.set_height(plot_height_px(self.size(), small_px))
        places = find_places(self.size(), small_px, picture.header_px, picture.content_px)
        self.plot.setGeometry(places.plot)
        picture.set_width(self.plot.width())
        self.header.setGeometry(places.header)
        self.ruler.setGeometry(places.ruler)
        self.overview.setGeometry(places.overview)
        self._place_chips()
        self.scroll_bar.setGeometry(places.scroll_bar)
        self.scroll_bar.setVisible(places.hidden_px > 0)
        self.scroll_bar.setPageStep(places.plot.height())
        self.scroll_bar.setRange(0, places.hidden_px)
        self._viewport.set_max_scroll(places.hidden_px)
        self._empty.setGeometry(QRect(40, 0, max(self.width() - 80, 1), self.height()))
        self._repaint()

    def _place_chips(self) -> None:
        place_chips((self.hidden_button, self.follow_chip), self.header.geometry(), self.ruler.geometry())

    def _repaint(self) -> None:
        """Paint all parts once more, each exactly once."""
        self._repaint_plot()
        self.header.update()

    def _repaint_plot(self) -> None:
        """Paint what depends on the window of time once more; the header does not."""
        self.picture.forget()
        self.item.update()
        self.ruler.update()

    def _show_state(self) -> None:
        """Show the plot or, while there is nothing in it, the line that says what to do."""
        index = self.picture.index
        is_empty = index is None
        self._empty.setVisible(is_empty)
        for part in (self.plot, self.header, self.ruler, self.overview):
            part.setVisible(not is_empty)
        self.setAccessibleDescription("" if index is None else describe_run(index))
        self._show_follow()

    def _show_follow(self) -> None:
        """Offer to follow a run that goes on while something else is looked at."""
        index = self.picture.index
        self.follow_chip.setVisible(index is not None and not index.is_over and not self._viewport.follow)
        self._place_chips()

    def _repaint_over(self) -> None:
        """Paint what lies over the plot once more; the plot itself is as it was."""
        self.over.update()
        self.ruler.update()

    def _follow(self) -> None:
        self.navigator.follow()

    def _find_over(self) -> Over:
        return self._over_finder.find(self.pointer.place)

    # -- what the models say -----------------------------------------------------------------------------------------

    def _on_window_changed(self) -> None:
        self.pointer.card.hide()
        self._repaint_plot()

    def _on_scroll_changed(self, scroll_px: int) -> None:
        self.scroll_bar.setValue(scroll_px)
        self._repaint()

    def _on_pointer_moved(self) -> None:
        """Draw the arrows near the pointer, where there are too many for all of them."""
        near = self._find_over().near
        if near is not None and (near[0].n_left_out or near[0].layer.curves):
            self.over.update()

    def _on_playhead_moved(self) -> None:
        """Bring the moment into view while it is replayed or stepped to."""
        playhead = self._playhead
        if playhead is not None and playhead.is_movable and not self.ruler.is_dragging and not playhead.is_at_end:
            self._viewport.show_time(playhead.time_ns)
        self._repaint_over()

    def _on_moment_changed(self) -> None:
        """Let the header say what each thread was doing."""
        playhead, moment = self._playhead, self._moment
        states = None
        if playhead is not None and moment is not None and playhead.is_movable and not playhead.is_at_end:
            states = {track: one.state for track, one in moment.threads()}
        if self.picture.set_states(states or None):
            self.header.update()

    def _on_row_changed(self, row: int | None) -> None:
        if row is not None:
            self.navigator.show_row(row)
        self._repaint_plot()
        index = self.picture.index
        if index is not None:
            text = describe_run(index) if row is None else describe_event(index, row).sentence
            self.setAccessibleDescription(text)

    # -- menu and keys -----------------------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the lane under the pointer, or by key of the selected one."""
        if self.picture.index is not None:
            self._control.open_menu(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates the selected event; every other key is a command of the window."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selection.row is not None:
            self.event_activated.emit(self._selection.row)
        else:
            super().keyPressEvent(event)

    def escape(self) -> bool:
        """Remove the marked range, else deselect the event and then the lane; return whether there was any of them."""
        if self._range.range_ns is not None:
            self._range.clear()
        elif self._selection.row is not None:
            self._selection.clear()
        elif self.lanes.selected is not None:
            self.lanes.select(None)
        else:
            return False
        return True
