"""A script recorded only in part, to tell what of its cost is what; standard library only, run by `simulator.bench`.

``stamped``: the rewritten program with every reading of the clock, but nothing is noted. ``noted``: rows are made and
thrown away. ``packed``: they are made ready for sending as well. What is left of a real run is the sending itself.
"""

from __future__ import annotations

import marshal
import threading
from collections.abc import Callable
from typing import Any, Literal

from simulator.process.protocol import MARSHAL_VERSION
from simulator.script.recording import ScriptRecording
from simulator.script.settings import ScriptSettings

Level = Literal["stamped", "noted", "packed"]
LEVELS: tuple[Level, ...] = ("stamped", "noted", "packed")


class _Nowhere:
    """Takes messages and forgets them, after packing them if that is to be measured."""

    def __init__(self, is_packing: bool) -> None:
        self._is_packing = is_packing
        self.lock = threading.RLock()
        self.is_busy = False
        self.is_closed = False

    def send(self, message: tuple[Any, ...]) -> bool:
        if self._is_packing:
            marshal.dumps((0, message), MARSHAL_VERSION)
        return True

    def close(self) -> None:
        self.is_closed = True


def main(arguments: list[str]) -> None:
    """Run a script: the level, its path, its arguments."""
    level, path, *rest = arguments
    settings, replace = ScriptSettings(path, argv=tuple(rest)), _without_notes if level == "stamped" else None
    recording = ScriptRecording(settings, _Nowhere(level == "packed"), replace=replace)
    recording.prepare()
    recording.buffers.begin_thread("MainThread", 0)
    recording.begin(lambda: None)
    try:
        recording.run()
    finally:
        recording.end()


def _without_notes(name: str, real: Any) -> Any:
    """Return what stands in for a function that rewritten code calls: it notes nothing."""
    what, _, form = name.partition(" ")
    if what == "record":
        return _returning(-3 - form.count("-"))
    if what == "after":
        return _returning(4)
    if what == "new":
        return _returning(0)
    return _nothing if what in ("stretch", "before", "entering", "entered") else real


def _returning(index: int) -> Callable[..., Any]:
    return lambda *arguments: arguments[index]


def _nothing(*_: Any) -> None:
    """Note nothing."""
