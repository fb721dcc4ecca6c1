"""Chips beside the code: however many threads stand at a line, a part of each is seen."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.simulator.running import run_lesson
from ui.panels.thread_chips import CHIP_PX, ROOM_PX, Chip, chip_step_px, paint_chips
from ui.windows.main_window import MainWindow

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


def test_another_run_with_other_threads_may_come_on_screen_at_any_moment(window: MainWindow) -> None:
    """The moment may change between the notices of the new run to the code and to the inspector."""
    few, many = (run_lesson("request-id", "shared", threads=n, work_ms=0) for n in (2, 9))
    models = window.models
    for recording in (few, many, few, many):
        models.runs.add(recording)
        models.playhead.scrub(recording.trace.duration_ns // 2)
        assert window.inspector.facts["worker-1"]
        models.playhead.to_end()
