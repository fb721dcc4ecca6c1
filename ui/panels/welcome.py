"""The welcome page: what this is in two sentences, three things to click that work at once, and the lessons."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.models.choice import ChoiceModel
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel

TITLE = "See what threads do to a variable"
SUBTITLE = (
    "Threadloom starts real Python threads and draws every read and write. Colour says who wrote the value: a square "
    "is a write in its thread's colour, a circle is a read in the colour of the thread whose value it got. A circle in "
    "the wrong colour is the bug."
)
WIDEST_PX = 980
NARROW_PX = 760
CARD_ICON_PX = 28
SIDE_PX, CARD_GAP_PX = 24, 14


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to click: a link, its icon, title and one sentence."""

    target: str
    icon: str
    title: str
    text: str


OFFERS = (
    Offer(
        "run:lesson=request-id&storage=shared",
        "run",
        "Watch a bug happen",
        "Five threads keep their request id in one global. Four of them answer with somebody else's.",
    ),
    Offer(
        "compare:shared,local&lesson=request-id",
        "compare",
        "See the cure beside it",
        "The same program with a global and with threading.local, above each other on one clock.",
    ),
    Offer(
        "sample:shared_object",
        "open",
        "Look into a whole program",
        "A script in which threads share an object, recorded without a change to it. Drop your own on the window.",
    ),
)


class OfferButton(QPushButton):
    """A large button with an icon, a title and a sentence.

    Parameters
    ----------
    offer : Offer
        What it offers.
    theme : ThemeModel
        Colours of the icon.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, offer: Offer, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer = offer
        self._theme = theme
        self.setObjectName("offer")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(offer.title)
        self.setAccessibleDescription(offer.text)
        self._icon = QLabel(self)
        title, text = QLabel(offer.title, self), QLabel(offer.text, self)
        title.setObjectName("offerTitle")
        layout = self._inside = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(6)
        for label in (self._icon, title, text):
            label.setWordWrap(label is not self._icon)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        layout.addStretch(1)
        theme.changed.connect(self._show_icon)
        keep_scaled(self, self._show_icon)

    def fit_height(self, width_px: int) -> None:
        """Be as high as the texts need at this width."""
        self.setFixedHeight(self._inside.totalHeightForWidth(width_px))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _show_icon(self) -> None:
        self._icon.setPixmap(self._theme.pixmap(self.offer.icon, "accent", px(CARD_ICON_PX)))


class WelcomePage(QScrollArea):
    """What a newcomer sees first.

    Parameters
    ----------
    choice : ChoiceModel
        The lessons.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    link_activated(str)
        Something was clicked; its target, in the language of `simulator.lessons.links`.
    closed
        The user wants to see the window behind it.

    Attributes
    ----------
    offers : list of OfferButton
        The large buttons.
    lessons : QLabel
        Links to all lessons.
    close_button : QToolButton
        Closes the page.
    """

    link_activated = Signal(str)
    closed = Signal()

    def __init__(
        self, choice: ChoiceModel, theme: ThemeModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._theme = theme
        self.setObjectName("welcome")
        self.setAccessibleName("Welcome page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.offers = [OfferButton(offer, theme, self) for offer in OFFERS]
        for button in self.offers:
            button.clicked.connect(self._on_offer_clicked)
        self.lessons = QLabel(self)
        self.lessons.setWordWrap(True)
        self.lessons.setTextFormat(Qt.TextFormat.RichText)
        self.lessons.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.lessons.setAccessibleName("Lessons")
        self.lessons.linkActivated.connect(self.link_activated)
        self.close_button = QToolButton(self)
        self.close_button.setObjectName("flat")
        self.close_button.setAccessibleName("Close the welcome page")
        self.close_button.setToolTip("Close (Esc)")
        self.close_button.clicked.connect(self.closed)
        self._lay_out()
        theme.changed.connect(self._refresh)
        self._refresh()
        self.hide()

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self.offers, self.lessons, self.close_button]

    def _lay_out(self) -> None:
        column = QWidget(self)
        title, subtitle = QLabel(TITLE, column), QLabel(SUBTITLE, column)
        title.setObjectName("welcomeTitle")
        begin = QLabel("Or begin with a lesson", column)
        begin.setObjectName("offerTitle")
        hint = QLabel("Esc closes this page; the menu Help brings it back.", column)
        for quiet in (subtitle, hint):
            quiet.setObjectName("hint")
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(CARD_GAP_PX)
        for button in self.offers:
            self._cards.addWidget(button, 1)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(SIDE_PX, 20, SIDE_PX, 20)
        layout.setSpacing(8)
        for label in (title, subtitle):
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(10)
        layout.addLayout(self._cards)
        layout.addSpacing(10)
        for label in (begin, self.lessons, hint):
            layout.addWidget(label)
            layout.addSpacing(4)
        body = QWidget(self)
        body.setObjectName("welcomeBody")
        outer = QVBoxLayout(body)
        outer.setContentsMargins(0, 4, 8, 0)
        outer.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        outer.addStretch(1)
        centred = QHBoxLayout()  # an alignment would take no notice of the height that wrapped texts need
        centred.addStretch(1)
        centred.addWidget(column)
        centred.addStretch(1)
        outer.addLayout(centred)
        outer.addStretch(2)
        self._column = column
        self.setWidget(body)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the large buttons above each other where there is little room."""
        super().resizeEvent(event)
        width = min(self.viewport().width() - 16, px(WIDEST_PX))
        is_narrow = width < px(NARROW_PX)
        directions = QBoxLayout.Direction
        self._cards.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._column.setFixedWidth(width)
        inside = width - 2 * SIDE_PX
        card_px = inside if is_narrow else (inside - CARD_GAP_PX * (len(self.offers) - 1)) // len(self.offers)
        for button in self.offers:
            button.fit_height(card_px)

    def _refresh(self) -> None:
        theme = self._theme.theme
        self.close_button.setIcon(self._theme.icon("close", "dim"))
        palette = self.lessons.palette()
        palette.setColor(palette.ColorRole.Link, QColor(theme.accent))
        self.lessons.setPalette(palette)
        style = f"color: {theme.accent}; text-decoration: none"
        links = [
            f'<a href="lesson:{lesson.id}" style="{style}">{lesson.question.replace(" ", "&nbsp;")}</a>'
            for lesson in self._choice.lessons
        ]
        self.lessons.setText(f'<p style="line-height: 150%">{" &nbsp;·&nbsp; ".join(links)}</p>')

    def _on_offer_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, OfferButton)
        self.link_activated.emit(button.offer.target)
