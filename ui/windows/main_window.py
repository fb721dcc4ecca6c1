"""The window: where everything stands, and the wires between models, panels and commands."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from ui.actions import RunActions
from ui.commands import CommandSet
from ui.file_actions import FileActions, Loader, Writer
from ui.link_actions import LinkActions
from ui.models.all import Models
from ui.models.prediction import PredictionModel
from ui.panels.job_bar import JobBar
from ui.panels.message_bar import MessageBar, show_folder
from ui.panels.prediction import PredictionCard
from ui.panels.status import StatusBar
from ui.panels.toolbar import ActionButton, Toolbar
from ui.panels.verdict import VerdictBar
from ui.panels.welcome import WelcomePage
from ui.recent_files import RecentMenu
from ui.run_controller import RunController
from ui.samples_menu import SamplesMenu
from ui.script_actions import ScriptActions
from ui.settings import SettingsStore
from ui.theme import apply_theme
from ui.timeline.view import TimelineView
from ui.windows import handlers
from ui.windows.columns import Columns
from ui.windows.file_drop import FileDrop
from ui.windows.front_page import FrontPage
from ui.windows.left_column import LeftColumn
from ui.windows.memory import WindowMemory
from ui.windows.middle import Middle
from ui.windows.moving import Handlers
from ui.windows.on_screen import RunOnScreen
from ui.windows.palette import Palette
from ui.windows.presentation import Presentation
from ui.windows.right_column import RightColumn
from ui.windows.shortcuts_dialog import ShortcutsDialog
from ui.windows.study_windows import StudyWindows

SMALLEST_PX = (1100, 620)

EMPTY_TEXT = (
    "Press Run (F5). Real Python threads start, and every read and write of theirs is drawn here as it happens.\n"
    "A square is a write in its thread's colour; a circle is a read, in the colour of the thread whose value it got."
)


class MainWindow(QMainWindow):
    """The one window.

    Parameters
    ----------
    models : Models
        Its state.
    controller : RunController
        Starts and stops runs.
    store : SettingsStore
        Remembers what the user chose.
    load, write : callable
        Read and write recordings; see `FileActions`.

    Attributes
    ----------
    timeline, lessons, controls, script, toolbar, study, code, text, fix, inspector, findings, earlier, verdict, status,
    message, welcome
        Its parts; `middle` holds those around the timeline.
    commands : CommandSet
        Every user action.
    run_actions, scripts, links, files, study_windows, presentation, front_page
        What the commands do.

    Signals
    -------
    another_wanted
        The user asks for another window.
    """

    another_wanted = Signal()

    def __init__(
        self, models: Models, controller: RunController, store: SettingsStore, load: Loader, write: Writer
    ) -> None:
        super().__init__()
        self.models = models
        self.controller = controller
        self._memory = WindowMemory(store)
        self._tab_order: list[QWidget] = []
        self.setWindowTitle("Threadloom")
        self.setMinimumSize(*SMALLEST_PX)
        self._make_actions(store, load, write)
        self._make_panels()
        self._make_commands()
        self._lay_out()
        self._connect()
        self._memory.restore(self, self._columns, models.choice)
        self.lessons.set_tried(self._memory.tried)
        self._order_tabs()
        self._show_theme()
        self._show_choice()
        self._on_screen.show_state()
        self.timeline.setFocus()

    # -- building ------------------------------------------------------------------------------------------------

    def _make_actions(self, store: SettingsStore, load: Loader, write: Writer) -> None:
        models, controller = self.models, self.controller
        self.run_actions = RunActions(models.choice, models.runs, models.selection, controller, models.messages, self)
        self.scripts = ScriptActions(models.choice, models.runs, models.console, controller, self)
        self._prediction = PredictionModel(models.choice, models.runs, store, self)
        self.study_windows = StudyWindows(models, controller, self.run_actions, self)
        self.links = LinkActions(models.choice, self.run_actions, models.messages, self)
        self.files = FileActions(
            models.runs, models.messages, store, load, write, self, lambda: models.viewport.window_ns
        )
        self._drop = FileDrop(self)

    def _make_timeline(self) -> TimelineView:
        models = self.models
        timeline = TimelineView(
            models.viewport,
            models.selection,
            models.theme.theme,
            self,
            time_range=models.time_range,
            playhead=models.playhead,
            moment=models.moment,
            causality=models.causality,
            sharing=models.sharing,
        )
        timeline.set_empty_text(EMPTY_TEXT)
        return timeline

    def _make_panels(self) -> None:
        models = self.models
        self.timeline = self._make_timeline()
        self.message = MessageBar(models.messages, models.theme, self)
        self.job_bar = JobBar(self.files.jobs, self)
        self._left, self._right = left, right = LeftColumn(models, self), RightColumn(models, self)
        self.lessons, self.controls, self.script, self.earlier = left.lessons, left.controls, left.script, left.earlier
        self.next_run = left.next_run
        self.study, self.code, self.text, self.fix = right.study, right.code, right.text, right.fix
        self.comparison, self.inspector, self.findings = right.comparison, right.inspector, right.findings
        self.verdict = VerdictBar(models.theme, self)
        self.status = StatusBar(self)
        self.prediction = PredictionCard(self._prediction, models.theme, self)
        self.middle = Middle(self.timeline, self.verdict, models, self.prediction, self)
        self.welcome = WelcomePage(models.choice, models.theme, self)

    def _make_commands(self) -> None:
        """Make the commands, and menus, toolbar and buttons of them."""
        models = self.models
        self.commands = CommandSet(self._handlers(), self, self.timeline)
        self.commands.fill_menus(self.menuBar())
        self.samples_menu = SamplesMenu(self.scripts, self.commands, self)
        self.recent_menu = RecentMenu(self.files, self.commands, self)
        self.toolbar = Toolbar(models.choice, self.commands, models.theme, self)
        copy = self.commands.action("copy_script")
        self.copy_button = ActionButton(copy, "copy", "accent", models.theme, "Copy as script", self)
        self.copy_button.setObjectName("link")
        self.study.add_link(self.copy_button)

    def _handlers(self) -> Handlers:
        models = self.models
        return {
            **handlers.file_handlers(self.files, self.run_actions, models.theme),
            **handlers.run_handlers(self.run_actions, self.study_windows, self._prediction),
            **handlers.timeline_handlers(self.timeline, models),
            **handlers.replay_handlers(models.playhead),
            **handlers.table_handlers(self.middle.drawer),
            **handlers.study_handlers(self.study),
            **handlers.theme_handlers(models.theme),
            "new_window": self.another_wanted.emit,
            "quit": self.close,
            "run": self._run,
            "search": self.middle.search_bar.open_bar,
            "presentation": lambda: self.presentation.toggle(),
            "full_screen": self._toggle_full_screen,
            "palette": lambda: Palette(self.commands, self).open(),
            "welcome": lambda: self.front_page.show(),
            "shortcuts": lambda: ShortcutsDialog(self).open(),
            "escape": self._escape,
        }

    def _lay_out(self) -> None:
        self._columns = Columns(self._left.sections, self.middle, self._right.sections, self)
        central = QWidget(self)
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.toolbar, self.message, self.job_bar):
            layout.addWidget(widget)
        layout.addWidget(self._columns, 1)
        layout.addWidget(self.welcome, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(central)
        aside = (self.menuBar(), self._columns.left, self.status, *self._right.of_a_run)
        self.presentation = Presentation(self, aside, self.models.theme, self)
        self.front_page = FrontPage(self.welcome, self._columns, self.timeline, self.models.runs, self._memory, self)
        self._on_screen = RunOnScreen(
            self.models, self.controller, self.timeline, self.verdict, self.status, self.commands, self
        )

    def _connect(self) -> None:
        models, actions = self.models, self.run_actions
        models.viewport.cuts_idle_changed.connect(lambda is_on: self.commands.set_checked("cut_idle", is_on))
        self.presentation.changed.connect(lambda is_on: self.commands.set_checked("presentation", is_on))
        models.causality.switched.connect(lambda is_on: self.commands.set_checked("causality", is_on))
        models.causality.refused.connect(models.messages.show_error)
        self.toolbar.storage.chosen.connect(self._choose_storage)
        self.toolbar.runner.chosen.connect(actions.choose_runner)
        self.lessons.chosen.connect(actions.choose_lesson)
        self.findings.lesson_wanted.connect(actions.choose_lesson)
        self.study.tabs.currentChanged.connect(self._give_room)
        self.text.link_activated.connect(self.links.follow)
        self.fix.run_wanted.connect(actions.run_with)
        for source in (self.fix, self.links):
            source.comparison_wanted.connect(self.study_windows.open_comparison)
        self.welcome.link_activated.connect(self.links.follow)
        self.links.repeats_wanted.connect(self.study_windows.start_repeats)
        actions.lesson_chosen.connect(self._right.offer_text)
        self.comparison.recording_chosen.connect(actions.show_recording)
        self.controls.edited.connect(actions.change_setting)
        self.controls.option_edited.connect(actions.change_option)
        self._connect_scripts()
        self._drop.dropped.connect(self.files.open)
        self.earlier.chosen.connect(actions.show_run)
        self.files.opened.connect(actions.adopt_shown)
        self.message.folder_opened.connect(show_folder)
        self.verdict.hint_clicked.connect(self._follow_hint)
        self.verdict.fix.clicked.connect(self.commands.action("fix").trigger)
        models.theme.changed.connect(self._on_theme_changed)
        for changed in (models.choice.changed, self._prediction.changed, models.runs.list_changed):
            changed.connect(self._show_choice)
            changed.connect(self._order_tabs)
        models.runs.shown_changed.connect(self._give_room)
        self.controller.run_started.connect(self._on_run_started)

    def _connect_scripts(self) -> None:
        drawer, scripts = self.middle.drawer, self.scripts
        self.script.edited.connect(scripts.change)
        self.script.refused.connect(self.models.messages.show_error)
        self.files.script_opened.connect(scripts.open)
        scripts.printed.connect(self.middle.offer_console)
        drawer.console.typed.connect(scripts.send_line)
        drawer.console.ended.connect(scripts.end_input)

    def _order_tabs(self) -> None:
        """Let Tab go through the window as one reads it; what the lesson brings along stands in its place."""
        order = [*self.toolbar.focus_order, *self._left.focus_order]
        order += [*self.prediction.focus_order, *self.middle.focus_order]
        order += [self.verdict.fix, self.verdict.hint, *self.middle.drawer.focus_order]
        order += [self.study.tabs, self.copy_button, self.code.view, self.text, *self.fix.focus_order]
        order += [*self.comparison.cells.values(), self.comparison.again]
        order += [self.inspector.detail, *self.welcome.focus_order]
        if order != self._tab_order:
            self._tab_order = order
            for before, after in pairwise(order):
                QWidget.setTabOrder(before, after)

    # -- what commands do here -----------------------------------------------------------------------------------

    def _run(self) -> None:
        """Run; whoever is not busy with the controls can then use the timeline's keys at once."""
        self._left.commit()
        self.run_actions.run()
        focus = QApplication.focusWidget()
        if focus is None or not (self.next_run.isAncestorOf(focus) or self.toolbar.isAncestorOf(focus)):
            self.timeline.setFocus()

    def _choose_storage(self, storage: str) -> None:
        self._left.commit()
        self.run_actions.choose_storage(storage)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _escape(self) -> None:
        """Close what is open, else dismiss message and question, else deselect, else stop."""
        if self.front_page.close() or self.middle.escape():
            return
        if self.models.messages.current is None and self._prediction.dismiss():
            return
        if self.presentation.is_on and not self.controller.is_running and self.models.messages.current is None:
            self.presentation.toggle()
        else:
            self.run_actions.escape()

    def _follow_hint(self, command_id: str) -> None:
        self.commands.trigger(command_id)
        self.timeline.setFocus()

    # -- following the models ------------------------------------------------------------------------------------

    def _give_room(self) -> None:
        if not self.presentation.is_on:
            self._right.give_room()

    def _on_run_started(self) -> None:
        self.study.note_run()
        if self.models.choice.script is None:
            self._memory.tried.add(self.models.choice.lesson.id)
        self.lessons.set_tried(self._memory.tried)

    def _on_theme_changed(self) -> None:
        if not self.presentation.is_on:
            self._memory.keep_appearance(self.models.theme.choice, self.models.theme.text_px)
        self._show_theme()

    def _show_theme(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, self.models.theme.theme, self.models.theme.text_px)
        self.timeline.set_theme(self.models.theme.theme)
        self.timeline.set_text_size(self.models.theme.text_px)

    def _show_choice(self) -> None:
        """Show what belongs to what is chosen to run next, a lesson or a script."""
        self._left.show_choice()
        self._right.show_choice()
        is_script = self.models.choice.script is not None
        self.middle.drawer.console.set_running(self.controller.is_running and is_script)
        self.commands.set_checked("predict", self._prediction.is_on)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember what was chosen, end the run, and wait until nothing of it is left."""
        if self.presentation.is_on:
            self.presentation.toggle()
        self._memory.keep(self, self._columns, self.models.choice)
        self.hide()
        self.middle.close_models()
        self.files.jobs.close()
        self.study_windows.close()
        self.controller.close()
        self.comparison.close_work()
        event.accept()
