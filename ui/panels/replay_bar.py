"""The replay bar: one slim line with which a run is gone through again, slowly, forwards and back."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from simulator.analysis.findings import Severity
from simulator.analysis.recording import Recording
from simulator.picture.time_scale import duration_text, time_text
from ui.models.playhead import EVENT_BY_EVENT, SPEEDS, PlayheadModel
from ui.models.runs import RunsModel
from ui.panels.fields import DropDown
from ui.panels.replay_slider import ReplaySlider
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel

ICON_PX = 14
GAP_PX = 8
SLIDER_PX = 140
"""What the slider is to have at least. A narrower bar does without the time, a still narrower one without some buttons:
the slider's tooltip tells the time, and keys do what the buttons do."""
LESS_USED = ("start", "play_back", "end")
MOST_TICKS = 2000
"""As many places along the slider are told apart; every problem is in one of them."""
SPEED_TEXTS = {speed: f"1/{speed}" for speed in SPEEDS} | {EVENT_BY_EVENT: "by event"}
SPEED_HELP = "Speed of the replay: real time, or slowed down 10, 100 or 1,000 times, or each event for the same time"
BUTTONS = {
    "start": ("to-start", "To the start"),
    "play_back": ("play-back", "Replay backwards"),
    "step_back": ("chevron-left", "Take the last event back"),
    "play": ("run", "Replay"),
    "step": ("chevron-right", "Let the next event happen"),
    "end": ("to-end", "To the end"),
}


