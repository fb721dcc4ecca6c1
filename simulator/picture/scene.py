"""The scene: everything between the header and the right edge, as a draw list."""

from __future__ import annotations

import numpy as np

from simulator.picture.arrows import add_arrows
from simulator.picture.colours import NO_COLOUR, pack
from simulator.picture.dense import add_dense, is_dense, wrong_rows
from simulator.picture.draw_list import DrawList, Layer, Rects
from simulator.picture.flag_strips import add_flag_strips
from simulator.picture.fold import Fold, fold_events, fold_rows
from simulator.picture.frame import CARD_EDGE_PX, Frame
from simulator.picture.labels import add_labels
from simulator.picture.marks import HALO, MAX_WRONG_SHAPES, add_marks
from simulator.picture.spans import add_spans
from simulator.picture.states import add_states
from simulator.picture.strips import add_strips
from simulator.trace.columns import IntArray

CARD_RADIUS_PX = 4
LEAST_OUTLINED_PX = 6


def build_plot(frame: Frame, cards: Layer | None = None) -> DrawList:
    """Build the draw list of the plot, in pixels of the scrolled content.

    Parameters
    ----------
    frame : Frame
        What is seen.
    cards : Layer, optional
        The cards, if they have been built already; they do not depend on the window of time.

    Returns
    -------
    DrawList
        Layers from the bottom up: cards, strips, spans, arrows, marks, labels, selection.

    Notes
    -----
    Thread: any (pure). Cost: O(lanes × width), however many events the run or the window holds.
    """
    draw_list = DrawList(frame.width_px, frame.layout.height_px, pack(frame.theme.background))
    draw_list.layers.append(build_cards(frame) if cards is None else cards)
    add_strips(frame, draw_list)
    add_flag_strips(frame, draw_list)
    add_spans(frame, draw_list)
    add_states(frame, draw_list)
    draw_list.layer("arrows")
    draw_list.layer("label beds")
    folded = _fold_or_count(frame, draw_list.layer("marks"))
    ys = add_marks(frame, folded, draw_list)
    label_ends = add_labels(frame, folded, ys, draw_list)
    add_arrows(frame, folded, ys, label_ends, draw_list)
    if not draw_list.layer("arrows").curves:
        draw_list.layer("label beds").rects = Rects()
    _add_selection(frame, folded, ys, draw_list)
    return draw_list


def build_cards(frame: Frame) -> Layer:
    """Build the layer of cards that lies below the plot."""
    below = DrawList(frame.width_px, frame.layout.height_px, pack(frame.theme.background))
    add_cards(frame, below, -2 * CARD_EDGE_PX, frame.right_px)
    return below.layer("cards")


def add_cards(frame: Frame, draw_list: DrawList, left_px: int, right_px: int) -> None:
    """Add the card of each lane, from `left_px` to `right_px`."""
    theme = frame.theme
    lanes = frame.layout.lanes
    shown = np.array([i for i, lane in enumerate(lanes) if frame.sees(lane.y_px, lane.height_px)], np.int64)
    if len(shown):
        heights = np.array([lanes[i].height_px for i in shown])
        draw_list.layer("cards").rects.add(
            x=left_px,
            y=np.array([lanes[i].y_px for i in shown]),
            w=right_px - left_px,
            h=heights,
            fill=np.where(shown % 2 == 0, pack(theme.card), pack(theme.card_alternate)),
            stroke=np.where(heights >= LEAST_OUTLINED_PX, pack(theme.border), NO_COLOUR),
            radius=CARD_RADIUS_PX if frame.layout.is_roomy else 0,
        )


def _fold_or_count(frame: Frame, layer: Layer) -> Fold:
    """Fold the events in view; where they are too many, count them in columns and fold only what is wrong."""
    if not is_dense(frame):
        return fold_events(frame, max((lane.mark_px for lane in frame.layout.lanes), default=1))
    wrong = wrong_rows(frame)
    has_shapes = len(wrong) <= MAX_WRONG_SHAPES
    add_dense(frame, layer, not has_shapes)
    return fold_rows(frame, wrong if has_shapes else wrong[:0])


def _add_selection(frame: Frame, folded: Fold, ys: IntArray, draw_list: DrawList) -> None:
    """Add a frame about the mark of the selected event."""
    centre = _centre_of(frame, folded, ys)
    if centre is None:
        return
    half = max(round(folded.size_px * 0.78) + HALO + 1, 11)
    for inset in (0, 1):
        draw_list.layer("selection").rects.add(
            x=centre[0] - half + inset, y=centre[1] - half + inset, w=2 * (half - inset) + 1, h=2 * (half - inset) + 1,
            stroke=pack(frame.theme.accent), radius=4,
        )  # fmt: skip


def _centre_of(frame: Frame, folded: Fold, ys: IntArray) -> tuple[int, int] | None:
    """Return where the selected event is drawn, also where it is folded away behind another or has no mark."""
    row, trace = frame.selected, frame.index.trace
    if row is None or row >= trace.n:
        return None
    found = np.flatnonzero(folded.row == row).tolist()
    if found:
        return int(folded.x_px[found[0]]), int(ys[found[0]])
    lane = frame.index.cast.lane_of_row(row)
    if lane is None:
        return None
    x = round(frame.scale.px(int(trace.begin_ns[row])))
    return (x, frame.layout.lanes[lane].mark_y_px) if -50 < x < frame.width_px + 50 else None
