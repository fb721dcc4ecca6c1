"""The command palette: every command by its name, found while one types."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.commands import COMMANDS, Command, CommandSet
from ui.scaling import px

WIDTH_PX, HEIGHT_PX, ROW_PX = 520, 380, 30
TOP_PX = 90
ID = Qt.ItemDataRole.UserRole
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def find_commands(text: str) -> list[Command]:
    """Return the commands in whose name or help all words of a text occur; those whose name begins with it first."""
    words = text.lower().split()
    found = [
        command
        for command in COMMANDS
        if command.id != "palette" and all(word in f"{name_of(command)} {command.help}".lower() for word in words)
    ]
    start = " ".join(words)
    return sorted(found, key=lambda command: not name_of(command).lower().startswith(start))


def name_of(command: Command) -> str:
    """Return what a command is called."""
    return command.text.replace("&", "").removesuffix("…")


class Palette(QDialog):
    """A field and the commands that match what is typed; Enter does the one that is marked.

    Parameters
    ----------
    commands : CommandSet
        What can be done.
    parent : QWidget, optional
        The window.

    Attributes
    ----------
    field : QLineEdit
        What is typed.
    list : QListWidget
        The commands that match.
    """

    def __init__(self, commands: CommandSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self.setWindowTitle("Commands")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(px(WIDTH_PX), px(HEIGHT_PX))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setAccessibleName("Search commands")
        self.field.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = QLabel("No command is called that.", self)
        self._nothing.setObjectName("hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(8)
        for widget in (self.field, self._nothing, self.list):
            layout.addWidget(widget)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self.do_marked)
        self.list.itemClicked.connect(lambda _: self.do_marked())
        self._fill("")
        if parent is not None:
            self.move(parent.mapToGlobal(parent.rect().topLeft()).x() + (parent.width() - self.width()) // 2,
                      parent.mapToGlobal(parent.rect().topLeft()).y() + px(TOP_PX))  # fmt: skip

    def do_marked(self) -> None:
        """Close, and do the command that is marked."""
        item = self.list.currentItem()
        if item is not None:
            self.accept()
            self._commands.trigger(item.data(ID))

    def _fill(self, text: str) -> None:
        """List what matches and can be done now."""
        self.list.clear()
        for command in find_commands(text):
            if self._commands.action(command.id).isEnabled():
                keys = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(f"{name_of(command)}    {keys}")
                item.setData(ID, command.id)
                item.setToolTip(command.help)
                item.setSizeHint(QSize(0, px(ROW_PX)))
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._nothing.setVisible(not self.list.count())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move the mark while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
