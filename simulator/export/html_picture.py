"""The timeline inside a page: one SVG whose colours follow the reader's choice of light or dark."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from simulator.analysis.recording import Recording
from simulator.export.svg import svg_element
from simulator.picture.describe import describe_event
from simulator.picture.index import PictureIndex
from simulator.picture.whole import build_picture

_PAINTS = ("fill", "stroke")


def inline_picture(
    recording: Recording, width_px: int, from_ns: int | None = None, to_ns: int | None = None
) -> tuple[str, dict[str, tuple[str, str]]]:
    """Draw a run for a page.

    Parameters
    ----------
    recording : Recording
        The run.
    width_px : int
        Width of the picture in its own pixels; it is shown as wide as the page.
    from_ns, to_ns : int, optional
        The window of time; None for its begin and end.

    Returns
    -------
    str
        An ``svg`` element; an event in words shows when the pointer rests on it.
    dict of str to (str, str)
        CSS variables that it uses, each with its light and its dark colour.
    """
    index = PictureIndex(recording)

    def title_of(row: int, count: int) -> str:
        return describe_event(index, row, count).sentence

    light, dark = (
        svg_element(build_picture(recording, width_px, theme, from_ns, to_ns, has_words=False), None, title_of)
        for theme in ("light", "dark")
    )
    colours = _share_colours(light, dark)
    for name in ("width", "height", "xmlns", "font-family"):
        light.attrib.pop(name)
    return ET.tostring(light, encoding="unicode", short_empty_elements=True), colours


def _share_colours(light: ET.Element, dark: ET.Element) -> dict[str, tuple[str, str]]:
    """Replace each colour of a picture by a variable; the other is the same picture in other colours."""
    names: dict[tuple[str, str], str] = {}
    for one, other in zip(light.iter(), dark.iter(), strict=True):
        for paint in _PAINTS:
            pair = one.get(paint, ""), other.get(paint, "")
            if pair[0].startswith("#") and pair[1].startswith("#"):
                one.set(paint, f"var(--{names.setdefault(pair, f'c{len(names)}')})")
    return {name: pair for pair, name in names.items()}
