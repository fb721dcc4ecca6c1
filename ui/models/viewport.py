"""The viewport: which window of time, and how far down, is looked at."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from simulator.picture.knots import Cut, Knots, shown_ns
from simulator.picture.time_scale import MIN_SPAN_NS

_GAP = 1.0
"""Along the axis by which the window's length is kept, what is left out counts as one nanosecond."""


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
    cuts_idle : bool
        Whether idle time is to be left out.
    cuts : tuple of (int, int)
        Begin and end of each part of the run that is left out.

    *Signals*: ``window_changed()``, ``follow_changed(bool)``, ``scroll_changed(int)``, ``limits_changed()``,
    ``cuts_idle_changed(bool)``.

    Notes
    -----
    Thread: the window's. A setter that changes nothing emits nothing.
    """

    window_changed = Signal()
    limits_changed = Signal()
    follow_changed = Signal(bool)
    scroll_changed = Signal(int)
    cuts_idle_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window_ns = (0, MIN_SPAN_NS)
        self._limits_ns = (0, MIN_SPAN_NS)
        self._follow = True
        self._is_fitted = True
        self._scroll_px = 0
        self._max_scroll_px = 0
        self._cuts_idle = False
        self._cuts: tuple[Cut, ...] = ()
        self._kept_ns: tuple[int, int] | None = None

    @property
    def t0_ns(self) -> int:
        """Begin of the window."""
        return self._window_ns[0]

    @property
    def t1_ns(self) -> int:
        """End of the window."""
        return self._window_ns[1]

    @property
    def window_ns(self) -> tuple[int, int]:
        """Begin and end of the visible time."""
        return self._window_ns

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

    @property
    def cuts_idle(self) -> bool:
        """Whether idle time is to be left out."""
        return self._cuts_idle

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Begin and end of each part of the run that is left out."""
        return self._cuts

    # -- what the data does ------------------------------------------------------------------------------------------

    def set_limits(self, begin_ns: int, end_ns: int) -> None:
        """Say how far the data reaches; a fitted window grows with it, a followed one moves along."""
        limits = (begin_ns, max(end_ns, begin_ns + MIN_SPAN_NS))
        if limits == self._limits_ns:
            return
        self._limits_ns = limits
        moved = self._store_window(*self._wanted(limits))
        self.limits_changed.emit()
        if moved:
            self.window_changed.emit()

    def _wanted(self, limits_ns: tuple[int, int]) -> tuple[int, int]:
        """Return the window to be seen now that the data reaches so far."""
        kept_ns = self._kept_ns
        if kept_ns is not None and limits_ns[1] >= kept_ns[1]:
            self._kept_ns, self._is_fitted = None, False
            return kept_ns
        if self._is_fitted:
            return limits_ns
        return (limits_ns[1] - self.span_ns, limits_ns[1]) if self._follow else self._window_ns

    def reset(self, keeps_zoom: bool = False) -> None:
        """Begin anew with other data: fit it, follow it, from the top.

        Parameters
        ----------
        keeps_zoom : bool
            Whether to look at the same window again, if the user has chosen one, as soon as the data reaches so far.
        """
        chosen_ns = self._kept_ns if self._is_fitted else self._window_ns
        self._kept_ns = chosen_ns if keeps_zoom else None
        self._limits_ns = (0, MIN_SPAN_NS)
        self._cuts = ()
        self._is_fitted = True
        moved = self._store_window(*self._limits_ns)
        if moved:
            self.window_changed.emit()
        if self._kept_ns is None:
            self.set_follow(True)
            self.set_scroll(0)

    def set_cuts(self, cuts: tuple[Cut, ...]) -> None:
        """Say what is left out of the run."""
        if cuts == self._cuts:
            return
        self._cuts = cuts
        self._store_window(*self._window_ns)
        self.window_changed.emit()

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
        self._kept_ns = None
        if moved:
            self.window_changed.emit()

    def look_at(self, t0_ns: int, t1_ns: int) -> None:
        """Look at a window that the user has chosen; a run is followed no longer, unless that reaches its end."""
        self.set_window(t0_ns, t1_ns)
        if self.t1_ns < self._limits_ns[1]:
            self.set_follow(False)

    def fit(self) -> None:
        """Look at the whole run, and follow it if it goes on."""
        self.set_window(*self._limits_ns)
        self.set_follow(True)

    def pan(self, delta_ns: int) -> None:
        """Move the window; the user is looking at something, so it follows no longer."""
        places = self._axis.px(np.array([self.t0_ns + delta_ns]))
        self.set_window(*self._window_from(float(places[0])))
        self.set_follow(False)

    def show_time(self, time_ns: int) -> None:
        """Move the window as little as needed, with some room, so that a time is inside it."""
        if self.t0_ns <= time_ns <= self.t1_ns:
            return
        begin, end, place = self._axis.px(np.array([self.t0_ns, self.t1_ns, time_ns])).tolist()
        room = (end - begin) // 10
        self.set_window(*self._window_from(place - room if place < begin else place + room - (end - begin)))
        self.set_follow(False)

    def show_end(self) -> None:
        """Move the window to the end of the data."""
        self.set_window(*self._window_from(float("inf")))

    def set_cuts_idle(self, cuts_idle: bool) -> None:
        """Leave idle time out, or show it; whoever knows the run then says what that is, with `set_cuts`."""
        if cuts_idle == self._cuts_idle:
            return
        self._cuts_idle = cuts_idle
        self.cuts_idle_changed.emit(cuts_idle)

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

    @property
    def _axis(self) -> Knots:
        """The axis along which the window keeps its length when it is moved: what is left out does not count."""
        return Knots(self._cuts, _GAP, 1.0, 0)

    def _window_from(self, begin: float) -> tuple[int, int]:
        """Return the window of the same length that begins at a place of that axis, inside the limits."""
        low, high, t0, t1 = self._axis.px(np.array([*self._limits_ns, *self._window_ns])).tolist()
        begin = max(low, min(begin, high - (t1 - t0)))
        t0_ns, t1_ns = self._axis.ns(np.array([begin, begin + t1 - t0])).tolist()
        return t0_ns, t1_ns

    def _store_window(self, t0_ns: int, t1_ns: int) -> bool:
        """Store a window, pushed inside the limits and out of what is left out; return whether it is another."""
        low, high = self._limits_ns
        t0_ns, t1_ns = self._out_of_cuts(t0_ns, t1_ns)
        span_ns = max(MIN_SPAN_NS, min(t1_ns - t0_ns, high - low))
        t0_ns = max(low, min(t0_ns, high - span_ns))
        window = (t0_ns, t0_ns + span_ns)
        has_moved = window != self._window_ns
        self._window_ns = window
        return has_moved

    def _out_of_cuts(self, t0_ns: int, t1_ns: int) -> tuple[int, int]:
        """Return a window that reaches beyond what is left out, so that there is something to see in it."""
        if t1_ns <= t0_ns or shown_ns(self._cuts, t0_ns, t1_ns) >= min(MIN_SPAN_NS, t1_ns - t0_ns):
            return t0_ns, t1_ns
        room_ns = max((t1_ns - t0_ns) // 10, MIN_SPAN_NS)
        near = [(begin, end) for begin, end in self._cuts if begin < t1_ns and t0_ns < end]
        return min(t0_ns, near[0][0] - room_ns), max(t1_ns, near[-1][1] + room_ns)
