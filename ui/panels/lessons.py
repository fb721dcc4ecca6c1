"""The list of lessons in the order of the course: searchable, with a tick for those that were run."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from simulator.lessons.course import prerequisites_of
from ui.models.choice import ChoiceModel
from ui.panels.fields import WindowKeys
from ui.panels.section import EDGE_PX
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel

ROW_PX = 30
ICON_PX = 16
ID = Qt.ItemDataRole.UserRole


class LessonsPanel(QWidget):
    """Lessons by their questions.

    Parameters
    ----------
    choice : ChoiceModel
        Which lesson is chosen.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    chosen(str)
        The user chose the lesson with this id.
    """

    chosen = Signal(str)

    def __init__(self, choice: ChoiceModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._theme = theme
        self._tried: frozenset[str] = frozenset()
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search lessons")
        self.search.setAccessibleName("Search lessons")
        self.search.setToolTip("Show only lessons whose question or id contains this text")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(WindowKeys(self))
        self.list = QListWidget(self)
        self.list.setObjectName("lessonList")
        self.list.setAccessibleName("Lessons")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._nothing = QLabel("No lesson has this text in its question.", self)
        self._nothing.setObjectName("hint")
        self._nothing.setWordWrap(True)
        self._nothing.setMargin(EDGE_PX)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        inset = QVBoxLayout()
        inset.setContentsMargins(EDGE_PX, 0, EDGE_PX, 0)
        inset.addWidget(self.search)
        layout.addLayout(inset)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)
        self._fill()
        keep_scaled(self, self._fit)
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._on_current_changed)
        choice.changed.connect(self._show_choice)
        theme.changed.connect(self._show_marks)
        self._show_choice()

    def set_tried(self, lesson_ids: Iterable[str]) -> None:
        """Mark the lessons that were run at least once."""
        self._tried = frozenset(lesson_ids)
        self._show_marks()

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _fill(self) -> None:
        for lesson in self._choice.lessons:
            item = QListWidgetItem(lesson.question)
            item.setData(ID, lesson.id)
            self.list.addItem(item)
        self._show_marks()

    def _fit(self) -> None:
        self.list.setIconSize(QSize(px(ICON_PX), px(ICON_PX)))
        for item in self._items():
            item.setSizeHint(QSize(0, px(ROW_PX)))
        self._show_marks()

    def _show_marks(self) -> None:
        empty = self._theme.blank_icon(px(ICON_PX))
        for item in self._items():
            lesson_id = item.data(ID)
            was_tried = lesson_id in self._tried
            item.setIcon(self._theme.icon("check", "good") if was_tried else empty)
            state = ", tried" if was_tried else ""
            item.setToolTip("\n".join([item.text(), *self._prerequisites(lesson_id), f"{lesson_id}{state}"]))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}{state}")

    def _prerequisites(self, lesson_id: str) -> list[str]:
        """Return the line that says after which lessons this one is best taken, if there are any."""
        before = prerequisites_of(lesson_id, self._choice.lessons)
        names = [f"{one.question}{' ✓' if one.id in self._tried else ''}" for one in before]
        return [f"Best after: {' and '.join(names)}"] if names else []

    def _show_choice(self) -> None:
        was_blocked = self.list.blockSignals(True)
        if self._choice.script is not None:
            self.list.setCurrentRow(-1)
        for item in self._items():
            if item.data(ID) == self._choice.lesson.id and self._choice.script is None:
                self.list.setCurrentItem(item)
        self.list.blockSignals(was_blocked)

    def _filter(self, text: str) -> None:
        wanted = text.strip().lower()
        for item in self._items():
            item.setHidden(wanted not in item.text().lower() and wanted not in item.data(ID))
        self._nothing.setVisible(all(item.isHidden() for item in self._items()))

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and (item.data(ID) != self._choice.lesson.id or self._choice.script is not None):
            self.chosen.emit(item.data(ID))
