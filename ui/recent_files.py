"""Recordings that were opened or saved lately, and their menu."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from ui.commands import CommandSet
from ui.settings import Recent, SettingsStore

if TYPE_CHECKING:
    from ui.file_actions import FileActions

MOST_FILES = 10


class RecentFiles:
    """A short list of files, the latest first, remembered from one start to the next.

    Parameters
    ----------
    store : SettingsStore
        Where it is remembered.
    """

    def __init__(self, store: SettingsStore) -> None:
        self._store = store

    @property
    def paths(self) -> list[Path]:
        """The files, the latest first; another window may have added to them."""
        try:
            known = json.loads(self._store.load(Recent).paths)
        except ValueError:
            return []
        return [Path(path) for path in known if isinstance(path, str)] if isinstance(known, list) else []

    def add(self, path: Path) -> None:
        """Put a file in front."""
        resolved = path.resolve()
        self._keep([resolved, *(other for other in self.paths if other != resolved)][:MOST_FILES])

    def forget(self, path: Path) -> None:
        """Take a file off the list."""
        resolved = path.resolve()
        self._keep([other for other in self.paths if other != resolved])

    def clear(self) -> None:
        """Forget all of them."""
        self._keep([])

    def _keep(self, paths: list[Path]) -> None:
        self._store.save(Recent(json.dumps([str(path) for path in paths])))


class RecentMenu(QMenu):
    """The list as a menu below "Open"; what it says is true when it opens.

    Parameters
    ----------
    files : FileActions
        Opens a file and knows the list.
    commands : CommandSet
        Whose command "open" it stands behind.
    parent : QWidget
        The window.
    """

    def __init__(self, files: "FileActions", commands: CommandSet, parent: QWidget) -> None:
        super().__init__("Open &recent", parent)
        self._files = files
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)
        commands.insert_menu_after("open", self)

    def _fill(self) -> None:
        self.clear()
        paths = self._files.recent.paths
        for number, path in enumerate(paths, 1):
            mnemonic = f"&{number} " if number < MOST_FILES else ""
            action = self.addAction(mnemonic + path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self._files.open(path))
        if paths:
            self.addSeparator()
            self.addAction("&Forget these").triggered.connect(self._files.recent.clear)
        else:
            self.addAction("Nothing yet").setEnabled(False)
