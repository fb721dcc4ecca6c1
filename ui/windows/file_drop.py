"""Files that are dragged onto a window."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from simulator.export.recording_file import SUFFIX
from simulator.script.settings import SUFFIX as SCRIPT_SUFFIX


class FileDrop(QObject):
    """Takes recordings and Python programs that are dropped on a window.

    Parameters
    ----------
    window : QWidget
        Where they are dropped; owns this.

    Signals
    -------
    dropped(Path)
        A file was dropped.
    """

    dropped = Signal(Path)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept what is such a file, and tell when it is dropped."""
        if not isinstance(event, QDragEnterEvent | QDropEvent):
            return False
        path = _file_in(event.mimeData())
        if path is None or event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(path)
        return True


def _file_in(data: QMimeData) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in (SUFFIX, SCRIPT_SUFFIX)), None)
