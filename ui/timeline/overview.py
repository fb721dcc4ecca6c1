"""The overview bar: the whole run in one line, every problem in red, and the visible window as a handle to drag."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from simulator.picture.index import PictureIndex
from simulator.picture.overview import OVERVIEW_PX, build_overview, overview_scale
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale
from ui.models.viewport import ViewportModel
from ui.timeline.painter import paint

GRIP_PX = 6
MIN_HANDLE_PX = 8
SHADE_ALPHA = 150
CUT_ALPHA = 120
HATCH = Qt.BrushStyle.BDiagPattern
REDRAW_SHARE = 1 / 500
"""A running run is drawn anew when it has grown by this much, or when there is another problem."""


class OverviewBar(QWidget):
    """Shows the whole run and which part of it is seen.

    Parameters
    ----------
    viewport : ViewportModel
        The visible window.
    theme : Theme
        Colours.
    parent : QWidget
        The view.

    Notes
    -----
    Dragging the handle moves the window, dragging one of its ends resizes it, a click elsewhere brings it there.
    """

    def __init__(self, viewport: ViewportModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._theme = theme
        self._index: PictureIndex | None = None
        self._image = QImage()
        self._is_stale = True
        self._shown = (0, 0, 0, 0, 0)
        self._grip = ""
        self._grabbed_ns = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Overview of the whole run")
        self.setToolTip("The whole run; problems are red. Drag the frame to look elsewhere, its ends to zoom.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        viewport.window_changed.connect(self.update)
        viewport.cuts_idle_changed.connect(self.update)
        viewport.limits_changed.connect(self.refresh)

    def sizeHint(self) -> QSize:
        """Return a low, wide size."""
        return QSize(400, OVERVIEW_PX)

    def set_index(self, index: PictureIndex | None) -> None:
        """Show another recording, or None."""
        self._index, self._is_stale = index, True
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme, self._is_stale = theme, True
        self.refresh()

    def refresh(self) -> None:
        """Show what has arrived; as long as it would be less than a pixel's worth, the run is not drawn anew."""
        if self._index is None or not self._is_nearly_shown(self._index):
            self._is_stale = True
        self.update()

    def _is_nearly_shown(self, index: PictureIndex) -> bool:
        now = self._state_of(index)
        n_events, time_ns, *rest = now
        n_shown, shown_ns, *rest_shown = self._shown
        is_little = n_events - n_shown <= n_shown * REDRAW_SHARE and time_ns - shown_ns <= shown_ns * REDRAW_SHARE
        return now == self._shown or (is_little and rest == rest_shown and not index.is_over)

    def _state_of(self, index: PictureIndex) -> tuple[int, int, int, int, int]:
        """Return what the drawing depends on."""
        lanes, problems = len(index.cast.lanes), len(index.problems)
        end_ns = max(index.now_ns, self._viewport.limits_ns[1])
        return index.trace.n, end_ns, lanes, problems, index.trace.generation

    def _scale(self, index: PictureIndex) -> TimeScale:
        """Return the scale: that of the whole run, or of a longer one beside it."""
        return overview_scale(index, self.width(), self._viewport.limits_ns[1])

    # -- painting ----------------------------------------------------------------------------------------------------

    def handle_rect(self) -> QRectF:
        """Return the frame that stands for the visible window, pixels."""
        if self._index is None:
            return QRectF()
        scale = self._scale(self._index)
        left, right = scale.px(self._viewport.t0_ns), scale.px(self._viewport.t1_ns)
        if self._viewport.is_fitted:
            left, right = 0.0, float(self.width())
        slack = max(MIN_HANDLE_PX - (right - left), 0) / 2
        return QRectF(left - slack, 0, right - left + 2 * slack, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the run, veil what is not seen, and frame what is."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.background))
        if self._index is None:
            painter.end()
            return
        size = self.size() * self.devicePixelRatio()
        if self._is_stale or self._image.size() != size:
            self._draw_run(self._index, size)
        painter.drawImage(0, 0, self._image)
        self._paint_cuts(painter, self._scale(self._index))
        self._paint_handle(painter)
        painter.end()

    def _draw_run(self, index: PictureIndex, size: QSize) -> None:
        """Draw the run once, to be shown again while only the handle moves."""
        self._shown, self._is_stale = self._state_of(index), False
        if self._image.size() != size:
            self._image = QImage(size, QImage.Format.Format_RGB32)
            self._image.setDevicePixelRatio(self.devicePixelRatio())
        self._image.fill(QColor(self._theme.background))
        painter = QPainter(self._image)
        end_ns = self._viewport.limits_ns[1]
        paint(painter, build_overview(index, self.width(), self._theme, self.height(), end_ns=end_ns))
        painter.end()

    def _paint_cuts(self, painter: QPainter, scale: TimeScale) -> None:
        """Hatch what the picture above leaves out; here time runs evenly, so it is seen how long that is."""
        ink = QColor(self._theme.muted)
        ink.setAlpha(CUT_ALPHA)
        for begin_ns, end_ns in self._viewport.cuts:
            left, right = scale.px(begin_ns), scale.px(end_ns)
            painter.fillRect(QRectF(left, 1, right - left, self.height() - 2), QBrush(ink, HATCH))

    def _paint_handle(self, painter: QPainter) -> None:
        handle = self.handle_rect()
        veil = QColor(self._theme.background)
        veil.setAlpha(SHADE_ALPHA)
        painter.fillRect(QRectF(0, 0, handle.left(), self.height()), veil)
        painter.fillRect(QRectF(handle.right(), 0, self.width() - handle.right(), self.height()), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.accent), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(handle.adjusted(0.6, 0.6, -0.6, -0.6), 4, 4)

    # -- mouse -------------------------------------------------------------------------------------------------------

    def _grip_at(self, x_px: float) -> str:
        handle = self.handle_rect()
        if abs(x_px - handle.left()) <= GRIP_PX and not self._viewport.is_fitted:
            return "left"
        if abs(x_px - handle.right()) <= GRIP_PX and not self._viewport.is_fitted:
            return "right"
        return "middle" if handle.left() < x_px < handle.right() else ""

    def _time_at(self, x_px: float) -> int:
        return self._scale(self._index).ns(x_px) if self._index is not None else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the handle; beside it, bring it here first."""
        if event.button() != Qt.MouseButton.LeftButton or self._index is None:
            return
        x_px = event.position().x()
        time_ns = self._time_at(x_px)
        self._grip = self._grip_at(x_px)
        if not self._grip:
            self._viewport.pan(time_ns - (self._viewport.t0_ns + self._viewport.t1_ns) // 2)
            self._grip = "middle"
        self._grabbed_ns = time_ns - self._viewport.t0_ns

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move or resize the window."""
        x_px = event.position().x()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            is_end = self._grip_at(x_px) in ("left", "right")
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.ArrowCursor)
            return
        if self._index is None:
            return
        time_ns, view = self._time_at(x_px), self._viewport
        if self._grip == "middle":
            view.pan(time_ns - self._grabbed_ns - view.t0_ns)
        elif self._grip == "left":
            view.set_window(min(time_ns, view.t1_ns - 1), view.t1_ns)
        elif self._grip == "right":
            view.set_window(view.t0_ns, max(time_ns, view.t0_ns + 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = ""
