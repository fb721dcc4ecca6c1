"""The point of an arrow."""

from __future__ import annotations

import math

from simulator.picture.draw_list import Curve

HALF_ANGLE = 0.42


def head_of(curve: Curve) -> tuple[tuple[float, float], ...]:
    """Return the corners of the point at the end of a curve, pixels; thin arrows have small ones."""
    _, _, (cx, cy), (x, y) = curve.points_px
    angle = math.atan2(y - cy, x - cx)
    size = 4.5 + 2.0 * curve.width_px
    left, right = angle - HALF_ANGLE, angle + HALF_ANGLE
    return (
        (x, y),
        (x - size * math.cos(left), y - size * math.sin(left)),
        (x - size * math.cos(right), y - size * math.sin(right)),
    )
