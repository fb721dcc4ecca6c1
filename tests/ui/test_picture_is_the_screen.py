"""An exported picture looks like the screen: the same draw list, painted by the window and rendered from its SVG."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from simulator.analysis.recording import Recording
from simulator.export.svg import svg_text
from simulator.picture.colours import unpack
from simulator.picture.draw_list import DrawList
from simulator.picture.whole import build_picture
from simulator.synthetic import make_recording
from tests.simulator.traces import clobbered, missing_and_erased
from ui.picture_export import render_image
from ui.timeline.painter import paint

pytestmark = pytest.mark.usefixtures("qapp")

CLEARLY = 48
"""Of 255: further apart than a different way of smoothing edges and letters puts two colours."""
SHAPES, LETTERS = 0.001, 0.015
"""Share of pixels that may be clearly different: at the edges of round shapes, and of letters besides."""


def on_screen(draw_list: DrawList) -> np.ndarray:
    image = QImage(draw_list.width_px, draw_list.height_px, QImage.Format.Format_RGB32)
    image.fill(QColor(unpack(draw_list.background)))
    painter = QPainter(image)
    paint(painter, draw_list)
    painter.end()
    return channels(image)


def channels(image: QImage) -> np.ndarray:
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[:, :, :3].astype(int)


def differing(one: np.ndarray, other: np.ndarray) -> float:
    return float((np.abs(one - other).max(axis=2) > CLEARLY).mean())


RUNS = {
    "clobbered": clobbered,
    "erased": missing_and_erased,
    "many": lambda: make_recording(20_000, 4, n_problems=3),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", RUNS)
def test_the_export_is_the_screen(name: str, theme: str) -> None:
    recording: Recording = RUNS[name]()
    draw_list = build_picture(recording, 1000, theme)
    screen, export = on_screen(draw_list), channels(render_image(svg_text(draw_list), 1))
    assert screen.shape == export.shape
    assert differing(screen, export) < LETTERS
    for layer in draw_list.layers:
        layer.texts.clear()
    assert differing(on_screen(draw_list), channels(render_image(svg_text(draw_list), 1))) < SHAPES


def test_the_tolerance_is_too_small_for_marks_to_be_missed() -> None:
    draw_list = build_picture(clobbered(), 1000, "light")
    whole = on_screen(draw_list)
    draw_list.layers = [layer for layer in draw_list.layers if layer.name != "marks"]
    assert differing(whole, on_screen(draw_list)) > SHAPES
