"""What a test may leave behind by mistake: threads, child processes, timers, QThreads and top-level windows."""

import gc
import os
import sys
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_S = 20.0  # for a thread that is on its way out
SHARED_HELPER = "multiprocessing.resource_tracker"  # one for the whole process, kept by Python
TOOLTIP = "QTipLabel"  # one for the whole application, kept by Qt

_started_threads: "weakref.WeakKeyDictionary[threading.Thread, str]" = weakref.WeakKeyDictionary()
_started_objects: "weakref.WeakKeyDictionary[QObject, str]" = weakref.WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Stock:
    """What was there before a test."""

    threads: frozenset[threading.Thread]
    children: frozenset[int]
    objects: frozenset[QObject]
    windows: frozenset[QWidget]


def take_stock() -> Stock:
    """List everything that is there now."""
    return Stock(
        frozenset(threading.enumerate()),
        frozenset(_children()),
        frozenset(_running_objects()),
        frozenset(_windows()),
    )


def find_new(before: Stock) -> list[str]:
    """Describe, one line each, what has appeared since and is still there."""
    return [*_new_threads(before), *_new_children(before), *_new_qt(before)]


def remember_starts() -> None:
    """From now on remember for each thread, QThread and QTimer where it was started.

    Notes
    -----
    Threads are watched below ``Thread.start``, so that code which looks at its callers sees what it always sees.
    """
    name = "_start_joinable_thread" if hasattr(threading, "_start_joinable_thread") else "_start_new_thread"
    start_thread = getattr(threading, name)

    def start(function: Any, *args: Any, **kwargs: Any) -> Any:
        owner = getattr(function, "__self__", None)
        if isinstance(owner, threading.Thread):
            _started_threads[owner] = _place(sys._getframe(1))
        return start_thread(function, *args, **kwargs)

    setattr(threading, name, start)
    for kind in (QTimer, QThread):
        _remember_objects(kind)


def _remember_objects(kind: Any) -> None:
    start_object = kind.start

    def start(self: QObject, *args: Any, **kwargs: Any) -> None:
        _started_objects[self] = _place(sys._getframe(1))
        start_object(self, *args, **kwargs)

    kind.start = start


def _place(frame: FrameType | None) -> str:
    """Name the nearest line outside the standard library's thread modules."""
    while frame is not None and ("threading" in frame.f_code.co_filename or "concurrent" in frame.f_code.co_filename):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "an unknown place"


# ── Threads ──


def _new_threads(before: Stock) -> list[str]:
    left = []
    for thread in set(threading.enumerate()) - before.threads:
        if isinstance(thread, threading._DummyThread):
            if thread.ident in sys._current_frames():
                left.append(f"thread {thread.name} (not started through threading)")
            continue
        thread.join(PATIENCE_S)
        if thread.is_alive():
            left.append(f"thread {thread.name}, started at {_started_threads.get(thread, 'an unknown place')}")
    return sorted(left)


# ── Child processes ──


def _children() -> dict[int, str]:
    """Return our child processes: number -> command line ("" for one that has ended and was not waited for)."""
    if not hasattr(os, "waitid"):
        return {}
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return {}
    children = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                children[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ").strip()
        except OSError:  # it has just gone
            continue
    return {number: command for number, command in children.items() if SHARED_HELPER not in command}


def _new_children(before: Stock) -> list[str]:
    new = {number: command for number, command in _children().items() if number not in before.children}
    return [f"process {number}: {command or 'has ended, but nobody waited for it'}" for number, command in new.items()]


# ── Qt ──


def _new_qt(before: Stock) -> list[str]:
    """Describe new timers, QThreads and windows, after Qt and Python have cleared away what nobody holds."""
    if QCoreApplication.instance() is None:
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if not _describe_new(before):
        return []
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return _describe_new(before)


def _describe_new(before: Stock) -> list[str]:
    objects = [
        f"{type(one).__name__} {one.objectName()!r} is running, started at {_started_objects[one]}"
        for one in set(_running_objects()) - before.objects
    ]
    windows = [
        f"window {type(one).__name__} {one.objectName() or one.windowTitle()!r}"
        for one in set(_windows()) - before.windows
    ]
    return sorted(objects) + sorted(windows)


def _running_objects() -> list[QObject]:
    """Return the timers and QThreads that are running, of those that were started from Python."""
    return [one for one in list(_started_objects) if shiboken6.isValid(one) and _is_running(one)]


def _is_running(one: QObject) -> bool:
    return one.isActive() if isinstance(one, QTimer) else isinstance(one, QThread) and one.isRunning()


def _windows() -> list[QWidget]:
    if not isinstance(QCoreApplication.instance(), QApplication):
        return []
    return [widget for widget in QApplication.topLevelWidgets() if widget.metaObject().className() != TOOLTIP]
