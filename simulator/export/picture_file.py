"""Pictures of the timeline: SVG from the same draw list as the screen, PNG and PDF rendered from the SVG."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.analysis.recording import Recording
from simulator.errors import UsageError
from simulator.export.atomic import replacing
from simulator.export.chrome_trace.flows import FLOWS, PROBLEMS
from simulator.export.svg import svg_text
from simulator.picture.whole import build_picture

THEMES = ("light", "dark")
MIN_WIDTH_PX, MAX_WIDTH_PX = 320, 20_000

Renderer = Callable[[str], bytes]
Renderers = Mapping[str, Renderer]
"""By suffix (``.png``, ``.pdf``): what turns an SVG into that format. It needs Qt, so it comes from outside."""


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """What of a run an export shows, and how.

    Attributes
    ----------
    from_ns, to_ns : int or None
        Nanoseconds since the start of the run; None for its beginning and end.
    width_px : int
        Width of the picture.
    theme : str
        ``light`` or ``dark``.
    hides_verdict : bool
        Whether a page shows verdict, findings and code only after a click, for a class that is to find out itself.
    flows : str
        Which arrows a Chrome trace has: ``problems`` or ``all``.
    """

    from_ns: int | None = None
    to_ns: int | None = None
    width_px: int = 1600
    theme: str = "light"
    hides_verdict: bool = False
    flows: str = PROBLEMS

    def check(self) -> None:
        """Raise `UsageError` if no run could be drawn with them."""
        if self.from_ns is not None and self.from_ns < 0:
            raise UsageError(f"--from: {self.from_ns:,} ns is before the start of the run; give 0 or more")
        start_ns = self.from_ns or 0
        if self.to_ns is not None and self.to_ns <= start_ns:
            raise UsageError(f"--to: {self.to_ns:,} ns is not after --from ({start_ns:,} ns); give a later time")
        if self.theme not in THEMES:
            raise UsageError(f"--theme: there is no {self.theme!r}; choose {' or '.join(THEMES)}")
        if self.flows not in FLOWS:
            raise UsageError(f"--flows: there is no {self.flows!r}; choose {' or '.join(FLOWS)}")
        if not MIN_WIDTH_PX <= self.width_px <= MAX_WIDTH_PX:
            raise UsageError(f"--width: {self.width_px:,} is not between {MIN_WIDTH_PX:,} and {MAX_WIDTH_PX:,}")


def write_svg(recording: Recording, path: str | os.PathLike[str], options: PictureOptions) -> None:
    """Write the timeline as SVG; raises `FileError`, or `UsageError` if the run has nothing at the asked time."""
    _write(path, _draw(recording, options).encode("utf-8"))


def write_rendered(
    recording: Recording, path: str | os.PathLike[str], options: PictureOptions, renderer: Renderer
) -> None:
    """Write the timeline as whatever `renderer` makes of the SVG; raises as `write_svg` does."""
    _write(path, renderer(_draw(recording, options)))


def check_window(recording: Recording, options: PictureOptions) -> None:
    """Raise `UsageError` if no picture could be drawn with these options, or the run has nothing at the asked time."""
    options.check()
    duration_ns = recording.trace.duration_ns
    if options.from_ns is not None and options.from_ns > duration_ns:
        raise UsageError(f"--from: {options.from_ns:,} ns is after the end of the run ({duration_ns:,} ns)")


def _draw(recording: Recording, options: PictureOptions) -> str:
    check_window(recording, options)
    return svg_text(build_picture(recording, options.width_px, options.theme, options.from_ns, options.to_ns))


def _write(path: str | os.PathLike[str], content: bytes) -> None:
    with replacing(path) as file:
        file.write(content)
