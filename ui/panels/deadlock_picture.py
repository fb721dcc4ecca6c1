"""A deadlock as a picture: threads and what they wait for in a circle, each arrow to who holds it."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from simulator.analysis.orders.waiting import JOIN, Waiting
from simulator.trace.trace import Trace
from ui.theme import ThemeModel

HEIGHT_PX = 168
NODE_PX = (96, 24)
HEAD_PX = 7


def circle_in_words(trace: Trace, circle: tuple[Waiting, ...]) -> list[tuple[str, str]]:
    """Return for each thread of a deadlock its name and what it waits for; the next one holds that."""
    named = []
    for one in circle:
        is_join = trace.value_of(one.wait) == JOIN
        what = f"end of {trace.threads[one.holder].name}" if is_join else trace.variable_name(one.wait)
        named.append((trace.threads[one.thread].name, what))
    return named


class DeadlockPicture(QWidget):
    """Draws who waits for what and who holds it.

    Parameters
    ----------
    circle : list of (str, str)
        Each thread and what it waits for; the next thread holds that.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, circle: list[tuple[str, str]], theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._circle = circle
        self._theme = theme
        self.setMinimumHeight(HEIGHT_PX)
        self.setAccessibleName("Deadlock")
        holders = [circle[(i + 1) % len(circle)][0] for i in range(len(circle))]
        words = [f"{who} waits for {what}, held by {by}" for (who, what), by in zip(circle, holders, strict=True)]
        self.setAccessibleDescription("; ".join(words))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a size in which all names can be read."""
        return QSize(260, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint threads as boxes, what they wait for as rounded ones, and the arrows between them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = [name for pair in self._circle for name in pair]
        places = self._places(len(names))
        for i, place in enumerate(places):
            self._paint_arrow(painter, place, places[(i + 1) % len(places)], is_wait=i % 2 == 0)
        for i, (name, place) in enumerate(zip(names, places, strict=True)):
            self._paint_node(painter, name, place, is_thread=i % 2 == 0)

    def _places(self, n: int) -> list[QPointF]:
        """Return the middles of the nodes, clockwise from the left."""
        width, height = self.width() - NODE_PX[0] - 8, self.height() - NODE_PX[1] - 8
        turn = 2 * math.pi / n
        return [
            QPointF(
                self.width() / 2 - math.cos(i * turn) * width / 2, self.height() / 2 - math.sin(i * turn) * height / 2
            )
            for i in range(n)
        ]

    def _paint_node(self, painter: QPainter, name: str, middle: QPointF, is_thread: bool) -> None:
        theme = self._theme.theme
        box = QRectF(middle.x() - NODE_PX[0] / 2, middle.y() - NODE_PX[1] / 2, *NODE_PX)
        painter.setPen(QPen(QColor(theme.outline if is_thread else theme.wait), 1.4))
        painter.setBrush(QColor(theme.card if is_thread else theme.note_soft))
        painter.drawRoundedRect(box, *((3, 3) if is_thread else (12, 12)))
        painter.setPen(QColor(theme.text))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NODE_PX[0] - 12)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_arrow(self, painter: QPainter, begin: QPointF, end: QPointF, is_wait: bool) -> None:
        """Paint an arrow: dashed from a thread to what it waits for, solid from that to who holds it."""
        theme = self._theme.theme
        colour = QColor(theme.wait if is_wait else theme.problem)
        tip = _edge_of(end, begin)
        painter.setPen(QPen(colour, 1.8, Qt.PenStyle.DashLine if is_wait else Qt.PenStyle.SolidLine))
        painter.drawLine(begin, tip)
        angle = math.atan2(tip.y() - begin.y(), tip.x() - begin.x())
        wings = [
            QPointF(tip.x() - HEAD_PX * math.cos(angle + side), tip.y() - HEAD_PX * math.sin(angle + side))
            for side in (-0.45, 0.45)
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([tip, *wings]))


def _edge_of(middle: QPointF, other: QPointF) -> QPointF:
    """Return where the line from `other` meets the box round `middle`."""
    dx, dy = other.x() - middle.x(), other.y() - middle.y()
    shares = [half / abs(d) for half, d in ((NODE_PX[0] / 2, dx), (NODE_PX[1] / 2, dy)) if abs(d) > 1e-6]
    share = min([*shares, 1.0])
    return QPointF(middle.x() + dx * share, middle.y() + dy * share)
