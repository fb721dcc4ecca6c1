"""A table of numbers: whole rows are chosen, nothing is edited, rows are as low as their text."""

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

ROW_EDGE_PX = 8
MEASURED_ROWS = 50
"""Besides those on screen so many rows are looked at when columns are fitted; Qt's 1,000 cost a tenth of a second."""


def make_number_table(model: QAbstractItemModel, name: str, parent: QWidget) -> QTableView:
    """Make the view of a model; `name` is what a screen reader calls it."""
    view = QTableView(parent)
    view.setObjectName("rangeTable")
    view.setModel(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setResizeContentsPrecision(MEASURED_ROWS)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + ROW_EDGE_PX)
    return view
