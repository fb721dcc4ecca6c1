"""The folder in which a run keeps files of its own; made when first asked for, removed at the end of the run."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading

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

    def file(self, name: str) -> str:
        """Return the path of a file in the folder."""
        with self._lock:
            self._path = self._path or tempfile.mkdtemp(prefix=PREFIX)
        return os.path.join(self._path, name)

    def remove(self) -> None:
        """Remove the folder and what is in it; files that are still open vanish when they are closed."""
        with self._lock:
            if self._path:
                shutil.rmtree(self._path, ignore_errors=True)
            self._path = ""
