"""A lesson's text as HTML; its links act in the window only, so here they are plain words."""

from __future__ import annotations

from importlib import resources

from markdown_it import MarkdownIt
from markdown_it.token import Token

_HEADING_LEVELS = 2
"""How far a text's headings go down to stand below those of the page."""


def lesson_html(lesson: str) -> str:
    """Return the text of a lesson as HTML, empty if it has none."""
    file = resources.files("resources").joinpath("lessons", f"{lesson}.md")
    if not lesson or not file.is_file():
        return ""
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = [_lowered(token) for token in reader.parse(file.read_text("utf-8"))]
    for token in tokens:
        token.children = [part for part in token.children or () if part.type not in ("link_open", "link_close")] or (
            token.children
        )
    return str(reader.renderer.render(tokens, reader.options, {}))


def _lowered(token: Token) -> Token:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + _HEADING_LEVELS, 6)}"
    return token
