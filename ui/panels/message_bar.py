"""The message bar: one sentence above the timeline that does not block."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from ui.messages import MessagesModel, Tone
from ui.panels.verdict import SELECTABLE
from ui.theme import ThemeModel, set_tone

ICON_PX = 18


class MessageBar(QFrame):
    """Shows the current message, and nothing when there is none.

    Parameters
    ----------
    messages : MessagesModel
        What to say.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    folder_opened(str)
        The user asked to see a folder.
    """

    folder_opened = Signal(str)

    def __init__(self, messages: MessagesModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._theme = theme
        self.setObjectName("message")
        self._icon = QLabel(self)
        self.text = QLabel(self)
        self.text.setObjectName("messageText")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(SELECTABLE)
        self.text.setAccessibleName("Message")
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.folder_button = QPushButton("Show in folder", self)
        self.folder_button.setToolTip("Open the folder in the file manager")
        self.folder_button.clicked.connect(self._open_folder)
        self.close_button = QToolButton(self)
        self.close_button.setObjectName("flat")
        self.close_button.setAccessibleName("Dismiss the message")
        self.close_button.setToolTip("Dismiss (Esc)")
        self.close_button.clicked.connect(messages.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(12)
        layout.addWidget(self._icon)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.folder_button)
        layout.addWidget(self.close_button)
        messages.changed.connect(self._refresh)
        theme.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        message = self._messages.current
        self.setVisible(message is not None)
        self.close_button.setIcon(self._theme.icon("close", "dim"))
        if message is None:
            return
        is_error = message.tone is Tone.ERROR
        icon, role = ("error", "bad") if is_error else ("check", "good")
        self._icon.setPixmap(self._theme.pixmap(icon, role, ICON_PX))
        self._icon.setAccessibleName("Error" if is_error else "Done")
        self.text.setText(message.text)
        self.folder_button.setVisible(bool(message.folder))
        set_tone(self, "bad" if is_error else "neutral")

    def _open_folder(self) -> None:
        if self._messages.current is not None:
            self.folder_opened.emit(self._messages.current.folder)


def show_folder(folder: str) -> None:
    """Open a folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
