"""Chips beside the code: however many threads stand at a line, a part of each is seen."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from ui.panels.thread_chips import CHIP_PX, ROOM_PX, Chip, chip_step_px, paint_chips

COLOURS = ("#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff")


@pytest.mark.parametrize("n", [1, 2, 4, 5, 16, 256])
def test_chips_never_need_more_room_than_there_is(n: int) -> None:
    assert CHIP_PX + (n - 1) * chip_step_px(n, ROOM_PX) <= ROOM_PX + 1e-9


def test_a_part_of_each_thread_is_seen(qtbot: QtBot) -> None:
    image = QImage(ROOM_PX, 16, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_chips(painter, [Chip(colour, colour) for colour in COLOURS], QRectF(0, 0, ROOM_PX, 16))
    painter.end()
    seen = {image.pixelColor(x, y).name() for x in range(ROOM_PX) for y in range(16)}
    assert set(COLOURS) <= seen
