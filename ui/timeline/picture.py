"""What the timeline paints: the draw lists of one recording, built when asked for and kept until something changes."""

from simulator.picture.chrome import Stretch, build_header, build_ruler, header_width_px
from simulator.picture.draw_list import DrawList
from simulator.picture.frame import Frame, scale_for
from simulator.picture.idle import IdleTime
from simulator.picture.index import PictureIndex, Shown
from simulator.picture.knots import Cut
from simulator.picture.layout import Layout, Metrics, build_layout
from simulator.picture.scene import build_plot
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel


class TimelinePicture:
    """Builds the draw lists for what viewport and selection say.

    Parameters
    ----------
    viewport : ViewportModel
        Which window of time is seen, and how far down.
    selection : SelectionModel
        Which event is selected.
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

    def __init__(self, viewport: ViewportModel, selection: SelectionModel, theme: Theme) -> None:
        self._viewport = viewport
        self._selection = selection
        self.theme = theme
        self.index: PictureIndex | None = None
        self._idle: IdleTime | None = None
        self.layout: Layout | None = None
        self._metrics = Metrics()
        self._states: dict[int, str] | None = None
        self._height_px = 1
        self._width_px = 1
        self._plot: DrawList | None = None

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

    def set_metrics(self, metrics: Metrics) -> None:
        """Take other sizes of text."""
        self._metrics = metrics

    def set_height(self, height_px: int) -> None:
        """Lay out for a height."""
        self._height_px = height_px
        self.layout = None if self.index is None else build_layout(self.index, height_px, self._metrics)
        self.forget()

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
        self._plot = None

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
        return scale_for(self._viewport.t0_ns, self._viewport.t1_ns, self._width_px, self._viewport.cuts)

    def plot(self) -> tuple[DrawList | None, int]:
        """Return the draw list of the plot and how far it is scrolled down."""
        if self._plot is None and self.index is not None and self.layout is not None:
            self._plot = build_plot(self._frame(self.index, self.layout))
        return self._plot, self._viewport.scroll_px

    def header(self) -> tuple[DrawList | None, int]:
        """Return the draw list of the header and how far it is scrolled down."""
        if self.index is None or self.layout is None:
            return None, 0
        frame = self._frame(self.index, self.layout)
        return build_header(frame, self.header_px, self._states), self._viewport.scroll_px

    def ruler(self, keep_clear: tuple[Stretch, ...] = ()) -> DrawList | None:
        """Return the draw list of the time axis, with nothing written in some stretches."""
        if self.index is None:
            return None
        return build_ruler(self.scale, self._width_px, self.theme, self._metrics.small_px, keep_clear)

    def _frame(self, index: PictureIndex, layout: Layout) -> Frame:
        top = self._viewport.scroll_px
        return Frame(
            index,
            layout,
            self.scale,
            self.theme,
            self._width_px,
            top,
            top + self._height_px,
            self._selection.row,
        )

    def find_mark(self, row: int) -> tuple[int, int] | None:
        """Return where an event is drawn in the plot's content, pixels; None where it has no shape of its own."""
        draw_list, _ = self.plot()
        for marks in draw_list.marks() if draw_list is not None else ():
            for i in (marks.column("row") == row).nonzero()[0].tolist():
                return int(marks.column("x")[i]), int(marks.column("y")[i])
        for layer in draw_list.layers if draw_list is not None else ():
            for i in (layer.rects.column("row") == row).nonzero()[0].tolist():
                if layer.name != "strips":
                    box = [int(layer.rects.column(name)[i]) for name in "xywh"]
                    left, right = max(box[0], 0), min(box[0] + box[2], self._width_px)
                    return (left + right) // 2, box[1] + box[3] // 2
        return None

    def count_at(self, row: int) -> int:
        """Return how many events stand behind the shape that shows an event."""
        draw_list, _ = self.plot()
        for marks in draw_list.marks() if draw_list is not None else ():
            for i in (marks.column("row") == row).nonzero()[0].tolist():
                return int(marks.column("count")[i])
        return 1
