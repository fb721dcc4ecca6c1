"""The ruler: the time axis, on which a range is marked and the playhead is dragged."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QWidget

from simulator.picture.chrome import RULER_PX, Stretch
from simulator.picture.draw_list import DrawList
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale, duration_text
from ui.models.playhead import PlayheadModel
from ui.models.time_range import TimeRangeModel
from ui.timeline.inks import font
from ui.timeline.painter import paint

GRIP_PX = 6
GRIP_REACH_PX = 8
DRAG_PX = 4
PILL_PX = 6.5
TEXT_PX = 11.5


@dataclass(slots=True)
class _Drag:
    """What is being dragged: the playhead, or a range from where it began."""

    from_px: float
    is_grip: bool
    has_moved: bool = False


class Ruler(QWidget):
    """Paints the time axis with the marked range and the grip of the playhead.

    Parameters
    ----------
    find_draw_list : callable
        Returns the axis, with nothing written in the stretches given, pixels.
    find_scale : callable
        Returns the time scale.
    time_range : TimeRangeModel
        The marked range.
    playhead : PlayheadModel, optional
        The moment that is looked at.
    theme : Theme
        Colours.
    parent : QWidget
        The view.

    Signals
    -------
    range_opened
        The marked range was double-clicked.

    Notes
    -----
    Dragging marks a range, a click removes it; dragging the grip moves the playhead.
    """

    range_opened = Signal()

    def __init__(
        self,
        find_draw_list: Callable[[tuple[Stretch, ...]], DrawList | None],
        find_scale: Callable[[], TimeScale],
        time_range: TimeRangeModel,
        playhead: PlayheadModel | None,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._find_draw_list = find_draw_list
        self._find_scale = find_scale
        self._range = time_range
        self._playhead = playhead
        self._theme = theme
        self._text_px = TEXT_PX
        self._drag: _Drag | None = None
        self._removal = QTimer(self)
        self._removal.setSingleShot(True)
        self._removal.timeout.connect(time_range.clear)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Time axis")
        self.setToolTip("Drag to mark a range of time, click to remove it; drag the playhead to another moment.")

    def sizeHint(self) -> QSize:
        """Return a low, wide size."""
        return QSize(400, RULER_PX)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        self.update()

    def set_text_size(self, text_px: float) -> None:
        """Use another size of text."""
        self._text_px = text_px
        self.update()

    @property
    def is_dragging(self) -> bool:
        """Whether a range is being marked or the playhead dragged."""
        return self._drag is not None

    def range_text(self) -> str:
        """Return the length of the marked range, as it is written; empty if none is in view."""
        pill = self._pill()
        return pill[0] if pill is not None else ""

    def grip_px(self) -> float | None:
        """Return where the grip of the playhead is; None while there is none."""
        if self._playhead is None or not self._playhead.is_movable:
            return None
        return self._find_scale().px(self._playhead.time_ns)

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the axis, then range and grip over it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.background))
        draw_list = self._find_draw_list(self._clear())
        if draw_list is not None:
            paint(painter, draw_list)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._range.range_ns is not None:
            self._paint_range(painter, *self._range.range_ns)
        x_px = self.grip_px()
        if x_px is not None:
            self._paint_grip(painter, x_px)
        painter.end()

    def _pill(self) -> tuple[str, QRectF] | None:
        """Return the length of the range and where it is written; None if the range is not in view."""
        if self._range.range_ns is None:
            return None
        scale, (from_ns, to_ns) = self._find_scale(), self._range.range_ns
        left, right = scale.px(from_ns), scale.px(to_ns)
        if right < 0 or left > self.width():
            return None
        text = duration_text(to_ns - from_ns)
        width = text_width_px(text, self._text_px, True) + 14
        middle = (max(left, 0) + min(right, self.width())) / 2
        at = min(max(middle - width / 2, 0), self.width() - width)
        return text, QRectF(at, 8, width, self._text_px + PILL_PX)

    def _clear(self) -> tuple[Stretch, ...]:
        """Return where the axis must not write."""
        pill = self._pill()
        return () if pill is None else ((pill[1].left(), pill[1].right()),)

    def _paint_range(self, painter: QPainter, from_ns: int, to_ns: int) -> None:
        """Paint a bar from end to end and the length of the range below it."""
        scale, accent = self._find_scale(), QColor(self._theme.accent)
        left, right = scale.px(from_ns), scale.px(to_ns)
        painter.fillRect(QRectF(left, 0, max(right - left, 1) + 1, 4), accent)
        pill = self._pill()
        if pill is not None:
            painter.setPen(QPen(accent, 1))
            painter.setBrush(QBrush(QColor(self._theme.accent_soft)))
            painter.drawRoundedRect(pill[1], 4, 4)
            painter.setPen(QPen(QColor(self._theme.text)))
            painter.setFont(font(self._text_px, True))
            painter.drawText(pill[1], Qt.AlignmentFlag.AlignCenter, pill[0])

    def _paint_grip(self, painter: QPainter, x_px: float) -> None:
        assert self._playhead is not None
        x, half = round(x_px) + 0.5, GRIP_PX
        colour = QColor(self._theme.muted if self._playhead.is_at_end else self._theme.accent)
        painter.setPen(QPen(QColor(self._theme.background), 1))
        painter.setBrush(QBrush(colour))
        points = [(x - half, 11), (x - half, 5), (x, 0), (x + half, 5), (x + half, 11)]
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in points]))

    # -- mouse ---------------------------------------------------------------------------------------------------

    def _is_on_grip(self, x_px: float) -> bool:
        grip = self.grip_px()
        return grip is not None and abs(grip - x_px) <= GRIP_REACH_PX

    def _time_at(self, x_px: float) -> int:
        """Return the time drawn at a place, not before or after what is seen."""
        scale = self._find_scale()
        return max(scale.t0_ns, min(scale.ns(x_px), scale.t1_ns))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the playhead, or begin a range."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x_px = event.position().x()
        self._drag = _Drag(x_px, self._is_on_grip(x_px))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the playhead or the end of the range."""
        x_px, drag = event.position().x(), self._drag
        if drag is None:
            is_grip = self._is_on_grip(x_px)
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_grip else Qt.CursorShape.IBeamCursor)
            return
        drag.has_moved |= abs(x_px - drag.from_px) >= min(DRAG_PX, QApplication.startDragDistance())
        if drag.is_grip and self._playhead is not None:
            if drag.has_moved:
                self._playhead.pause()
                self._playhead.scrub(self._time_at(x_px))
        elif drag.has_moved:
            self._range.set_range(self._time_at(drag.from_px), self._time_at(x_px))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a click removes the range, unless another follows at once that opens it."""
        drag, self._drag = self._drag, None
        if drag is None or drag.is_grip or drag.has_moved:
            return
        if self._is_in_range(drag.from_px):
            self._removal.start(QApplication.doubleClickInterval())
        else:
            self._range.clear()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the range."""
        self._removal.stop()
        if self._is_in_range(event.position().x()):
            self.range_opened.emit()

    def _is_in_range(self, x_px: float) -> bool:
        range_ns, scale = self._range.range_ns, self._find_scale()
        return range_ns is not None and scale.px(range_ns[0]) - 1 <= x_px <= scale.px(range_ns[1]) + 1
