"""The drawer below the timeline: tables that are asked for, one tab each; closed unless needed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabWidget, QToolButton, QWidget

from ui.theme import ThemeModel

HEIGHT_PX = 230


class Drawer(QTabWidget):
    """Tabs that can be put away.

    Parameters
    ----------
    theme : ThemeModel
        Colour of the icon.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    opened
        The drawer was opened.
    closed
        The drawer was closed; whoever owns it gives the focus back.
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("drawer")
        self.setAccessibleName("Tables")
        self.setDocumentMode(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabBar().setDrawBase(False)
        self.tabBar().setExpanding(False)
        self.setUsesScrollButtons(False)  # titles are shortened instead, so that one sees which tables there are
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.close_button = QToolButton(self)
        self.close_button.setObjectName("flat")
        self.close_button.setAccessibleName("Close the tables")
        self.close_button.setToolTip("Close (Esc)")
        self.close_button.clicked.connect(self.close_drawer)
        self.setCornerWidget(self.close_button, Qt.Corner.TopRightCorner)
        theme.changed.connect(self._show_icon)
        self._show_icon()
        self.hide()

    def add_panel(self, panel: QWidget, title: str, tip: str) -> None:
        """Add a tab."""
        self.setTabToolTip(self.addTab(panel, title), tip)

    def open_panel(self, panel: QWidget) -> None:
        """Open the drawer with this tab."""
        self.setCurrentWidget(panel)
        was_closed = self.isHidden()
        self.show()
        if was_closed:
            self.opened.emit()

    def toggle_panel(self, panel: QWidget) -> bool:
        """Open the drawer with this tab; close it if that is open. Return whether it is open now."""
        if self.isVisible() and self.currentWidget() is panel:
            self.close_drawer()
            return False
        self.open_panel(panel)
        return True

    def close_drawer(self) -> None:
        """Put the tables away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _show_icon(self) -> None:
        self.close_button.setIcon(self._theme.icon("close", "dim"))
