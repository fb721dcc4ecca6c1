"""What lies over the plot: gaps of the time axis, the marked range, the playhead and the veil over what is to come."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from simulator.picture.arrows import Near
from simulator.picture.colours import mix
from simulator.picture.draw_list import NO_ROW, Layer, Marks, Text
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import Theme
from simulator.trace.columns import IntArray
from ui.scaling import px
from ui.timeline.inks import font
from ui.timeline.painter import paint_layer
from ui.timeline.parts import Part
from ui.timeline.pg import WHOLE_PX
from ui.timeline.zones import NO_ZONES, Zones, paint_zones

TOOTH_PX = 4
TOOTH_PITCH_PX = 16
VEIL_ALPHA = 178
RANGE_ALPHA = 34
TEXT_PX = 11.5
LABEL_PX = 2
LABELS_REACH_PX = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the playhead stands.

    Attributes
    ----------
    x_px : float
        Its place in the plot.
    n : int
        Number of events that have happened.
    is_away : bool
        Whether something is still to come, which is veiled then.
    """

    x_px: float
    n: int
    is_away: bool


@dataclass(frozen=True, slots=True)
class Over:
    """Everything that lies over the plot.

    Attributes
    ----------
    gaps_px : list of (int, int)
        Left and right edge of each part of the run that is left out.
    range_px : (float, float) or None
        Both ends of the marked range.
    moment : Moment or None
        The playhead; None while a run goes on.
    parts : list of Part
        What is drawn below.
    near : (Near, Part) or None
        Arrows of problems near the pointer, and the part in which they are drawn.
    zones : Zones
        Past and future of the selected event, and marked lanes.
    """

    gaps_px: list[tuple[int, int]]
    range_px: tuple[float, float] | None
    moment: Moment | None
    parts: list[Part]
    near: tuple[Near, Part] | None = None
    zones: Zones = NO_ZONES


