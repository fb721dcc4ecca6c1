"""The runs of this session on disk while it lasts: a crash of the app loses none of them."""

import contextlib
import os
import queue
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile

from simulator.analysis.recording import Recording
from simulator.errors import ThreadloomError
from simulator.progress import Progress, StoppedError

LOCK = "lock"
SUFFIX = ".threadloom"

Save = Callable[[Recording, Path, Progress], None]


class SessionFolder:
    """A folder of one session among those of others; locked while the session lives.

    Parameters
    ----------
    root : Path
        Where sessions have their folders; made if it is not there.
    save : callable
        Writes a recording, and tells how much is done.

    Notes
    -----
    Thread: one, the caller's; the files are written on a thread of its own, one after the other. A disk that is full or
    read-only costs the copy, never the session.
    """

    def __init__(self, root: Path, save: Save) -> None:
        self._root = root
        self._save = save
        self._folder = root / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._count = 0
        self._waiting: queue.SimpleQueue[tuple[Recording, Path] | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._lock: QLockFile | None = None
        self._is_given_up = threading.Event()

    def keep(self, recording: Recording) -> None:
        """Write a finished run; returns at once."""
        if not self._is_there():
            return
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_all, name="session keeper", daemon=True)
            self._writer.start()
        self._waiting.put((recording, self._next_path()))

    def adopt(self) -> list[Path]:
        """Take over the runs of sessions that did not end well; return where they are now, the oldest first."""
        adopted: list[Path] = []
        with contextlib.suppress(OSError):
            for folder in sorted(self._root.iterdir() if self._root.is_dir() else (), key=_age):
                if folder != self._folder and folder.is_dir():
                    adopted += self._adopt_from(folder)
        return adopted

    def close(self, is_kept: bool = False) -> None:
        """Wait for what is being written if the next session shall adopt it; else give it up and remove the folder."""
        if not is_kept:
            self._is_given_up.set()
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join()
            self._writer = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
            if not is_kept:
                shutil.rmtree(self._folder, ignore_errors=True)

    def flush(self) -> None:
        """Wait until everything is written that was to be kept."""
        done = threading.Event()
        if self._writer is not None:
            self._waiting.put((_Marker(done), Path()))  # type: ignore[arg-type]  # only passes through the queue
            done.wait()

    def _adopt_from(self, folder: Path) -> list[Path]:
        lock = _lock(folder)
        if lock is None or not self._is_there():
            return []
        adopted = []
        for file in sorted(folder.glob(f"*{SUFFIX}"), key=_age):
            path = self._next_path()
            with contextlib.suppress(OSError):
                adopted.append(file.rename(path))
        lock.unlock()
        shutil.rmtree(folder, ignore_errors=True)
        return adopted

    def _next_path(self) -> Path:
        self._count += 1
        return self._folder / f"run-{self._count}{SUFFIX}"

    def _is_there(self) -> bool:
        if self._lock is None:
            with contextlib.suppress(OSError):
                self._folder.mkdir(parents=True)
            self._lock = _lock(self._folder)
        return self._lock is not None

    def _write_all(self) -> None:
        while (item := self._waiting.get()) is not None:
            recording, path = item
            if isinstance(recording, _Marker):
                recording.done.set()
                continue
            with contextlib.suppress(ThreadloomError):
                self._save(recording, path, self._tell)

    def _tell(self, _done: float) -> None:
        if self._is_given_up.is_set():
            raise StoppedError("the session has ended; what is written here is not needed any more")


class _Marker:
    """Stands in the queue behind everything that came before."""

    def __init__(self, done: threading.Event) -> None:
        self.done = done


def _lock(folder: Path) -> QLockFile | None:
    """Lock a folder; None if the session that owns it is alive, or it cannot be written to."""
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # never stale by age; Qt sees whether the process that holds it is alive
    return lock if lock.tryLock(0) else None


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
