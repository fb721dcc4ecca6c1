"""Clipping a draw list to a width by arithmetic, for formats whose readers do not all clip."""

from __future__ import annotations

import numpy as np

from simulator.picture.draw_list import Columns, Curve, DrawList, Lines, Marks, Rects, Text


def clip_to_width(draw_list: DrawList, left_px: int, right_px: int) -> None:
    """Cut off what reaches beyond two verticals; marks and texts whose anchor lies outside go."""
    for layer in draw_list.layers:
        layer.bands = [bands.clipped(left_px, right_px) for bands in layer.bands]
        layer.rects = _clip_rects(layer.rects, left_px, right_px)
        layer.lines = _clip_lines(layer.lines, left_px, right_px)
        layer.marks = _clip_marks(layer.marks, left_px, right_px)
        layer.texts = [text for text in layer.texts if _is_inside(text, left_px, right_px)]
        layer.curves = [cut for curve in layer.curves if (cut := _clip_curve(curve, 0, right_px)) is not None]


def _chosen(columns: Columns, keep: np.ndarray[tuple[int], np.dtype[np.bool_]], **changed: object) -> dict[str, object]:
    return {name: (changed[name] if name in changed else columns.column(name))[keep] for name in columns.COLUMNS}  # type: ignore[index]


def _clip_rects(rects: Rects, left_px: int, right_px: int) -> Rects:
    clipped = Rects()
    if len(rects):
        x, w = rects.column("x"), rects.column("w")
        begin, end = np.maximum(x, left_px), np.minimum(x + w, right_px)
        clipped.add(**_chosen(rects, end > begin, x=begin, w=end - begin))  # type: ignore[arg-type]
    return clipped


def _clip_lines(lines: Lines, left_px: int, right_px: int) -> Lines:
    clipped = Lines()
    if len(lines):
        x1, x2 = lines.column("x1"), lines.column("x2")
        keep = (np.maximum(x1, x2) >= left_px) & (np.minimum(x1, x2) <= right_px)
        inside = {"x1": np.clip(x1, left_px, right_px), "x2": np.clip(x2, left_px, right_px)}
        clipped.add(**_chosen(lines, keep, **inside))  # type: ignore[arg-type]
    return clipped


def _clip_marks(marks: Marks, left_px: int, right_px: int) -> Marks:
    clipped = Marks()
    if len(marks):
        x, half = marks.column("x"), marks.column("size") // 2
        clipped.add(**_chosen(marks, (x - half >= left_px) & (x + half <= right_px)))  # type: ignore[arg-type]
    return clipped


def _is_inside(text: Text, left_px: int, right_px: int) -> bool:
    return left_px <= text.x_px <= right_px


def _clip_curve(curve: Curve, left_px: float, right_px: float) -> Curve | None:
    """Push a curve that begins or ends outside to the edge; drop one that is wholly outside."""
    xs = [x for x, _ in curve.points_px]
    if max(xs) < left_px or min(xs) > right_px:
        return None
    a, b, c, d = ((min(max(x, left_px), right_px), y) for x, y in curve.points_px)
    has_head = curve.has_head and left_px <= xs[-1] <= right_px
    return Curve((a, b, c, d), curve.colour, curve.width_px, curve.is_dashed, has_head)
