"""What two runs differ in: both on one clock, the events at which they part selected, the rest in words."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from simulator.analysis.diff import Diff, Parting, diff
from simulator.analysis.recording import Recording
from simulator.export.diff_text import diff_text
from ui.jobs import DIRECT_EVENTS, Job, Jobs
from ui.models.linked_viewports import LinkedViewports
from ui.panels.compare_half import CompareHalf, align
from ui.panels.fields import DropDown
from ui.panels.job_bar import JobBar
from ui.theme import ThemeModel, code_font

STOPPED = "Stopped before it was known what differs; choose another run, or close this window."
FIRST_PX = QSize(1400, 900)
SMALLEST_PX = QSize(760, 560)
TEXT_SHARE = (5, 3)
"""Of pictures and words, in the height of the window."""


class DiffWindow(QDialog):
    """Two runs of the session and their difference.

    Parameters
    ----------
    runs : tuple of Recording
        The runs that can be chosen; at least two that have ended.
    first, second : int
        Which of them to begin with.
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
    choices : tuple of DropDown
        Which run each half shows.
    text : QPlainTextEdit
        The difference in words.
    jobs : Jobs
        Where runs are compared that are too long to be compared at once.
    """

    run_opened = Signal(object)

    def __init__(
        self, runs: tuple[Recording, ...], first: int, second: int, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._runs = runs
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What differs")
        self.setObjectName("compare")
        self.setMinimumSize(SMALLEST_PX)
        self.viewports = LinkedViewports(self)
        self.halves = (
            CompareHalf("Upper", self.viewports.upper, theme, self),
            CompareHalf("Lower", self.viewports.lower, theme, self),
        )
        self.choices = (self._make_choice("A", first), self._make_choice("B", second))
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFont(code_font())
        self.text.setAccessibleName("What differs, in words")
        self.jobs = Jobs(self)
        self._lay_out()
        for choice in self.choices:
            choice.currentIndexChanged.connect(self._show)
        for half, choice in zip(self.halves, self.choices, strict=True):
            half.storage.hide()
            half.open_wanted.connect(lambda choice=choice: self.run_opened.emit(self._runs[choice.currentData()]))
        self.resize(FIRST_PX if parent is None else parent.size().boundedTo(FIRST_PX))
        self._show()

    def _make_choice(self, name: str, at: int) -> DropDown:
        choice = DropDown(self)
        choice.setAccessibleName(f"Run {name}")
        for number, run in enumerate(self._runs, 1):
            choice.addItem(f"{name}: run {number}, {run.badge}", number - 1)
        choice.setCurrentIndex(at)
        return choice

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        for choice in self.choices:
            bar.addWidget(choice, 1)
        pictures = QSplitter(Qt.Orientation.Vertical, self)
        for half in self.halves:
            pictures.addWidget(half)
        pictures.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 14)
        layout.setSpacing(10)
        layout.addLayout(bar)
        layout.addWidget(JobBar(self.jobs, self))
        layout.addWidget(pictures, TEXT_SHARE[0])
        layout.addWidget(QLabel("What differs", self))
        layout.addWidget(self.text, TEXT_SHARE[1])

    def _show(self) -> None:
        """Show the chosen runs, and where they part as soon as that is known."""
        chosen = self._chosen
        self.viewports.reset()
        for half, at in zip(self.halves, chosen, strict=True):
            half.selection.select(None)
            half.show_run(self._runs[at])
            half.refresh()
        align(self.halves)
        self._compare(chosen)

    @property
    def _chosen(self) -> tuple[int, int]:
        first, second = (choice.currentData() for choice in self.choices)
        return first, second

    def _compare(self, chosen: tuple[int, int]) -> None:
        """Compare two runs, now or in a while; the answer to an earlier question no longer counts."""
        first, second = (self._runs[at] for at in chosen)
        self.text.clear()
        self.jobs.stop()
        job = Job(
            f"Comparing run {chosen[0] + 1} with run {chosen[1] + 1}",
            lambda progress: diff(first, second, progress),
            partial(self._on_compared, chosen),
            lambda _stopped: self._on_stopped(chosen),
        )
        self.jobs.do(job, is_short=first.trace.n + second.trace.n <= DIRECT_EVENTS)

    def _on_compared(self, chosen: tuple[int, int], found: Diff) -> None:
        if chosen == self._chosen:
            (first, second), runs = chosen, self._runs
            names = (f"run {first + 1}", f"run {second + 1}")
            self.text.setPlainText(diff_text(names, (runs[first], runs[second]), found))
            self._select(found.order or found.source)

    def _on_stopped(self, chosen: tuple[int, int]) -> None:
        if chosen == self._chosen:
            self.text.setPlainText(STOPPED)

    def _select(self, parting: Parting | None) -> None:
        rows = (None, None) if parting is None else (parting.first, parting.second)
        for half, row in zip(self.halves, rows, strict=True):
            half.selection.select(row)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Compare no longer."""
        self.jobs.close()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            event.ignore()
