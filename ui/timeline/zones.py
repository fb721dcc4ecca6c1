"""Past and future of an event over the lanes, told apart by their hatching; and lanes that are marked."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from simulator.analysis.orders.happens_before import Cone
from simulator.picture.index import PictureIndex
from simulator.picture.places import Layout
from simulator.picture.text_width import text_width_px
from simulator.picture.theme import Theme
from simulator.picture.time_scale import TimeScale
from simulator.trace.tracks import TaskTrack
from ui.timeline.inks import font
from ui.timeline.parts import Part

BEFORE, AFTER, BESIDE = "◂ before", "after ▸", "not ordered"
HATCH_ALPHA = 90
VEIL_ALPHA = 120
REACH_PX = 7
TEXT_PX = 11.0
MARK_PX = 3


@dataclass(frozen=True, slots=True)
class Zone:
    """A lane with its past to the left, its future to the right, and between them what is ordered neither way.

    Attributes
    ----------
    top_px, bottom_px : int
        The lane, in the scrolled content.
    past_px, future_px : float
        Where the past ends and the future begins, in the plot.
    """

    top_px: int
    bottom_px: int
    past_px: float
    future_px: float


@dataclass(frozen=True, slots=True)
class Zones:
    """All that is drawn of them.

    Attributes
    ----------
    lanes : tuple of Zone
        One a lane; none while nothing is asked for.
    marked : tuple of (int, int)
        Top and bottom of each marked lane, in the scrolled content.
    """

    lanes: tuple[Zone, ...] = ()
    marked: tuple[tuple[int, int], ...] = ()


NO_ZONES = Zones()


def find_zones(
    index: PictureIndex, layout: Layout, scale: TimeScale, width_px: int, cone: Cone | None, marked: frozenset[int]
) -> Zones:
    """Return where past and future of each lane are drawn, and which lanes are marked."""
    places = [place for place in layout.lanes if place.is_shown]
    threads = {place.track: _thread_of(index, place.track) for place in places}
    chosen = tuple((place.y_px, place.y_px + place.height_px) for place in places if threads[place.track] in marked)
    if cone is None:
        return Zones((), chosen)
    lanes = [
        Zone(place.y_px, place.y_px + place.height_px, *_edges(index, scale, width_px, cone, threads[place.track]))
        for place in places
    ]
    return Zones(tuple(lanes), chosen)


def _thread_of(index: PictureIndex, track: int) -> int:
    """Return the serial of the thread that a track is of, or that the task on it runs on."""
    info = index.trace.tracks[track]
    return index.trace.actors[info.actor].thread if isinstance(info, TaskTrack) else info.serial


def _edges(index: PictureIndex, scale: TimeScale, width_px: int, cone: Cone, thread: int) -> tuple[float, float]:
    """Return where in the plot a thread's past ends and its future begins."""
    times = index.trace.begin_ns
    if thread == int(index.trace.thread[cone.row]):
        x = scale.px(int(times[cone.row]))
        return x - REACH_PX, x + REACH_PX
    before, after = int(cone.last_before[thread]), int(cone.first_after[thread])
    past = scale.px(int(times[before])) + REACH_PX if before >= 0 else -1.0
    future = scale.px(int(times[after])) - REACH_PX if after >= 0 else float(width_px + 1)
    return past, max(past, future)


def paint_zones(painter: QPainter, zones: Zones, part: Part, theme: Theme, width_px: int) -> None:
    """Paint them in one part of the plot."""
    painter.save()
    painter.setClipRect(QRectF(0, part.top_px, width_px, part.bottom_px - part.top_px))
    painter.translate(0, -part.scroll_px)
    for zone in zones.lanes:
        _paint_zone(painter, zone, theme, width_px)
    for top, bottom in zones.marked:
        painter.setPen(QPen(QColor(theme.accent), MARK_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(2, top + 1, width_px - 4, bottom - top - 2), 6, 6)
    painter.restore()


def _paint_zone(painter: QPainter, zone: Zone, theme: Theme, width_px: int) -> None:
    height = zone.bottom_px - zone.top_px
    past = QRectF(0, zone.top_px, min(zone.past_px, width_px), height)
    future = QRectF(max(zone.future_px, 0), zone.top_px, width_px - max(zone.future_px, 0), height)
    for area, pattern, text, is_left in (
        (past, Qt.BrushStyle.FDiagPattern, BEFORE, True),
        (future, Qt.BrushStyle.BDiagPattern, AFTER, False),
    ):
        if area.width() <= 0:
            continue
        veil, ink = QColor(theme.card), QColor(theme.accent if is_left else theme.note)
        veil.setAlpha(VEIL_ALPHA)
        ink.setAlpha(HATCH_ALPHA)
        painter.fillRect(area, veil)
        painter.fillRect(area, QBrush(ink, pattern))
        ink.setAlpha(255)
        painter.setPen(QPen(ink, 1.5))
        x = area.right() if is_left else area.left()
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        _write(painter, text, x - 6 if is_left else x + 6, zone.top_px + TEXT_PX + 2, is_left, area.width(), theme, ink)
    between = zone.future_px - zone.past_px
    if between > 3 * REACH_PX:
        middle = (max(zone.past_px, 0) + min(zone.future_px, width_px)) / 2
        _write(painter, BESIDE, middle, zone.top_px + TEXT_PX + 2, None, between, theme, QColor(theme.text))


def _write(
    painter: QPainter, text: str, x_px: float, y_px: float, is_left: bool | None, room: float, theme: Theme, ink: QColor
) -> None:
    """Write a word beside a border: to its left, to its right, or round the middle; nothing where there is no room."""
    width = text_width_px(text, TEXT_PX, True)
    if width + 10 > room:
        return
    left = x_px - width if is_left else x_px if is_left is False else x_px - width / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(QRectF(left - 3, y_px - TEXT_PX, width + 6, TEXT_PX + 4), 3, 3)
    painter.setPen(ink)
    painter.setFont(font(TEXT_PX, True))
    painter.drawText(QPointF(left, y_px), text)
