"""SVG, written from the same draw list as the screen by a small writer of our own."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable

from simulator.picture.arrow_head import head_of
from simulator.picture.bands import Bands
from simulator.picture.colours import NO_COLOUR, unpack
from simulator.picture.draw_list import CORNERS, NO_ROW, Curve, DrawList, Layer, Lines, Marks, Rects, Shape, Text
from simulator.picture.text_width import text_width_px
from simulator.picture.whole import build_picture

FONT_FAMILY = "IBM Plex Sans, DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"
HATCH_STEP_PX = 8
LONG_TEXT = 12
"""From how many letters on a text says how wide it is."""
TitleOf = Callable[[int, int], str]
_NAMESPACE = "http://www.w3.org/2000/svg"
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def svg_text(draw_list: DrawList, width_px: int | None = None) -> str:
    """Write a draw list as SVG.

    Parameters
    ----------
    draw_list : DrawList
        The picture.
    width_px : int, optional
        Width at which it is shown, its own by default; the height follows.

    Returns
    -------
    str
        A complete document. Every text is escaped; fonts are named with generic fall-backs, nothing is loaded.
    """
    root = svg_element(draw_list, width_px)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def svg_element(
    draw_list: DrawList, width_px: int | None = None, title_of: TitleOf | None = None
) -> ET.Element:
    """Make the element that `svg_text` writes.

    Parameters
    ----------
    draw_list, width_px
        As in `svg_text`.
    title_of : callable, optional
        Says for the row of an event, and the number of events drawn as one shape with it, what is shown when the
        pointer rests on the shape.

    Returns
    -------
    Element
        An ``svg`` element.
    """
    width, height = draw_list.width_px, draw_list.height_px
    shown = width if width_px is None else width_px
    root = ET.Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "width": str(shown),
            "height": _number(height * shown / width),
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "font-family": FONT_FAMILY,
        },
    )
    ET.SubElement(root, "title").text = _clean(draw_list.title)
    ET.SubElement(root, "desc").text = _clean(draw_list.description)
    _add(root, "rect", width=width, height=height, fill=unpack(draw_list.background))
    for layer in draw_list.layers:
        _add_layer(root, layer, title_of)
    return root


def _clean(text: str) -> str:
    """Replace characters that no XML document may hold, escaped or not; lone surrogates among them."""
    return text.translate(_FORBIDDEN).encode("utf-8", "replace").decode("utf-8")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _add(parent: ET.Element, tag: str, **attributes: str | float) -> ET.Element:
    given = {
        name.replace("_", "-"): value if isinstance(value, str) else _number(value)
        for name, value in attributes.items()
    }
    return ET.SubElement(parent, tag, given)


def _add_layer(root: ET.Element, layer: Layer, title_of: TitleOf | None) -> None:
    group = ET.SubElement(root, "g", {"id": layer.name.replace(" ", "-")})
    for bands in layer.bands:
        _add_bands(group, bands)
    _add_rects(group, layer.rects, title_of)
    _add_lines(group, layer.lines)
    for curve in layer.curves:
        _add_curve(group, curve)
    _add_marks(group, layer.marks, title_of)
    for text in layer.texts:
        _add_text(group, text)
    if not len(group):
        root.remove(group)


def _paint(fill: int, stroke: int, width: float = 1) -> dict[str, str | float]:
    looks: dict[str, str | float] = {"fill": unpack(fill) if fill != NO_COLOUR else "none"}
    if stroke != NO_COLOUR:
        looks |= {"stroke": unpack(stroke), "stroke_width": width}
    return looks


def _titled(parent: ET.Element, row: int, count: int, title_of: TitleOf | None) -> ET.Element:
    """Return where to draw the shape of an event: a group with its title, or the parent where it has none."""
    if title_of is None or row == NO_ROW:
        return parent
    group = ET.SubElement(parent, "g")
    ET.SubElement(group, "title").text = _clean(title_of(row, count))
    return group


def _add_rects(layer: ET.Element, rects: Rects, title_of: TitleOf | None) -> None:
    names = ("x", "y", "w", "h", "fill", "stroke", "radius", "hatch", "dashed", "row", "count")
    for x, y, w, h, fill, stroke, radius, hatch, dashed, row, count in zip(
        *(rects.column(name).tolist() for name in names), strict=True
    ):
        group = _titled(layer, row, count, title_of)
        inset = 0.5 if stroke != NO_COLOUR and w > 1 and h > 1 else 0
        looks = _paint(fill, stroke if inset else NO_COLOUR)
        if hatch or dashed:
            looks["stroke_dasharray"] = "4 3"
        if radius:
            looks["rx"] = radius
        if hatch and stroke != NO_COLOUR:
            box = {"x": x + inset, "y": y + inset, "width": w - 2 * inset, "height": h - 2 * inset}
            _add(group, "rect", **box, fill=unpack(fill) if fill else "none")
            _add(group, "path", d=_hatching(x, y, w, h), fill="none", stroke=unpack(stroke), stroke_opacity=0.45)
            looks["fill"] = "none"
        _add(group, "rect", x=x + inset, y=y + inset, width=w - 2 * inset, height=h - 2 * inset, **looks)


def _add_bands(group: ET.Element, bands: Bands) -> None:
    """Write columns of one colour beside each other as one box."""
    for x, y, w, h, fill in zip(*(column.tolist() for column in bands.runs()), strict=True):
        _add(group, "rect", x=x, y=y, width=w, height=h, fill=unpack(fill))


def _hatching(x: int, y: int, w: int, h: int) -> str:
    """Return the diagonal lines inside a box, anchored to the picture, so that neighbours continue each other."""
    first = -(-(x + y) // HATCH_STEP_PX) * HATCH_STEP_PX
    pieces = []
    for total in range(first, x + y + w + h, HATCH_STEP_PX):
        x0 = max(x, total - (y + h))
        x1 = min(x + w, total - y)
        if x1 > x0:
            pieces.append(f"M{x0} {total - x0}L{x1} {total - x1}")
    return "".join(pieces) or f"M{x} {y}"


def _add_lines(group: ET.Element, lines: Lines) -> None:
    for x1, y1, x2, y2, stroke, dashed in zip(*(lines.column(name).tolist() for name in lines.COLUMNS), strict=True):
        line = _add(group, "line", x1=x1 + 0.5, y1=y1 + 0.5, x2=x2 + 0.5, y2=y2 + 0.5, stroke=unpack(stroke))
        if dashed:
            line.set("stroke-dasharray", "4 3")


def _add_curve(group: ET.Element, curve: Curve) -> None:
    (x1, y1), *rest = ((_number(x), _number(y)) for x, y in curve.points_px)
    path = f"M{x1} {y1}C" + " ".join(f"{x} {y}" for x, y in rest)
    colour = unpack(curve.colour)
    line = _add(group, "path", d=path, fill="none", stroke=colour, stroke_width=curve.width_px)
    if curve.is_dashed:
        line.set("stroke-dasharray", "4 3")
    if curve.has_head:
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in head_of(curve))
        _add(group, "polygon", points=points, fill=colour)


def _add_marks(layer: ET.Element, marks: Marks, title_of: TitleOf | None) -> None:
    names = ("x", "y", "size", "shape", "fill", "stroke", "stroke_px", "row", "count")
    columns = (marks.column(name).tolist() for name in names)
    for x, y, size, shape, fill, stroke, width, row, count in zip(*columns, strict=True):
        group = _titled(layer, row, count, title_of)
        _add_shape(group, Shape(shape), x + 0.5, y + 0.5, size / 2, _paint(fill, stroke, width))


def _add_shape(group: ET.Element, shape: Shape, x: float, y: float, half: float, looks: dict[str, str | float]) -> None:
    if shape in (Shape.CIRCLE, Shape.QUESTION):
        _add(group, "circle", cx=x, cy=y, r=half, **looks)
    elif shape in (Shape.SQUARE, Shape.CROSSED_SQUARE):
        _add(group, "rect", x=x - half, y=y - half, width=2 * half, height=2 * half, rx=1.5, **looks)
    elif shape in CORNERS:
        _add_polygon(group, tuple((x + half * dx, y + half * dy) for dx, dy in CORNERS[shape]), looks)
    if shape in (Shape.CROSS, Shape.CROSSED_SQUARE):
        arm = half * (0.75 if shape == Shape.CROSS else 1.0)
        a, b, c, d = (_number(value) for value in (x - arm, y - arm, x + arm, y + arm))
        _add(group, "path", d=f"M{a} {b}L{c} {d}M{a} {d}L{c} {b}", **looks)
    if shape == Shape.QUESTION:
        size = half * 1.6
        text = _add(group, "text", x=x, y=y + size * 0.36, font_size=size, font_weight="600", text_anchor="middle")
        text.set("fill", str(looks.get("stroke", "none")))
        text.text = "?"


def _add_polygon(group: ET.Element, corners: tuple[tuple[float, float], ...], looks: dict[str, str | float]) -> None:
    _add(group, "polygon", points=" ".join(f"{_number(x)},{_number(y)}" for x, y in corners), **looks)


def _add_text(group: ET.Element, text: Text) -> None:
    looks: dict[str, str | float] = {"fill": unpack(text.colour), "font_size": text.size_px}
    if text.is_bold:
        looks["font_weight"] = "600"
    if text.anchor != "start":
        looks["text_anchor"] = text.anchor
    shown = _clean(text.text)
    element = _add(group, "text", x=math.floor(text.x_px * 10) / 10, y=text.y_px, **looks)
    element.text = shown
    if len(shown) >= LONG_TEXT:  # where our font is not there, another would run into what stands beside it
        element.set("textLength", _number(text_width_px(shown, text.size_px, text.is_bold)))
        element.set("lengthAdjust", "spacingAndGlyphs")


__all__ = ["build_picture", "svg_text"]
