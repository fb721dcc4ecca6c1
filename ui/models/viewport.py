"""The viewport: which window of time, and how far down, is looked at."""

from PySide6.QtCore import QObject, Signal

from simulator.picture.time_scale import MIN_SPAN_NS


class ViewportModel(QObject):
    """The window of time that every view shows.

    Attributes
    ----------
    t0_ns, t1_ns : int
        Begin and end of the window, nanoseconds since the start of the run; always inside the limits, never empty.
    limits_ns : tuple of int
        Begin and end of the data.
    follow : bool
        Whether the window follows a run that goes on.
    is_fitted : bool
        Whether all of the run is shown, and is to be when it grows; False once the user has chosen a zoom.
    scroll_px : int
        How far the lanes are scrolled down.

    *Signals*: ``window_changed()``, ``follow_changed(bool)``, ``scroll_changed(int)``, ``limits_changed()``.

    Notes
    -----
    Thread: the window's. A setter that changes nothing emits nothing.
    """

    window_changed = Signal()
    limits_changed = Signal()
    follow_changed = Signal(bool)
    scroll_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window_ns = (0, MIN_SPAN_NS)
        self._limits_ns = (0, MIN_SPAN_NS)
        self._follow = True
        self._is_fitted = True
        self._scroll_px = 0
        self._max_scroll_px = 0

    @property
    def t0_ns(self) -> int:
        """Begin of the window."""
        return self._window_ns[0]

    @property
    def t1_ns(self) -> int:
        """End of the window."""
        return self._window_ns[1]

    @property
    def span_ns(self) -> int:
        """Length of the window."""
        return self.t1_ns - self.t0_ns

    @property
    def limits_ns(self) -> tuple[int, int]:
        """Begin and end of the data."""
        return self._limits_ns

    @property
    def follow(self) -> bool:
        """Whether the window follows a run that goes on."""
        return self._follow

    @property
    def is_fitted(self) -> bool:
        """Whether all of the run is shown."""
        return self._is_fitted

    @property
    def scroll_px(self) -> int:
        """How far the lanes are scrolled down."""
        return self._scroll_px

    # -- what the data does ------------------------------------------------------------------------------------------

    def set_limits(self, begin_ns: int, end_ns: int) -> None:
        """Say how far the data reaches; a fitted window grows with it, a followed one moves along."""
        limits = (begin_ns, max(end_ns, begin_ns + MIN_SPAN_NS))
        if limits == self._limits_ns:
            return
        self._limits_ns = limits
        if self._is_fitted:
            window = limits
        elif self._follow:
            window = (limits[1] - self.span_ns, limits[1])
        else:
            window = self._window_ns
        moved = self._store_window(*window)
        self.limits_changed.emit()
        if moved:
            self.window_changed.emit()

    def reset(self) -> None:
        """Begin anew with other data: fit it, follow it, from the top."""
        self._limits_ns = (0, MIN_SPAN_NS)
        self._is_fitted = True
        moved = self._store_window(*self._limits_ns)
        if moved:
            self.window_changed.emit()
        self.set_follow(True)
        self.set_scroll(0)

    def set_max_scroll(self, max_px: int) -> None:
        """Say how far down the lanes can be scrolled."""
        self._max_scroll_px = max(max_px, 0)
        self.set_scroll(self._scroll_px)

    # -- what the user does ------------------------------------------------------------------------------------------

    def set_window(self, t0_ns: int, t1_ns: int) -> None:
        """Look at a window of time; it is pushed inside the limits and is at least 20 ns long."""
        fitted = t0_ns <= self._limits_ns[0] and t1_ns >= self._limits_ns[1]
        moved = self._store_window(t0_ns, t1_ns)
        self._is_fitted = fitted
        if moved:
            self.window_changed.emit()

    def fit(self) -> None:
        """Look at the whole run, and follow it if it goes on."""
        self.set_window(*self._limits_ns)
        self.set_follow(True)

    def pan(self, delta_ns: int) -> None:
        """Move the window; the user is looking at something, so it follows no longer."""
        self.set_window(*self._shifted(delta_ns))
        self.set_follow(False)

    def zoom(self, factor: float, anchor_ns: int) -> None:
        """Make the window `factor` times shorter; what is drawn at `anchor_ns` stays where it is."""
        span_ns = max(round(self.span_ns / factor), MIN_SPAN_NS)
        share = (anchor_ns - self.t0_ns) / self.span_ns
        t0_ns = anchor_ns - round(span_ns * share)
        self.set_window(t0_ns, t0_ns + span_ns)

    def show_time(self, time_ns: int) -> None:
        """Move the window as little as needed, with some room, so that a time is inside it."""
        room_ns = self.span_ns // 10
        if self.t0_ns <= time_ns <= self.t1_ns:
            return
        before = time_ns < self.t0_ns
        t0_ns = time_ns - room_ns if before else time_ns + room_ns - self.span_ns
        self.set_window(t0_ns, t0_ns + self.span_ns)
        self.set_follow(False)

    def set_follow(self, follow: bool) -> None:
        """Follow a run that goes on, or stay."""
        if follow == self._follow:
            return
        self._follow = follow
        self.follow_changed.emit(follow)

    def set_scroll(self, scroll_px: int) -> None:
        """Scroll the lanes, as far as they reach."""
        scroll_px = max(0, min(scroll_px, self._max_scroll_px))
        if scroll_px == self._scroll_px:
            return
        self._scroll_px = scroll_px
        self.scroll_changed.emit(scroll_px)

    def _shifted(self, delta_ns: int) -> tuple[int, int]:
        low, high = self._limits_ns
        delta_ns = max(low - self.t0_ns, min(delta_ns, high - self.t1_ns))
        return self.t0_ns + delta_ns, self.t1_ns + delta_ns

    def _store_window(self, t0_ns: int, t1_ns: int) -> bool:
        """Store a window, pushed inside the limits; return whether it is another than before."""
        low, high = self._limits_ns
        span_ns = max(MIN_SPAN_NS, min(t1_ns - t0_ns, high - low))
        t0_ns = max(low, min(t0_ns, high - span_ns))
        window = (t0_ns, t0_ns + span_ns)
        has_moved = window != self._window_ns
        self._window_ns = window
        return has_moved
