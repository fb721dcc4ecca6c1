"""The search bar: a field, how many events match, and the way from one to the next."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from ui.models.search import SEARCH_HELP, SearchModel
from ui.panels.fields import WindowKeys
from ui.theme import ThemeModel, set_tone

TYPING_MS = 120
FIELD_PX = 90


class SearchBar(QFrame):
    """Searches for events and selects one after the other; hidden until `open_bar`.

    Parameters
    ----------
    search : SearchModel
        What is searched for.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    field : QLineEdit
        What is searched for; Enter goes to the next match, Shift+Enter to the one before, Esc closes the bar.
    count : QLabel
        ``3 of 17``.

    Signals
    -------
    closed
        The bar was closed; whoever owns it gives the focus back.
    """

    closed = Signal()

    def __init__(self, search: SearchModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self._theme = theme
        self.setObjectName("searchBar")
        self.setAccessibleName("Search")
        self._icon = QLabel(self)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Variable, value, thread or outcome")
        self.field.setAccessibleName("Search events")
        self.field.setToolTip(SEARCH_HELP)
        self.field.setMinimumWidth(FIELD_PX)
        self.field.installEventFilter(WindowKeys(self))
        self.count = QLabel(self)
        self.count.setObjectName("searchCount")
        self.count.setMinimumWidth(self.fontMetrics().horizontalAdvance("1,000 of 1,000"))
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.previous_button = self._button("chevron-left", "Previous match", "Shift+Enter")
        self.next_button = self._button("chevron-right", "Next match", "Enter")
        self.close_button = self._button("close", "Close the search", "Esc")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self.search_now)
        self._lay_out()
        self._connect()
        self._show_icons()
        self._show_state()
        self.hide()

    def _button(self, icon: str, name: str, key: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("flat")
        button.setProperty("icon_name", icon)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({key})")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.setSpacing(6)
        layout.addWidget(self._icon)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.count)
        for button in (self.previous_button, self.next_button, self.close_button):
            layout.addWidget(button)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text_changed)
        self.next_button.clicked.connect(lambda: self.go(1))
        self.previous_button.clicked.connect(lambda: self.go(-1))
        self.close_button.clicked.connect(self.close_bar)
        self._search.changed.connect(self._show_state)
        self._theme.changed.connect(self._show_icons)

    # -- what the user does --------------------------------------------------------------------------------------

    def open_bar(self) -> None:
        """Show the bar, ready for typing; what was searched for last is selected, so that typing replaces it."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self.search_now()

    def close_bar(self) -> None:
        """Hide the bar; nothing is searched for any more, the selected event stays selected."""
        self._timer.stop()
        self.hide()
        self._search.clear()
        self.closed.emit()

    def search_now(self) -> None:
        """Search for what stands in the field."""
        self._timer.stop()
        self._search.search(self.field.text())

    def go(self, step: int) -> None:
        """Go to the next (+1) or previous (-1) match; what was typed last is searched for first."""
        if self._timer.isActive():
            self.search_now()
        else:
            self._search.go(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter, back with Shift+Enter, close with Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _on_text_changed(self) -> None:
        self._timer.start()
        self._show_state()

    # -- following the model -------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        search = self._search
        self.count.setText(self._describe())
        is_vain = bool(search.text) and not search.n and not search.is_busy
        set_tone(self.count, "bad" if is_vain else "neutral")
        for button in (self.previous_button, self.next_button):
            button.setEnabled(search.n > 0)

    def _describe(self) -> str:
        search = self._search
        if not search.text:
            return ""
        if search.is_busy:
            return "searching…"
        if not search.n:
            return "no match"
        return f"{search.n:,} found" if search.position is None else f"{search.position:,} of {search.n:,}"

    def _show_icons(self) -> None:
        self._icon.setPixmap(self._theme.pixmap("search", "dim", 16))
        for button in (self.previous_button, self.next_button, self.close_button):
            button.setIcon(self._theme.icon(button.property("icon_name"), "text"))
