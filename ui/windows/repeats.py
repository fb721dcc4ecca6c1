"""Many runs at once: how often something goes wrong, and what that depends on."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QVBoxLayout, QWidget

from simulator.lessons.base import LABELS, Lesson, RunSettings
from ui.messages import MessagesModel
from ui.models.repeats import USUAL_TIMES, RepeatsModel
from ui.panels.chance_chart import ChanceChart
from ui.panels.fields import DropDown
from ui.panels.message_bar import MessageBar
from ui.panels.verdict import SELECTABLE
from ui.theme import ThemeModel

FIRST_PX = QSize(720, 560)
MOST_TIMES = 1_000
MEANING = (
    "A bug that depends on the order of threads shows in some runs and not in others. That it did not show proves "
    "nothing; how often it shows depends on how many threads meet, and for how long."
)


class RepeatsWindow(QDialog):
    """Runs a lesson many times; closing it leaves nothing running.

    Parameters
    ----------
    repeats : RepeatsModel
        The series; the window's own from now on.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        The main window.

    Attributes
    ----------
    times : QSpinBox
        How often, for each value.
    varied : DropDown
        What is varied.
    start_button, stop_button : QPushButton
        Begin and end.
    progress : QProgressBar
        How many runs have ended.
    sentence : QLabel
        In how many something was found.
    chart : ChanceChart
        How much, in each.
    """

    def __init__(self, repeats: RepeatsModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        repeats.setParent(self)
        self.repeats = repeats
        self.setWindowTitle("Run many times")
        self.setSizeGripEnabled(False)
        self.messages = MessagesModel(self)
        self.question = QLabel(self)
        self.question.setObjectName("compareTitle")
        self.badge = QLabel(self)
        self.badge.setObjectName("hint")
        self.times = QSpinBox(self)
        self.times.setRange(1, MOST_TIMES)
        self.times.setValue(USUAL_TIMES)
        self.times.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.times.setAccessibleName("How many times")
        self.times.setToolTip("How many runs; with a setting that is varied, for each of its values")
        self.varied = DropDown(self)
        self.varied.setAccessibleName("What is varied")
        self.varied.setToolTip("Run with several values of a setting, to see what the chance depends on")
        self.start_button = QPushButton("&Start", self)
        self.start_button.setDefault(True)
        self.stop_button = QPushButton("S&top", self)
        self.stop_button.setAutoDefault(False)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName("Progress")
        self.sentence = QLabel(self)
        self.sentence.setObjectName("chanceText")
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(SELECTABLE)
        self.sentence.setAccessibleName("Result")
        self.chart = ChanceChart(theme, self)
        self._lay_out(theme)
        self._connect()
        self.resize(FIRST_PX)

    def _lay_out(self, theme: ThemeModel) -> None:
        head = QVBoxLayout()
        head.setSpacing(1)
        head.addWidget(self.question)
        head.addWidget(self.badge)
        controls = QHBoxLayout()
        controls.setSpacing(8)
        for text, field in (("&Runs", self.times), ("&Vary", self.varied)):
            label = QLabel(text, self)
            label.setBuddy(field)
            controls.addWidget(label)
            controls.addWidget(field)
            controls.addSpacing(8)
        controls.addStretch(1)
        controls.addWidget(self.start_button)
        controls.addWidget(self.stop_button)
        meaning = QLabel(MEANING, self)
        meaning.setObjectName("hint")
        meaning.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(MessageBar(self.messages, theme, self))
        layout.addLayout(controls)
        layout.addWidget(self.progress)
        layout.addWidget(self.sentence)
        layout.addWidget(self.chart, 1)
        layout.addWidget(meaning)

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(self.repeats.stop)
        self.repeats.chosen.connect(self._on_chosen)
        self.repeats.changed.connect(self._refresh)
        self.repeats.failed.connect(self.messages.show_error)

    def open_for(self, lesson: Lesson, settings: RunSettings, starts: bool = False) -> None:
        """Show the window for a lesson and settings, and run at once if `starts`."""
        self.repeats.choose(lesson, settings)
        self.show()
        self.raise_()
        self.activateWindow()
        if starts:
            self.start()

    def start(self) -> None:
        """Run as often as chosen."""
        self.messages.dismiss()
        self.repeats.start(self.times.value(), self.varied.currentData() or "")

    def _on_chosen(self) -> None:
        repeats = self.repeats
        assert repeats.lesson is not None
        assert repeats.settings is not None
        self.question.setText(repeats.lesson.question)
        self.badge.setText(repeats.settings.badge)
        self.varied.clear()
        self.varied.addItem("nothing", "")
        for name in repeats.can_vary:
            self.varied.addItem(LABELS[name], name)
        self.varied.setCurrentIndex(max(self.varied.findData(repeats.varied), 0))

    def _refresh(self) -> None:
        repeats = self.repeats
        is_running = repeats.is_running
        self.start_button.setEnabled(not is_running)
        self.stop_button.setEnabled(is_running)
        for field in (self.times, self.varied):
            field.setEnabled(not is_running)
        n_done = len(repeats.results)
        self.progress.setRange(0, max(repeats.n_planned, 1))
        self.progress.setValue(n_done)
        self.progress.setFormat(f"{n_done:,} of {repeats.n_planned:,} runs" if repeats.n_planned else "")
        self.sentence.setText(repeats.sentence())
        x_title = LABELS.get(repeats.varied, "")
        values = repeats.values if repeats.varied else ()
        self.chart.show_runs(repeats.results, values, x_title, self._noun)

    @property
    def _noun(self) -> str:
        """What is counted as wrong in a run."""
        lesson = self.repeats.lesson
        if lesson is not None and any(variable.is_counter for variable in lesson.variables):
            return "lost increments"
        has_private = lesson is not None and any(variable.is_private for variable in lesson.variables)
        return "wrong reads" if has_private else "problems"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops, else closes."""
        if event.key() == Qt.Key.Key_Escape and self.repeats.is_running:
            self.repeats.stop()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Close, as every other way of closing does."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is going on, and wait until nothing of it is left."""
        self.repeats.close()
        event.accept()
