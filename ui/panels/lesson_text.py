"""The text of the chosen lesson, with links that act."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QColor, QFont, QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from simulator.lessons.course import prerequisites_of
from ui.models.choice import ChoiceModel
from ui.resources import MONO_FAMILY, lesson_text
from ui.scaling import keep_scaled, px
from ui.stylesheet import field_colour
from ui.theme import ThemeModel

MARGIN_PX = 14
INDENT_PX = 16
CODE_PX = 12
LINE_HEIGHT_PERCENT = 118
TIGHT_PX, LOOSE_PX = 3, 10


class LessonTextPanel(QTextBrowser):
    """What happens in a lesson, why, what to try next, and where one meets it.

    Parameters
    ----------
    choice : ChoiceModel
        Which lesson is chosen.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    link_activated(str)
        A link was clicked, or Enter was pressed on it; its target, in the language of `simulator.lessons.links`.
    """

    link_activated = Signal(str)

    def __init__(self, choice: ChoiceModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._theme = theme
        self._shown = ""
        self.setObjectName("lessonText")
        self.setAccessibleName("Text of the lesson")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(MARGIN_PX)
        self.anchorClicked.connect(self._on_anchor_clicked)
        choice.changed.connect(self._on_choice_changed)
        theme.changed.connect(self._render)
        self._on_choice_changed()
        keep_scaled(self, self._render)

    def _on_choice_changed(self) -> None:
        markdown = self._heading() + lesson_text(self._choice.lesson.id)
        if markdown != self._shown:
            self._shown = markdown
            self._render()
            self.verticalScrollBar().setValue(0)

    def _heading(self) -> str:
        """Return the title, the place in the course, and links to the lessons that this one builds on."""
        lesson, lessons = self._choice.lesson, self._choice.lessons
        place = f"Lesson {lessons.index(lesson) + 1} of {len(lessons)}"
        before = [f"[{one.question}](lesson:{one.id})" for one in prerequisites_of(lesson.id, lessons)]
        after = f", best after {' and '.join(before)}" if before else ""
        return f"### {lesson.question}\n\n{place}{after}\n\n"

    def _render(self) -> None:
        """Set the text in the theme's colours; Markdown's own look of code and headings gives way to the window's."""
        palette = self.palette()
        palette.setColor(palette.ColorRole.Link, QColor(self._theme.theme.accent))
        self.setPalette(palette)
        self.document().setIndentWidth(px(INDENT_PX))
        self.setMarkdown(self._shown)
        block = self.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            cursor.mergeBlockFormat(_spacing_of(block))
            stretches = block.begin()
            while not stretches.atEnd():
                fragment = stretches.fragment()
                cursor.setPosition(fragment.position())
                cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(self._look_of(block.blockNumber(), fragment.charFormat()))
                stretches += 1
            block = block.next()

    def _look_of(self, line: int, written: QTextCharFormat) -> QTextCharFormat:
        """Return what differs from what Markdown makes of a stretch of text."""
        theme, look = self._theme.theme, QTextCharFormat()
        if written.fontWeight() > QFont.Weight.Medium:
            look.setFontWeight(QFont.Weight.DemiBold)
        if line == 1 and not written.isAnchor():
            look.setForeground(QColor(theme.muted))
        if written.fontFixedPitch():
            look.setFontFamilies([MONO_FAMILY])
            look.setProperty(QTextFormat.Property.FontPixelSize, px(CODE_PX))
            look.setBackground(QColor(field_colour(theme)))
        return look

    def _on_anchor_clicked(self, url: QUrl) -> None:
        self.link_activated.emit(url.toString())


def _spacing_of(block: QTextBlock) -> QTextBlockFormat:
    """Return the room between the lines of a paragraph and below it; the lines of a list stand closer together."""
    spacing = QTextBlockFormat()
    spacing.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    in_list = block.textList() is not None and block.next().textList() is not None
    leads_list = block.textList() is None and block.next().textList() is not None
    spacing.setBottomMargin(TIGHT_PX if in_list or leads_list or block.blockNumber() == 0 else LOOSE_PX)
    return spacing
