"""The console: what a script prints, its two streams told apart, and a line to type what it reads."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ui.models.console import INPUT, NOTE, STDERR, STDOUT, ConsoleModel, Piece, in_lines, last_lines
from ui.panels.fields import WindowKeys
from ui.panels.section import EDGE_PX
from ui.theme import ThemeModel, code_font

MOST_LINES = 5000
BURST_LETTERS, TAIL_LETTERS = 60_000, 10_000
"""Of more than so much at once only so much of its end is shown while the script runs; at its end all that is kept."""
EMPTY = "What a script prints appears here; its errors are written in italics."


class ConsolePanel(QWidget):
    """What the script on screen prints and reads.

    Parameters
    ----------
    console : ConsoleModel
        What was printed.
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    typed(str)
        The user gave the script a line to read.
    ended
        The user said that there is nothing more to read.
    """

    typed = Signal(str)
    ended = Signal()

    def __init__(self, console: ConsoleModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._theme = theme
        self._has_skipped = False
        self.view = QPlainTextEdit(self)
        self.view.setObjectName("console")
        self.view.setReadOnly(True)
        self.view.setAccessibleName("Output of the script")
        self.view.setPlaceholderText(EMPTY)
        self.view.setMaximumBlockCount(MOST_LINES)
        self.view.setUndoRedoEnabled(False)
        self.view.setTabChangesFocus(True)
        self.view.setFont(code_font())
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.line = QLineEdit(self)
        self.line.setAccessibleName("Input of the script")
        self.line.setPlaceholderText("Type a line for the script to read, then Enter")
        self.line.setFont(code_font())
        self.line.installEventFilter(WindowKeys(self))
        self.line.returnPressed.connect(self._on_return)
        self.end_button = QPushButton("End of input", self)
        self.end_button.setToolTip("Tell the script that there is nothing more to read, as Ctrl+D does")
        self.end_button.clicked.connect(self.ended)
        label = QLabel("&Input", self)
        label.setBuddy(self.line)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (label, self.line, self.end_button):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, 6, EDGE_PX, 8)
        layout.setSpacing(6)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self._is_at_end = True
        bar = self.view.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._follow)
        console.grown.connect(self._on_grown)
        console.changed.connect(self._show_all)
        theme.changed.connect(self._show_all)
        self.set_running(False)

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.view, self.line, self.end_button]

    def set_running(self, is_running: bool) -> None:
        """Say whether a script is there to read what is typed."""
        if self._has_skipped and not is_running:
            self._show_all()
        self.line.setEnabled(is_running)
        self.end_button.setEnabled(is_running)

    def _on_return(self) -> None:
        self.typed.emit(self.line.text())
        self.line.clear()

    def _on_grown(self, pieces: list[Piece]) -> None:
        """Show what was printed; of a flood only the end, so that the window does not wait for it."""
        if sum(len(piece.text) for piece in pieces) <= BURST_LETTERS:
            self._add(pieces)
            return
        self._has_skipped = True
        tail, n_letters = [], 0
        for piece in reversed(pieces):
            tail.append(Piece(piece.stream, piece.text[-(TAIL_LETTERS - n_letters) :]))
            n_letters += len(tail[-1].text)
            if n_letters >= TAIL_LETTERS:
                break
        self.view.clear()
        self._add([Piece(NOTE, "… what was printed before this is not shown while it prints so much\n"), *tail[::-1]])

    def _show_all(self) -> None:
        self._has_skipped = False
        self.view.clear()
        text = self._console.text
        if text is not None:
            left_out = [Piece(NOTE, f"… {text.n_left_out:,} letters before this are not kept\n")]
            self._add([*(left_out if text.n_left_out else []), *last_lines(text.pieces, MOST_LINES)])

    def _add(self, pieces: Sequence[Piece]) -> None:
        """Add text at the end; whoever has scrolled up stays where he reads."""
        follows = self._is_at_end
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for piece in pieces:
            cursor.insertText(in_lines(piece.text, cursor.positionInBlock()), self._format(piece.stream))
        cursor.endEditBlock()
        self._is_at_end = follows
        self._follow()

    def _on_scrolled(self, value: int) -> None:
        self._is_at_end = value >= self.view.verticalScrollBar().maximum()

    def _follow(self) -> None:
        """Stay at the end, also when lines turn out to be wrapped only as they come into view."""
        if self._is_at_end:
            bar = self.view.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _format(self, stream: str) -> QTextCharFormat:
        theme = self._theme.theme
        colours = {STDOUT: theme.text, STDERR: theme.problem, INPUT: theme.accent, NOTE: theme.muted}
        look = QTextCharFormat()
        look.setForeground(QColor(colours[stream]))
        look.setFontItalic(stream == STDERR)
        return look

    def focusInEvent(self, event: object) -> None:
        """Give the focus to the line."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