class ReplayBar(QFrame):
    """Moves the playhead.

    Parameters
    ----------
    playhead : PlayheadModel
        The moment that is looked at.
    runs : RunsModel
        The run on screen.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    buttons : dict of str to QToolButton
        ``start``, ``play_back``, ``step_back``, ``play``, ``step``, ``end``.
    slider : ReplaySlider
        Over the whole run.
    speed : DropDown
        How fast it is replayed.
    time : QLabel
        ``41.3 ms of 110 ms``.
    """

    def __init__(
        self, playhead: PlayheadModel, runs: RunsModel, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._playhead = playhead
        self._runs = runs
        self._theme = theme
        self.setObjectName("replayBar")
        self.setAccessibleName("Replay")
        doing: dict[str, Callable[[], None]] = {
            "start": playhead.to_start,
            "play_back": lambda: playhead.toggle(-1),
            "step_back": lambda: playhead.step(-1),
            "play": lambda: playhead.toggle(1),
            "step": lambda: playhead.step(1),
            "end": playhead.to_end,
        }
        self.buttons = {name: self._button(name, action) for name, action in doing.items()}
        self.slider = ReplaySlider(theme.theme, self)
        self.speed = DropDown(self)
        self.speed.setAccessibleName("Speed of the replay")
        self.speed.setToolTip(SPEED_HELP)
        for speed, text in SPEED_TEXTS.items():
            self.speed.addItem(text, speed)
        self.time = QLabel(self)
        self.time.setObjectName("replayTime")
        self.time.setAccessibleName("Playhead")
        keep_scaled(self.time, lambda: self.time.setMinimumWidth(_width_px("999 ms of 999 ms")))
        self._lay_out()
        self._connect()
        self._show_ticks()
        self._show_state()
        self._show_theme()

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through, from left to right."""
        return [*self.buttons.values(), self.slider, self.speed]

    def _button(self, name: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("flat")
        keep_scaled(button, lambda: button.setIconSize(QSize(px(ICON_PX), px(ICON_PX))))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for; its keys stay."""
        needed_px = (
            px(SLIDER_PX) + 4 * GAP_PX + sum(one.sizeHint().width() + 2 for one in (*self.buttons.values(), self.speed))
        )
        for name in LESS_USED:
            self.buttons[name].setVisible(self.width() >= needed_px)
        self.time.setVisible(self.width() >= needed_px + max(self.time.sizeHint().width(), self.time.minimumWidth()))

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP_PX, 0, GAP_PX, 0)
        layout.setSpacing(2)
        for button in self.buttons.values():
            layout.addWidget(button)
        layout.addSpacing(GAP_PX - 2)
        layout.addWidget(self.slider, 1)
        layout.addSpacing(GAP_PX - 2)
        layout.addWidget(self.time)
        layout.addSpacing(GAP_PX - 4)
        layout.addWidget(self.speed)

    def _connect(self) -> None:
        playhead = self._playhead
        self.slider.scrubbed.connect(lambda fraction: playhead.scrub(round(fraction * playhead.end_ns)))
        self.slider.stepped.connect(playhead.step)
        self.speed.activated.connect(lambda index: playhead.set_speed(self.speed.itemData(index)))
        playhead.moved.connect(self._show_state)
        playhead.playing_changed.connect(self._show_theme)
        playhead.speed_changed.connect(self._show_state)
        self._runs.shown_changed.connect(self._on_run_changed)
        self._runs.list_changed.connect(self._on_run_changed)
        self._theme.changed.connect(self._show_theme)

    # -- following the models ------------------------------------------------------------------------------------

    def _on_run_changed(self) -> None:
        self._show_ticks()
        self._show_state()

    def _show_ticks(self) -> None:
        """Mark the problems of a run that has ended; while it goes on they are not all known."""
        shown = self._runs.shown
        self.slider.set_ticks(problem_places(shown) if shown is not None and self._playhead.is_movable else ())

    def _show_state(self) -> None:
        playhead = self._playhead
        is_movable, end_ns = playhead.is_movable, playhead.end_ns
        self.slider.show_moment(playhead.time_ns / end_ns if end_ns else 1.0)
        for widget in (*self.buttons.values(), self.slider, self.speed):
            widget.setEnabled(is_movable)
        self.speed.setCurrentIndex(self.speed.findData(playhead.speed))
        self.time.setText(self._describe_time())
        text = self._describe_moment()
        self.time.setToolTip(text)
        self.time.setAccessibleDescription(text)
        self.slider.setAccessibleDescription(text)
        self.slider.setToolTip(text)

    def _describe_time(self) -> str:
        if self._runs.shown is None:
            return "no run yet"
        if self._playhead.is_live:
            return "live"
        return f"{duration_text(self._playhead.time_ns)} of {duration_text(self._playhead.end_ns)}"

    def _describe_moment(self) -> str:
        shown = self._runs.shown
        if shown is None:
            return "After a run it can be gone through again here"
        if self._playhead.is_live:
            return "The run goes on; afterwards it can be gone through again"
        return f"At {time_text(self._playhead.time_ns)}; {self._playhead.n:,} of {shown.trace.n:,} events have happened"

    def _show_theme(self) -> None:
        """Show icons and colours; the direction that is being replayed has the sign for a pause."""
        playhead = self._playhead
        playing = {1: "play", -1: "play_back"}[playhead.direction] if playhead.is_playing else ""
        for name, button in self.buttons.items():
            icon, text = ("pause", "Pause") if name == playing else BUTTONS[name]
            button.setIcon(self._theme.icon(icon, "accent" if name in ("play", playing) else "text"))
            button.setToolTip(text)
            button.setAccessibleName(text)
        self.slider.set_theme(self._theme.theme)


def problem_places(recording: Recording) -> tuple[float, ...]:
    """Return where the problems of a run lie, 0 for its start to 1 for its end, each place once.

    Notes
    -----
    Cost: O(n) once; at most `MOST_TICKS` + 1 places.
    """
    trace = recording.trace
    problems = np.flatnonzero(recording.analysis.severity[: trace.n] >= Severity.WARNING)
    end_ns = max(trace.duration_ns, 1)
    places = np.unique(np.rint(trace.begin_ns[problems] * (MOST_TICKS / end_ns)))
    return tuple((places / MOST_TICKS).tolist())


def _width_px(text: str) -> int:
    """Return how wide a text is in the application's font."""
    return QFontMetrics(QApplication.font()).horizontalAdvance(text)
