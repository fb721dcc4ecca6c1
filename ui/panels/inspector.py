"""The inspector: every field of the selected event, or without one the state at the playhead."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from simulator.analysis.recording import RUNNING
from ui.models.moment import MomentModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.panels.event_facts import EventFacts, describe_event
from ui.panels.moment_facts import describe_moment
from ui.panels.section import EDGE_PX
from ui.theme import code_font, set_tone

NOTHING = "Inspector"
HINT = "Click a mark in the timeline, a line of the code or a finding: here it says who wrote the value, and when."
DETAIL_PX = 120
FOLLOWED_EVENTS = 50_000
LONGEST_WORD = 34


class InspectorPanel(QScrollArea):
    """What is known about the selected event; without one, about the moment at the playhead.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    selection : SelectionModel
        The selected event.
    moment : MomentModel
        The state at the playhead.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    title_changed(str)
        What is shown is of another kind.
    """

    title_changed = Signal(str)

    def __init__(
        self, runs: RunsModel, selection: SelectionModel, moment: MomentModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._selection = selection
        self._moment = moment
        self.setAccessibleName("Selected event")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(EDGE_PX, 0, EDGE_PX, 4)
        self.hint = QLabel(HINT, body)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        layout.addWidget(self.hint)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)
        layout.addLayout(self._grid)
        self.detail = QPlainTextEdit(body)
        self.detail.setObjectName("detail")
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("Traceback")
        self.detail.setTabChangesFocus(True)
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.detail.setMinimumHeight(DETAIL_PX)
        self.detail.setFont(code_font())
        layout.addWidget(self.detail, 1)
        layout.addStretch(1)
        self.setWidget(body)
        self._rows: list[tuple[QLabel, QLabel]] = []
        selection.row_changed.connect(self.refresh)
        runs.shown_changed.connect(self.refresh)
        runs.grown.connect(self._on_grown)
        moment.changed.connect(self._on_moment_changed)
        self.refresh()

    @property
    def facts(self) -> dict[str, str]:
        """What is shown, by label."""
        return {label.text(): text.text() for label, text in self._rows if not label.isHidden()}

    def refresh(self) -> None:
        """Show the selected event, or the moment at the playhead."""
        recording, row = self._runs.shown, self._selection.row
        if recording is None or row is None or row >= recording.trace.n:
            self._show(describe_moment(self._moment) or EventFacts(NOTHING))
        else:
            self._show(describe_event(recording, row))

    def _on_moment_changed(self) -> None:
        if self._selection.row is None:
            self.refresh()

    def _on_grown(self) -> None:
        """Follow the run, unless it has so many events that looking for related ones takes too long for a tick."""
        recording = self._runs.shown
        if recording is not None and (recording.status != RUNNING or recording.trace.n <= FOLLOWED_EVENTS):
            self.refresh()

    def _show(self, facts: EventFacts) -> None:
        self.hint.setVisible(not facts.facts)
        for i in range(max(len(facts.facts), len(self._rows))):
            label, text = self._row(i)
            is_used = i < len(facts.facts)
            label.setVisible(is_used)
            text.setVisible(is_used)
            if is_used:
                fact = facts.facts[i]
                label.setText(fact.label)
                shown = cut_words(fact.text)
                if text.text() != shown:
                    text.setText(shown)
                text.setToolTip(fact.text if shown != fact.text else "")
                text.setAccessibleName(f"{fact.label}: {fact.text}")
                set_tone(text, "bad" if fact.is_problem else "neutral")
        self.detail.setVisible(bool(facts.detail))
        if self.detail.toPlainText() != facts.detail:
            self.detail.setPlainText(facts.detail)
        self.title_changed.emit(facts.title)

    def _row(self, i: int) -> tuple[QLabel, QLabel]:
        if i == len(self._rows):
            label, text = QLabel(self), QLabel(self)
            label.setObjectName("factLabel")
            text.setObjectName("factText")
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, i, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, i, 1)
            self._rows.append((label, text))
        return self._rows[i]


def cut_words(text: str) -> str:
    """Return a text whose words can be broken into lines: what is too long for one is cut, as a value of 99 letters."""
    words = text.split(" ")
    return " ".join(word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD - 1]}…{word[-1:]}" for word in words)
