"""The export dialog: format, name, folder, and for pictures their colours and width."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.panels.fields import CheckBox, DropDown
from ui.settings import ExportChoices

PAGE = ".html"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its suffix, what it is for, and whether it is a picture."""

    suffix: str
    text: str
    is_picture: bool


FORMATS = (
    Format(".svg", "SVG picture: sharp at every size", True),
    Format(".png", "PNG picture: for slides and chats", True),
    Format(".pdf", "PDF: for printing", True),
    Format(".html", "HTML page: timeline, verdict, findings and code in one", True),
    Format(".gif", "GIF: the replay as a moving picture", True),
    Format(".apng", "Animated PNG: the replay, finer than GIF", True),
    Format(".csv", "CSV table: one line for each event", False),
    Format(".jsonl", "JSON lines: one object for each event", False),
    Format(".json", "Chrome trace: for Perfetto and chrome://tracing", False),
    Format(".threadloom", "Threadloom recording: reopens exactly as it is", False),
)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What the user wants written.

    Attributes
    ----------
    path : Path
        The file; its suffix is the format.
    theme : str
        ``light`` or ``dark``, for pictures.
    width_px : int
        Width of pictures, pixels.
    window_ns : (int, int) or None
        What of the run a picture shows, nanoseconds since its start; None for all of it.
    hides_verdict : bool
        Whether a page shows what happened only after a click.
    """

    path: Path
    theme: str
    width_px: int
    window_ns: tuple[int, int] | None = None
    hides_verdict: bool = False


class ExportDialog(QDialog):
    """Asks what to write and where.

    Parameters
    ----------
    stem : str
        Name of the file without suffix, as a proposal.
    choices : ExportChoices
        What was chosen the last time.
    visible_ns : (int, int)
        The part of the run that is on screen, nanoseconds.
    parent : QWidget, optional
        The window.

    Signals
    -------
    requested(object)
        The user pressed Export; an `ExportRequest`.
    """

    requested = Signal(object)

    def __init__(
        self, stem: str, choices: ExportChoices, visible_ns: tuple[int, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._visible_ns = visible_ns
        self.setWindowTitle("Export the run on screen")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self.format = DropDown(self)
        for one in FORMATS:
            self.format.addItem(one.text, one)
        at = next((i for i, one in enumerate(FORMATS) if one.suffix == choices.suffix), 0)
        self.format.setCurrentIndex(at)
        self.name = QLineEdit(stem + FORMATS[at].suffix, self)
        self.folder = QLineEdit(choices.folder or str(Path.home()), self)
        self.browse = QPushButton("&Browse…", self)
        self.browse.setAutoDefault(False)
        self.theme = DropDown(self)
        for key, text in (("light", "Light, for paper and documents"), ("dark", "Dark")):
            self.theme.addItem(text, key)
        self.theme.setCurrentIndex(self.theme.findData(choices.theme))
        self.width_px = QSpinBox(self)
        self.width_px.setRange(400, 8000)
        self.width_px.setSingleStep(100)
        self.width_px.setSuffix(" pixels wide")
        self.width_px.setValue(choices.width_px)
        self.width_px.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.width_px.lineEdit().setTextMargins(5, 0, 0, 0)
        self.part = DropDown(self)
        self.part.addItem("The whole run", None)
        self.part.addItem("What is visible now", visible_ns)
        self.hides_verdict = CheckBox("&Hide what happened behind a click, for a class", self)
        self.note = QLabel(self)
        self.note.setObjectName("hint")
        self.note.setWordWrap(True)
        self.export_button = QPushButton("&Export", self)
        self.export_button.setDefault(True)
        self.cancel_button = QPushButton("Cancel", self)
        self.cancel_button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def request(self) -> ExportRequest:
        """What would be written now."""
        folder = Path(self.folder.text().strip()).expanduser()
        return ExportRequest(
            folder / self.name.text().strip(),
            self.theme.currentData(),
            self.width_px.value(),
            self._visible_ns if self.part.currentIndex() else None,
            self.hides_verdict.isChecked(),
        )

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(10)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        self._form.addRow("&Format", self.format)
        self._form.addRow("&Name", self.name)
        self._form.addRow("Fol&der", place)
        folder_label = self._form.labelForField(place)
        assert isinstance(folder_label, QLabel)
        folder_label.setBuddy(self.folder)
        self._form.addRow("&Colours", self.theme)
        self._form.addRow("&Width", self.width_px)
        self._form.addRow("&Show", self.part)
        self._form.addRow("", self.hides_verdict)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(14)
        layout.addLayout(self._form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addLayout(buttons)
        names = {self.format: "Format", self.name: "File name", self.folder: "Folder", self.theme: "Colours",
                 self.width_px: "Width", self.part: "Which part of the run"}
        for field, name in names.items():
            field.setAccessibleName(name)

    def _connect(self) -> None:
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.name.textEdited.connect(self._on_name_edited)
        self.name.textChanged.connect(self._refresh)
        self.folder.textChanged.connect(self._refresh)
        self.browse.clicked.connect(self._browse)
        self.export_button.clicked.connect(self._on_export)
        self.cancel_button.clicked.connect(self.reject)

    def _on_format_changed(self) -> None:
        name = self.name.text()
        suffix = next((one.suffix for one in FORMATS if name.endswith(one.suffix)), "")
        self.name.setText(name.removesuffix(suffix) + self.format.currentData().suffix)
        self._refresh()

    def _on_name_edited(self, name: str) -> None:
        """Let the suffix that was typed choose the format."""
        at = next((i for i, one in enumerate(FORMATS) if name.endswith(one.suffix)), self.format.currentIndex())
        was_blocked = self.format.blockSignals(True)
        self.format.setCurrentIndex(at)
        self.format.blockSignals(was_blocked)

    def _refresh(self) -> None:
        one = self.format.currentData()
        for field in (self.theme, self.width_px, self.part):
            self._form.setRowVisible(field, one.is_picture)
        is_page = one.suffix == PAGE
        self._form.setRowVisible(self.hides_verdict, is_page)
        if is_page:  # light or dark is the reader's choice
            self._form.setRowVisible(self.theme, False)
        stem = self.name.text().strip()
        has_suffix = stem.endswith(one.suffix) and len(stem) > len(one.suffix)
        self.export_button.setEnabled(has_suffix)
        path = self.request.path
        if not has_suffix:
            self.note.setText(f"The name must end with {one.suffix}.")
        elif path.exists():
            self.note.setText("There is such a file; it will be replaced.")
        else:
            self.note.setText("It will contain the lesson's code, the names of threads and the values they stored.")
        self.export_button.setText("&Replace" if has_suffix and path.exists() else "&Export")

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Folder to write to", self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    def _on_export(self) -> None:
        self.requested.emit(self.request)
        self.accept()
