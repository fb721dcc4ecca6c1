"""The findings of the run on screen, as cards that lead to their events."""

import html
from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.orders.waiting import find_standstill
from simulator.analysis.recording import RUNNING
from simulator.analysis.silence import Silence
from ui.models.choice import ChoiceModel
from ui.models.findings import FindingsModel
from ui.models.selection import SelectionModel
from ui.panels.deadlock_picture import DeadlockPicture, circle_in_words
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
    lesson : str
        Title of the lesson that teaches it; empty where there is none.
    picture : QWidget, optional
        What is drawn of it.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    activated
        The card was clicked, or Enter or Space pressed on it.
    lesson_wanted(str)
        The link to the lesson was followed; the lesson's id.
    silence_wanted(object)
        It is to be silenced, by this `Silence`.
    """

    activated = Signal()
    lesson_wanted = Signal(str)
    silence_wanted = Signal(object)

    def __init__(
        self,
        finding: Finding,
        theme: ThemeModel,
        lesson: str = "",
        picture: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.finding = finding
        self._theme = theme
        self.setObjectName("finding")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click or press Enter to select the event; again for the next of its kind")
        self._icon = QLabel(self)
        self._heading = QLabel(self)
        self._heading.setObjectName("findingTitle")
        self._more = self._silence_button()
        self._message = self._text()
        self._cure = self._cure_label()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self._heading, 1)
        head.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self._message)
        if picture is not None:
            layout.addWidget(picture)
        layout.addWidget(self._cure)
        if lesson:
            layout.addWidget(self._link(lesson))
        theme.changed.connect(self._show_icon)
        self.tell(finding)

    def tell(self, finding: Finding) -> None:
        """Tell this finding: the same as before, of which more is known now."""
        self.finding = finding
        self._tone = "bad" if finding.severity == Severity.ERROR else "note"
        title = f"{finding.title}  ×{finding.count:,}" if finding.count > 1 else finding.title
        self._heading.setText(title)
        self._message.setText(finding.message)
        self._cure.setText(finding.cure)
        self._cure.setVisible(bool(finding.cure))
        self._cure.setAccessibleName(f"The usual cure: {finding.cure}")
        self._more.setAccessibleName(f"Silence: {finding.title}")
        self.setAccessibleName(f"{finding.severity.name.capitalize()}: {title}. {finding.message}")
        for widget in (self, self._heading):
            set_tone(widget, self._tone)
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

    def _silence_button(self) -> QToolButton:
        """Return the button that opens the ways to silence the finding."""
        button = QToolButton(self)
        button.setObjectName("flat")
        button.setText("⋯")
        button.setToolTip("Silence findings like this one")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for text, rule in _ways_to_silence(self.finding):
            menu.addAction(text).triggered.connect(lambda _=False, rule=rule: self.silence_wanted.emit(rule))
        button.setMenu(menu)
        return button

    def _link(self, lesson: str) -> QLabel:
        label = QLabel(f'<a href="{self.finding.lesson}">Lesson: {html.escape(lesson)}</a>', self)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        label.linkActivated.connect(self.lesson_wanted)
        label.setAccessibleName(f"Lesson: {lesson}")
        return label

    def _show_icon(self) -> None:
        is_note = self.finding.severity == Severity.NOTE
        name, role = ("error", "bad") if self._tone == "bad" else ("info" if is_note else "warning", "note")
        self._icon.setPixmap(self._theme.pixmap(name, role, ICON_PX))

    def _text(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(1)  # else its longest word, in a cure a whole expression, would widen the panel
        return label

    def _cure_label(self) -> QLabel:
        label = self._text()
        label.setFont(code_font())
        label.setObjectName("cure")
        label.setToolTip("The usual cure")
        return label


def _is_same(one: Finding, other: Finding) -> bool:
    """Return whether a card can go on telling a finding of which more is known now."""
    is_same = (one.kind, one.variable, one.file, one.line) == (other.kind, other.variable, other.file, other.line)
    return is_same and (one == other or one.kind != "deadlock")  # whose picture would be another one


def _silenced_line(rule: Silence, n: int, number: int | None) -> str:
    """Say what a rule silences; one of the user's can be taken back by its number."""
    what = "1 finding is" if n == 1 else f"{n:,} findings are" if n else "Nothing is"
    again = " (a comment in the program)" if number is None else f'&nbsp; <a href="{number}">Tell again</a>'
    return f"{what} silenced: {html.escape(rule.text)}{again}"


def _ways_to_silence(finding: Finding) -> list[tuple[str, Silence]]:
    """Return what a finding can be silenced by, each with its words in the menu."""
    ways = [(f"All of this kind: {finding.title.lower()}", Silence(kind=finding.kind))]
    if finding.variable:
        ways.append((f"This kind, of {finding.variable}", Silence(finding.kind, finding.variable)))
    if finding.line:
        name = finding.file.replace("\\", "/").rpartition("/")[2]
        ways.append((f"This kind, at line {finding.line} of {name}", Silence(finding.kind, "", name, finding.line)))
    return ways


