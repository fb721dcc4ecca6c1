"""The window: where everything stands, and the wires between models, panels and commands."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from simulator.export.recording_file import SUFFIX
from simulator.script.settings import SUFFIX as SCRIPT_SUFFIX
from ui.actions import RunActions
from ui.commands import COMMANDS, REPLAY, CommandSet, Scope
from ui.file_actions import FileActions, Loader, Writer
from ui.link_actions import LinkActions
from ui.models.all import Models
from ui.models.prediction import PredictionModel
from ui.panels.code import CodePanel
from ui.panels.comparison import ComparisonPanel
from ui.panels.controls import ControlsPanel
from ui.panels.findings import FindingsPanel
from ui.panels.fix import FixPanel
from ui.panels.inspector import NOTHING, InspectorPanel
from ui.panels.job_bar import JobBar
from ui.panels.lesson_text import LessonTextPanel
from ui.panels.lessons import LessonsPanel
from ui.panels.message_bar import MessageBar, show_folder
from ui.panels.prediction import PredictionCard
from ui.panels.run_verdict import describe_verdict
from ui.panels.runs import RunsPanel
from ui.panels.script import ScriptPanel
from ui.panels.section import Section
from ui.panels.status import StatusBar
from ui.panels.study import StudySection
from ui.panels.toolbar import ActionButton, Toolbar
from ui.panels.verdict import VerdictBar
from ui.panels.welcome import WelcomePage
from ui.recent_files import RecentMenu
from ui.run_controller import RunController
from ui.samples_menu import SamplesMenu
from ui.scaling import TEXT_PX
from ui.script_actions import ScriptActions
from ui.settings import SettingsStore
from ui.theme import apply_theme
from ui.timeline.view import TimelineView
from ui.windows.columns import Columns
from ui.windows.memory import WindowMemory
from ui.windows.middle import Middle
from ui.windows.palette import Palette
from ui.windows.presentation import Presentation
from ui.windows.shortcuts_dialog import ShortcutsDialog
from ui.windows.study_windows import StudyWindows

SMALLEST_PX = (1100, 620)
ZOOM_FACTOR = 1.5
PAN_FRACTION = 0.2
QUIET_TICKS = 6
COMPARED = frozenset({"async-tasks"})
"""Lessons beside which the table of `threading.local` and `contextvars` is offered."""
"""While a run has no new events, the timeline is drawn again after so many ticks of the feed."""

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
    message
        Its parts; `middle` holds those around the timeline.
    commands : CommandSet
        Every user action.
    run_actions, scripts, links, files, study_windows
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
        self._quiet_ticks = 0
        self._shown_lesson = ""
        self.setWindowTitle("Threadloom")
        self.setMinimumSize(*SMALLEST_PX)
        self.setAcceptDrops(True)
        self.run_actions = RunActions(models.choice, models.runs, models.selection, controller, models.messages, self)
        self.scripts = ScriptActions(models.choice, models.runs, models.console, controller, self)
        self._prediction = PredictionModel(models.choice, models.runs, store, self)
        self.study_windows = StudyWindows(models, controller, self.run_actions, self)
        self.links = LinkActions(models.choice, self.run_actions, models.messages, self)
        self.files = FileActions(
            models.runs, models.messages, store, load, write, self, lambda: models.viewport.window_ns
        )
        self.timeline = TimelineView(
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
        self.timeline.set_empty_text(EMPTY_TEXT)
        self.commands = CommandSet(self._handlers(), self, self.timeline)
        self.commands.fill_menus(self.menuBar())
        self.samples_menu = SamplesMenu(self.scripts, self.commands, self)
        self.recent_menu = RecentMenu(self.files, self.commands, self)
        self._make_panels()
        self._lay_out()
        self._connect()
        self._memory.restore(self, self._columns, models.choice)
        self.lessons.set_tried(self._memory.tried)
        self._order_tabs()
        self._show_theme()
        self._show_state()
        self.timeline.setFocus()

    # -- building ------------------------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[], object]]:
        timeline, playhead = self.timeline, self.models.playhead
        return {
            "open": self.files.ask_open,
            "save": self.files.ask_save,
            "export": self.files.ask_export,
            "copy_script": self.run_actions.copy_script,
            "copy_picture": lambda: self.files.copy_picture(self.models.theme.theme.name),
            "new_window": self.another_wanted.emit,
            "quit": self.close,
            "run": self._run,
            "stop": self.run_actions.stop,
            "compare": lambda: self.study_windows.compare(),
            "repeat": lambda: self.study_windows.repeat(),
            "diff": lambda: self.study_windows.diff(),
            "predict": lambda: self._prediction.set_on(not self._prediction.is_on),
            "next_problem": lambda: timeline.navigator.step_problem(1),
            "previous_problem": lambda: timeline.navigator.step_problem(-1),
            "next_event": lambda: timeline.navigator.step_event(1),
            "previous_event": lambda: timeline.navigator.step_event(-1),
            "zoom_in": lambda: timeline.navigator.zoom_by(ZOOM_FACTOR),
            "zoom_out": lambda: timeline.navigator.zoom_by(1 / ZOOM_FACTOR),
            "pan_left": lambda: timeline.navigator.pan_by(-PAN_FRACTION),
            "pan_right": lambda: timeline.navigator.pan_by(PAN_FRACTION),
            "fit": timeline.navigator.fit,
            "search": lambda: self.middle.search_bar.open_bar(),
            "console": lambda: self.middle.drawer.toggle_console(),
            "variables": lambda: self.middle.drawer.toggle_variables(),
            "event_table": lambda: self.middle.drawer.toggle_events(),
            "range_table": lambda: self.middle.drawer.toggle_marked(),
            "guards": lambda: self.middle.drawer.toggle_guards(),
            "locks": lambda: self.middle.drawer.toggle_locks(),
            "causality": self.models.causality.toggle,
            "cut_idle": timeline.navigator.toggle_idle,
            "fit_lanes": timeline.toggle_fit_lanes,
            "follow": timeline.navigator.follow,
            "play": lambda: playhead.toggle(1),
            "play_back": lambda: playhead.toggle(-1),
            "step": lambda: playhead.step(1),
            "step_back": lambda: playhead.step(-1),
            "to_start": playhead.to_start,
            "to_end": playhead.to_end,
            "fix": lambda: self.study.show_fix(),
            "comparison": lambda: self.study.show_comparison(),
            "focus_timeline": lambda: timeline.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "theme": self.models.theme.toggle,
            "larger": lambda: self.models.theme.grow(1),
            "smaller": lambda: self.models.theme.grow(-1),
            "normal_size": lambda: self.models.theme.set_text_px(TEXT_PX),
            "presentation": lambda: self.presentation.toggle(),
            "full_screen": self._toggle_full_screen,
            "palette": lambda: Palette(self.commands, self).open(),
            "welcome": self._show_welcome,
            "shortcuts": self._show_shortcuts,
            "escape": self._escape,
        }

    def _make_panels(self) -> None:
        models = self.models
        self.toolbar = Toolbar(models.choice, self.commands, models.theme, self)
        self.message = MessageBar(models.messages, models.theme, self)
        self.job_bar = JobBar(self.files.jobs, self)
        self.lessons = LessonsPanel(models.choice, models.theme, self)
        self.controls = ControlsPanel(models.choice, self)
        self.script = ScriptPanel(models.choice, models.theme, self)
        self.next_run = QStackedWidget(self)
        for panel in (self.controls, self.script):
            self.next_run.addWidget(panel)
        self.earlier = RunsPanel(models.runs, models.theme, self)
        self.verdict = VerdictBar(models.theme, self)
        self.code = CodePanel(models.choice, models.runs, models.selection, models.moment, models.theme, self)
        self.inspector = InspectorPanel(models.runs, models.selection, models.moment, self)
        self.findings = FindingsPanel(models.findings, models.choice, models.selection, models.theme, self)
        self.status = StatusBar(self)
        self.prediction = PredictionCard(self._prediction, models.theme, self)
        self.middle = Middle(self.timeline, self.verdict, models, self.prediction, self)
        copy = self.commands.action("copy_script")
        self.copy_button = ActionButton(copy, "copy", "accent", models.theme, "Copy as script", self)
        self.copy_button.setObjectName("link")
        self.text = LessonTextPanel(models.choice, models.theme, self)
        self.welcome = WelcomePage(models.choice, models.theme, self)
        self.fix = FixPanel(models.choice, models.runs, models.theme, self)
        self.comparison = ComparisonPanel(parent=self)
        self.study = StudySection(self.code, self.text, self.fix, self.comparison, self)
        self.study.header.addWidget(self.copy_button)

    def _lay_out(self) -> None:
        inspector = Section(NOTHING, self.inspector)
        self.inspector.title_changed.connect(inspector.set_title)
        left = (
            Section("Lessons", self.lessons),
            Section("Next run", self.next_run),
            Section("Runs of this session", self.earlier),
        )
        self._of_a_run = (inspector, Section("Findings", self.findings))
        right = (self.study, *self._of_a_run)
        self._columns = Columns(left, self.middle, right, self)
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
        aside = (self.menuBar(), self._columns.left, self.status, *self._of_a_run)
        self.presentation = Presentation(self, aside, self.models.theme, self)

    def _connect(self) -> None:
        models, actions = self.models, self.run_actions
        models.viewport.cuts_idle_changed.connect(lambda is_on: self.commands.set_checked("cut_idle", is_on))
        self.presentation.changed.connect(lambda is_on: self.commands.set_checked("presentation", is_on))
        models.causality.switched.connect(lambda is_on: self.commands.set_checked("causality", is_on))
        self.toolbar.storage.chosen.connect(self._choose_storage)
        self.toolbar.runner.chosen.connect(actions.choose_runner)
        self.lessons.chosen.connect(actions.choose_lesson)
        self.findings.lesson_wanted.connect(actions.choose_lesson)
        self.study.tabs.currentChanged.connect(self._give_room)
        self.text.link_activated.connect(self.links.follow)
        self.fix.run_wanted.connect(actions.run_with)
        for source in (self.fix, self.links):
            source.comparison_wanted.connect(self.study_windows.open_comparison)
        self.welcome.link_activated.connect(self._close_welcome)
        self.welcome.link_activated.connect(self.links.follow)
        self.welcome.closed.connect(self._close_welcome)
        self.links.repeats_wanted.connect(self.study_windows.start_repeats)
        actions.lesson_chosen.connect(self._on_lesson_chosen)
        self.models.choice.changed.connect(self._offer_comparison)
        self.comparison.recording_chosen.connect(actions.show_recording)
        self.controls.edited.connect(actions.change_setting)
        self.controls.option_edited.connect(actions.change_option)
        self._connect_scripts()
        self.earlier.chosen.connect(actions.show_run)
        self.files.opened.connect(actions.adopt_shown)
        self.message.folder_opened.connect(show_folder)
        self.verdict.hint_clicked.connect(self._follow_hint)
        self.verdict.fix.clicked.connect(self.commands.action("fix").trigger)
        models.theme.changed.connect(self._on_theme_changed)
        models.choice.changed.connect(self._show_state)
        self._prediction.changed.connect(self._show_state)
        self._prediction.changed.connect(self._order_tabs)
        models.choice.changed.connect(self._order_tabs)
        models.runs.shown_changed.connect(self._on_shown_changed)
        models.runs.grown.connect(self._on_grown)
        models.runs.list_changed.connect(self._show_state)
        self.controller.run_started.connect(self._on_run_started)
        self.controller.run_changed.connect(self._on_tick)

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
        order = [*self.toolbar.focus_order, self.lessons.search, self.lessons.list]
        order += self.controls.focus_order if self.models.choice.script is None else self.script.focus_order
        order += [self.earlier, *self.prediction.focus_order, *self.middle.focus_order]
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
        self._commit()
        self.run_actions.run()
        focus = QApplication.focusWidget()
        if focus is None or not (self.next_run.isAncestorOf(focus) or self.toolbar.isAncestorOf(focus)):
            self.timeline.setFocus()

    def _choose_storage(self, storage: str) -> None:
        self._commit()
        self.run_actions.choose_storage(storage)

    def _commit(self) -> None:
        """Take what was typed in the settings of the next run and not yet confirmed."""
        if self.models.choice.script is None:
            self.controls.commit()
        else:
            self.script.commit()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _escape(self) -> None:
        """Close what is open, else dismiss message and question, else deselect, else stop."""
        if not self.welcome.isHidden():
            self._close_welcome()
            return
        if self.middle.escape():
            return
        if self.models.messages.current is None and self._prediction.dismiss():
            return
        if self.presentation.is_on and not self.controller.is_running and self.models.messages.current is None:
            self.presentation.toggle()
        else:
            self.run_actions.escape()

    def greet(self) -> None:
        """Show the welcome page to whoever has never seen it, unless there is a run to look at."""
        if self._memory.is_first_start and self.models.runs.shown is None:
            self._show_welcome()

    def _show_welcome(self) -> None:
        self._memory.note_welcomed()
        self.welcome.show()
        self._columns.hide()
        self.welcome.offers[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_welcome(self) -> None:
        if not self.welcome.isHidden():
            self.welcome.hide()
            self._columns.show()
            self.timeline.setFocus()

    def _show_shortcuts(self) -> None:
        ShortcutsDialog(self).open()

    def _follow_hint(self, command_id: str) -> None:
        self.commands.trigger(command_id)
        self.timeline.setFocus()

    # -- following the models ------------------------------------------------------------------------------------

    def _offer_comparison(self) -> None:
        self.study.offer_comparison(self.models.choice.lesson.id in COMPARED)

    def _on_lesson_chosen(self) -> None:
        if self.models.runs.shown is None:
            self.study.offer_text()

    def _give_room(self) -> None:
        """Let the lesson's text have the whole column while there is no run to tell of."""
        if self.presentation.is_on:
            return
        is_reading = self.study.page is self.text and self.models.runs.shown is None
        for section in self._of_a_run:
            section.setVisible(not is_reading)

    def _on_run_started(self) -> None:
        self.study.note_run()
        if self.models.choice.script is None:
            self._memory.tried.add(self.models.choice.lesson.id)
        self.lessons.set_tried(self._memory.tried)

    def _on_shown_changed(self) -> None:
        before, shown = self._shown_lesson, self.models.runs.shown
        self._shown_lesson = shown.settings.subject if shown is not None else ""
        if shown is not None:
            self._close_welcome()
        self.timeline.set_recording(shown, is_same_lesson=before == self._shown_lesson)
        self._give_room()
        self._show_state()

    def _on_grown(self) -> None:
        self.timeline.refresh()
        self._show_state()

    def _on_tick(self, has_news: bool) -> None:
        """Let time go on in the picture, also while nothing happens, but not so often that it costs much."""
        self._quiet_ticks = 0 if has_news else self._quiet_ticks + 1
        if self._is_shown_running and self._quiet_ticks and self._quiet_ticks % QUIET_TICKS == 0:
            self.timeline.refresh()
        self._show_status()

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

    def _show_state(self) -> None:
        shown, is_running = self.models.runs.shown, self.controller.is_running
        script = self.models.choice.script
        self.next_run.setCurrentWidget(self.controls if script is None else self.script)
        self.study.set_about_lesson(script is None)
        self.middle.drawer.console.set_running(is_running and script is not None)
        self.commands.set_enabled(("run",), not is_running)
        self.commands.set_enabled(("stop",), is_running)
        self.commands.set_enabled(("compare", "repeat", "predict", "fix"), script is None)
        self.commands.set_enabled(("save", "export", "copy_picture"), shown is not None and not self._is_shown_running)
        on_timeline = [command for command in COMMANDS if command.scope is Scope.TIMELINE]
        self.commands.set_enabled((one.id for one in on_timeline if one.menu != REPLAY), shown is not None)
        self.commands.set_enabled(
            (one.id for one in on_timeline if one.menu == REPLAY), self.models.playhead.is_movable
        )
        self.commands.set_checked("predict", self._prediction.is_on)
        self.verdict.show_verdict(describe_verdict(self.models.choice, self.models.runs))
        self._show_status()

    def _show_status(self) -> None:
        session = self.controller.session if self._is_shown_running else None
        self.status.show_run(self.models.runs.shown, session)

    @property
    def _is_shown_running(self) -> bool:
        session = self.controller.session
        return session is not None and session.recording is self.models.runs.shown

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a recording or a Python program that is dragged here."""
        if _dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = _dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.files.open(path)

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


def _dropped_file(data: QMimeData) -> Path | None:
    """Return the file that is dragged, if it is one that can be opened."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in (SUFFIX, SCRIPT_SUFFIX)), None)
