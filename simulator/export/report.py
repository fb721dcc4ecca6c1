"""The HTML report: one page with everything a reader needs, and nothing that it would have to load."""

from __future__ import annotations

import os
from collections import Counter
from html import escape
from importlib import resources

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.recording import Recording
from simulator.export.atomic import replacing
from simulator.export.html_picture import inline_picture
from simulator.export.lesson_html import lesson_html
from simulator.export.picture_file import PictureOptions, check_window
from simulator.export.summary_text import counted, duration_text
from simulator.lessons.base import RunSettings

PAGE_WIDTH_PX = 1120
_STYLE = "report.css"


def write_html(recording: Recording, path: str | os.PathLike[str], options: PictureOptions) -> None:
    """Write a run as one self-contained page.

    Parameters
    ----------
    recording : Recording
        The run.
    path : path-like
        Replaced when the new file is whole.
    options : PictureOptions
        The window of time and the width of the timeline, and whether the verdict waits behind a click. The colours
        are the reader's choice.

    Raises
    ------
    FileError
        If it cannot be written.
    UsageError
        If the run has nothing at the asked time.
    """
    check_window(recording, options)
    with replacing(path) as file:
        file.write(report_html(recording, options).encode("utf-8", "xmlcharrefreplace"))


def report_html(recording: Recording, options: PictureOptions | None = None) -> str:
    """Return the page; everything that comes from the program is escaped."""
    chosen = options or PictureOptions()
    width_px = min(chosen.width_px, PAGE_WIDTH_PX)
    picture, colours = inline_picture(recording, width_px, chosen.from_ns, chosen.to_ns)
    first, last = _verdict(recording), _findings(recording) + _code(recording)
    if chosen.hides_verdict:
        first, last = "", f"<details>\n<summary>What happened? Show the verdict</summary>\n{first}{last}</details>\n"
    title = escape(recording.question)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title} – Threadloom</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">\n'
        f"<style>\n{_style(colours)}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{title}</h1>\n<p class="badge">{escape(recording.badge)}</p>\n'
        f"{first}<h2>Timeline</h2>\n<figure>\n{picture}\n<figcaption>{_caption(recording)}</figcaption>\n</figure>\n"
        f"{last}{_lesson(recording)}{_settings(recording)}"
        "</main>\n<footer><p>Made by Threadloom. This page holds the program's source text, its paths and its values."
        "</p></footer>\n</body>\n</html>\n"
    )


def _style(colours: dict[str, tuple[str, str]]) -> str:
    sheet = resources.files("resources").joinpath(_STYLE).read_text("utf-8")
    light, dark = ("".join(f"--{name}:{pair[k]};" for name, pair in colours.items()) for k in (0, 1))
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{sheet}"


def _caption(recording: Recording) -> str:
    events = counted(recording.trace.n, "event")
    return (
        "Colour says who wrote the value: a square is a write in its thread’s colour, a circle a read in the colour "
        f"of the thread whose value it got. {events} in {duration_text(recording.elapsed_ns)}. "
        "Rest the pointer on a shape to read what it is."
    )


def _verdict(recording: Recording) -> str:
    verdict = recording.verdict
    return f'<section class="verdict {verdict.tone}">\n<h2>Verdict</h2>\n<p>{escape(verdict.text)}</p>\n</section>\n'


def _findings(recording: Recording) -> str:
    if not recording.findings:
        return "<section>\n<h2>Findings</h2>\n<p>Nothing was found in this run.</p>\n</section>\n"
    items = "".join(map(_finding, recording.findings))
    return f"<section>\n<h2>Findings</h2>\n<ol>\n{items}</ol>\n</section>\n"


def _finding(finding: Finding) -> str:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    times = f", {finding.count:,} times" if finding.count > 1 else ""
    cure = f"<p>The usual cure:</p>\n<pre><code>{escape(finding.cure)}</code></pre>\n" if finding.cure else ""
    about = f"{escape(finding.variable)} at " if finding.variable else ""
    return (
        f'<li class="finding {finding.severity.name.lower()}">\n<h3>{escape(finding.title)}</h3>\n'
        f'<p class="where">{finding.severity.name.lower()}: {about}{escape(where)}{times}</p>\n'
        f"<p>{escape(finding.message)}</p>\n{cure}</li>\n"
    )


def _code(recording: Recording) -> str:
    parts = []
    for file, name in enumerate(recording.trace.files):
        marked = Counter[int]()
        for finding in recording.findings:
            if finding.severity >= Severity.WARNING and finding.file == name:
                marked[finding.line] += finding.count
        lines = recording.source_of(file).splitlines()
        rows = "".join(_line(number, text, marked[number]) for number, text in enumerate(lines, 1))
        parts.append(f'<h3>{escape(name)}</h3>\n<ol class="code">\n{rows}</ol>\n')
    return f"<section>\n<h2>Code</h2>\n{''.join(parts)}</section>\n"


def _line(number: int, text: str, n_problems: int) -> str:
    mark = f' <strong class="mark">◀ {counted(n_problems, "problem")}</strong>' if n_problems else ""
    look = ' class="marked"' if n_problems else ""
    return f"<li{look}><code>{escape(text) or '&#8203;'}</code>{mark}</li>\n"


def _lesson(recording: Recording) -> str:
    settings = recording.settings
    text = lesson_html(settings.lesson) if isinstance(settings, RunSettings) else ""
    return f"<section>\n<h2>The lesson</h2>\n{text}</section>\n" if text else ""


def _settings(recording: Recording) -> str:
    rows = [
        ("run with", recording.badge),
        ("place", recording.place),
        ("status", recording.status),
        ("took", duration_text(recording.elapsed_ns)),
        ("interpreter", recording.interpreter + ("" if recording.gil else " without a GIL")),
        ("events", f"{recording.trace.n:,}"),
    ]
    items = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>\n" for name, text in rows)
    return f"<section>\n<h2>Settings</h2>\n<dl>\n{items}</dl>\n</section>\n"
