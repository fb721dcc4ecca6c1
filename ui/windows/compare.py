"""The comparison: the same lesson with two storages, above each other on one clock, and what tells them apart."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from simulator.lessons.base import Lesson, RunSettings
from ui.commands import COMMANDS, Scope, make_action
from ui.messages import MessagesModel
from ui.models.comparison import LOWER, UPPER, ComparisonModel
from ui.models.linked_viewports import LinkedViewports
from ui.panels.compare_half import CompareHalf, align
from ui.panels.message_bar import MessageBar
from ui.panels.toolbar import ActionButton
from ui.panels.verdict import SELECTABLE
from ui.theme import ThemeModel
from ui.timeline.view import TimelineView
from ui.windows.moving import moving_handlers

FIRST_PX = QSize(1640, 980)
FRAME_PX = QSize(40, 60)
"""So much smaller than the main window, so that its title bar stays on the screen."""
SMALLEST_PX = QSize(760, 520)
RUNNING_TEXT = "Both run one after the other, so that neither disturbs the other."


class CompareWindow(QDialog):
    """Two runs and their difference; closing it leaves nothing running.

    Parameters
    ----------
    comparison : ComparisonModel
        The two runs; the window's own from now on.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        The main window.

    Signals
    -------
    run_opened(object)
        The user wants to see one of the runs in the main window; its recording.

    Attributes
    ----------
    halves : tuple of CompareHalf
        The upper and the lower run.
    difference : QLabel
        What tells them apart.
    actions_by_id : dict of str to QAction
        Its commands.
    """

    run_opened = Signal(object)

    def __init__(self, comparison: ComparisonModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        comparison.setParent(self)
        self.comparison = comparison
        self._theme = theme
        self.viewports = LinkedViewports(self)
        self.setWindowTitle("Compare")
        self.setObjectName("compare")
        self.setSizeGripEnabled(False)
        self.setMinimumSize(SMALLEST_PX)
        self.messages = MessagesModel(self)
        self.halves = (
            CompareHalf("Upper", self.viewports.upper, theme, self),
            CompareHalf("Lower", self.viewports.lower, theme, self),
        )
        self.actions_by_id = self._make_actions()
        self._make_bar(theme)
        self._lay_out(theme)
        self._connect()
        self.resize(FIRST_PX if parent is None else (parent.size() - FRAME_PX).boundedTo(FIRST_PX))

    # -- building ------------------------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        """Make the commands that mean something here; the timeline's keys act on the half that has the focus."""
        handlers = {
            "run": self.run_both,
            "stop": self.comparison.stop,
            **moving_handlers(lambda: self._timeline),
        }
        self._pictures = QSplitter(Qt.Orientation.Vertical, self)
        owners = {Scope.WINDOW: self, Scope.TIMELINE: self._pictures}
        known = [command for command in COMMANDS if command.id in handlers]
        return {one.id: make_action(one, owners[one.scope], handlers[one.id]) for one in known}

    @property
    def _timeline(self) -> TimelineView:
        """The timeline that has the focus, else the upper one."""
        focus = QApplication.focusWidget()
        return next((half for half in self.halves if focus is half.timeline), self.halves[UPPER]).timeline

    def _make_bar(self, theme: ThemeModel) -> None:
        self.question = QLabel(self)
        self.question.setObjectName("compareTitle")
        self.badge = QLabel(self)
        self.badge.setObjectName("hint")
        self.run_button = ActionButton(self.actions_by_id["run"], "run", "on_accent", theme, "Run both", self)
        self.run_button.setObjectName("primary")
        self.stop_button = ActionButton(self.actions_by_id["stop"], "stop", "text", theme, "Stop", self)
        for button in (self.run_button, self.stop_button):
            button.setAutoDefault(False)
        self.difference = QLabel(self)
        self.difference.setObjectName("difference")
        self.difference.setWordWrap(True)
        self.difference.setTextFormat(Qt.TextFormat.PlainText)
        self.difference.setTextInteractionFlags(SELECTABLE)
        self.difference.setAccessibleName("What tells them apart")

    def _lay_out(self, theme: ThemeModel) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        for widget in (self.run_button, self.stop_button, self.question):
            bar.addWidget(widget)
        bar.addWidget(self.badge, 1)
        for half in self.halves:
            self._pictures.addWidget(half)
        self._pictures.setChildrenCollapsible(False)
        self._pictures.setHandleWidth(9)
        self._pictures.setObjectName("comparePictures")
        card = QFrame(self)
        card.setObjectName("differenceCard")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 9, 16, 9)
        inside.addWidget(self.difference)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 14)
        layout.setSpacing(10)
        layout.addLayout(bar)
        layout.addWidget(MessageBar(self.messages, theme, self))
        layout.addWidget(self._pictures, 1)
        layout.addWidget(card)

    def _connect(self) -> None:
        comparison = self.comparison
        comparison.chosen.connect(self._on_chosen)
        comparison.begun.connect(self._on_begun)
        comparison.grown.connect(self._on_grown)
        comparison.ended.connect(self._show_state)
        comparison.failed.connect(self.messages.show_error)
        self._theme.changed.connect(self._align)
        for at, half in enumerate(self.halves):
            half.storage_chosen.connect(self._choose_upper if at == UPPER else self._choose_lower)
            half.open_wanted.connect(self._open_upper if at == UPPER else self._open_lower)

    # -- what the user does --------------------------------------------------------------------------------------

    def compare(self, lesson: Lesson, one: RunSettings, other: RunSettings) -> None:
        """Show the window and run both."""
        self.comparison.choose(lesson, one, other)
        self.show()
        self.raise_()
        self.activateWindow()
        self.run_both()

    def run_both(self) -> None:
        """Run both, from the beginning."""
        if self.comparison.is_running:
            return
        self.messages.dismiss()
        self.viewports.reset()
        for half in self.halves:
            half.show_run(None)
        self.comparison.start()
        self._show_state()
        self.halves[UPPER].timeline.setFocus()

    def _choose_upper(self, storage: str) -> None:
        self._choose(UPPER, storage)

    def _choose_lower(self, storage: str) -> None:
        self._choose(LOWER, storage)

    def _choose(self, at: int, storage: str) -> None:
        """Run again with another storage in one half."""
        comparison = self.comparison
        lesson, pair = comparison.lesson, list(comparison.pair)
        if lesson is not None and storage != pair[at].storage:
            options = {option.name: option.default for option in lesson.options}
            pair[at] = replace(pair[at], storage=storage, options=options)
            comparison.choose(lesson, *pair)
            self.run_both()

    def _open_upper(self) -> None:
        self.run_opened.emit(self.comparison.recordings[UPPER])

    def _open_lower(self) -> None:
        self.run_opened.emit(self.comparison.recordings[LOWER])

    # -- following the model -------------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        comparison = self.comparison
        assert comparison.lesson is not None
        self.question.setText(comparison.lesson.question)
        self.setWindowTitle(f"Compare: {comparison.lesson.question}")
        for half, settings in zip(self.halves, comparison.pair, strict=True):
            half.show_settings(comparison.lesson, settings)
        self.badge.setText(replace(comparison.pair[UPPER], storage=None, options={}).badge)

    def _on_begun(self, at: int) -> None:
        self.halves[at].show_run(self.comparison.recordings[at])
        self._show_state()

    def _on_grown(self, at: int) -> None:
        self.halves[at].refresh()
        self._align()

    def _align(self) -> None:
        align(self.halves)

    def _show_state(self) -> None:
        is_running = self.comparison.is_running
        self.actions_by_id["run"].setEnabled(not is_running)
        self.actions_by_id["stop"].setEnabled(is_running)
        self.difference.setText(self.comparison.difference or RUNNING_TEXT)
        self._align()

    # -- leaving -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc deselects, else stops, else closes."""
        if event.key() != Qt.Key.Key_Escape:
            event.ignore()
        elif not self._timeline.escape():
            if self.comparison.is_running:
                self.comparison.stop()
            else:
                self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is going on, and wait until nothing of it is left."""
        self.comparison.close()
        super().closeEvent(event)
