"""Offers to save the session's runs before the window closes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from simulator.analysis.recording import Recording
from simulator.analysis.verdict import Verdict
from ui.panels.fields import CheckBox

WIDTH_PX, LIST_PX = 700, 240
MOST_LETTERS = 90
BOLD_PX = 12
"""What the default button's bold text takes more than Qt reckons."""


class SaveRunsDialog(QDialog):
    """Lists runs that are saved nowhere, and asks which to keep.

    Parameters
    ----------
    runs : list of Recording
        The runs, the latest last.
    verdict_of : callable
        Returns a run's verdict.
    folder : str
        Where to save them, as a proposal.
    parent : QWidget, optional
        The window.

    Signals
    -------
    save_wanted(object, object)
        Save these runs (a list of Recording) into this folder (a Path), then close the window.
    leave_wanted
        Close the window without saving.
    """

    save_wanted = Signal(object, object)
    leave_wanted = Signal()

    def __init__(
        self,
        runs: list[Recording],
        verdict_of: Callable[[Recording], Verdict],
        folder: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save the runs of this session?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH_PX)
        self._runs = runs
        self.boxes = [self._box(run, verdict_of(run)) for run in runs]
        self.folder = QLineEdit(folder, self)
        self.folder.setAccessibleName("Folder")
        self.browse = QPushButton("&Browse…", self)
        self.browse.setAutoDefault(False)
        self.asks_again = CheckBox("&Ask again next time", self)
        self.asks_again.setChecked(True)
        self.save_button = QPushButton("&Save and leave", self)
        self.save_button.setDefault(True)
        self.leave_button = QPushButton("&Leave without saving", self)
        self.leave_button.setAutoDefault(False)
        self.stay_button = QPushButton("Stay", self)
        self.stay_button.setAutoDefault(False)
        self._lay_out()
        self.browse.clicked.connect(self._browse)
        self.save_button.clicked.connect(self._on_save)
        self.leave_button.clicked.connect(self._on_leave)
        self.stay_button.clicked.connect(self.reject)
        self.save_button.setFocus()

    @property
    def chosen(self) -> list[Recording]:
        """The runs that are ticked, the latest last."""
        return [run for run, box in zip(self._runs, self.boxes, strict=True) if box.isChecked()]

    def _lay_out(self) -> None:
        n = len(self._runs)
        text = "One run is saved nowhere." if n == 1 else f"{n} runs are saved nowhere."
        place, buttons = QHBoxLayout(), QHBoxLayout()
        label = QLabel("&Folder", self)
        label.setBuddy(self.folder)
        for widget in (label, self.folder, self.browse):
            place.addWidget(widget)
        buttons.addWidget(self.asks_again)
        buttons.addStretch(1)
        for button in (self.stay_button, self.leave_button, self.save_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(14)
        layout.addWidget(QLabel(text, self))
        layout.addWidget(self._list())
        layout.addLayout(place)
        layout.addLayout(buttons)
        self.save_button.ensurePolished()
        self.save_button.setMinimumWidth(self.save_button.sizeHint().width() + BOLD_PX)

    def _box(self, run: Recording, verdict: Verdict) -> CheckBox:
        text = f"{run.question}  {verdict.text}"
        box = CheckBox(text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…", self)
        box.setToolTip(f"{text} ({run.badge})")
        box.setChecked(True)
        return box

    def _list(self) -> QScrollArea:
        """Return the boxes, the latest run first, so that many can be scrolled."""
        inner = QWidget(self)
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 0, 0)
        for box in reversed(self.boxes):
            rows.addWidget(box)
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(inner.sizeHint().height() + 16, LIST_PX))
        area.setAccessibleName("Runs that are saved nowhere")
        return area

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Folder to save to", self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    def _on_save(self) -> None:
        chosen, folder = self.chosen, Path(self.folder.text().strip()).expanduser()
        self.accept()
        self.save_wanted.emit(chosen, folder)

    def _on_leave(self) -> None:
        self.accept()
        self.leave_wanted.emit()
