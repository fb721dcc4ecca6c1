"""One of the two runs of a comparison: its storage, its verdict, its timeline."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from simulator.analysis.recording import RUNNING, Recording
from simulator.lessons.base import STORAGE_LABELS, Lesson, RunSettings
from simulator.lessons.fix import name_of
from ui.models.lanes import LanesModel
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.panels.fields import DropDown
from ui.panels.verdict import ICONS, SELECTABLE
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel, set_tone
from ui.timeline.view import TimelineView

ICON_PX = 18
WAITING = "Not run yet"


class CompareHalf(QFrame):
    """A run with what it ran with and what came of it.

    Parameters
    ----------
    name : str
        Which of the two, for screen readers.
    viewport : ViewportModel
        The window of time, linked with that of the other half.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    storage_chosen(str)
        The user wants another storage.
    open_wanted
        The user wants to see the run in the main window.

    Attributes
    ----------
    timeline : TimelineView
        The picture.
    storage : DropDown
        With which storage it runs.
    sentence : QLabel
        Its verdict.
    """

    storage_chosen = Signal(str)
    open_wanted = Signal()

    def __init__(self, name: str, viewport: ViewportModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = "neutral"
        self._recording: Recording | None = None
        self.selection = SelectionModel(self)
        self.setObjectName("compareHalf")
        self.timeline = TimelineView(viewport, self.selection, theme.theme, self, lanes=LanesModel(self))
        self.timeline.setAccessibleName(f"{name} timeline")
        self.timeline.toggle_fit_lanes()
        self.storage = DropDown(self)
        self.storage.setAccessibleName(f"{name} storage")
        self.storage.setToolTip("With what this half runs; both run again when you change it")
        self.storage.activated.connect(lambda: self.storage_chosen.emit(self.storage.currentData()))
        self._icon = QLabel(self)
        self.sentence = QLabel(WAITING, self)
        self.sentence.setObjectName("compareVerdict")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(SELECTABLE)
        self.sentence.setWordWrap(True)
        self.sentence.setAccessibleName(f"{name} verdict")
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.open_button = QPushButton("Open in the window", self)
        self.open_button.setObjectName("link")
        self.open_button.setAutoDefault(False)
        self.open_button.setToolTip("Show this run in the main window, with its code and findings")
        self.open_button.clicked.connect(self.open_wanted)
        self._lay_out()
        theme.changed.connect(self._on_theme_changed)
        self.show_run(None)
        self._on_theme_changed()
        keep_scaled(self, self._show_verdict)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(10)
        header.addWidget(self.storage)
        header.addWidget(self._icon)
        header.addWidget(self.sentence, 1)
        header.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(header)
        layout.addWidget(self.timeline, 1)

    def show_settings(self, lesson: Lesson, settings: RunSettings) -> None:
        """Offer the lesson's storages; what is chosen may have options besides."""
        self.storage.clear()
        for storage in lesson.storages:
            is_chosen = storage == settings.storage
            self.storage.addItem(name_of(lesson, settings) if is_chosen else STORAGE_LABELS[storage], storage)
        self.storage.setCurrentIndex(self.storage.findData(settings.storage))

    def show_run(self, recording: Recording | None) -> None:
        """Show a run from its beginning; None for none yet."""
        self._recording = recording
        self.timeline.set_recording(recording)
        self.timeline.set_empty_text(WAITING if recording is None else "")
        self._show_verdict()

    def refresh(self) -> None:
        """Take in what has been recorded since."""
        self.timeline.refresh()
        self._show_verdict()

    @property
    def tone(self) -> str:
        """``good``, ``bad`` or ``neutral``."""
        return self._tone

    def _show_verdict(self) -> None:
        recording = self._recording
        verdict = recording.verdict if recording is not None else None
        self.sentence.setText(verdict.text if verdict is not None else "")
        is_over = recording is not None and recording.status != RUNNING
        self.open_button.setVisible(is_over)
        self._tone = verdict.tone if verdict is not None and is_over else "neutral"
        role = {"good": "good", "bad": "bad"}.get(self._tone, "dim")
        self._icon.setVisible(recording is not None)
        self._icon.setFixedSize(px(ICON_PX), px(ICON_PX))
        self._icon.setPixmap(self._theme.pixmap(ICONS[self._tone], role, px(ICON_PX)))
        self._icon.setAccessibleName({"good": "Good", "bad": "Problem"}.get(self._tone, "Note"))
        set_tone(self.sentence, self._tone)

    def _on_theme_changed(self) -> None:
        self.timeline.set_theme(self._theme.theme)
        self.timeline.set_text_size(self._theme.text_px)
        self._show_verdict()


def align(halves: Sequence[CompareHalf]) -> None:
    """Let the columns of names be equally wide, so that the same time stands at the same place."""
    widest_px = max(half.timeline.header_px for half in halves)
    for half in halves:
        half.timeline.set_header_px(widest_px)
