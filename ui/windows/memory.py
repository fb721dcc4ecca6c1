"""What the window takes along from one start to the next."""

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow

from ui.models.choice import ChoiceModel
from ui.settings import Appearance, LastRun, Layout, Learning, SettingsStore
from ui.windows.columns import Columns

FIRST_PX = QSize(1440, 860)
TITLE_PX = QSize(0, 40)
"""What the window's title may take of the screen."""


class WindowMemory:
    """Restores a window as it was left, and remembers it.

    Parameters
    ----------
    store : SettingsStore
        Where everything is kept.

    Attributes
    ----------
    tried : set of str
        Ids of the lessons that were run at least once.
    """

    def __init__(self, store: SettingsStore) -> None:
        self._store = store
        self.tried: set[str] = set()

    def restore(self, window: QMainWindow, columns: Columns, choice: ChoiceModel) -> None:
        """Give window, columns and choice what was remembered."""
        last, layout = self._store.load(LastRun), self._store.load(Layout)
        self.tried = set(last.tried.split())
        choice.restore(last.lesson, last.storage, last.numbers)
        if not (layout.geometry and window.restoreGeometry(QByteArray(layout.geometry))):
            window.resize(FIRST_PX.boundedTo(window.screen().availableSize() - TITLE_PX))
        columns.restore(layout)

    def keep(self, window: QMainWindow, columns: Columns, choice: ChoiceModel) -> None:
        """Remember window, columns and choice."""
        tried = " ".join(sorted(self.tried))
        self._store.save(LastRun(choice.lesson.id, choice.settings.storage or "", choice.to_text(), tried))
        layout = Layout(geometry=bytes(window.saveGeometry().data()))
        columns.keep(layout)
        self._store.save(layout)

    @property
    def is_first_start(self) -> bool:
        """Whether the welcome page was never shown."""
        return not self._store.load(Learning).welcomed

    def note_welcomed(self) -> None:
        """Remember that the welcome page was shown."""
        learning = self._store.load(Learning)
        learning.welcomed = True
        self._store.save(learning)

    def keep_appearance(self, theme: str, text_px: int) -> None:
        """Remember which theme and which size were chosen."""
        self._store.save(Appearance(theme, text_px))
