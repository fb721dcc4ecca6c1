"""The folder in which a run keeps files of its own; made when first asked for, removed at the end of the run."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.runtime.crew import Crew

DATABASE_FILE = "orders.db"
PREFIX = "threadloom-run-"


class RunFolder:
    """A temporary folder.

    Parameters
    ----------
    path : str
        An existing folder that somebody else has made for the run and will remove, too, should this process die; empty
        to make one when it is needed.
    """

    def __init__(self, path: str = "") -> None:
        self._path = path
        self._lock = threading.Lock()

    def make(self) -> str:
        """Make the folder if it is not there yet; return its path."""
        with self._lock:
            self._path = self._path or tempfile.mkdtemp(prefix=PREFIX)
            return self._path

    def remove(self) -> None:
        """Remove the folder and what is in it; files that are still open vanish when they are closed."""
        with self._lock:
            if self._path:
                shutil.rmtree(self._path, ignore_errors=True)
            self._path = ""


def bind(crew: Crew) -> str:
    """Return what the program's code calls ``DATABASE``: the path of a file in the run's folder."""
    return os.path.join(crew.folder.make(), DATABASE_FILE)
