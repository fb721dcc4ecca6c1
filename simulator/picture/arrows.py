"""Arrows: from the write that a read got to the read, and from a write to what overwrote it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.relations import Related, creator_of, related
from simulator.picture.colours import mix, pack
from simulator.picture.draw_list import NO_ROW, Curve, DrawList, Layer, Text
from simulator.picture.fold import Fold
from simulator.picture.frame import MARGIN_PX, Frame
from simulator.picture.span_columns import has_many_spans
from simulator.picture.text_width import text_width_px
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.tracks import OPEN

MAX_FAINT = 12
MAX_RELEASES = 24
MAX_READERS = 40
MAX_NEAR = 6
NEAR_PX = 70
_LEAST_BEND_PX = 26


def add_arrows(
    frame: Frame, folded: Fold, ys: IntArray, label_ends: dict[int, tuple[float, float]], draw_list: DrawList
) -> None:
    """Add the arrows of the selected event, and those of all problems in view, quietly, where they are few.

    Parameters
    ----------
    frame : Frame
        What is seen.
    folded : Fold
        The marks.
    ys : ndarray of int64, shape (k,)
        Heights of their centres.
    label_ends : dict of int to (float, float)
        For each row that has a label, where the label ends and its base line.
    draw_list : DrawList
        Where to add them; below the marks.
    """
    heights = dict(zip(folded.row.tolist(), ys.tolist(), strict=True))
    pen = _Pen(frame, folded.size_px, heights, draw_list.layer("arrows"), draw_list.layer("labels"), label_ends)
    trace = frame.index.trace
    problems = _problems(frame, folded)
    if len(problems) <= MAX_FAINT:
        faint = pack(mix(frame.theme.problem, frame.theme.card, 0.62))
        for row in problems.tolist():
            if row != frame.selected and trace.reads_from[row] >= 0:
                pen.draw(int(trace.reads_from[row]), row, faint, 1.0)
    _add_releases(frame, pen)
    _add_creations(frame, pen)
    if frame.selected is not None and frame.selected < trace.n:
        _add_selected(frame, pen, frame.selected)


def _add_releases(frame: Frame, pen: _Pen) -> None:
    """Add an arrow from each signal to the end of every wait in view that it ended, quietly, where they are few."""
    trace = frame.index.trace
    if has_many_spans(frame):
        return
    rows = frame.index.spans.between(frame.from_ns, frame.to_ns)
    rows = rows[(trace.kind[rows] == Kind.WAIT) & (trace.reads_from[rows] >= 0)]
    if len(rows) <= MAX_RELEASES:
        quiet = pack(mix(frame.theme.wait, frame.theme.card, 0.35))
        for row in rows.tolist():
            if row != frame.selected and trace.reads_from[row] != frame.selected:
                pen.draw(int(trace.reads_from[row]), row, quiet, 1.2)


def _problems(frame: Frame, folded: Fold) -> IntArray:
    """Return the rows of the reads whose arrows are drawn, if they are few.

    Where some lanes stay on top while others are scrolled, these are all of the window of time: an arrow may come into
    view from the other part.
    """
    kind, problems = frame.index.trace.kind, frame.index.problems
    if frame.fixed_px:
        first, last = problems.searchsorted(np.array([frame.rows.start, frame.rows.stop])).tolist()
        everywhere = problems[first:last]
        if last - first <= MAX_FAINT:
            reads: IntArray = everywhere[kind[everywhere] == Kind.READ]
            return reads
    rows: IntArray = folded.row[(folded.severity >= Severity.WARNING) & (kind[folded.row] == Kind.READ)]
    return rows


def _add_creations(frame: Frame, pen: _Pen) -> None:
    """Add an arrow from each task of an event loop to the tasks that it created, quietly, where they are few."""
    trace = frame.index.trace
    if not trace.has_loop_tasks or has_many_spans(frame):
        return
    rows = np.arange(frame.rows.start, frame.rows.stop)
    is_task = trace.kind[rows] == Kind.TASK
    quiet = pack(mix(frame.theme.muted, frame.theme.card, 0.3))
    for row in rows[is_task].tolist()[:MAX_RELEASES]:
        creator = creator_of(trace, row)
        if creator is not None:
            pen.draw(creator, row, quiet, 1.2)


def _add_selected(frame: Frame, pen: _Pen, row: int) -> None:
    theme, about = frame.theme, related(frame.index.trace, row)
    is_problem = row < len(frame.index.severity) and frame.index.severity[row] >= Severity.WARNING
    colour = pack(theme.problem if is_problem else theme.text)
    if about.source is not None:
        pen.draw(about.source, row, colour, 1.8)
    for reader in about.readers[:MAX_READERS]:
        severity = frame.index.severity[reader] if reader < len(frame.index.severity) else 0
        pen.draw(row, reader, pack(theme.problem if severity >= Severity.WARNING else theme.text), 1.5)
    _add_overwriting(frame, pen, row, about)


def _add_overwriting(frame: Frame, pen: _Pen, row: int, about: Related) -> None:
    """Add the dashed arrow from a value to what replaced it, in words."""
    trace = frame.index.trace
    lost = about.own if trace.kind[row] == Kind.READ else row
    if lost is None or about.overwriter is None:
        return
    muted = pack(frame.theme.muted)
    pen.draw(lost, about.overwriter, muted, 1.4, is_dashed=True)
    verb = "deleted" if trace.kind[about.overwriter] == Kind.DELETE else "overwrote"
    whose = trace.actors[trace.actor[lost]].name
    pen.write(about.overwriter, f"{verb} {whose}'s value", muted)


@dataclass(frozen=True, slots=True)
class Near:
    """Arrows of problems near a place, where there are too many problems in view for all of their arrows.

    Attributes
    ----------
    layer : Layer
        The arrows.
    n_left_out : int
        How many problems in view have an arrow that is not drawn.
    """

    layer: Layer
    n_left_out: int


def arrows_near(frame: Frame, draw_list: DrawList, x_px: float, y_px: float) -> Near:
    """Make the arrows of the problems that are drawn near a place of a draw list; none where all are in it anyway."""
    marks, trace = draw_list.layer("marks").marks, frame.index.trace
    near = Near(Layer("arrows near"), 0)
    wrong = np.flatnonzero((marks.column("severity") >= Severity.WARNING) & (marks.column("row") != NO_ROW))
    rows, first = np.unique(marks.column("row")[wrong], return_index=True)
    has_arrow = (trace.kind[rows] == Kind.READ) & (trace.reads_from[rows] >= 0)
    rows, at = rows[has_arrow], wrong[first][has_arrow]
    if len(rows) <= MAX_FAINT:
        return near
    distance = np.hypot(marks.column("x")[at] - x_px, marks.column("y")[at] - y_px)
    chosen = np.argsort(distance, kind="stable")[:MAX_NEAR]
    chosen = chosen[distance[chosen] <= NEAR_PX]
    size_px = int(marks.column("size")[at].max())
    heights = dict(zip(marks.column("row").tolist(), marks.column("y").tolist(), strict=True))
    pen = _Pen(frame, round(size_px / 1.55), heights, near.layer, near.layer, {})
    ink = pack(mix(frame.theme.problem, frame.theme.card, 0.3))
    for row in rows[chosen].tolist():
        pen.draw(int(trace.reads_from[row]), row, ink, 1.2)
    return Near(near.layer, len(rows) - len(chosen))


class _Pen:
    """Draws arrows between events, wherever they are."""

    def __init__(
        self,
        frame: Frame,
        size_px: int,
        heights: dict[int, int],
        layer: Layer,
        words: Layer,
        label_ends: dict[int, tuple[float, float]],
    ) -> None:
        self._frame = frame
        self._layer = layer
        self._words = words
        self._label_ends = label_ends
        self._reach = size_px / 2 + 1
        self._height_of = heights

    def _at(self, row: int, is_target: bool = False) -> tuple[float, float] | None:
        """Return where an event is, as the target of an arrow its end; None if it has no lane or that is hidden."""
        index = self._frame.index
        lane = index.cast.lane_of_row(row)
        if lane is None or not self._frame.layout.lanes[lane].is_shown:
            return None
        place = self._frame.layout.lanes[lane]
        y = self._frame.seen_y_px(place, self._height_of.get(row, place.mark_y_px))
        ends = is_target and index.trace.kind[row] == Kind.WAIT and index.trace.end_ns[row] != OPEN
        return self._frame.scale.px(int(index.trace.end_ns[row] if ends else index.trace.begin_ns[row])), float(y)

    def draw(self, source: int, target: int, colour: int, width_px: float, is_dashed: bool = False) -> None:
        begin, end = self._at(source), self._at(target, is_target=True)
        if begin is None or end is None:
            return
        low, high = -MARGIN_PX, self._frame.width_px + MARGIN_PX
        if max(begin[0], end[0]) < low or min(begin[0], end[0]) > high:
            return
        x1, x2 = (float(np.clip(x, low, high)) for x in (begin[0], end[0]))
        points = _bend(x1, begin[1], x2, end[1], self._reach, self._reach * (1.55 if not is_dashed else 1.0))
        head = x2 == end[0]
        self._layer.curves.append(Curve(points, colour, width_px, is_dashed, head))

    def write(self, row: int, text: str, colour: int) -> None:
        """Write behind the label of an event, or below its mark if it has none."""
        at = self._at(row)
        size = self._frame.metrics.small_px
        if at is None or not -MARGIN_PX <= at[0] <= self._frame.width_px + MARGIN_PX:
            return
        below = (at[0] + self._reach, at[1] + self._reach + size)
        x, y = self._label_ends.get(row, below)
        if row in self._label_ends:
            x += 10
        x = max(min(x, self._frame.width_px - text_width_px(text, size) - 4), 4)
        self._words.texts.append(Text(x, y, text, colour, size))


_Point = tuple[float, float]


def _bend(
    x1: float, y1: float, x2: float, y2: float, leave_px: float, arrive_px: float
) -> tuple[_Point, _Point, _Point, _Point]:
    """Return a curve from one mark's edge to another's: an S between lanes, a bow inside one."""
    if abs(y1 - y2) < 2:
        sag = min(max(abs(x2 - x1) * 0.12, 16), 34)
        return (x1, y1 + leave_px), (x1 + 8, y1 + leave_px + sag), (x2 - 8, y2 + leave_px + sag), (x2, y2 + arrive_px)
    down = 1 if y2 > y1 else -1
    is_steep = abs(x2 - x1) < 3 * leave_px
    if is_steep and abs(y2 - y1) < 2 * (leave_px + arrive_px):
        bow = _LEAST_BEND_PX * 0.6
        return (x1 - leave_px, y1), (x1 - leave_px - bow, y1), (x2 - arrive_px - bow, y2), (x2 - arrive_px, y2)
    if is_steep:
        begin, end = (x1, y1 + down * leave_px), (x2, y2 - down * arrive_px)
        bow = _LEAST_BEND_PX * 0.5
        return begin, (x1 - bow * 0.2, y1 + down * bow + down * leave_px), (x2 - bow, y2 - down * bow * 2), end
    bend = max(_LEAST_BEND_PX, abs(x2 - x1) * 0.35)
    end = (x2 - arrive_px * 0.72, y2 - down * arrive_px * 0.5)
    return (x1 + leave_px, y1), (x1 + leave_px + bend, y1), (end[0] - bend * 0.8, end[1] - down * bend * 0.12), end
