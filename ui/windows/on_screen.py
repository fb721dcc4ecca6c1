"""The run on screen: timeline, verdict, status bar and the commands that act on it are kept in step with it."""

from PySide6.QtCore import QObject

from ui.commands import COMMANDS, REPLAY, CommandSet, Scope
from ui.models.all import Models
from ui.panels.run_verdict import describe_verdict
from ui.panels.status import StatusBar
from ui.panels.verdict import VerdictBar
from ui.run_controller import RunController
from ui.timeline.view import TimelineView

QUIET_TICKS = 6
"""While a run has no new events, the timeline is drawn again after so many ticks of the feed."""

ON_TIMELINE = tuple(command for command in COMMANDS if command.scope is Scope.TIMELINE)


class RunOnScreen(QObject):
    """Follows the run on screen, also while it grows.

    Parameters
    ----------
    models : Models
        State of the window.
    controller : RunController
        Knows what runs.
    timeline : TimelineView
        The picture.
    verdict : VerdictBar
        The sentence.
    status : StatusBar
        How far it is and where it runs.
    commands : CommandSet
        Those that need a run are allowed while there is one.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        models: Models,
        controller: RunController,
        timeline: TimelineView,
        verdict: VerdictBar,
        status: StatusBar,
        commands: CommandSet,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._controller = controller
        self._timeline = timeline
        self._verdict = verdict
        self._status = status
        self._commands = commands
        self._subject = ""
        self._quiet_ticks = 0
        models.runs.shown_changed.connect(self._on_shown_changed)
        models.runs.grown.connect(self._on_grown)
        for changed in (models.runs.list_changed, models.choice.changed, controller.run_starting, controller.failed):
            changed.connect(self.show_state)
        controller.run_changed.connect(self._on_tick)

    def show_state(self) -> None:
        """Say how the run went, and allow what can be done now."""
        self._allow()
        self._verdict.show_verdict(describe_verdict(self._models.choice, self._models.runs))
        self._show_status()

    def _allow(self) -> None:
        commands, is_running = self._commands, self._controller.is_running
        has_run = self._models.runs.shown is not None
        commands.set_enabled(("run",), not is_running)
        commands.set_enabled(("stop",), is_running)
        is_lesson = self._models.choice.script is None
        commands.set_enabled(("compare", "repeat", "predict", "fix"), is_lesson)
        commands.set_enabled(("save", "export", "copy_picture"), has_run and not self._is_growing)
        commands.set_enabled((one.id for one in ON_TIMELINE if one.menu != REPLAY), has_run)
        can_replay = self._models.playhead.is_movable
        commands.set_enabled((one.id for one in ON_TIMELINE if one.menu == REPLAY), can_replay)

    def _show_status(self) -> None:
        session = self._controller.session if self._is_growing else None
        self._status.show_run(self._models.runs.shown, session)

    @property
    def _is_growing(self) -> bool:
        session = self._controller.session
        return session is not None and session.recording is self._models.runs.shown

    def _on_shown_changed(self) -> None:
        before, shown = self._subject, self._models.runs.shown
        self._subject = shown.settings.subject if shown is not None else ""
        self._timeline.set_recording(shown, is_same_lesson=before == self._subject)
        self.show_state()

    def _on_grown(self) -> None:
        self._timeline.refresh()
        self.show_state()

    def _on_tick(self, has_news: bool) -> None:
        """Let time go on in the picture, also while nothing happens, but not so often that it costs much."""
        self._quiet_ticks = 0 if has_news else self._quiet_ticks + 1
        if self._is_growing and self._quiet_ticks and self._quiet_ticks % QUIET_TICKS == 0:
            self._timeline.refresh()
        self._show_status()
