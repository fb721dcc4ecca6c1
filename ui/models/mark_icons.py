"""Small pictures of events, as the timeline draws them: squares, circles, and diamonds round problems."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from simulator.picture.theme import Theme, mark_outline

SIZE_PX = 16
_HALF = SIZE_PX / 2


class MarkIcons:
    """Draws each picture once.

    Parameters
    ----------
    theme : Theme
        Colours.
    ratio : float
        Pixels of the screen in one of ours.
    """

    def __init__(self, theme: Theme, ratio: float = 1.0) -> None:
        self._theme = theme
        self._ratio = ratio
        self._icons: dict[tuple[str, bool, bool], QIcon] = {}

    def mark(self, colour: str, is_write: bool, is_problem: bool) -> QIcon:
        """Return the mark of an access: a square for a write, a circle else, in a diamond where it is a problem."""
        key = colour, is_write, is_problem
        if key not in self._icons:
            pixmap, icon = self._draw(*key), QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint it where its row is selected
                icon.addPixmap(pixmap, mode)
            self._icons[key] = icon
        return self._icons[key]

    def _draw(self, colour: str, is_write: bool, is_problem: bool) -> QPixmap:
        pixmap = QPixmap(round(SIZE_PX * self._ratio), round(SIZE_PX * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = 3.2 if is_problem else 4.5
        if is_problem:
            self._draw_diamond(painter)
        painter.setPen(QPen(QColor(mark_outline(self._theme, colour, self._theme.panel)), 1))
        painter.setBrush(QColor(colour))
        box = QRectF(_HALF - half, _HALF - half, 2 * half, 2 * half)
        if is_write:
            painter.drawRoundedRect(box, 1, 1)
        else:
            painter.drawEllipse(box)
        painter.end()
        return pixmap

    def _draw_diamond(self, painter: QPainter) -> None:
        reach = _HALF - 1
        corners = [QPointF(_HALF, _HALF - reach), QPointF(_HALF + reach, _HALF)]
        corners += [QPointF(_HALF, _HALF + reach), QPointF(_HALF - reach, _HALF)]
        painter.setPen(QPen(QColor(self._theme.problem), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(corners))
