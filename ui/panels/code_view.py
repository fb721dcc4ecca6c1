"""A read-only view of code with line numbers, tinted lines and dots that say whose values were read there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMargins, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from simulator.picture.theme import Theme
from ui.panels.code_colours import CodeHighlighter
from ui.panels.thread_chips import ROOM_PX, Chip, paint_chips
from ui.stylesheet import field_colour
from ui.theme import code_font

DOT_PX = 9
GAP_PX = 5
EDGE_PX = 10
LEAST_DOTS = 1
MORE_PX = 30
NUMBER_EDGE_PX = 8
CHIP_EDGE_PX = 6


@dataclass(frozen=True, slots=True)
class Dot:
    """One read at a line: the colour of who wrote its value, an outline, and whether it is a problem."""

    colour: str
    outline: str
    is_problem: bool


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a line is shown: its dots, how many reads have none, whether it is tinted, how many events are told of."""

    dots: tuple[Dot, ...] = ()
    n_more: int = 0
    is_problem: bool = False
    n_events: int = 0


class _LineNumbers(QWidget):
    """The margin with the line numbers; painted by its view."""

    def __init__(self, view: "CodeView") -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:
        """Return the width that the numbers need."""
        return QSize(self._view.number_width_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers."""
        self._view.paint_numbers(self, event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Treat a click on a number like one on its line."""
        self._view.activate_at(event.position().toPoint().y())


class CodeView(QPlainTextEdit):
    """Code, line for line.

    Parameters
    ----------
    theme : Theme
        Colours.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    line_activated(int)
        A line, from 1, was clicked, or Enter was pressed on it.
    """

    line_activated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("codeView")
        self.setReadOnly(True)
        self.setAccessibleName("Code that ran")
        self.setToolTip("Click a line, or press Enter on it, to select its next event")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._theme = theme
        self._looks: dict[int, LineLook] = {}
        self._current_line: int | None = None
        self._tints: list[tuple[int, str]] = []
        self._chips: Mapping[int, Sequence[Chip]] | None = None
        self._highlighter = CodeHighlighter(self.document(), theme)
        self._numbers = _LineNumbers(self)
        self.setFont(code_font())
        self.updateRequest.connect(self._on_update_request)

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew for another size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def current_line(self) -> int | None:
        """Line of the selected event, from 1."""
        return self._current_line

    @property
    def looks(self) -> dict[int, LineLook]:
        """How the lines are marked, by number."""
        return dict(self._looks)

    def set_code(self, code: str) -> None:
        """Show code."""
        code = code.rstrip("\n")
        if code != self.toPlainText():
            self._highlighter.set_code(code)
            self.setPlainText(code)
            self._highlighter.rehighlight()
            self._tints = []
            self._tint()
            self._lay_out()

    @property
    def chips(self) -> dict[int, Sequence[Chip]]:
        """The threads that stand at each line, by its number."""
        return dict(self._chips or {})

    def set_chips(self, chips: Mapping[int, Sequence[Chip]] | None) -> None:
        """Show which threads stand at which line; None for no moment in particular.

        There is always room for them, so that the code stays where it is.
        """
        if chips == self._chips:
            return
        self._chips = chips
        self._numbers.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self._theme = theme
        self._highlighter.set_theme(theme)
        self._tint()

    def set_looks(self, looks: dict[int, LineLook]) -> None:
        """Mark lines."""
        if looks != self._looks:
            self._looks = looks
            self._tint()

    def set_current_line(self, line: int | None) -> None:
        """Highlight the line of the selected event and bring it into sight."""
        if line == self._current_line:
            return
        self._current_line = line
        block = self.document().findBlockByNumber(line - 1) if line else QTextBlock()
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.ensureCursorVisible()
        self._tint()

    def _tint(self) -> None:
        tints = [(line, self._theme.problem_soft) for line, look in self._looks.items() if look.is_problem]
        if self._current_line:
            tints.append((self._current_line, self._theme.accent_soft))
        if tints != self._tints:
            self._tints = tints
            self.setExtraSelections([one for line, colour in tints for one in self._line_tint(line, colour)])
        self.viewport().update()
        self._numbers.update()

    def _line_tint(self, line: int, colour: str) -> list[QTextEdit.ExtraSelection]:
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return []
        tint = QTextEdit.ExtraSelection()
        tint.cursor = QTextCursor(block)
        tint.format.setBackground(QColor(colour))
        tint.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return [tint]

    # -- input ---------------------------------------------------------------------------------------------------

    def activate_at(self, y_px: int) -> None:
        """Activate the line at a height of the view."""
        self.line_activated.emit(self.cursorForPosition(QRect(0, y_px, 1, 1).topLeft()).blockNumber() + 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Activate the line that was clicked, unless text was selected."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.activate_at(event.position().toPoint().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Activate the cursor's line with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.line_activated.emit(self.textCursor().blockNumber() + 1)
        else:
            super().keyPressEvent(event)

    # -- painting ------------------------------------------------------------------------------------------------

    def number_width_px(self) -> int:
        """Return the width of the margin with the chips of threads and the numbers, pixels."""
        digits = len(str(max(10, self.blockCount())))
        return ROOM_PX + 2 * NUMBER_EDGE_PX + digits * self.fontMetrics().horizontalAdvance("9")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margin at the left edge."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        margins = QMargins(self.number_width_px(), 6, 0, 4)
        if margins != self.viewportMargins():  # setting them resizes the viewport, and so leads here again
            self.setViewportMargins(margins)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top() + 6, self.number_width_px(), inside.height() - 6)

    def paint_numbers(self, margin: QWidget, area: QRect) -> None:
        """Paint chips and line numbers; those of problem lines are bold and in the problem's ink."""
        painter = QPainter(margin)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = margin.width() - NUMBER_EDGE_PX
        for line, top, height in self._lines_in(area.top(), area.bottom()):
            is_problem = line in self._looks and self._looks[line].is_problem
            font = self.font()
            font.setBold(is_problem or line == self._current_line)
            painter.setFont(font)
            painter.setPen(QColor(self._theme.problem if is_problem else self._theme.muted))
            painter.drawText(QRectF(0, top, width, height), Qt.AlignmentFlag.AlignRight, str(line))
            paint_chips(painter, self.chips.get(line, ()), QRectF(CHIP_EDGE_PX, top, ROOM_PX, height))
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the code, then the dots at the right ends of the lines."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, top, height in self._lines_in(event.rect().top(), event.rect().bottom()):
            look = self._looks.get(line)
            if look is not None and look.dots:
                self._paint_dots(painter, look, line, top, height)
            elif look is not None and look.n_events:
                self._paint_count(painter, look.n_events, line, top, height)
        painter.end()

    def _paint_count(self, painter: QPainter, n_events: int, line: int, top: float, height: float) -> None:
        """Write how many events there were at a line without reads, over code that is too long to leave room."""
        text = f"{n_events:,}×"
        right = self.viewport().width() - EDGE_PX - GAP_PX
        left = right - self.fontMetrics().horizontalAdvance(text)
        painter.fillRect(
            QRectF(left - GAP_PX, top, self.viewport().width() - left + GAP_PX, height), self._back_of(line)
        )
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRectF(left, top, right - left, height), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_dots(self, painter: QPainter, look: LineLook, line: int, top: float, height: float) -> None:
        """Paint as many dots as there is room for behind the text, one at least, and the number of the others."""
        text = self.document().findBlockByNumber(line - 1).text()
        text_end = self.contentOffset().x() + self.fontMetrics().horizontalAdvance(text)
        right = self.viewport().width() - EDGE_PX
        room_px = right - text_end - 2 * GAP_PX
        if look.n_more or room_px < len(look.dots) * (DOT_PX + GAP_PX):
            room_px -= MORE_PX
        dots = look.dots[: max(LEAST_DOTS, int(room_px / (DOT_PX + GAP_PX)))]
        n_more = look.n_more + len(look.dots) - len(dots)
        more = f"+{n_more:,}" if n_more else ""
        more_px = self.fontMetrics().horizontalAdvance(more) + GAP_PX if more else 0
        x = right - len(dots) * (DOT_PX + GAP_PX) - more_px
        painter.fillRect(QRectF(x - 2 * GAP_PX, top, right + EDGE_PX - x + 2 * GAP_PX, height), self._back_of(line))
        for dot in dots:
            _paint_dot(painter, dot, QPointF(x + DOT_PX / 2, top + height / 2), self._theme)
            x += DOT_PX + GAP_PX
        if more:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(QRectF(x, top, more_px, height), Qt.AlignmentFlag.AlignVCenter, more)

    def _back_of(self, line: int) -> QColor:
        if line == self._current_line:
            return QColor(self._theme.accent_soft)
        look = self._looks.get(line)
        return QColor(self._theme.problem_soft if look is not None and look.is_problem else field_colour(self._theme))

    def _lines_in(self, first_px: int, last_px: int) -> list[tuple[int, float, float]]:
        """Return number, top and height of each line between two heights of the view."""
        found = []
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if place.top() > last_px:
                break
            if place.bottom() >= first_px:
                found.append((block.blockNumber() + 1, place.top(), place.height()))
            block = block.next()
        return found

    def _on_update_request(self, area: QRect, dy_px: int) -> None:
        if dy_px:
            self._numbers.scroll(0, dy_px)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


def _paint_dot(painter: QPainter, dot: Dot, centre: QPointF, theme: Theme) -> None:
    """Paint a circle in the writer's colour; a problem stands in a diamond."""
    if dot.is_problem:
        half = DOT_PX / 2 + 2.5
        corners = [QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]
        painter.setPen(QPen(QColor(theme.problem), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
    radius = DOT_PX / 2 - (1.2 if dot.is_problem else 0.5)
    painter.setPen(QPen(QColor(dot.outline), 1))
    painter.setBrush(QColor(dot.colour))
    painter.drawEllipse(centre, radius, radius)
