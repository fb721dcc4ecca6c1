import subprocess
import sys

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from simulator.errors import FileError
from simulator.export.svg import build_picture, svg_text
from tests.simulator.traces import clobbered
from ui.picture_export import render_pdf, render_png

pytestmark = pytest.mark.usefixtures("qapp")


def picture() -> str:
    return svg_text(build_picture(clobbered(), 800, "light"))


def test_a_png_has_the_size_and_the_colours_of_the_svg() -> None:
    image = QImage.fromData(render_png(picture(), scale=1))
    draw_list = build_picture(clobbered(), 800, "light")
    assert (image.width(), image.height()) == (800, draw_list.height_px)
    colours = {image.pixelColor(x, y).name() for x in range(0, 800, 3) for y in range(0, image.height(), 3)}
    assert {"#e69f00", "#56b4e9", "#fdecea", "#f7f8fa"} <= colours


def test_a_png_is_twice_as_fine_by_default() -> None:
    assert QImage.fromData(render_png(picture())).width() == 1600


def test_the_png_draws_what_the_draw_list_says_where_it_says_it() -> None:
    draw_list = build_picture(clobbered(), 800, "light")
    image = QImage.fromData(render_png(svg_text(draw_list), scale=1))
    marks = draw_list.layer("marks").marks
    for x, y, fill in zip(*(marks.column(name).tolist() for name in ("x", "y", "fill")), strict=True):
        if fill != marks.column("fill")[0]:  # not the diamonds, whose middle another mark covers
            assert image.pixelColor(x, y).rgb() == fill


def test_a_pdf_is_one_page_with_text_that_can_be_found() -> None:
    content = render_pdf(picture())
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") == 1
    assert b"/ToUnicode" in content
    assert b"IBMPlexSans" in content, "in our own font, for which every text was measured"
    assert b"DejaVu" not in content


def test_what_is_no_svg_is_refused() -> None:
    with pytest.raises(FileError, match="not valid SVG"):
        render_png("<html></html")


def test_it_works_without_a_window_and_without_a_display() -> None:
    program = (
        "import sys\n"
        "from ui.picture_export import render_png\n"
        'svg = \'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><text x="1" y="9">a</text></svg>\'\n'
        "sys.exit(0 if render_png(svg).startswith(b'\\x89PNG') else 1)\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False, timeout=60).returncode == 0
    assert isinstance(QGuiApplication.instance(), QApplication)


def test_a_png_says_what_it_shows() -> None:
    image = QImage.fromData(render_png(picture()))
    recording = clobbered()
    assert image.text("Title") == recording.question
    assert image.text("Description") == f"{recording.badge}. {recording.verdict.text}"
