"""What one reads beside the picture: the code that ran, the lesson's text, and the fix."""

from PySide6.QtWidgets import QWidget

from ui.panels.code import CodePanel
from ui.panels.comparison import ComparisonPanel
from ui.panels.fix import FixPanel
from ui.panels.lesson_text import LessonTextPanel
from ui.panels.tabbed_section import TabbedSection


class StudySection(TabbedSection):
    """Code, text and fix of a lesson, one at a time.

    Parameters
    ----------
    code : CodePanel
        The code.
    text : LessonTextPanel
        The lesson's text.
    fix : FixPanel
        The lines that differ between two storages.
    comparison : ComparisonPanel
        The table of `threading.local` and `contextvars`; offered with the lessons that it belongs to.
    parent : QWidget, optional
        Owner.

    Notes
    -----
    Whoever chooses a lesson that has no run yet gets its text, and its code when the run begins; but a page that the
    user has chosen stays.
    """

    def __init__(
        self,
        code: CodePanel,
        text: LessonTextPanel,
        fix: FixPanel,
        comparison: ComparisonPanel,
        parent: QWidget | None = None,
    ) -> None:
        pages = (
            ("Code", "The code that runs, line for line", code),
            ("Lesson", "What happens, why, and what to try next", text),
            ("The fix", "The lines that differ between two storages", fix),
            ("Table", "What threading.local and contextvars do, found out on this interpreter", comparison),
        )
        super().__init__("Code, text and fix of the lesson", pages, parent)
        self._code = code
        self._text = text
        self._fix = fix
        self._comparison = comparison
        self.offer_comparison(False)
        self._is_offered = False
        self.page_chosen.connect(self._on_page_chosen)
        text.link_activated.connect(self._on_page_chosen)

    def set_about_lesson(self, is_lesson: bool) -> None:
        """Say whether there is a lesson; a script has only code."""
        for index in (1, 2):
            self.tabs.setTabVisible(index, is_lesson)
        if not is_lesson and self.page is not self._code:
            self.show_page(self._code)

    def offer_text(self) -> None:
        """Show the lesson's text until a run begins."""
        self._is_offered = self._is_offered or self.page is not self._text
        self.show_page(self._text)

    def show_fix(self) -> None:
        """Show the fix; the user has asked for it."""
        self._is_offered = False
        self.show_page(self._fix)

    def offer_comparison(self, is_offered: bool) -> None:
        """Have the table among the pages, or not; it stays while it is read."""
        index = self.index_of(self._comparison)
        self.tabs.setTabVisible(index, is_offered or self.page is self._comparison)
        self.tabs.updateGeometry()

    def show_comparison(self) -> None:
        """Show the table; the user has asked for it."""
        self._is_offered = False
        self.offer_comparison(True)
        self.show_page(self._comparison)

    def note_run(self) -> None:
        """Show the code of the run that begins, unless the user has chosen to read something else."""
        if self._is_offered:
            self.show_page(self._code)
        self._is_offered = False

    def _on_page_chosen(self) -> None:
        self._is_offered = False
