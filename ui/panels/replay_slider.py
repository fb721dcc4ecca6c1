"""A slider over the whole run, with a tick for every problem."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from simulator.picture.colours import mix
from simulator.picture.theme import Theme

STEPS = 1_000_000
HANDLE_PX = 14
GROOVE_PX = 4
TICK_PX = 12
HEIGHT_PX = 22
MIN_WIDTH_PX = 90


class ReplaySlider(QSlider):
    """Shows and chooses a moment between the start and the end of the run.

    Parameters
    ----------
    theme : Theme
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    scrubbed(float)
        The user chose a moment, 0 for the start to 1 for the end.
    stepped(int)
        The user asked for the next (+1) or the previous (-1) event.

    Notes
    -----
    A click goes to where it is, and so does a drag. Left and Right step from event to event, Page keys go a tenth of
    the run, Home and End to its ends.
    """

    scrubbed = Signal(float)
    stepped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._ticks: tuple[float, ...] = ()
        self.setRange(0, STEPS)
        self.setAccessibleName("Playhead")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a low, wide size."""
        return QSize(240, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size."""
        return QSize(MIN_WIDTH_PX, HEIGHT_PX)

    @property
    def fraction(self) -> float:
        """The moment shown, 0 to 1."""
        return self.value() / STEPS

    @property
    def ticks(self) -> tuple[float, ...]:
        """Where problems are marked, 0 to 1 each."""
        return self._ticks

    def show_moment(self, fraction: float) -> None:
        """Show a moment, 0 to 1."""
        self.setValue(round(fraction * STEPS))

    def set_ticks(self, fractions: Sequence[float]) -> None:
        """Mark problems, 0 to 1 each."""
        self._ticks = tuple(fractions)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        self.update()

    # -- input ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to where the pointer is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrub_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along with the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step from event to event, or go by tenths and to the ends."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        places = {
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
            Qt.Key.Key_PageUp: min(self.fraction + 0.1, 1.0),
            Qt.Key.Key_PageDown: max(self.fraction - 0.1, 0.0),
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in places:
            self.scrubbed.emit(places[key])
        else:
            super().keyPressEvent(event)

    def _scrub_to(self, x_px: float) -> None:
        room_px = max(self.width() - HANDLE_PX, 1)
        self.scrubbed.emit(max(0.0, min((x_px - HANDLE_PX / 2) / room_px, 1.0)))

    # -- painting ------------------------------------------------------------------------------------------------

    def _x_of(self, fraction: float) -> float:
        return HANDLE_PX / 2 + fraction * (self.width() - HANDLE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove, what has happened, the problems and the handle."""
        theme, middle, is_on = self._theme, self.height() / 2, self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left, here, right = self._x_of(0), self._x_of(self.fraction), self._x_of(1)
        painter.setBrush(QColor(mix(theme.border, theme.muted, 0.3)))
        painter.drawRoundedRect(QRectF(left, middle - GROOVE_PX / 2, right - left, GROOVE_PX), 2, 2)
        accent = QColor(theme.accent if is_on else mix(theme.muted, theme.background, 0.4))
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(left, middle - GROOVE_PX / 2, here - left, GROOVE_PX), 2, 2)
        painter.setBrush(QColor(theme.problem))
        for fraction in self._ticks:
            painter.drawRect(QRectF(round(self._x_of(fraction)) - 1, middle - TICK_PX / 2, 2, TICK_PX))
        if is_on:
            painter.setBrush(accent)
            painter.setPen(QPen(QColor(theme.background), 1.5))
            painter.drawEllipse(QPointF(here, middle), HANDLE_PX / 2 - 0.5, HANDLE_PX / 2 - 0.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
