"""How a run leaves the program: one module for each format, chosen by the suffix of the file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from simulator.analysis.recording import Recording
from simulator.errors import UsageError
from simulator.export import chrome_trace, recording_file, tables
from simulator.export.animation import check_pillow, write_animation
from simulator.export.atomic import check_writable, shown
from simulator.export.picture_file import PictureOptions, Renderer, write_rendered, write_svg
from simulator.export.report import write_html
from simulator.progress import Progress, silent

SUFFIXES: dict[str, str] = {
    ".threadloom": "Recording, opens again exactly",
    ".csv": "Table for spreadsheets",
    ".jsonl": "Table for programs, one JSON object a line",
    ".svg": "Picture, scalable",
    ".png": "Picture, pixels",
    ".pdf": "Picture for print",
    ".json": "Chrome trace, for Perfetto and chrome://tracing",
    ".html": "Page with everything, opens in any browser",
    ".gif": "Replay as a moving picture",
    ".apng": "Replay as a moving picture, finer",
}
"""What can be written, with a few words each."""

RENDERED = (".png", ".pdf")
ANIMATED = (".gif", ".apng")


def check_target(path: str | os.PathLike[str], renderers: Mapping[str, Renderer] | None) -> str:
    """Make sure, before there is anything to write, that `path` can be written, and return its suffix.

    Raises
    ------
    UsageError
        If no format has this suffix, or it needs the window's libraries and `renderers` lacks it.
    FileError
        If the place cannot be written to.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        near = get_close_matches(suffix, SUFFIXES, 1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(SUFFIXES)}"
        raise UsageError(f"{shown(path)}: {f'there is no format {suffix!r}' if suffix else 'it has no suffix'}; {hint}")
    if suffix in ANIMATED:
        check_pillow(path)
    if (RENDERED[0] if suffix in ANIMATED else suffix) not in (renderers or {}) and suffix in (*RENDERED, *ANIMATED):
        kind = suffix.removeprefix(".").upper()
        raise UsageError(f"{shown(path)}: {kind} needs the window's libraries; use `threadloom` or export .svg")
    check_writable(path)
    return suffix


def write(
    recording: Recording,
    path: str | os.PathLike[str],
    options: PictureOptions | None = None,
    renderers: Mapping[str, Renderer] | None = None,
    progress: Progress = silent,
) -> None:
    """Write a run in the format that the suffix of `path` names.

    Parameters
    ----------
    recording : Recording
        The run.
    path : path-like
        Replaced when the new file is whole; otherwise left as it was.
    options : PictureOptions, optional
        For pictures, and which arrows a Chrome trace has.
    renderers : mapping of str to callable, optional
        For ``.png`` and ``.pdf``: turns the text of an SVG into the file's bytes.
    progress : callable, optional
        Told how much is done; may end it by raising.

    Raises
    ------
    UsageError, FileError
        If it cannot be written; one line says why and what to do.
    """
    suffix = check_target(path, renderers)
    match suffix:
        case recording_file.SUFFIX:
            recording_file.save(recording, path, progress)
        case ".csv":
            tables.write_csv(recording, path, progress)
        case ".jsonl":
            tables.write_jsonl(recording, path, progress)
        case chrome_trace.SUFFIX:
            chrome_trace.write_chrome_trace(recording, path, (options or PictureOptions()).flows, progress)
        case ".html":
            write_html(recording, path, options or PictureOptions())
        case ".svg":
            write_svg(recording, path, options or PictureOptions())
        case ".gif" | ".apng":
            write_animation(recording, path, options or PictureOptions(), (renderers or {})[".png"], progress)
        case _:
            write_rendered(recording, path, options or PictureOptions(), (renderers or {})[suffix])
