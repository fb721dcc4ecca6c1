"""A part of a side panel with several pages, one of them shown; their titles stand where a heading would."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui.panels.section import EDGE_PX


class TabbedSection(QWidget):
    """Pages under a row of titles.

    Parameters
    ----------
    name : str
        What the pages are, for screen readers.
    pages : sequence of (str, str, QWidget)
        Title, tooltip and body of each; the first is shown.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    page_chosen(QWidget)
        The user chose a page.

    Attributes
    ----------
    tabs : QTabBar
        The titles.
    header : QHBoxLayout
        Their line; more can be added at its right end.
    """

    page_chosen = Signal(QWidget)

    def __init__(self, name: str, pages: Sequence[tuple[str, str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("sectionTabs")
        self.tabs.setAccessibleName(name)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pages = QStackedWidget(self)
        for title, tip, body in pages:
            self.tabs.setTabToolTip(self.tabs.addTab(title), tip)
            self._pages.addWidget(body)
        self.header = QHBoxLayout()
        self.header.setContentsMargins(EDGE_PX - 2, 0, EDGE_PX, 0)
        self.header.addWidget(self.tabs)
        self.header.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.setSpacing(6)
        layout.addLayout(self.header)
        layout.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.tabs.tabBarClicked.connect(self._on_clicked)

    @property
    def page(self) -> QWidget | None:
        """The page that is shown; None if there is none."""
        return self._pages.currentWidget()

    def index_of(self, body: QWidget) -> int:
        """Return the number of a page."""
        return self._pages.indexOf(body)

    def show_page(self, body: QWidget) -> None:
        """Show one of the pages."""
        self.tabs.setCurrentIndex(self.index_of(body))

    def _on_clicked(self, index: int) -> None:
        body = self._pages.widget(index)
        if body is not None:
            self.page_chosen.emit(body)
