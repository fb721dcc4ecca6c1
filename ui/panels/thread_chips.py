"""Chips beside a line of code: the threads that stand at it at the playhead, each in its colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

CHIP_PX = 9
STEP_PX = 5
ROOM_PX = 26
"""As wide as the chips of a line may get; the more there are, the more they overlap."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A thread at a line: its colour and an outline for it."""

    colour: str
    outline: str


def paint_chips(painter: QPainter, chips: Sequence[Chip], place: QRectF) -> None:
    """Paint chips beside each other, the first one on top, so that a part of each is seen."""
    step_px = chip_step_px(len(chips), place.width())
    for i, chip in reversed(list(enumerate(chips))):
        centre = QPointF(place.left() + CHIP_PX / 2 + i * step_px, place.center().y())
        painter.setPen(QPen(QColor(chip.outline), 1))
        painter.setBrush(QColor(chip.colour))
        painter.drawEllipse(centre, CHIP_PX / 2 - 0.5, CHIP_PX / 2 - 0.5)


def chip_step_px(n: int, room_px: float) -> float:
    """Return how far apart `n` chips are, so that all of them fit."""
    return min(STEP_PX, (room_px - CHIP_PX) / (n - 1)) if n > 1 else 0
