"""The list of all keys, read from the commands."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.commands import COMMANDS, Scope


class ShortcutsDialog(QDialog):
    """All commands with their keys, by where the keys act.

    Parameters
    ----------
    parent : QWidget, optional
        The window.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for column, scope in enumerate(Scope):
            commands = [command for command in COMMANDS if command.scope is scope]
            rows = [(", ".join(map(_key_text, command.keys)), command.help) for command in commands]
            self._add_column(grid, 2 * column, f"{scope.value[:1].upper()}{scope.value[1:]}", rows)
        close = QPushButton("Close", self)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(18)
        layout.addLayout(grid)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _add_column(self, grid: QGridLayout, column: int, title: str, rows: list[tuple[str, str]]) -> None:
        heading = QLabel(title, self)
        heading.setObjectName("sectionTitle")
        grid.addWidget(heading, 0, column, 1, 2)
        for row, (keys, text) in enumerate(rows, 1):
            label = QLabel(keys, self)
            label.setObjectName("keys")
            grid.addWidget(label, row, column)
            grid.addWidget(QLabel(text, self), row, column + 1)


def _key_text(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
