"""Labels beside the marks: what was written or read, where there is room, problems first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.kind_words import does, note_text
from simulator.analysis.outcomes import Outcome
from simulator.picture.colours import pack
from simulator.picture.draw_list import DrawList, Layer, Text
from simulator.picture.fold import ANSWERS, CHANGES, EXCEPTIONS, NOTES, READS, Fold
from simulator.picture.frame import Frame
from simulator.picture.marks import HALO, split_lanes
from simulator.picture.strip_rows import PER_THREAD
from simulator.picture.text_width import cut_to_width, text_width_px
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.values import TAG_INT, TAG_MASK

MAX_LABELS = 300
MANY_VALUES = 20
MAX_VALUE = 24
MAX_KNOWN = 20_000
GAP_PX = 4
_ROOM_PX = 34
_LINE_PX = 9
"""Labels whose base lines are closer than this must not stand one above the other."""
_MAX_SENTENCE_PX = 420
_LEAST_EM = 2.0
"""Less than any label of an access takes, in units of the size of its text: for not even trying."""

_DIGIT_EM = 0.6
_READ, _DELETE, _UNKNOWN, _WARNING = int(Kind.READ), int(Kind.DELETE), int(Outcome.UNKNOWN), int(Severity.WARNING)
_SPEAKS_FOR_ITSELF = np.zeros(32, bool)
_SPEAKS_FOR_ITSELF[[Kind.OPEN, Kind.CLOSE]] = True
_WORDS = {int(kind): kind.name.lower() for kind in Kind}
_CLASS_BITS = 4
_PLACE_BITS = 32


class _Taken:
    """Where the labels of each lane are: left, right and base line."""

    def __init__(self) -> None:
        self._stretches: dict[int, list[tuple[float, float, float]]] = {}

    def is_free(self, lane: int, base: float, left: float, right: float) -> bool:
        for begin, end, line in self._stretches.get(lane, ()):
            if right > begin and left < end and abs(line - base) < _LINE_PX:
                return False
        return True

    def take(self, lane: int, base: float, left: float, right: float) -> None:
        self._stretches.setdefault(lane, []).append((left, right, base))


def add_labels(frame: Frame, folded: Fold, ys: IntArray, draw_list: DrawList) -> dict[int, tuple[float, float]]:
    """Add labels where the lanes are roomy and the marks are large enough to have one each.

    Parameters
    ----------
    frame : Frame
        What is seen.
    folded : Fold
        The marks.
    ys : ndarray of int64, shape (k,)
        Heights of their centres.
    draw_list : DrawList
        Where to add them.

    Returns
    -------
    dict of int to (float, float)
        For each row that has a label, where the label ends and its base line.
    """
    if not frame.layout.is_roomy or folded.size_px < 10 or not len(folded):
        return {}
    gaps = _neighbour_gaps(folded)
    has_room = gaps.max(axis=1) >= _least_widths(frame, folded) + 2 * _reach_beside(folded.size_px)
    beside = split_lanes(folded)[folded.lane] | (frame.index.trace.kind[folded.row] == Kind.LOG)
    chosen = _choose(frame, folded)
    chosen = chosen[(has_room[chosen] | ~beside[chosen]) & ~frame.lane_is_thin[folded.lane[chosen]]]
    taken, style = _Taken(), _Style(frame)
    layer, beds = draw_list.layer("labels"), draw_list.layer("label beds")
    ends: dict[int, tuple[float, float]] = {}
    marks = _marks(folded, ys, chosen)
    for mark, is_beside, near in zip(marks, beside[chosen].tolist(), gaps[chosen].tolist(), strict=True):
        text = _place_beside(style, mark, taken, near) if is_beside else _place_above(style, mark, taken)
        if text is not None:
            layer.texts.append(text)
            ends[mark.row] = (_extent(text)[1], text.y_px)
            if not is_beside or mark.group == EXCEPTIONS:
                _add_bed(frame, mark.lane, text, beds)
    return ends


class _Style:
    """How the labels of a frame are written, found out once for all of them."""

    def __init__(self, frame: Frame) -> None:
        theme = frame.theme
        self.frame = frame
        self.size_px = frame.metrics.small_px
        self.right_px = frame.right_px - 2
        self.problem, self.strong, self.quiet = pack(theme.problem), pack(theme.text), pack(theme.muted)

    def ink(self, mark: _Mark) -> tuple[int, bool]:
        """Return colour and weight of a label."""
        if mark.severity >= _WARNING or mark.group == EXCEPTIONS:
            return self.problem, True
        is_strong = mark.group in (READS, NOTES)
        return self.strong if is_strong else self.quiet, is_strong


@dataclass(slots=True)  # not frozen: hundreds are made for each frame, and that would take three times as long
class _Mark:
    """A mark that is to be labelled, as plain numbers: they are read many times."""

    row: int
    lane: int
    group: int
    count: int
    severity: int
    outcome: int
    x_px: int
    y_px: int
    size_px: int


def _marks(folded: Fold, ys: IntArray, chosen: IntArray) -> Iterator[_Mark]:
    """Return some of the marks."""
    size_px = np.full(len(folded), folded.size_px)
    columns = folded.row, folded.lane, folded.group, folded.count, folded.severity, folded.outcome, folded.x_px
    values = zip(*(column[chosen].tolist() for column in (*columns, ys, size_px)), strict=True)
    return (_Mark(*one) for one in values)


def _add_bed(frame: Frame, lane: int, text: Text, beds: Layer) -> None:
    """Put a piece of card under a label, so that an arrow passes below it."""
    left, right = _extent(text)
    card = frame.theme.card if lane % 2 == 0 else frame.theme.card_alternate
    height = round(text.size_px * 0.95)
    y = round(text.y_px - height * 0.86)
    beds.rects.add(x=round(left) - 2, y=y, w=round(right - left) + 4, h=height + 2, fill=pack(card))


def _extent(text: Text) -> tuple[float, float]:
    """Return where a label begins and ends."""
    width = text_width_px(text.text, text.size_px, text.is_bold)
    left = text.x_px - (width if text.anchor == "end" else 0)
    return left, left + width


def _choose(frame: Frame, folded: Fold) -> IntArray:
    """Return which marks are worth trying, problems first: at most so many, and not where marks stand close."""
    speaks_for_itself = _SPEAKS_FOR_ITSELF[frame.index.trace.kind[folded.row]] | (folded.group == ANSWERS)
    order = np.lexsort((folded.x_px, folded.group, folded.lane))
    x, line = folded.x_px[order], folded.lane[order].astype(np.int64) * 8 + folded.group[order]
    same = np.diff(line, prepend=-1, append=-1) == 0
    gap = np.where(same, np.concatenate([[0], np.diff(x), [0]]), _ROOM_PX)
    has_room = np.maximum(gap[:-1], gap[1:]) >= _ROOM_PX
    chosen = order[has_room & ~speaks_for_itself[order] & (x >= 0)]
    rank = np.lexsort((folded.x_px[chosen], -folded.severity[chosen].astype(int)))
    worth: IntArray = chosen[rank][:MAX_LABELS]
    return worth


def _label(frame: Frame, mark: _Mark) -> str:
    """Return the words for a mark: ``write 0``, ``read nothing``, ``3 reads``; those found before are remembered."""
    known, key = frame.index.label_texts, (mark.row, mark.count, mark.outcome)
    text = known.get(key)
    if text is None:
        if len(known) >= MAX_KNOWN:
            known.clear()
        text = known[key] = _find_label(frame, mark)
    return text


def _find_label(frame: Frame, mark: _Mark) -> str:
    trace, row, count = frame.index.trace, mark.row, mark.count
    if mark.group == EXCEPTIONS:
        return _exception_text(frame, row)
    kind = int(trace.kind[row])
    if mark.group == NOTES:
        return note_text(trace, row) if count == 1 else f"{count} events"
    if kind >= FIRST_SPAN:  # a problem: the taking of a lock, or the wait for one, of a deadlock
        return _span_text(trace, row) if count == 1 else f"{count} events"
    word = _WORDS[kind]
    if count > 1:
        return f"{count} {word}s" if mark.group == READS else f"{count} changes"
    name = f"{trace.variables[trace.variable[row]]} " if _has_many_values(frame) else ""
    if kind == _DELETE:
        return f"{word} {name}".rstrip()
    shown = int(trace.reads_from[row]) if kind == _READ else row
    if shown < 0 or not trace.has_value(shown):
        return f"{word} {name}{'nothing' if mark.outcome != _UNKNOWN else '?'}"
    value = trace.value_text(shown)
    return f"{word} {name}{value if len(value) <= MAX_VALUE else value[: MAX_VALUE - 1] + '…'}"


def _span_text(trace: Trace, row: int) -> str:
    """Say what begins: ``takes left``, ``waits for the lock right``."""
    return does(trace, row) if trace.kind[row] != Kind.HOLD else f"takes {trace.variable_name(row) or 'the lock'}"


def _exception_text(frame: Frame, row: int) -> str:
    return next((failure.summary for failure in frame.index.trace.failures if failure.row == row), "exception")


def _has_many_values(frame: Frame) -> bool:
    variables = frame.index.recording.variables
    return len(variables) > MANY_VALUES or sum(not variable.is_lock for variable in variables) > 1


def _place_above(style: _Style, mark: _Mark, taken: _Taken) -> Text | None:
    """Place a label above its mark: a change's to the right, a read's to the left, or the other way at the edge."""
    frame, size, (colour, is_bold) = style.frame, style.size_px, style.ink(mark)
    text = _label(frame, mark)
    if mark.group == EXCEPTIONS:
        text = _cut_sentence(frame, text, mark.x_px, is_bold)
    width = text_width_px(text, size, is_bold)
    is_below = _has_arrow_from_above(frame, mark.row)
    x = mark.x_px
    base = mark.y_px + mark.size_px / 2 + size * 0.95 if is_below else mark.y_px - mark.size_px / 2 - 3
    reach = mark.size_px * (0.78 if is_bold else 0.5) + GAP_PX
    to_right, to_left = (x + reach, "start"), (x - reach, "end")
    for at, anchor in (to_right, to_left) if mark.group == CHANGES else (to_left, to_right):
        left = at if anchor == "start" else at - width
        is_inside = left >= 2 and left + width <= style.right_px and frame.is_clear(left, left + width)
        if is_inside and taken.is_free(mark.lane, base, left - GAP_PX, left + width):
            taken.take(mark.lane, base, left - GAP_PX, left + width)
            return Text(at, base, text, colour, size, is_bold, anchor)
    return None


def _has_arrow_from_above(frame: Frame, row: int) -> bool:
    """Return whether a read got its value from a lane further up, so that its arrow comes where its label would be."""
    index, source = frame.index, int(frame.index.trace.reads_from[row])
    if source < 0 or index.trace.storage_of(int(index.trace.variable[row])) in PER_THREAD:
        return False
    lane, own = (index.cast.lane_of_row(one) for one in (source, row))
    return lane is not None and own is not None and lane < own


def _least_widths(frame: Frame, folded: Fold) -> IntArray:
    """Return how wide each label is at least, pixels: what is sure to be too wide need not be worked out."""
    trace, rows = frame.index.trace, folded.row
    source = trace.reads_from[rows]
    shown = np.where((trace.kind[rows] == _READ) & (source >= 0), source, rows)
    is_number = (trace.flags[shown] & TAG_MASK == TAG_INT) & (folded.count == 1)
    digits = np.floor(np.log10(np.maximum(np.abs(trace.value[shown].astype(float)), 1))) + 1
    widths: IntArray = frame.metrics.small_px * (_LEAST_EM + np.where(is_number, _DIGIT_EM * digits, 0))
    return widths


def _reach_beside(size_px: int) -> float:
    """Return how far from the centre of a mark the label beside it begins."""
    return size_px * 0.78 + HALO


def _place_beside(style: _Style, mark: _Mark, taken: _Taken, gaps: list[float]) -> Text | None:
    """Place a label to the right of its mark, at its height, or to the left of it at the edge."""
    frame, size, (colour, is_bold) = style.frame, style.size_px, style.ink(mark)
    text = _label(frame, mark)
    x, reach, base = mark.x_px, _reach_beside(mark.size_px), mark.y_px + size * 0.36
    if mark.group == EXCEPTIONS:
        text = _cut_sentence(frame, text, x, is_bold)
    width = text_width_px(text, size, is_bold)
    if width + reach * 2 > max(gaps):
        return None
    sides = ((x + reach, "start"), (x - reach, "end"))
    for at, anchor in sides[::-1] if mark.group == NOTES else sides:  # a note stands on the line of the bars
        left = at if anchor == "start" else at - width
        near = gaps[int(at >= x)]
        fits = left >= 2 and left + width <= style.right_px and width + reach * 2 <= near
        if fits and frame.is_clear(left, left + width) and taken.is_free(mark.lane, base, left - GAP_PX, left + width):
            taken.take(mark.lane, base, left - GAP_PX, left + width)
            return Text(at, base, text, colour, size, is_bold, anchor)
    return None


def _cut_sentence(frame: Frame, text: str, x: int, is_bold: bool) -> str:
    """Cut a sentence to the room on the wider side of its mark, and to what can be taken in at a glance."""
    room_px = min(_MAX_SENTENCE_PX, max(x, frame.width_px - x) - 30)
    return cut_to_width(text, frame.metrics.small_px, room_px, is_bold)


def _neighbour_gaps(folded: Fold) -> IntArray:
    """Return how far the next mark of the same class lies to the left and to the right, float, shape (k, 2)."""
    line = folded.lane.astype(np.int64) << _CLASS_BITS | folded.group
    place = line << _PLACE_BITS | (folded.x_px - folded.x_px.min())
    order = np.argsort(place)
    ordered = place[order]
    gaps = np.full((len(folded), 2), np.inf)
    before = ordered.searchsorted(ordered, "left") - 1
    after = ordered.searchsorted(ordered, "right")
    for side, near in enumerate((before, after)):
        is_same = (near >= 0) & (near < len(ordered))
        is_same[is_same] = ordered[near[is_same]] >> _PLACE_BITS == ordered[is_same] >> _PLACE_BITS
        gaps[order[is_same], side] = np.abs(ordered[near[is_same]] - ordered[is_same])
    return gaps
