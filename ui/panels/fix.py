"""The fix: the lines that differ between two storages, beside each other where there is room, else above."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from simulator.lessons.base import STORAGE_LABELS, Lesson, RunSettings
from simulator.lessons.fix import Line, Row, cure_of, differing_rows, fix_of, name_of
from ui.models.choice import ChoiceModel
from ui.models.runs import RunsModel
from ui.panels.code_excerpt import GAP, CodeExcerpt, Excerpt
from ui.panels.section import EDGE_PX
from ui.theme import ThemeModel

GAP_PX = 10


class FixPanel(QScrollArea):
    """Two pieces of code and what tells them apart.

    Parameters
    ----------
    choice : ChoiceModel
        What would run.
    runs : RunsModel
        The run on screen.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    run_wanted(object)
        The user wants to run what is shown as the fix; its settings.
    comparison_wanted(object, object)
        The user wants to compare both; their settings.

    Attributes
    ----------
    before, after : CodeExcerpt
        The code.
    note : QLabel
        Says where nothing differs, or nothing can.
    """

    run_wanted = Signal(object)
    comparison_wanted = Signal(object, object)

    def __init__(
        self, choice: ChoiceModel, runs: RunsModel, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._runs = runs
        self._theme = theme
        self._pair: tuple[RunSettings, RunSettings] | None = None
        self._rows: list[Row] = []
        self._codes = ("", "")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.before = CodeExcerpt("Code before", "problem", theme.theme, self)
        self.after = CodeExcerpt("Code with the fix", "good", theme.theme, self)
        self._titles = (QLabel(self), QLabel(self))
        self.note = QLabel(self)
        self.note.setObjectName("hint")
        self.note.setWordWrap(True)
        self.run_button = self._button("Run this", "Run the lesson with the code of the second piece")
        self.compare_button = self._button("Compare both", "Run both and show them above each other")
        self.run_button.clicked.connect(self._on_run_clicked)
        self.compare_button.clicked.connect(self._on_compare_clicked)
        self._lay_out()
        theme.changed.connect(self._on_theme_changed)
        choice.changed.connect(self._follow)
        runs.shown_changed.connect(self._follow)
        self._follow()

    def _lay_out(self) -> None:
        body = QWidget(self)
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sides.setSpacing(GAP_PX)
        for title, code in zip(self._titles, (self.before, self.after), strict=True):
            side = QVBoxLayout()
            side.setSpacing(3)
            side.addWidget(title)
            side.addWidget(code)
            side.addStretch(1)
            self._sides.addLayout(side, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run_button)
        buttons.addWidget(self.compare_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(EDGE_PX, 0, EDGE_PX, 4)
        layout.addWidget(self.note)
        layout.addLayout(self._sides)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self.setWidget(body)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName("link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(tip)
        return button

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def is_side_by_side(self) -> bool:
        """Whether both pieces stand beside each other."""
        return self._sides.direction() == QBoxLayout.Direction.LeftToRight

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.before, self.after, self.run_button, self.compare_button]

    def _follow(self) -> None:
        """Show what cures the run on screen or, without one, the next run."""
        shown = self._runs.shown
        settings = shown.settings if shown is not None else self._choice.next_settings
        lesson = self._choice.lesson_of(settings)
        pair = fix_of(lesson, settings) if lesson is not None and isinstance(settings, RunSettings) else None
        if pair != self._pair or pair is None:
            self._pair = pair
            self._rows, self._codes = [], ("", "")
            self.note.setText("There is nothing to put beside it: this program has one form only.")
            if lesson is not None and pair is not None:
                self._show_pair(lesson, *pair)
            self._arrange()

    def _show_pair(self, lesson: Lesson, before: RunSettings, after: RunSettings) -> None:
        self._codes = lesson.code(before), lesson.code(after)
        self._rows = differing_rows(*self._codes)
        for title, sign, one in zip(self._titles, "−+", (before, after), strict=True):
            title.setText(f"{sign} {name_of(lesson, one)}")
        is_cure = cure_of(lesson, before) is not None
        self.run_button.setText("Run the fix" if is_cure else f"Run {STORAGE_LABELS[after.storage or '']}")
        self.note.setText("" if self._rows else "The code is the same.")

    def _arrange(self) -> None:
        """Put both pieces beside each other if their lines fit; empty places then keep the rows on one height."""
        self.note.setVisible(not self._rows)
        for widget in (*self._titles, self.before, self.after):
            widget.setVisible(bool(self._rows))
        for button in (self.run_button, self.compare_button):
            button.setVisible(self._pair is not None)
        room_px = (self.viewport().width() - 2 * EDGE_PX - GAP_PX) // 2
        for fills in (True, False):
            for code, text, side in zip((self.before, self.after), self._codes, ("before", "after"), strict=True):
                code.show_excerpt(Excerpt(text, _lines_of(self._rows, side, fills)))
            if fills and max(self.before.text_width_px, self.after.text_width_px) <= room_px:
                self._sides.setDirection(QBoxLayout.Direction.LeftToRight)
                return
        self._sides.setDirection(QBoxLayout.Direction.TopToBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand beside each other or above, as fits."""
        super().resizeEvent(event)
        self._arrange()

    def _on_theme_changed(self) -> None:
        for code in (self.before, self.after):
            code.set_theme(self._theme.theme)

    def _on_run_clicked(self) -> None:
        if self._pair is not None:
            self.run_wanted.emit(self._pair[1])

    def _on_compare_clicked(self) -> None:
        if self._pair is not None:
            self.comparison_wanted.emit(*self._pair)


def _lines_of(rows: list[Row], side: str, fills: bool) -> tuple[Line | str | None, ...]:
    """Return one side of the rows; without filling, places that are empty on this side are left out."""
    lines: list[Line | str | None] = []
    for row in rows:
        if row.before is None and row.after is None:
            lines.append(GAP)
        else:
            line: Line | None = getattr(row, side)
            lines += [line] if line is not None or fills else []
    return tuple(lines)
