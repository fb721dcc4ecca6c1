"""A part of a side panel with several pages, one of them shown; their titles stand where a heading would."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui.panels.section import EDGE_PX
from ui.scaling import keep_scaled


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
    """

    page_chosen = Signal(QWidget)

    def __init__(self, name: str, pages: Sequence[tuple[str, str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("sectionTabs")
        self.tabs.setAccessibleName(name)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pages = QStackedWidget(self)
        for title, tip, body in pages:
            self.tabs.setTabToolTip(self.tabs.addTab(title), tip)
            self._pages.addWidget(body)
        self._link: tuple[QPushButton, str] | None = None
        self._header = QHBoxLayout()
        self._header.setContentsMargins(EDGE_PX - 2, 0, EDGE_PX, 0)
        self._header.addWidget(self.tabs)
        self._header.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.setSpacing(6)
        layout.addLayout(self._header)
        layout.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.tabs.tabBarClicked.connect(self._on_clicked)

    def add_link(self, button: QPushButton) -> None:
        """Put a button with an icon behind the titles; its word is left out where these need the room."""
        self._link = button, button.text()
        self._header.addWidget(button)
        keep_scaled(self.tabs, self._fit_link)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use what room there is."""
        super().resizeEvent(event)
        self._fit_link()

    def _fit_link(self) -> None:
        if self._link is None:
            return
        button, word = self._link
        button.setText(word)
        margins = self._header.contentsMargins()
        needed_px = self.tabs.sizeHint().width() + button.sizeHint().width() + self._header.spacing()
        if needed_px + margins.left() + margins.right() > self.width():
            button.setText("")

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
