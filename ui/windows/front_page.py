"""The welcome page: in place of the columns at the first start, and whenever it is asked for."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ui.models.runs import RunsModel
from ui.panels.welcome import WelcomePage
from ui.windows.memory import WindowMemory


class FrontPage(QObject):
    """Shows the welcome page or the columns, never both.

    Parameters
    ----------
    page : WelcomePage
        The page.
    columns : QWidget
        What stands there otherwise.
    focus : QWidget
        Gets the focus when the page is closed.
    runs : RunsModel
        A run that comes on screen closes the page.
    memory : WindowMemory
        Knows whether it was ever shown.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        page: WelcomePage,
        columns: QWidget,
        focus: QWidget,
        runs: RunsModel,
        memory: WindowMemory,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._columns = columns
        self._focus = focus
        self._runs = runs
        self._memory = memory
        page.link_activated.connect(self.close)
        page.closed.connect(self.close)
        runs.shown_changed.connect(self._on_shown_changed)

    def greet(self) -> None:
        """Show it to whoever has never seen it, unless there is a run to look at."""
        if self._memory.is_first_start and self._runs.shown is None:
            self.show()

    def show(self) -> None:
        """Show it."""
        self._memory.note_welcomed()
        self._page.show()
        self._columns.hide()
        self._page.offers[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def close(self) -> bool:
        """Put it away; return whether it was there."""
        if self._page.isHidden():
            return False
        self._page.hide()
        self._columns.show()
        self._focus.setFocus()
        return True

    def _on_shown_changed(self) -> None:
        if self._runs.shown is not None:
            self.close()
