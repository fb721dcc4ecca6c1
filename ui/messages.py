"""How expected failures and results reach the user: one sentence in a bar that does not block."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal


class Tone(Enum):
    """How serious a message is; decides its icon and colour."""

    INFO = "info"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes
    ----------
    text : str
        What happened and what to do.
    tone : Tone
        How serious it is.
    folder : str
        A folder that the user may want to see, or empty.
    """

    text: str
    tone: Tone
    folder: str = ""


class MessagesModel(QObject):
    """The message on show, if any.

    Signals
    -------
    changed
        A message was shown or dismissed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: Message | None = None

    @property
    def current(self) -> Message | None:
        """The message on show."""
        return self._current

    def show_error(self, error: Exception | str) -> None:
        """Say that something failed, in the same words as the command line."""
        self._set(Message(str(error), Tone.ERROR))

    def show_info(self, text: str, folder: str = "") -> None:
        """Say that something was done; `folder` is offered to be opened."""
        self._set(Message(text, Tone.INFO, folder))

    def dismiss(self) -> None:
        """Take the message away."""
        self._set(None)

    def _set(self, message: Message | None) -> None:
        if message != self._current:
            self._current = message
            self.changed.emit()
