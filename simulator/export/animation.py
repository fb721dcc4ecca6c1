"""The replay as a moving picture: the run appears behind a playhead from left to right, the verdict at its end."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.analysis.recording import Recording
from simulator.errors import UsageError
from simulator.export.atomic import replacing
from simulator.export.picture_file import PictureOptions, Renderer, check_window
from simulator.export.svg import svg_text
from simulator.picture.theme import theme
from simulator.picture.whole import PLOT, VERDICT, build_picture
from simulator.progress import Progress, silent

if TYPE_CHECKING:
    from PIL.Image import Image

N_FRAMES = 80
FRAME_MS = 75
LAST_FRAME_MS = 4000
PLAYHEAD_PX = 2
MAX_WIDTH_PX = 1200
RENDERED_SCALE = 2
"""How many times finer than its SVG a rendered PNG is."""
VEIL = 0.82
"""How much of what has not happened yet is covered."""
FORMATS = {".gif": "GIF", ".apng": "PNG"}


def write_animation(
    recording: Recording,
    path: str | os.PathLike[str],
    options: PictureOptions,
    render_png: Renderer,
    progress: Progress = silent,
) -> None:
    """Write the replay of a run as GIF or APNG, as the suffix says.

    Parameters
    ----------
    recording : Recording
        The run.
    path : path-like
        Replaced when the new file is whole.
    options : PictureOptions
        Window of time, width and theme.
    render_png : callable
        Turns an SVG into a PNG.
    progress : callable, optional
        Told how much is done.

    Raises
    ------
    UsageError
        If Pillow is not installed, or the run has nothing at the asked time.
    FileError
        If the file cannot be written.
    """
    check_pillow(path)
    check_window(recording, options)
    frames = _Frames(recording, options, render_png, progress)
    with replacing(path) as file:
        frames.first.save(
            file,
            format=FORMATS[Path(path).suffix.lower()],
            save_all=True,
            append_images=frames,
            duration=[FRAME_MS] * (N_FRAMES - 1) + [LAST_FRAME_MS],
            loop=0,
            optimize=False,
        )


def check_pillow(path: str | os.PathLike[str]) -> None:
    """Raise `UsageError` with a clear word if moving pictures cannot be written here."""
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        raise UsageError(
            f"{Path(path).name}: moving pictures need Pillow; install it with `pip install 'threadloom[animation]'`"
        ) from None


class _Frames:
    """The frames after the first; Pillow goes through them more than once, and all at once would take much memory.

    Attributes
    ----------
    first : Image
        The first frame: nothing has happened yet.
    """

    def __init__(self, recording: Recording, options: PictureOptions, render_png: Renderer, progress: Progress) -> None:
        from PIL import Image  # an optional extra

        self._progress = progress
        self._look = theme(options.theme)
        width_px = min(options.width_px, MAX_WIDTH_PX)
        picture = build_picture(recording, width_px, options.theme, options.from_ns, options.to_ns)
        half = svg_text(picture, width_px // RENDERED_SCALE)
        self._whole = Image.open(io.BytesIO(render_png(half))).convert("RGB")
        self._veiled = Image.blend(self._whole, Image.new("RGB", self._whole.size, self._look.background), VEIL)
        scale = self._whole.width / picture.width_px
        self._plot, self._verdict = (
            tuple(round(side * scale) for side in picture.boxes_px[name]) for name in (PLOT, VERDICT)
        )
        both = Image.new("RGB", (self._whole.width, 2 * self._whole.height), self._look.accent)
        both.paste(self._whole)
        both.paste(self._veiled, (0, self._whole.height + PLAYHEAD_PX))
        self._palette = both.quantize(256)
        self.first = self._frame(0)

    def __iter__(self) -> Iterator[Image]:
        for k in range(1, N_FRAMES):
            self._progress((k + 1) / N_FRAMES)
            yield self._frame(k)

    def _frame(self, k: int) -> Image:
        from PIL import Image, ImageDraw  # an optional extra

        frame = self._whole.copy()
        if k < N_FRAMES - 1:
            left, top, width, height = self._plot
            x = left + round(width * k / (N_FRAMES - 1))
            frame.paste(self._veiled.crop((x, top, frame.width, top + height)), (x, top))
            draw = ImageDraw.Draw(frame)
            _, verdict_top, _, verdict_height = self._verdict
            draw.rectangle((0, verdict_top, frame.width, verdict_top + verdict_height), fill=self._look.background)
            draw.rectangle((x, top, x + PLAYHEAD_PX - 1, top + height), fill=self._look.accent)
        return frame.quantize(palette=self._palette, dither=Image.Dither.NONE)
