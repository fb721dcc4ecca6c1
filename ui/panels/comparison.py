"""`threading.local` beside `contextvars`: a table filled by probes that ran on this interpreter a moment ago."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from simulator.comparison import COLUMNS, FEATURES, SINCE, Answer, run_probes
from ui.background import DIRECT_ROWS, Background
from ui.panels.section import EDGE_PX
from ui.theme import set_tone

RunProbes = Callable[[], Sequence[Answer]]

_WORDS = {True: "✓ yes", False: "✗ no", None: "? not known"}
_TONES = {True: "good", False: "bad", None: "neutral"}


class ComparisonPanel(QScrollArea):
    """The table; its probes run when it is first shown, and again when that is wanted.

    Parameters
    ----------
    run : callable
        Runs the probes; called in a thread of its own.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    recording_chosen(object)
        The user wants to see a probe's run.

    Attributes
    ----------
    cells : dict of (str, str) to QPushButton
        The answers, by the id of the probe and the storage.
    again : QPushButton
        Runs the probes again.
    note : QLabel
        Says where and when the answers come from.
    """

    recording_chosen = Signal(object)

    def __init__(self, run: RunProbes = lambda: tuple(run_probes()), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._answers: dict[tuple[str, str], Answer] = {}
        self._background = Background("probes", self)
        self.cells: dict[tuple[str, str], QPushButton] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.again = QPushButton("Probe again", self)
        self.again.setObjectName("link")
        self.again.setToolTip("Run all probes once more")
        self.again.clicked.connect(self.probe)
        self.note = QLabel(self)
        self.note.setObjectName("hint")
        self.note.setWordWrap(True)
        self._lay_out()

    def _lay_out(self) -> None:
        body = QWidget(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(EDGE_PX)
        grid.setVerticalSpacing(6)
        for column, title in enumerate(COLUMNS.values(), 1):
            grid.addWidget(self._label(f"<b>{title}</b>"), 0, column)
        for row, feature in enumerate(FEATURES, 1):
            grid.addWidget(self._label(feature.name, feature.help), row, 0)
            for column, storage in enumerate(COLUMNS, 1):
                key = feature.probe.id, storage
                self.cells[key] = self._cell(key, f"{feature.name}, {COLUMNS[storage]}")
                grid.addWidget(self.cells[key], row, column, Qt.AlignmentFlag.AlignLeft)
        last = len(FEATURES) + 1
        grid.addWidget(self._label("Since Python", "Known, not probed"), last, 0)
        for column, since in enumerate(SINCE.values(), 1):
            grid.addWidget(self._label(since), last, column)
        grid.setColumnStretch(len(COLUMNS) + 1, 1)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(EDGE_PX, 4, EDGE_PX, 4)
        layout.addLayout(grid)
        layout.addWidget(self.note)
        layout.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.setWidget(body)

    def _label(self, text: str, tip: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setToolTip(tip)
        return label

    def _cell(self, key: tuple[str, str], name: str) -> QPushButton:
        cell = QPushButton("…", self)
        cell.setObjectName("answer")
        cell.setEnabled(False)
        cell.setAccessibleName(name)
        cell.clicked.connect(lambda: self.recording_chosen.emit(self._answers[key].recording))
        return cell

    def showEvent(self, event: QShowEvent) -> None:
        """Run the probes when the table is first seen."""
        super().showEvent(event)
        if not self._answers and not self._background.is_busy:
            self.probe()

    def probe(self) -> None:
        """Run the probes."""
        self.note.setText("The probes are running…")
        self.again.setEnabled(False)
        self._background.ask(self._run, self._take, DIRECT_ROWS + 1)  # off the window's thread: they wait for threads

    def close_work(self) -> None:
        """Wait until no probe is running."""
        self._background.close()

    def _take(self, answers: Sequence[Answer]) -> None:
        self.again.setEnabled(True)
        for answer in answers:
            key = answer.feature.probe.id, answer.storage
            self._answers[key] = answer
            self._show(self.cells[key], answer)
        interpreter = answers[0].recording.interpreter if answers else "this interpreter"
        said = f"Found out by {len(answers)} probes that have just run on {interpreter}."
        self.note.setText(f"{said} Click an answer to see its run.")

    def _show(self, cell: QPushButton, answer: Answer) -> None:
        cell.setText(_WORDS[answer.is_yes])
        cell.setEnabled(True)
        cell.setToolTip(f"{answer.feature.help}: {answer.recording.verdict.text}. Click to see the run.")
        cell.setAccessibleDescription(cell.text())
        set_tone(cell, _TONES[answer.is_yes])
