"""Finds what lies over the plot, from what the models say."""

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from ui.models.causality import CausalityModel
from ui.models.playhead import PlayheadModel
from ui.models.sharing import SharingModel
from ui.models.time_range import TimeRangeModel
from ui.timeline.overlay import Moment, Over
from ui.timeline.picture import TimelinePicture
from ui.timeline.zones import NO_ZONES, Zones, find_zones


class OverFinder:
    """Finds what lies over the plot.

    Parameters
    ----------
    picture : TimelinePicture
        What lies below.
    plot : QWidget
        Where it is shown.
    time_range : TimeRangeModel
        The marked range.
    playhead : PlayheadModel or None
        The moment that is looked at.
    causality : CausalityModel or None
        Past and future of the selected event.
    sharing : SharingModel or None
        Which threads are marked.
    """

    def __init__(
        self,
        picture: TimelinePicture,
        plot: QWidget,
        time_range: TimeRangeModel,
        playhead: PlayheadModel | None,
        causality: CausalityModel | None,
        sharing: SharingModel | None,
    ) -> None:
        self._picture = picture
        self._plot = plot
        self._range = time_range
        self._playhead = playhead
        self._causality = causality
        self._sharing = sharing

    def find(self, pointer: QPointF) -> Over:
        """Return what lies over the plot while the pointer is at a place of it, pixels."""
        scale, index = self._picture.scale, self._picture.index
        range_ns, playhead = self._range.range_ns, self._playhead
        moment = None
        if playhead is not None and index is not None and playhead.is_movable:
            moment = Moment(scale.px(playhead.time_ns), playhead.n, not playhead.is_at_end)
        return Over(
            [(left, right) for _, left, right in scale.gaps()] if index is not None else [],
            (scale.px(range_ns[0]), scale.px(range_ns[1])) if range_ns is not None else None,
            moment,
            self._picture.plot_parts(),
            self._picture.arrows_near(pointer.x(), pointer.y()),
            self._find_zones(),
        )

    def _find_zones(self) -> Zones:
        """Return past and future of the selected event, if asked for, and the lanes that are marked."""
        index, layout = self._picture.index, self._picture.layout
        cone = self._causality.cone if self._causality is not None else None
        marked = self._sharing.marked if self._sharing is not None else frozenset()
        if index is None or layout is None or (cone is None and not marked):
            return NO_ZONES
        return find_zones(index, layout, self._picture.scale, self._plot.width(), cone, marked)
