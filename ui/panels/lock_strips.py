"""Each lock as a strip along time: free, held, held while others wait; three looks, not only three colours."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from simulator.analysis.lock_history import CONTENDED, FREE, HELD, LockHistory, names_of
from simulator.picture.time_scale import duration_text, time_text
from simulator.trace.trace import Trace
from ui.models.viewport import ViewportModel
from ui.theme import ThemeModel

ROW_PX = 30
STRIP_PX = 16
NAME_PX = 112
EDGE_PX = 14
STATES = {FREE: "free", HELD: "held", CONTENDED: "held while others wait"}


class LockStrips(QWidget):
    """The strips of all locks of a run, one below the other, for the time that the timeline shows.

    Parameters
    ----------
    viewport : ViewportModel
        Which window of time is seen.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    hovered(object)
        The lock under the pointer, or None.
    clicked(int)
        An event of the lock under the pointer: the one that began what it was there.
    """

    hovered = Signal(object)
    clicked = Signal(int)

    def __init__(self, viewport: ViewportModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._theme = theme
        self._locks: tuple[LockHistory, ...] = ()
        self._trace: Trace | None = None
        self._hovered: LockHistory | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Locks")
        theme.changed.connect(self.update)
        viewport.window_changed.connect(self.update)

    def show_locks(self, locks: tuple[LockHistory, ...], trace: Trace | None) -> None:
        """Show the locks of a run."""
        self._locks, self._trace = locks, trace
        self._hovered = None
        self.setAccessibleDescription("; ".join(map(self._in_words, locks)))
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that all locks need."""
        return QSize(300, ROW_PX * max(len(self._locks), 1) + 8)

    def _in_words(self, lock: LockHistory) -> str:
        assert self._trace is not None
        waits = f", waited for {duration_text(lock.waited_ns)} in all" if lock.waited_ns else ", never waited for"
        who = ", ".join(names_of(self._trace, lock.threads))
        return f"{lock.name}: taken {lock.n_held:,} times by {who}{waits}"

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, strip and numbers of each lock."""
        painter = QPainter(self)
        for i, lock in enumerate(self._locks):
            self._paint_lock(painter, lock, i * ROW_PX + 4)

    def _paint_lock(self, painter: QPainter, lock: LockHistory, top: int) -> None:
        theme = self._theme.theme
        row = QRectF(EDGE_PX, top, self.width() - 2 * EDGE_PX, ROW_PX - 4)
        if lock is self._hovered:
            painter.fillRect(row, QColor(theme.accent_soft))
        painter.setPen(QColor(theme.text))
        times = f" ×{lock.n_held:,}"
        room = NAME_PX - 14 - painter.fontMetrics().horizontalAdvance(times)
        name = painter.fontMetrics().elidedText(lock.name, Qt.TextElideMode.ElideMiddle, room)
        box = QRectF(EDGE_PX + 4, top, NAME_PX, ROW_PX - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(theme.muted))
        box.setLeft(box.left() + painter.fontMetrics().horizontalAdvance(name))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, times)
        strip = self._strip(top)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRect(strip)
        last_ns = self._trace.duration_ns if self._trace is not None else 0
        ends = [*lock.begin_ns.tolist()[1:], last_ns]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.save()
        painter.setClipRect(strip)
        t0_ns, t1_ns = self._viewport.t0_ns, self._viewport.t1_ns
        for begin_ns, end_ns, state in zip(lock.begin_ns.tolist(), ends, lock.state.tolist(), strict=True):
            if state != FREE and end_ns >= t0_ns and begin_ns <= t1_ns:
                self._paint_state(painter, strip, begin_ns, end_ns, state)
        painter.restore()

    def _paint_state(self, painter: QPainter, strip: QRectF, begin_ns: int, end_ns: int, state: int) -> None:
        """Paint a stretch: held is filled half as high, held while others wait full and hatched."""
        theme = self._theme.theme
        shown_ns = max(self._viewport.t1_ns - self._viewport.t0_ns, 1)
        left = strip.left() + strip.width() * (begin_ns - self._viewport.t0_ns) / shown_ns
        width = max(strip.width() * (end_ns - begin_ns) / shown_ns, 1.5)
        if state == HELD:
            painter.fillRect(QRectF(left, strip.center().y() - 3, width, 6), QColor(theme.hold))
            return
        area = QRectF(left, strip.top() + 1, width, strip.height() - 2)
        painter.fillRect(area, QColor(theme.note_soft))
        painter.fillRect(area, QBrush(QColor(theme.wait), Qt.BrushStyle.BDiagPattern))
        painter.fillRect(QRectF(left, strip.center().y() - 3, width, 6), QColor(theme.wait))

    def _strip(self, top: int) -> QRectF:
        left = EDGE_PX + NAME_PX
        width = max(self.width() - left - EDGE_PX, 40)
        return QRectF(left, top + (ROW_PX - 4 - STRIP_PX) / 2, width, STRIP_PX)

    # -- the pointer ---------------------------------------------------------------------------------------------

    def lock_at(self, place: QPoint) -> LockHistory | None:
        """Return the lock at a place."""
        at = (place.y() - 4) // ROW_PX
        return self._locks[at] if 0 <= at < len(self._locks) else None

    def _time_at(self, place: QPoint) -> int:
        strip = self._strip(0)
        share = min(max((place.x() - strip.left()) / strip.width(), 0.0), 1.0)
        return round(self._viewport.t0_ns + share * (self._viewport.t1_ns - self._viewport.t0_ns))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which lock is under the pointer."""
        self._hover(self.lock_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Say that none is."""
        self._hover(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lead to the lock's first event, or to the longest wait if there was one."""
        lock = self.lock_at(event.position().toPoint())
        if lock is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(lock.waits[0].row if lock.waits else lock.first_row)

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what the lock was at the pointer."""
        if isinstance(event, QHelpEvent) and self._trace is not None:
            lock = self.lock_at(event.pos())
            if lock is not None:
                time_ns = self._time_at(event.pos())
                state = f"{lock.name} is {STATES[lock.state_at(time_ns)]} at {time_text(time_ns)}"
                QToolTip.showText(event.globalPos(), f"{state}\n{self._in_words(lock)}", self)
                return True
        return super().event(event)

    def _hover(self, lock: LockHistory | None) -> None:
        if lock is not self._hovered:
            self._hovered = lock
            self.hovered.emit(lock)
            self.update()
