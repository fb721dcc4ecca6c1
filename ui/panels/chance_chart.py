"""A small chart of many runs: how much went wrong in each, against the setting that was varied."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from simulator.series import RunResult
from ui.scaling import px
from ui.theme import ThemeModel

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 52, 16, 26, 44
DOT_PX = 7
MEAN_PX = 9
MOST_BARS = 12
SPREAD = 0.3
"""Runs of one value stand side by side over this part of its column, to both sides."""
NOTHING = "Press Start: every dot will be a run."


class ChanceChart(QWidget):
    """Dots for runs and a line for their mean; without a varied setting, bars that count runs.

    Parameters
    ----------
    theme : ThemeModel
        Colours.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._results: tuple[RunResult, ...] = ()
        self._values: tuple[int, ...] = ()
        self._x_title = ""
        self._y_title = ""
        self.setAccessibleName("Chart of the runs")
        self.setMinimumSize(QSize(360, 200))
        theme.changed.connect(self.update)

    def show_runs(self, results: Sequence[RunResult], values: Sequence[int], x_title: str, y_title: str) -> None:
        """Show runs; `values` are those of the varied setting, none for a count of runs."""
        self._results, self._values = tuple(results), tuple(values)
        self._x_title, self._y_title = x_title, y_title
        self.setAccessibleDescription(self.describe())
        self.update()

    def means(self) -> list[tuple[int, float]]:
        """Return for each value that has runs how much went wrong in them on average."""
        found = []
        for value in self._values:
            of_value = [result.n_wrong for result in self._results if result.value == value]
            if of_value:
                found.append((value, sum(of_value) / len(of_value)))
        return found

    def bars(self) -> list[tuple[str, int]]:
        """Return the bars: how much went wrong, and in how many runs; neighbours are joined if there are too many."""
        counted = Counter(result.n_wrong for result in self._results)
        if not counted:
            return []
        low, high = min(counted), max(counted)
        width = -(-(high - low + 1) // MOST_BARS)
        starts = range(low, high + 1, width)
        texts = [f"{start:,}" if width == 1 else f"{start:,}–{start + width - 1:,}" for start in starts]
        counts = [sum(counted[number] for number in range(start, start + width)) for start in starts]
        return list(zip(texts, counts, strict=True))

    def describe(self) -> str:
        """Return the chart in words."""
        if self._values:
            means = self.means()
            parts = [f"{self._x_title} {value:,}: {mean:.1f} {self._y_title} on average" for value, mean in means]
        else:
            parts = [f"{text} {self._y_title} in {count:,} runs" for text, count in self.bars()]
        return "; ".join(parts) or NOTHING

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, then runs."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme.theme
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if not self._results:
            painter.setPen(QColor(theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, NOTHING)
        elif self._values:
            self._paint_dots(painter)
        else:
            self._paint_bars(painter)
        painter.end()

    @property
    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(px(LEFT_PX), px(TOP_PX), -px(RIGHT_PX), -px(BOTTOM_PX))

    def _paint_dots(self, painter: QPainter) -> None:
        plot, theme = self._plot, self._theme.theme
        top = nice_top(max(result.n_wrong for result in self._results))
        self._paint_axes(painter, [f"{value:,}" for value in self._values], top, self._x_title, self._y_title)
        column_px = plot.width() / len(self._values)
        for at, value in enumerate(self._values):
            of_value = [result for result in self._results if result.value == value]
            for i, result in enumerate(of_value):
                place = (i + 0.5) / len(of_value) - 0.5
                x = plot.left() + (at + 0.5 + 2 * SPREAD * place) * column_px
                y = plot.bottom() - result.n_wrong / top * plot.height()
                colour = QColor(theme.problem if result.n_wrong else theme.good)
                colour.setAlphaF(0.55)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(QPointF(x, y), px(DOT_PX) / 2, px(DOT_PX) / 2)
        means = [
            QPointF(
                plot.left() + (self._values.index(value) + 0.5) * column_px,
                plot.bottom() - mean / top * plot.height(),
            )
            for value, mean in self.means()
        ]
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(means))
        painter.setBrush(QColor(theme.card))
        for point in means:
            half = px(MEAN_PX) / 2
            painter.drawRect(QRectF(point.x() - half, point.y() - half, 2 * half, 2 * half))

    def _paint_bars(self, painter: QPainter) -> None:
        plot, theme, bars = self._plot, self._theme.theme, self.bars()
        top = nice_top(max(count for _, count in bars))
        self._paint_axes(painter, [text for text, _ in bars], top, f"{self._y_title} in a run", "runs")
        column_px = plot.width() / len(bars)
        painter.setPen(Qt.PenStyle.NoPen)
        for at, (text, count) in enumerate(bars):
            height = count / top * plot.height()
            width = min(0.7 * column_px, px(90))
            x = plot.left() + (at + 0.5) * column_px - width / 2
            painter.setBrush(QColor(theme.good if text == "0" else theme.problem))
            painter.drawRoundedRect(QRectF(x, plot.bottom() - height, width, height), 3, 3)

    def _paint_axes(self, painter: QPainter, labels: list[str], top: int, x_title: str, y_title: str) -> None:
        plot, theme = self._plot, self._theme.theme
        metrics = QFontMetricsF(self.font())
        line_px, n_steps = metrics.height(), 4 if top % 4 == 0 else 2 if top % 2 == 0 else 1
        for step in range(n_steps + 1):
            y = plot.bottom() - step / n_steps * plot.height()
            painter.setPen(QPen(QColor(theme.grid if step else theme.border), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(theme.muted))
            where = QRectF(0, y - line_px / 2, plot.left() - 8, line_px)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight, f"{top * step // n_steps:,}")
        column_px = plot.width() / len(labels)
        for at, label in enumerate(labels):
            where = QRectF(plot.left() + at * column_px, plot.bottom() + 4, column_px, line_px)
            painter.drawText(where, Qt.AlignmentFlag.AlignHCenter, label)
        below = QRectF(plot.left(), plot.bottom() + 6 + line_px, plot.width(), line_px)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, x_title)
        painter.drawText(QPointF(10, metrics.ascent() + 6), y_title)


def nice_top(highest: int) -> int:
    """Return where an axis that must reach `highest` ends: the next of 1, 2, 4, 5, 8, 10, 20, 40, …."""
    scale = 1
    while True:
        for step in (1, 2, 4, 5, 8):
            if step * scale >= highest:
                return step * scale
        scale *= 10
