"""Bars of ``with`` bodies and transactions; how one ended shows in the form of its bar and in a sign on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.kind_words import result_text
from simulator.picture.colours import mix, pack, unpack
from simulator.picture.draw_list import Layer, Shape, Text
from simulator.picture.frame import Frame
from simulator.picture.places import LanePlace
from simulator.picture.span_columns import place_of
from simulator.picture.text_width import text_width_px
from simulator.record.kinds import Kind, Result
from simulator.trace.columns import IntArray

LEAST_NAME_PX = 12
LEAST_SIGN_PX = 5
SIGN_PX = 9
PAD_PX = 6


@dataclass(frozen=True, slots=True)
class _Look:
    """How a bar looks: whether it is filled, hatched or dashed, and the sign on it with its colour in the theme."""

    is_filled: bool = True
    is_hatched: bool = False
    is_dashed: bool = False
    sign: Shape | None = None
    ink: str = ""


LOOKS: dict[Result, _Look] = {
    Result.NONE: _Look(),
    Result.DONE: _Look(sign=Shape.TICK, ink="good"),
    Result.ROLLED_BACK: _Look(is_filled=False, is_dashed=True, sign=Shape.BACK, ink="muted"),
    Result.REFUSED: _Look(is_filled=False, is_hatched=True, sign=Shape.STOP, ink="note"),
    Result.BROKEN: _Look(is_filled=False, is_dashed=True, is_hatched=True, sign=Shape.BOLT, ink="problem"),
    Result.FAILED: _Look(is_filled=False, is_dashed=True),
}


def add_blocks(
    frame: Frame, layer: Layer, lane: LanePlace, rows: IntArray, x0: IntArray, x1: IntArray, counts: IntArray
) -> None:
    """Add the bars of a lane, the inner over the outer, and on each what it is and how it ended, where that fits."""
    results = frame.index.trace.results_of(rows)
    for result in np.unique(results).tolist():
        same = results == result
        _add_bars(frame, layer, lane, LOOKS.get(Result(result), LOOKS[Result.NONE]), rows[same], x0[same], x1[same],
                  counts[same])  # fmt: skip
    order = np.lexsort((x1, x0))
    for nth, i in enumerate(order.tolist()):
        following = int(x0[order[nth + 1]]) if nth + 1 < len(order) else frame.right_px
        _add_words(frame, layer, lane, int(rows[i]), int(x0[i]), int(x1[i]), following)


def _add_bars(
    frame: Frame, layer: Layer, lane: LanePlace, look: _Look, rows: IntArray, x0: IntArray, x1: IntArray,
    counts: IntArray,
) -> None:  # fmt: skip
    colours = frame.actor_colours[frame.index.trace.actor[rows]]
    soft, edge = (
        np.array([pack(mix(unpack(int(colour)), frame.theme.card, share)) for colour in colours], np.uint32)
        for share in (0.8, 0.25)
    )
    y, height = place_of(Kind.BLOCK, lane)
    layer.rects.add(
        x=x0, y=y, w=x1 - x0, h=height, fill=soft if look.is_filled else pack(frame.theme.card), stroke=edge,
        hatch=look.is_hatched, dashed=look.is_dashed, row=rows, count=counts,
    )  # fmt: skip


def _add_words(frame: Frame, layer: Layer, lane: LanePlace, row: int, x0: int, x1: int, following: int) -> None:
    """Put the sign at the end of a bar, and its name at the beginning; both beside a bar that is too narrow."""
    height = lane.block_height_px
    if height < LEAST_SIGN_PX:
        return
    trace, theme, size = frame.index.trace, frame.theme, frame.metrics.small_px
    look = LOOKS.get(trace.result_of(row), LOOKS[Result.NONE])
    has_sign = trace.kind[row] == Kind.TRANSACTION and look.sign is not None
    sign_px = max(height - 5, SIGN_PX) | 1
    left, right = frame.clear_stretch(max(x0, 0), min(x1, frame.right_px))
    is_narrow = x1 - x0 < sign_px + 2 * PAD_PX
    if has_sign:
        x = x0 + sign_px // 2 if is_narrow else min(x1, frame.right_px) - sign_px // 2 - PAD_PX
        layer.marks.add(
            x=x, y=lane.block_y_px + height // 2, size=sign_px, shape=int(look.sign or 0),
            fill=pack(getattr(theme, look.ink)), stroke=pack(theme.card), row=row,
        )  # fmt: skip
    begin = x0 + sign_px + 3 if is_narrow and has_sign else x1 + 3 if is_narrow else left + PAD_PX
    end = following - 2 if is_narrow else min(right, following) - PAD_PX - (sign_px + 3 if has_sign else 0)
    if height < LEAST_NAME_PX or (is_narrow and not 0 <= x0 <= frame.right_px):
        return
    name = str(trace.value_of(row))
    ended = result_text(trace, row)
    for text in (f"{name}: {ended}" if ended else name, ended if has_sign else name):
        if text and text_width_px(text, size) <= end - begin:
            base = lane.block_y_px + height / 2 + size * 0.36
            layer.texts.append(Text(begin, base, text, pack(theme.text), size))
            return
