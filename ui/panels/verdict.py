"""The verdict: one sentence on the run on screen, permanent and copyable, with the run's own badge."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.panels.run_verdict import VerdictText
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel, set_tone

ICONS = {"good": "check", "bad": "error", "neutral": "info"}
ICON_PX = 22
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class VerdictBar(QFrame):
    """What the run showed, in one sentence.

    Parameters
    ----------
    theme : ThemeModel
        Colours of the icon.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    hint_clicked(str)
        The user wants the next step; id of its command.

    Attributes
    ----------
    fix, hint : QPushButton
        Lead to the fix, if there is one, and to the next step.
    """

    hint_clicked = Signal(str)

    def __init__(self, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = "neutral"
        self._command = ""
        self.setObjectName("verdict")
        self._icon = QLabel(self)
        self.sentence = self._selectable_label("verdictText", "Verdict")
        self.badge = self._selectable_label("verdictBadge", "Settings of the run on screen")
        self.fix = self._link("See the fix")
        self.fix.setToolTip("Show the lines of the code that differ with the cure (F7)")
        self.hint = self._link("")
        self.hint.clicked.connect(self._on_hint_clicked)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.sentence)
        texts.addWidget(self.badge)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(12)
        layout.addWidget(self._icon)
        layout.addLayout(texts, 1)
        links = QVBoxLayout()
        links.setSpacing(2)
        links.addStretch(1)
        for link in (self.fix, self.hint):
            links.addWidget(link, 0, Qt.AlignmentFlag.AlignRight)
        links.addStretch(1)
        layout.addLayout(links)
        theme.changed.connect(self._show_tone)
        keep_scaled(self, self._show_tone)

    def show_verdict(self, verdict: VerdictText) -> None:
        """Show a verdict."""
        self._command = verdict.command
        for label, text in ((self.sentence, verdict.sentence), (self.badge, verdict.badge)):
            if label.text() != text:
                label.setText(text)
        if self.hint.text() != verdict.hint:
            self.hint.setText(verdict.hint)
            self.hint.setAccessibleName(verdict.hint)
        self.fix.setVisible(verdict.has_fix)
        if verdict.tone != self._tone:
            self._tone = verdict.tone
            self._show_tone()

    @property
    def tone(self) -> str:
        """``good``, ``bad`` or ``neutral``."""
        return self._tone

    def _on_hint_clicked(self) -> None:
        self.hint_clicked.emit(self._command)

    def _show_tone(self) -> None:
        role = {"good": "good", "bad": "bad"}.get(self._tone, "dim")
        self._icon.setFixedSize(px(ICON_PX), px(ICON_PX))
        self._icon.setPixmap(self._theme.pixmap(ICONS[self._tone], role, px(ICON_PX)))
        self._icon.setAccessibleName({"good": "Good", "bad": "Problem"}.get(self._tone, "Note"))
        for widget in (self, self.sentence):
            set_tone(widget, self._tone)

    def _link(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName("link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _selectable_label(self, object_name: str, accessible_name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(object_name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(SELECTABLE)
        label.setWordWrap(True)
        label.setAccessibleName(accessible_name)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        return label
