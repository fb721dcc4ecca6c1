"""Predict first: a question above the timeline before a run, and afterwards what became of the answer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.models.prediction import Asking, Checked, PredictionModel
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel, set_tone

ICON_PX = 18
KICKER = "Predict first, then press Run (F5)"


class PredictionCard(QFrame):
    """Asks, and tells what came of it; hidden when there is nothing to ask.

    Parameters
    ----------
    prediction : PredictionModel
        What is asked.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    answers : list of QPushButton
        The answers to the open question.
    text : QLabel
        The question, or the sentence on what came of it.
    never_button, close_button : QPushButton, QToolButton
        Ask no more at all; not this time.
    """

    def __init__(self, prediction: PredictionModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prediction = prediction
        self._theme = theme
        self._shown: tuple[str, tuple[str, ...]] = ("", ())
        self.setObjectName("prediction")
        self._icon = QLabel(self)
        self._kicker = QLabel(self)
        self._kicker.setObjectName("hint")
        self._kicker.setWordWrap(True)
        self.text = QLabel(self)
        self.text.setObjectName("predictionText")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.never_button = QPushButton("Do not ask again", self)
        self.never_button.setObjectName("link")
        self.never_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.never_button.setToolTip("Ask before no run any more; the menu Run switches it on again")
        self.never_button.clicked.connect(self._on_never)
        self.close_button = QToolButton(self)
        self.close_button.setObjectName("flat")
        self.close_button.setAccessibleName("Dismiss the question")
        self.close_button.setToolTip("Dismiss (Esc)")
        self.close_button.clicked.connect(prediction.dismiss)
        self.answers: list[QPushButton] = []
        self._lay_out()
        prediction.changed.connect(self._refresh)
        theme.changed.connect(self._refresh)
        keep_scaled(self, self._refresh)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._kicker, 1)
        head.addWidget(self.never_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.text.setContentsMargins(ICON_PX + 10, 0, 8, 0)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(4)
        self._answers.setContentsMargins(ICON_PX + 10, 6, 8, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.text)
        layout.addLayout(self._answers)

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self.answers, self.never_button, self.close_button]

    def _refresh(self) -> None:
        state = self._prediction.state
        self.setVisible(state is not None)
        self.close_button.setIcon(self._theme.icon("close", "dim"))
        if isinstance(state, Asking):
            self._show_question(state)
        elif isinstance(state, Checked):
            self._show_result(state)

    def _show_question(self, asking: Asking) -> None:
        if self._shown != (asking.text, asking.answers):
            self._rebuild(asking.answers)
            self._shown = asking.text, asking.answers
        for at, button in enumerate(self.answers):
            button.setChecked(at == asking.answer)
        self._kicker.setText(KICKER)
        self.text.setText(asking.text)
        self.never_button.show()
        self._show_tone("neutral", "info", "accent")

    def _show_result(self, checked: Checked) -> None:
        self._rebuild(())
        self._shown = ("", ())
        self._kicker.setText(checked.question)
        self.text.setText(checked.text)
        self.never_button.hide()
        self._show_tone("good" if checked.is_right else "neutral", "check" if checked.is_right else "info",
                        "good" if checked.is_right else "accent")

    def _show_tone(self, tone: str, icon: str, role: str) -> None:
        self._icon.setFixedSize(px(ICON_PX), px(ICON_PX))
        self._icon.setPixmap(self._theme.pixmap(icon, role, px(ICON_PX)))
        for widget in (self, self.text):
            set_tone(widget, tone)

    def _rebuild(self, answers: tuple[str, ...]) -> None:
        for button in self.answers:
            button.hide()
            button.deleteLater()
        self.answers = []
        for text in answers:
            button = QPushButton(text[:1].upper() + text[1:], self)
            button.setObjectName("answer")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"Answer: {text}")
            button.clicked.connect(self._on_answer)  # no button group: Tab would reach one of its buttons only
            self._answers.addWidget(button)
            self.answers.append(button)

    def _on_answer(self) -> None:
        button = self.sender()
        assert isinstance(button, QPushButton)
        self._prediction.give(self.answers.index(button))
        self._refresh()

    def _on_never(self) -> None:
        self._prediction.set_on(False)
