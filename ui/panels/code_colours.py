"""Quiet syntax colours for Python code: which stretch of which line is what."""

import io
import keyword
import tokenize

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from simulator.picture.colours import mix
from simulator.picture.theme import Theme

Stretch = tuple[int, int, str]
"""First column, column after the last, and what it is: ``keyword``, ``text``, ``number``, ``comment``, ``name``."""

_STRINGS = {
    getattr(tokenize, name)
    for name in ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
    if hasattr(tokenize, name)
}


def stretches_of(code: str) -> dict[int, list[Stretch]]:
    """Return what is to be coloured in each line of the code, by line number from 1; code that is cut off is fine."""
    found: dict[int, list[Stretch]] = {}
    previous = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            kind = _kind_of(token, previous)
            previous = token.string
            if kind:
                for line, first, last in _lines_of(token):
                    found.setdefault(line, []).append((first, last, kind))
    except (tokenize.TokenError, SyntaxError):
        return found
    return found


def _kind_of(token: tokenize.TokenInfo, previous: str) -> str:
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type in _STRINGS:
        return "text"
    if token.type == tokenize.NUMBER:
        return "number"
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "keyword"
    return "name" if token.type == tokenize.NAME and previous in ("def", "class") else ""


def _lines_of(token: tokenize.TokenInfo) -> list[tuple[int, int, int]]:
    (first_line, first), (last_line, last) = token.start, token.end
    if first_line == last_line:
        return [(first_line, first, last)]
    lines = token.string.split("\n")
    ends = [(first_line, first, first + len(lines[0]))]
    ends += [(first_line + i, 0, len(text)) for i, text in enumerate(lines) if i]
    return ends


class CodeHighlighter(QSyntaxHighlighter):
    """Colours the code of a document.

    Parameters
    ----------
    document : QTextDocument
        What is shown.
    theme : Theme
        Whence the colours are.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._stretches: dict[int, list[Stretch]] = {}
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        colours = {
            "keyword": theme.accent,
            "text": theme.good,
            "number": theme.note,
            "comment": theme.muted,
            "name": mix(theme.text, theme.accent, 0.35),
        }
        self._formats = {kind: _ink(colour) for kind, colour in colours.items()}
        self.rehighlight()

    def set_code(self, code: str) -> None:
        """Work out the colours of new code; to be called before the document gets it."""
        self.set_stretches(stretches_of(code))

    def set_stretches(self, stretches: dict[int, list[Stretch]]) -> None:
        """Say what is to be coloured in each line, by number; to be called before the document gets its text."""
        self._stretches = stretches

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for first, last, kind in self._stretches.get(self.currentBlock().blockNumber() + 1, ()):
            self.setFormat(first, last - first, self._formats[kind])


def _ink(colour: str) -> QTextCharFormat:
    one = QTextCharFormat()
    one.setForeground(QColor(colour))
    return one
