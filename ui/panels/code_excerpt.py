"""An excerpt of code: some of its lines, those that differ tinted, as high as it needs to be."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from simulator.lessons.fix import Line
from simulator.picture.theme import Theme
from ui.panels.code_colours import CodeHighlighter, stretches_of
from ui.scaling import keep_scaled
from ui.theme import code_font

GAP = "⋯"
EDGE_PX = 8


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a piece of code.

    Attributes
    ----------
    code : str
        All of it, for its colours.
    lines : tuple of Line or None or str
        What is shown: lines, None for an empty place, a text for what is left out.
    """

    code: str
    lines: tuple[Line | str | None, ...]

    @property
    def texts(self) -> list[str]:
        """What is shown, line by line."""
        return [one.text if isinstance(one, Line) else one or "" for one in self.lines]


class CodeExcerpt(QPlainTextEdit):
    """A few lines of code.

    Parameters
    ----------
    name : str
        What they are, for screen readers.
    tone : str
        ``problem`` or ``good``: how lines that differ are tinted.
    theme : Theme
        Colours.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, name: str, tone: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._theme = theme
        self._excerpt = Excerpt("", ())
        self.setObjectName("codeView")
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(EDGE_PX)
        self._highlighter = CodeHighlighter(self.document(), theme)
        keep_scaled(self, self._take_font)

    def show_excerpt(self, excerpt: Excerpt) -> None:
        """Show lines."""
        if excerpt == self._excerpt:
            return
        self._excerpt = excerpt
        by_line = stretches_of(excerpt.code)
        shown = enumerate(excerpt.lines, 1)
        self._highlighter.set_stretches(
            {at: by_line[one.number] for at, one in shown if isinstance(one, Line) and one.number in by_line}
        )
        self.setPlainText("\n".join(excerpt.texts))
        self._highlighter.rehighlight()
        self._tint()
        self._fit_height()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._theme = theme
        self._highlighter.set_theme(theme)
        self._tint()

    @property
    def text_width_px(self) -> int:
        """How wide it must be to show its longest line, pixels."""
        widest = max(map(QFontMetrics(self.font()).horizontalAdvance, self._excerpt.texts), default=0)
        return widest + 2 * EDGE_PX + 2 * self.frameWidth() + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for a scroll bar where one is needed."""
        super().resizeEvent(event)
        self._fit_height()

    def _take_font(self) -> None:
        self.setFont(code_font())
        self._fit_height()

    def _fit_height(self) -> None:
        """Be as high as the lines are."""
        lines_px = len(self._excerpt.lines) * QFontMetrics(self.font()).lineSpacing()
        bar_px = self.horizontalScrollBar().sizeHint().height() if self.text_width_px > self.width() else 0
        self.setFixedHeight(lines_px + 2 * EDGE_PX + 2 * self.frameWidth() + bar_px)

    def _tint(self) -> None:
        tints = []
        for at, one in enumerate(self._excerpt.lines):
            if isinstance(one, Line) and one.differs:
                tint = QTextEdit.ExtraSelection()
                tint.cursor = QTextCursor(self.document().findBlockByNumber(at))
                tint.format.setBackground(QColor(getattr(self._theme, f"{self._tone}_soft")))
                tint.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                tints.append(tint)
        self.setExtraSelections(tints)