class OverlayItem(QGraphicsObject):
    """Paints what lies over the plot, anew for each frame of a replay; it is a few shapes.

    Parameters
    ----------
    find_over : callable
        Returns what is to be painted.
    theme : Theme
        Colours.
    """

    def __init__(self, find_over: Callable[[], Over], theme: Theme) -> None:
        super().__init__()
        self._find_over = find_over
        self._theme = theme
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)
        self.setZValue(1)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme

    def boundingRect(self) -> QRectF:
        """Return a box that covers the view."""
        return WHOLE_PX

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint in pixels."""
        over, size = self._find_over(), widget.size() if widget is not None else None
        if size is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in over.parts if over.zones.lanes or over.zones.marked else ():
            paint_zones(painter, over.zones, part, self._theme, size.width())
        if over.near is not None:
            _paint_near(painter, *over.near)
        for left, right in over.gaps_px:
            self._paint_gap(painter, left, right, size.height())
        if over.range_px is not None:
            self._paint_range(painter, *over.range_px, size.height())
        if over.moment is not None and over.moment.is_away:
            self._paint_veil(painter, over, QRectF(over.moment.x_px, 0, size.width(), size.height()))
            self._paint_line(painter, over.moment.x_px, size.height())
        if over.near is not None and over.near[0].n_left_out:
            self._paint_note(painter, f"+{over.near[0].n_left_out} more arrows", size.width(), size.height())
        painter.restore()

    def _paint_note(self, painter: QPainter, text: str, width: int, height: int) -> None:
        """Say in the lower right corner what is not drawn."""
        size_px = px(TEXT_PX)
        room = text_width_px(text, size_px) + 16
        pill = QRectF(width - room - 14, height - size_px - 10, room, size_px + 6)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.setBrush(QColor(self._theme.panel))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(font(size_px, False))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_gap(self, painter: QPainter, left: int, right: int, height: int) -> None:
        """Tear the plot apart: both edges are zigzags, and between them there is nothing."""
        ys = range(-TOOTH_PITCH_PX, height + TOOTH_PITCH_PX, TOOTH_PITCH_PX // 2)
        inset = min(TOOTH_PX, (right - left) / 4)
        edges = [
            [QPointF(x + (inset if i % 2 else -inset) + 0.5, y) for i, y in enumerate(ys)]
            for x in (left + inset, right - inset)
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.background))
        painter.drawPolygon(QPolygonF([*edges[0], *reversed(edges[1])]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(mix(self._theme.muted, self._theme.background, 0.45)), 1))
        for edge in edges:
            painter.drawPolyline(QPolygonF(edge))

    def _paint_range(self, painter: QPainter, left: float, right: float, height: int) -> None:
        shade = QColor(self._theme.accent)
        shade.setAlpha(RANGE_ALPHA)
        painter.fillRect(QRectF(left, 0, max(right - left, 1), height), shade)
        painter.setPen(QPen(QColor(self._theme.accent), 1))
        for x in (round(left), round(right)):
            painter.drawLine(QPointF(x + 0.5, 0), QPointF(x + 0.5, height))

    def _paint_veil(self, painter: QPainter, over: Over, area: QRectF) -> None:
        """Veil what is to come; at the line itself the number of events decides, for stamps may be equal."""
        veil = QColor(self._theme.background)
        veil.setAlpha(VEIL_ALPHA)
        painter.fillRect(area, veil)
        moment = over.moment
        if moment is None:
            return
        for part in over.parts:
            painter.save()
            painter.setClipRect(QRectF(0, part.top_px, area.right(), part.bottom_px - part.top_px))
            painter.translate(0, -part.scroll_px)
            for marks in part.draw_list.marks():
                near, has_happened = _marks_at(marks, moment)
                _paint_marks(painter, marks, near[has_happened])
                _veil_marks(painter, marks, near[~has_happened], moment.x_px, veil)
                _veil_labels(painter, part.draw_list.layer("labels").texts, marks, moment, veil)
            painter.restore()

    def _paint_line(self, painter: QPainter, x_px: float, height: int) -> None:
        painter.setPen(QPen(QColor(self._theme.accent), 1.6))
        x = round(x_px) + 0.5
        painter.drawLine(QPointF(x, 0), QPointF(x, height))


def _paint_near(painter: QPainter, near: Near, part: Part) -> None:
    """Paint arrows, and the marks once more above them."""
    if not near.layer.curves:
        return
    painter.save()
    painter.translate(0, -part.scroll_px)
    paint_layer(painter, near.layer)
    above = Layer("marks")
    above.marks = part.draw_list.layer("marks").marks
    paint_layer(painter, above)
    painter.restore()


def _marks_at(marks: Marks, moment: Moment) -> tuple[IntArray, IntArray]:
    """Return which marks the line touches, and which of them have happened."""
    reach = marks.column("size") // 2 + 2
    rows = marks.column("row")
    near = np.flatnonzero((abs(marks.column("x") - moment.x_px) <= reach) & (rows != NO_ROW))
    return near, rows[near] < moment.n


def _veil_marks(painter: QPainter, marks: Marks, chosen: IntArray, right_px: float, veil: QColor) -> None:
    """Veil what reaches to the left of the line though it has not happened yet."""
    for i in chosen.tolist():
        x, y, size = (int(marks.column(name)[i]) for name in ("x", "y", "size"))
        half = size // 2 + 2
        if x - half < right_px:
            painter.fillRect(QRectF(x - half, y - half, right_px - (x - half), 2 * half + 1), veil)


def _veil_labels(painter: QPainter, texts: list[Text], marks: Marks, moment: Moment, veil: QColor) -> None:
    """Veil the labels to the left of marks that have not happened yet, as far as they reach beyond the line."""
    x, y, size = (marks.column(name) for name in ("x", "y", "size"))
    to_come = marks.column("row") >= moment.n
    for text in texts:
        width = text_width_px(text.text, text.size_px, text.is_bold)
        left = text.x_px - width - LABEL_PX
        if text.anchor != "end" or left >= moment.x_px or text.x_px + LABELS_REACH_PX < moment.x_px:
            continue
        near = (x >= text.x_px) & (x - text.x_px <= size + LABELS_REACH_PX) & (abs(y - text.y_px) <= size * 1.6)
        if (near & to_come).any():
            right = min(text.x_px + LABEL_PX, moment.x_px)
            top = text.y_px - text.size_px
            painter.fillRect(QRectF(left, top, right - left, text.size_px * 1.3), veil)


def _paint_marks(painter: QPainter, marks: Marks, chosen: IntArray) -> None:
    """Paint some marks once more, above the veil."""
    if len(chosen):
        layer = Layer("happened")
        layer.marks.add(**{name: marks.column(name)[chosen] for name in marks.COLUMNS})
        paint_layer(painter, layer)
