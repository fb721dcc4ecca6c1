"""The findings of the run on screen, as cards that lead to their events."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.recording import RUNNING
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.panels.section import EDGE_PX
from ui.theme import ThemeModel, code_font, set_tone

MOST_CARDS = 40
ICON_PX = 16


class FindingCard(QFrame):
    """One finding.

    Parameters
    ----------
    finding : Finding
        What was found.
    theme : ThemeModel
        Colours of the icon.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    activated
        The card was clicked, or Enter or Space pressed on it.
    """

    activated = Signal()

    def __init__(self, finding: Finding, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self._theme = theme
        self._tone = "bad" if finding.severity == Severity.ERROR else "note"
        self.setObjectName("finding")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        times = f"  ×{finding.count:,}" if finding.count > 1 else ""
        title = f"{finding.title}{times}"
        self.setAccessibleName(f"{title}. {finding.message}")
        self.setToolTip("Click or press Enter to select the event; again for the next of its kind")
        self._icon = QLabel(self)
        heading = QLabel(title, self)
        heading.setObjectName("findingTitle")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(heading, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self._text(finding.message))
        if finding.cure:
            layout.addWidget(self._cure(finding.cure))
        for widget in (self, heading):
            set_tone(widget, self._tone)
        theme.changed.connect(self._show_icon)
        self._show_icon()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Activate the card."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Activate the card with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def _show_icon(self) -> None:
        name, role = ("error", "bad") if self._tone == "bad" else ("warning", "note")
        self._icon.setPixmap(self._theme.pixmap(name, role, ICON_PX))

    def _text(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _cure(self, cure: str) -> QLabel:
        label = self._text(cure)
        label.setFont(code_font())
        label.setObjectName("cure")
        label.setToolTip("The usual cure")
        label.setAccessibleName(f"The usual cure: {cure}")
        return label


class FindingsPanel(QScrollArea):
    """All findings of the run on screen.

    Parameters
    ----------
    runs : RunsModel
        The run on screen.
    selection : SelectionModel
        Where a clicked card leads.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.
    """

    def __init__(
        self, runs: RunsModel, selection: SelectionModel, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._selection = selection
        self._theme = theme
        self._shown: list[Finding] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Findings")
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(EDGE_PX, 0, EDGE_PX, 6)
        layout.setSpacing(8)
        self.note = QLabel(body)
        self.note.setWordWrap(True)
        layout.addWidget(self.note)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        layout.addLayout(self._list)
        layout.addStretch(1)
        self.setWidget(body)
        self.cards: list[FindingCard] = []
        runs.shown_changed.connect(self.refresh)
        runs.grown.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the findings as they are now."""
        recording = self._runs.shown
        findings = recording.findings if recording is not None else []
        if findings != self._shown:
            self._rebuild(findings)
        text, name = self._describe_absence(len(findings))
        self.note.setVisible(bool(text))
        self.note.setText(text)
        if self.note.objectName() != name:
            self.note.setObjectName(name)
            self.note.style().polish(self.note)

    def _describe_absence(self, n: int) -> tuple[str, str]:
        recording = self._runs.shown
        if n > MOST_CARDS:
            return f"The first {MOST_CARDS} of {n:,} findings:", "hint"
        if n:
            return "", "hint"
        if recording is None:
            return "What goes wrong in a run is explained here.", "hint"
        if recording.status == RUNNING:
            return "The run is going on; findings are written at its end.", "hint"
        if recording.ending is not None and not recording.analysis.is_searched:
            return "No thread died in this run. Data races were not looked for.", "hint"
        return "Nothing found in this run.", "good"

    def _rebuild(self, findings: list[Finding]) -> None:
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self._shown = list(findings)
        self.cards = []
        for finding in findings[:MOST_CARDS]:
            card = FindingCard(finding, self._theme, self)
            card.activated.connect(self._on_activated)
            self._list.addWidget(card)
            self.cards.append(card)

    def _on_activated(self) -> None:
        card = self.sender()
        assert isinstance(card, FindingCard)
        events = card.finding.events
        if events:
            row = self._selection.row
            at = events.index(row) + 1 if row in events else 0
            self._selection.select(events[at % len(events)])
