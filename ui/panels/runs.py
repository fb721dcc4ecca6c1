"""The runs of this session: a click shows one of them again."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.models.runs import RunsModel
from ui.panels.verdict import ICONS
from ui.scaling import keep_scaled, px
from ui.theme import ThemeModel

ROW_PX = 28
ICON_PX = 16


class RunsPanel(QListWidget):
    """Runs of this session, the latest first.

    Parameters
    ----------
    runs : RunsModel
        The runs.
    theme : ThemeModel
        Colours of the icons.
    parent : QWidget, optional
        Owner.

    Signals
    -------
    chosen(int)
        The user wants to see the run with this index in `RunsModel.runs`.
    """

    chosen = Signal(int)

    def __init__(self, runs: RunsModel, theme: ThemeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._theme = theme
        self.setObjectName("runList")
        self.setAccessibleName("Runs of this session")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        runs.list_changed.connect(self._rebuild)
        runs.shown_changed.connect(self._show_current)
        theme.changed.connect(self._rebuild)
        self.currentRowChanged.connect(self._on_row_changed)
        keep_scaled(self, self._fit)

    def _fit(self) -> None:
        self.setIconSize(QSize(px(ICON_PX), px(ICON_PX)))
        self._rebuild()

    def _rebuild(self) -> None:
        was_blocked = self.blockSignals(True)
        self.clear()
        for number, recording in reversed(list(enumerate(self._runs.runs, 1))):
            verdict = self._runs.verdict(recording)
            item = QListWidgetItem(f"{number}  {recording.badge}")
            item.setToolTip(f"{recording.question}\n{recording.badge}\n{verdict.text}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"Run {number}: {recording.badge}. {verdict.text}")
            role = verdict.tone if verdict.tone in ("good", "bad") else "dim"
            item.setIcon(self._theme.icon(ICONS[verdict.tone], role))
            item.setSizeHint(QSize(0, px(ROW_PX)))
            self.addItem(item)
        self.blockSignals(was_blocked)
        self._show_current()

    def _show_current(self) -> None:
        was_blocked = self.blockSignals(True)
        runs = self._runs.runs
        at = next((i for i, run in enumerate(runs) if run is self._runs.shown), None)
        self.setCurrentRow(-1 if at is None else len(runs) - 1 - at)
        self.blockSignals(was_blocked)

    def _on_row_changed(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(len(self._runs.runs) - 1 - row)
