"""PNG and PDF, by rendering the SVG; works without a window and without a display."""

import os
import xml.etree.ElementTree as ET

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from simulator.errors import FileError
from simulator.export.svg import FONT_FAMILY
from ui.resources import SANS_FAMILY, load_fonts

PNG_SCALE = 2
MAX_SIDE_PX = 16_000
PX_TO_POINTS = 0.75

_application: QGuiApplication | None = None


def _start_qt() -> None:
    """Make sure that Qt can draw text: an application, off screen if there is none yet, with our fonts."""
    global _application
    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _application = QGuiApplication(["threadloom"])
    load_fonts()


def _renderer(svg: bytes | str) -> QSvgRenderer:
    _start_qt()
    text = svg if isinstance(svg, str) else svg.decode("utf-8")
    # WORKAROUND: QtSvg takes a list of families for the name of one, finds none so called, and takes another font.
    text = text.replace(f'font-family="{FONT_FAMILY}"', f'font-family="{SANS_FAMILY}"')
    renderer = QSvgRenderer(QByteArray(text.encode("utf-8")))
    if not renderer.isValid():
        raise FileError("the picture cannot be drawn: it is not valid SVG")
    return renderer


def render_image(svg: bytes | str, scale: float = PNG_SCALE) -> QImage:
    """Render an SVG as an image.

    Parameters
    ----------
    svg : bytes or str
        The picture.
    scale : float
        Pixels of the PNG for each pixel of the SVG; less where the PNG would be larger than 16 000 pixels.

    Returns
    -------
    QImage
        The picture; it carries the SVG's title and description as texts.

    Raises
    ------
    FileError
        If it is no SVG, or there is not enough memory for the picture.

    Notes
    -----
    Thread: the window's; without a window any one.
    """
    renderer = _renderer(svg)
    size = renderer.defaultSize()
    scale = min(scale, MAX_SIDE_PX / max(size.width(), size.height(), 1))
    pixels = QSize(max(round(size.width() * scale), 1), max(round(size.height() * scale), 1))
    image = QImage(pixels, QImage.Format.Format_RGB32)
    if image.isNull():
        raise FileError(
            f"no memory for a picture of {pixels.width()} × {pixels.height()} pixels; choose a smaller width"
        )
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    renderer.render(painter)
    painter.end()
    for key, words in _words_of(svg).items():
        image.setText(key, words)
    return image


def render_png(svg: bytes | str, scale: float = PNG_SCALE) -> bytes:
    """Render an SVG as the content of a PNG file; as `render_image` else."""
    buffer = _buffer()
    QImageWriter(buffer, QByteArray(b"png")).write(render_image(svg, scale))
    return bytes(buffer.data().data())


def render_pdf(svg: bytes | str) -> bytes:
    """Render an SVG as a PDF of one page of its size; texts stay texts, so they can be searched and copied.

    Parameters
    ----------
    svg : bytes or str
        The picture.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    FileError
        If it is no SVG.

    Notes
    -----
    Thread: the window's; without a window any one.
    """
    renderer = _renderer(svg)
    size = renderer.defaultSize()
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setCreator("Threadloom")
    page = QSizeF(size.width() * PX_TO_POINTS, size.height() * PX_TO_POINTS)
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(), QPageLayout.Unit.Point)
    painter = QPainter(writer)
    renderer.render(painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return bytes(buffer.data().data())


def _words_of(svg: bytes | str) -> dict[str, str]:
    """Return the title and the description of a picture, as a PNG keeps them."""
    root = ET.fromstring(svg)
    found = {"Title": root.find("{*}title"), "Description": root.find("{*}desc")}
    words = {key: element.text or "" for key, element in found.items() if element is not None}
    return {"Software": "Threadloom", **words}


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


RENDERERS = {".png": render_png, ".pdf": render_pdf}
"""What turns an SVG into each format that needs Qt, by suffix."""