class FindingsPanel(QScrollArea):
    """All findings of the run on screen.

    Parameters
    ----------
    findings : FindingsModel
        What is found in the run on screen.
    choice : ChoiceModel
        Which lessons there are.
    selection : SelectionModel
        Where a clicked card leads.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    lesson_wanted(str)
        The link to a lesson was followed; its id.
    """

    lesson_wanted = Signal(str)

    def __init__(
        self,
        findings: FindingsModel,
        choice: ChoiceModel,
        selection: SelectionModel,
        theme: ThemeModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._findings = findings
        self._choice = choice
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
        self.silenced = QLabel(body)
        self.silenced.setObjectName("hint")
        self.silenced.setWordWrap(True)
        self.silenced.linkActivated.connect(self._on_restored)
        layout.addWidget(self.silenced)
        layout.addStretch(1)
        self.setWidget(body)
        self.cards: list[FindingCard] = []
        findings.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the findings as they are now."""
        findings = self._findings.heard
        self._show_silenced()
        if findings != self._shown:
            self._show_cards(findings)
        text, name = self._describe_absence(len(findings))
        self.note.setVisible(bool(text))
        self.note.setText(text)
        if self.note.objectName() != name:
            self.note.setObjectName(name)
            self.note.style().polish(self.note)

    def _show_silenced(self) -> None:
        """Say what is silenced, and offer to hear it again."""
        counts = Counter(rule for _, rule in self._findings.silenced)
        rules = self._findings.rules
        lines = [_silenced_line(rule, counts[rule], i) for i, rule in enumerate(rules)]
        lines += [_silenced_line(rule, n, None) for rule, n in counts.items() if rule not in rules]
        self.silenced.setVisible(bool(lines) and self._findings.recording is not None)
        self.silenced.setText("<br>".join(lines))

    def _on_restored(self, link: str) -> None:
        self._findings.restore(self._findings.rules[int(link)])

    def _describe_absence(self, n: int) -> tuple[str, str]:
        recording = self._findings.recording
        if n > MOST_CARDS:
            return f"The first {MOST_CARDS} of {n:,} findings:", "hint"
        if n and recording is not None and recording.status == RUNNING:
            return "So far; the run is going on.", "hint"
        if n:
            return "", "hint"
        if recording is None:
            return "What goes wrong in a run is explained here.", "hint"
        if recording.status == RUNNING:
            when = "at its end" if recording.ending is None else "as soon as they are certain"
            return f"The run is going on; findings are told {when}.", "hint"
        if recording.ending is not None and not recording.analysis.is_searched:
            return "No thread died in this run. Data races were not looked for.", "hint"
        if self._findings.silenced:
            return "", "hint"
        return "Nothing found in this run.", "good"

    def _show_cards(self, findings: list[Finding]) -> None:
        """Show these; a card that tells of the same stays, with the focus and where it is, and tells what is new."""
        self._shown = list(findings)
        old, self.cards = self.cards, []
        for finding in findings[:MOST_CARDS]:
            card = next((card for card in old if _is_same(card.finding, finding)), None)
            if card is None:
                card = self._make_card(finding)
            else:
                old.remove(card)
                if card.finding != finding:
                    card.tell(finding)
            self.cards.append(card)
        for card in old:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for i, card in enumerate(self.cards):
            item = self._list.itemAt(i)
            if item is None or item.widget() is not card:
                self._list.insertWidget(i, card)

    def _make_card(self, finding: Finding) -> FindingCard:
        card = FindingCard(finding, self._theme, self._lesson_title(finding), self._picture(finding), self)
        card.activated.connect(self._on_activated)
        card.lesson_wanted.connect(self.lesson_wanted)
        card.silence_wanted.connect(self._findings.silence)
        return card

    def _lesson_title(self, finding: Finding) -> str:
        """Return the title of the lesson that teaches a kind, unless it is the one that ran or is not there."""
        lesson = self._choice.find_lesson(finding.lesson) if finding.lesson else None
        shown = self._findings.recording
        is_other = lesson is not None and shown is not None and shown.settings.subject != lesson.id
        return lesson.question if lesson is not None and is_other else ""

    def _picture(self, finding: Finding) -> QWidget | None:
        """Return what is drawn of a deadlock."""
        shown = self._findings.recording
        if finding.kind != "deadlock" or shown is None:
            return None
        for circle in find_standstill(shown.trace).circles:
            if circle[0].wait in finding.events:
                return DeadlockPicture(circle_in_words(shown.trace, circle), self._theme, self)
        return None

    def _on_activated(self) -> None:
        card = self.sender()
        assert isinstance(card, FindingCard)
        events = card.finding.events
        if events:
            row = self._selection.row
            at = events.index(row) + 1 if row in events else 0
            self._selection.select(events[at % len(events)])
