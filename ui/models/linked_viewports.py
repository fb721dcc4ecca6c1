"""Two viewports that always show the same window of time, on one clock that begins with each run."""

from PySide6.QtCore import QObject

from simulator.picture.time_scale import MIN_SPAN_NS
from ui.models.viewport import ViewportModel


class LinkedViewport(ViewportModel):
    """A viewport whose data reaches as far as the longer of two runs.

    Attributes
    ----------
    partner : LinkedViewport or None
        The other one.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.partner: LinkedViewport | None = None
        self._own_end_ns = MIN_SPAN_NS

    def reset(self, keeps_zoom: bool = False) -> None:
        """Begin anew with other data."""
        self._own_end_ns = MIN_SPAN_NS
        super().reset(keeps_zoom)

    def set_limits(self, begin_ns: int, end_ns: int) -> None:
        """Say how far the data reaches; both are widened to the longer run."""
        self._own_end_ns = end_ns
        partner = self.partner
        longest_ns = end_ns if partner is None else max(end_ns, partner._own_end_ns)
        super().set_limits(begin_ns, longest_ns)
        if partner is not None:
            ViewportModel.set_limits(partner, begin_ns, longest_ns)


class LinkedViewports(QObject):
    """Two linked viewports.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    upper, lower : LinkedViewport
        The two.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.upper, self.lower = LinkedViewport(self), LinkedViewport(self)
        self.upper.partner, self.lower.partner = self.lower, self.upper
        self.upper.window_changed.connect(self._on_upper_moved)
        self.lower.window_changed.connect(self._on_lower_moved)

    def reset(self) -> None:
        """Begin anew with other data in both."""
        for one in (self.upper, self.lower):
            one.reset()

    def _on_upper_moved(self) -> None:
        _follow(self.upper, self.lower)

    def _on_lower_moved(self) -> None:
        _follow(self.lower, self.upper)


def _follow(moved: LinkedViewport, other: LinkedViewport) -> None:
    """Let the other show the same window; not while only one of them knows how far the data reaches."""
    if moved.limits_ns == other.limits_ns:
        other.set_window(moved.t0_ns, moved.t1_ns)
        other.set_follow(moved.follow)
