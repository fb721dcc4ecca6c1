"""The one door to pyqtgraph, which has no types: what the timeline needs of it, typed."""

from __future__ import annotations

import pyqtgraph as _pg  # type: ignore[import-untyped]  # it ships none
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QFrame, QGraphicsObject, QGraphicsView, QWidget

from simulator.trace.columns import IntArray

WHOLE_PX = QRectF(0, 0, 1 << 15, 1 << 15)
"""What an item covers that paints all of the view: more than any window, so that it need not follow its size."""


class PlotView(_pg.GraphicsView):  # type: ignore[misc]  # an untyped base
    """A pyqtgraph view of items that paint themselves in pixels.

    It has no ViewBox: time does not run evenly where idle time is left out, so the scale is ours, and to tell a
    ViewBox of each window would cost a quarter of a millisecond a frame. Nor does it keep its background in a pixmap,
    which would be copied to the window below a plot that covers it. Mouse and keys are ignored here so that they reach
    the widget that holds the view.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, useOpenGL=False, background=None)
        self.setCentralItem(None)
        view: QGraphicsView = self
        view.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        view.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)  # the items do
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the plot covers it

    def add_item(self, item: QGraphicsObject) -> None:
        """Show an item."""
        self.addItem(item)


def scatter_plot(xs: IntArray, ys: IntArray) -> QWidget:
    """Return pyqtgraph's own way to show events, a plot of one ScatterPlotItem; what the benchmarks compare with."""
    plot: QWidget = _pg.PlotWidget()
    plot.addItem(_pg.ScatterPlotItem(xs, ys, size=5, pen=None))  # type: ignore[attr-defined]  # pyqtgraph has no types
    return plot
