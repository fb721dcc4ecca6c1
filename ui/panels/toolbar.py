"""The toolbar: Run and Stop, the storage toggle, the runner, export and the theme."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from simulator.lessons.base import POOL, STORAGE_LABELS, THREADS
from ui.commands import CommandSet
from ui.models.choice import ChoiceModel
from ui.panels.segments import SegmentedControl
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel

STORAGE_HELP = {
    "shared": "One namespace for all threads",
    "locked": "One namespace for all threads, and a lock that the code takes itself",
    "local": "Each thread has values of its own",
    "context": "Each context has values of its own",
}
SHORT_LABELS = {"shared": "Shared", "locked": "Locked", "local": "Local", "context": "Context"}
RUNNERS = {
    THREADS: ("Threads", "One thread for each request"),
    POOL: ("Pool", "A pool of worker threads that take one task after another"),
}
HEIGHT_PX = 52
ICON_PX = 16
WIDE_PX = 1240
NARROW_PX = 1040
COMPARE, EXPORT = "Compare", "Export"


class ActionButton(QPushButton):
    """A button that does a command; Tab reaches it, a click leaves the focus where it was.

    Parameters
    ----------
    action : QAction
        The command.
    icon, role : str
        Name and colour of its icon.
    theme : ThemeModel
        Whence the colour is.
    text : str
        What it says; may be empty.
    parent : QWidget
        Owner.
    """

    def __init__(self, action: QAction, icon: str, role: str, theme: ThemeModel, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._action = action
        self._icon = icon
        self._role = role
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_scaled(self, lambda: self.setIconSize(QSize(px(ICON_PX), px(ICON_PX))))
        self.setAccessibleName(action.iconText().removesuffix("…"))
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow_action)
        theme.changed.connect(self._show_icon)
        self._follow_action()
        self._show_icon()

    def _follow_action(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())

    def _show_icon(self) -> None:
        self.setIcon(self._theme.icon(self._icon, self._role))


class Toolbar(QFrame):
    """What people use most.

    Parameters
    ----------
    choice : ChoiceModel
        What is chosen.
    commands : CommandSet
        What the buttons do.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    storage, runner : SegmentedControl
        The toggles; whoever owns the window connects their `chosen`.
    """

    def __init__(
        self, choice: ChoiceModel, commands: CommandSet, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self.setObjectName("toolbar")
        self.run_button = ActionButton(commands.action("run"), "run", "on_accent", theme, "Run", self)
        self.run_button.setObjectName("primary")
        self.stop_button = ActionButton(commands.action("stop"), "stop", "text", theme, "Stop", self)
        self.storage = SegmentedControl("Storage", self)
        self.runner = SegmentedControl("Runner", self)
        self._storage_label = self._label("Storage")
        self._runner_label = self._label("Runs on")
        self.compare_button = ActionButton(commands.action("compare"), "compare", "text", theme, COMPARE, self)
        self.repeat_button = ActionButton(commands.action("repeat"), "repeat", "text", theme, "", self)
        self.export_button = ActionButton(commands.action("export"), "export", "text", theme, EXPORT, self)
        self.theme_button = ActionButton(commands.action("theme"), "theme", "text", theme, "", self)
        self.theme_button.setObjectName("flat")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(self.run_button)
        layout.addWidget(self.stop_button)
        layout.addSpacing(14)
        layout.addWidget(self._storage_label)
        layout.addWidget(self.storage)
        layout.addSpacing(14)
        layout.addWidget(self._runner_label)
        layout.addWidget(self.runner)
        layout.addStretch(1)
        layout.addWidget(self.compare_button)
        layout.addWidget(self.repeat_button)
        layout.addWidget(self.export_button)
        layout.addWidget(self.theme_button)
        choice.changed.connect(self.refresh)
        keep_scaled(self, self._fit)
        self.refresh()

    def _fit(self) -> None:
        self.setFixedHeight(px(HEIGHT_PX))
        self.run_button.setMinimumWidth(px(92))
        self.stop_button.setMinimumWidth(px(84))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use what room there is."""
        super().resizeEvent(event)
        self._show_words()

    def _show_words(self) -> None:
        """Write on buttons and beside toggles what they are, as long as there is room; icons and tooltips stay."""
        is_wide = self.width() >= px(WIDE_PX)
        self.storage.set_texts(STORAGE_LABELS if self.width() >= px(NARROW_PX) else SHORT_LABELS)
        for button, text in ((self.compare_button, COMPARE), (self.export_button, EXPORT)):
            button.setText(text if is_wide else "")
        for label, toggle in ((self._storage_label, self.storage), (self._runner_label, self.runner)):
            label.setVisible(is_wide and not toggle.isHidden())

    def refresh(self) -> None:
        """Offer what the chosen lesson supports, and show what is chosen."""
        lesson, settings = self._choice.lesson, self._choice.settings
        self.storage.set_choices(
            [(key, STORAGE_LABELS[key], STORAGE_HELP[key]) for key in STORAGE_LABELS if key in lesson.storages],
            settings.storage or "",
        )
        self.runner.set_choices([(key, *RUNNERS[key]) for key in RUNNERS if key in lesson.runners], settings.runner)
        is_lesson = self._choice.script is None
        self.storage.setVisible(is_lesson and bool(lesson.storages))
        self.runner.setVisible(is_lesson and len(lesson.runners) > 1)
        for button in (self.compare_button, self.repeat_button):  # of lessons, whose storages can be held side by side
            button.setVisible(is_lesson)
        self._show_words()

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through, from left to right."""
        toggles = (*self.storage.buttons.values(), *self.runner.buttons.values())
        others = (self.compare_button, self.repeat_button, self.export_button, self.theme_button)
        return [self.run_button, self.stop_button, *toggles, *others]

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName("toolbarLabel")
        return label
