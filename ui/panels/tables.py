"""The drawer with the tables of the run: all its events, the marked range in numbers, and the log if it has one."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.models.all import Models
from ui.models.event_table import EventTableModel
from ui.models.guard_table import GuardTableModel
from ui.models.lanes import LanesModel
from ui.models.log_lines import LogLinesModel
from ui.models.range_table import RangeTableModel
from ui.models.variables import VariablesModel
from ui.panels.console import ConsolePanel
from ui.panels.drawer import Drawer
from ui.panels.event_table import EventTablePanel
from ui.panels.guards import GuardPanel
from ui.panels.locks import LocksPanel
from ui.panels.log import LogPanel
from ui.panels.range_table import RangeTablePanel
from ui.panels.variables import VariablesPanel

OPEN_MS = 150
"""So long after a range was marked its table opens."""


class TablesDrawer(Drawer):
    """The tables, one tab each; opens by itself when a range is marked.

    Parameters
    ----------
    models : Models
        State of the window.
    lanes : LanesModel
        Which variables are to have a strip.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    events : EventTablePanel
        Every event as text.
    marked : RangeTablePanel
        The marked range.
    console : ConsolePanel
        What a script prints and reads.
    variables : VariablesPanel
        Every variable that was touched.
    log : LogPanel
        The log lines; its tab is there only while the run on screen has any.
    guards : GuardPanel
        Which locks were held where.
    locks : LocksPanel
        What became of each lock.
    """

    def __init__(self, models: Models, lanes: LanesModel, parent: QWidget | None = None) -> None:
        super().__init__(models.theme, parent)
        self._range = models.time_range
        self._event_rows = EventTableModel(models.runs, models.theme, self)
        self._range_rows = RangeTableModel(models.runs, models.time_range, self)
        self.events = EventTablePanel(self._event_rows, models.selection, self)
        self.marked = RangeTablePanel(self._range_rows, models.time_range, models.theme, self)
        self.add_panel(self.events, "Events", "Every event of the run as text")
        self.console = ConsolePanel(models.console, models.theme, self)
        self.add_panel(self.marked, "Range", "What happened in the range that is marked on the ruler")
        self.add_panel(self.console, "Console", "What the script prints and reads")
        self._variable_rows = VariablesModel(models.runs, self)
        self.variables = VariablesPanel(self._variable_rows, lanes, self)
        self.add_panel(self.variables, "Variables", "Every variable that was touched, and which have a strip")
        self._was_console_closed = False
        self._log_lines = LogLinesModel(models.runs, models.theme, self)
        self.log = LogPanel(self._log_lines, models.selection, self)
        self.add_panel(self.log, "Log", "The lines that the run has logged, each tied to its event")
        self._has_log = False
        self._log_lines.counted.connect(self._show_log)
        self._show_log()
        self.guards = GuardPanel(GuardTableModel(models.sharing, self), models.sharing, models.selection, self)
        self.locks = LocksPanel(models.sharing, models.selection, models.viewport, models.theme, self)
        self.add_panel(self.guards, "Guards", "Which locks were held at the accesses to what threads share")
        self.add_panel(self.locks, "Locks", "When each lock was free, held, and held while others waited")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(OPEN_MS)
        self._timer.timeout.connect(self.open_marked)
        models.time_range.range_changed.connect(self._on_range_changed)

    @property
    def focus_order(self) -> list[QWidget]:
        """What Tab goes through."""
        events, marked = self.events, self.marked
        inside = [
            events.filter,
            events.only_problems,
            events.view,
            marked.copy_button,
            marked.close_button,
            marked.view,
        ]
        more = [*self.console.focus_order, *self.variables.focus_order, self.log.view]
        more += [self.guards.view, self.locks.waits]
        return [self.tabBar(), *inside, *more, self.close_button]

    def toggle_events(self) -> None:
        """Open the event table and go to it, or put it away."""
        if self.toggle_panel(self.events):
            self.events.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_marked(self) -> None:
        """Open the table of the marked range and go to it, or put it away."""
        if self.toggle_panel(self.marked):
            self.marked.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_variables(self) -> None:
        """Open the table of variables and go to it, or put it away."""
        if self.toggle_panel(self.variables):
            self.variables.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_console(self) -> None:
        """Open the console and go to it, or put it away."""
        is_open = self.toggle_panel(self.console)
        self._was_console_closed = not is_open
        if is_open:
            self.console.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def offer_console(self) -> bool:
        """Open the console since a script prints, unless a table is open or the user has closed it; tell whether."""
        is_wanted = self.isHidden() and not self._was_console_closed
        if is_wanted:
            self.open_panel(self.console)
        return is_wanted

    def close_drawer(self) -> None:
        """Put the tables away."""
        self._was_console_closed |= not self.isHidden() and self.currentWidget() is self.console
        super().close_drawer()
    def toggle_guards(self) -> None:
        """Open the guard map and go to it, or put it away."""
        if self.toggle_panel(self.guards):
            self.guards.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_locks(self) -> None:
        """Open the lock view and go to it, or put it away."""
        if self.toggle_panel(self.locks):
            self.locks.waits.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_models(self) -> None:
        """Wait until no work is left."""
        self._timer.stop()
        self._event_rows.close()
        self._range_rows.close()
        self._variable_rows.close()

    def open_marked(self) -> None:
        """Open the table of the marked range, unless it is still being dragged: nothing moves under the pointer."""
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._timer.start()
        elif self._range.range_ns is not None:
            self.open_panel(self.marked)

    def _show_log(self) -> None:
        """Show the tab while there are lines; open it when the first of a run come, and put it away with the last."""
        has_log, had_log = self._log_lines.rowCount() > 0, self._has_log
        was_current = self.currentWidget() is self.log
        self._has_log = has_log
        self.setTabVisible(self.indexOf(self.log), has_log)
        if has_log and not had_log:
            self.open_panel(self.log)
        elif not has_log and was_current:
            self.setCurrentWidget(self.events)
            self.close_drawer()

    def _on_range_changed(self) -> None:
        if self._range.range_ns is not None:
            self._timer.start()
