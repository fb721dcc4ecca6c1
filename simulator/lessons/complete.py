"""A lesson's code made into a complete program that runs on plain Python: imports above it, and what the app gives it.

The code itself is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable

CONTEXT_NAMESPACE = '''\
class ContextNamespace:
    """Attributes kept in ContextVars; deleting one sets it to "no value"."""

    _none = object()
    _variables = {}

    def __getattr__(self, name):
        value = self._variables.setdefault(name, ContextVar(name, default=self._none)).get()
        if value is self._none:
            raise AttributeError(f"no attribute {name!r} here")
        return value

    def __setattr__(self, name, value):
        self._variables.setdefault(name, ContextVar(name, default=self._none)).set(value)

    def __delattr__(self, name):
        getattr(self, name)
        setattr(self, name, self._none)
'''

_WORK = "def work():\n    time.sleep({work_s})\n"
_ANSWER = 'def answer(value):\n    print(f"{threading.current_thread().name}: {value}")\n'
_DATABASE = """\
folder = tempfile.mkdtemp()
atexit.register(shutil.rmtree, folder)
DATABASE = os.path.join(folder, "orders.db")
"""

_SHOW = 'def show(text):\n    print(f"\\r{text:<20}", end="", flush=True)\n'

_HELPERS: dict[str, str] = {
    ", show)": _SHOW,
    "DATABASE": _DATABASE,
    "work()": _WORK,
    "answer(": _ANSWER,
    "ContextNamespace": CONTEXT_NAMESPACE,
}
"""What the code may use that the app gives it, and what stands for it in the script."""

_IMPORTS: dict[str, str] = {
    "SimpleNamespace": "from types import SimpleNamespace",
    "threading.": "import threading",
    "asyncio.": "import asyncio",
    "Callable[": "from collections.abc import Callable",
    "cycle(": "from itertools import cycle",
    "time.sleep": "import time",
    " sleep(": "from time import sleep",
    "Thread(": "from threading import Thread",
    "ThreadPoolExecutor": "from concurrent.futures import ThreadPoolExecutor",
    "ContextVar(": "from contextvars import ContextVar",
    "copy_context": "from contextvars import copy_context",
    "Random(": "from random import Random",
    "@contextmanager": "from contextlib import contextmanager",
    "suppress(": "from contextlib import suppress",
    "logging.": "import logging",
    "sqlite3.": "import sqlite3",
    "tempfile.": "import tempfile",
    "os.path.": "import os",
    "atexit.": "import atexit",
    "shutil.": "import shutil",
}


def complete_script(question: str, code: str, work_ms: int, more_imports: Iterable[str] = ()) -> str:
    """Write the program.

    Parameters
    ----------
    question : str
        The lesson's title, for the first line.
    code : str
        The code on show.
    work_ms : int
        How long ``work()`` takes, milliseconds.
    more_imports : iterable of str
        Lines of import besides those that the code's words call for.
    """
    helpers = "\n\n".join(text for word, text in _HELPERS.items() if word in code)
    helpers = helpers.replace("{work_s}", str(work_ms / 1000))
    found = {line for word, line in _IMPORTS.items() if word in helpers + code}
    imports = sorted({*more_imports, *found}, key=lambda line: (line.startswith("from"), line))
    return "\n".join([f"# {question}", "", *imports, "", "", helpers, "", code])
