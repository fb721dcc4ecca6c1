"""The one door to pyqtgraph, which has no types: what the timeline needs of it, typed."""

from __future__ import annotations

import pyqtgraph as _pg  # type: ignore[import-untyped]  # it ships none
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsObject, QGraphicsView, QWidget

from simulator.trace.columns import IntArray


class PlotView(_pg.GraphicsView):  # type: ignore[misc]  # an untyped base
    """A pyqtgraph view with one bare ViewBox: no axes, no menu, no mouse or keys of its own.

    Axes and labels of pyqtgraph cost 2-6 ms a frame, a bare ViewBox less than one. Mouse and keys are ignored here so
    that they reach the widget that holds the view.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, useOpenGL=False, background=None)
        self._shown = (0, 0, 0)
        self.box = _pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self.box.disableAutoRange()
        self.box.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.setCentralItem(self.box)
        view: QGraphicsView = self
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the plot covers it

    def add_item(self, item: QGraphicsObject) -> None:
        """Show an item, without asking it how far it reaches."""
        self.box.addItem(item, ignoreBounds=True)

    def set_window(self, t0_ns: int, t1_ns: int, height_px: int) -> None:
        """Set what is seen. Updating the matrix at once makes it one paint instead of two."""
        shown = (t0_ns, t1_ns, height_px)
        if shown == self._shown:
            return
        self._shown = shown
        self.box.setRange(xRange=(t0_ns, t1_ns), yRange=(0, max(height_px, 1)), padding=0, disableAutoRange=True)
        self.box.updateMatrix()

    def view_rect(self) -> QRectF:
        """Return what is seen, in nanoseconds and pixels."""
        return QRectF(self.box.viewRect())


def scatter_plot(xs: IntArray, ys: IntArray) -> QWidget:
    """Return pyqtgraph's own way to show events, a plot of one ScatterPlotItem; what the benchmarks compare with."""
    plot: QWidget = _pg.PlotWidget()
    plot.addItem(_pg.ScatterPlotItem(xs, ys, size=5, pen=None))  # type: ignore[attr-defined]  # pyqtgraph has no types
    return plot
