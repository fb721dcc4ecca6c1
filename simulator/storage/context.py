"""`context`: a value for each context, in real `contextvars.ContextVar` objects.

A context has no identity that a program can see, and a copy looks like its original. So each context that the runner
makes or enters carries a serial of its own in `CONTEXT_SERIAL`; a read that finds a value written under another serial
got it by inheritance.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from itertools import count
from typing import Any, TypeVar

from simulator.record.kinds import PLACE_SHIFT, Kind, pack
from simulator.record.recorder import Recorder
from simulator.record.values import ABSENT, portable
from simulator.storage.base import EMPTY, Accessors, absent_error

Result = TypeVar("Result")

CONTEXT_SERIAL: ContextVar[int] = ContextVar("CONTEXT_SERIAL", default=0)
_serials = count(1)


def enter_new_context() -> None:
    """Give the calling thread's current context a serial of its own."""
    CONTEXT_SERIAL.set(next(_serials))


class CopiedContext:
    """A copy of the current context, made by `contextvars.copy_context`, with a serial of its own."""

    def __init__(self) -> None:
        self._context: Context = copy_context()
        self._context.run(enter_new_context)

    def run(self, function: Callable[..., Result], *arguments: Any, **keywords: Any) -> Result:
        """Call a function inside the context, as `contextvars.Context.run` does."""
        return self._context.run(function, *arguments, **keywords)


class ContextStorage:
    """Values in one `ContextVar` for each variable. A ContextVar cannot be deleted: delete sets it to "no value"."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._variables: dict[str, ContextVar[tuple[Any, int]]] = {}

    def _variable(self, name: str) -> ContextVar[tuple[Any, int]]:
        return self._variables.setdefault(name, ContextVar(name, default=EMPTY))

    def set_initial(self, name: str, variable: int, value: object) -> None:
        """Store a value before the run, in the calling thread's context."""
        write_id = self._recorder.initial_write(variable, value, CONTEXT_SERIAL.get())
        self._variable(name).set((value, write_id))

    def accessors(self, name: str, variable: int, line: int) -> Accessors:
        """Build the recorded accesses to a variable; see `Storage.accessors`."""
        var = self._variable(name)
        now, current = self._recorder.now, self._recorder.current
        read_op, write_op, delete_op = (pack(kind, variable) for kind in (Kind.READ, Kind.WRITE, Kind.DELETE))

        def here() -> int:
            return CONTEXT_SERIAL.get() << PLACE_SHIFT

        def read(_: Any) -> Any:
            value, write_id = var.get()
            stamp = now()
            current.append((stamp, read_op | here(), line, write_id, 0))
            if value is ABSENT:
                raise absent_error(name)
            return value

        def write(_: Any, value: Any) -> None:
            append, next_id = current.access
            write_id = next_id()
            var.set((value, write_id))
            stamp = now()
            append((stamp, write_op | here(), line, write_id, value if type(value) is int else portable(value)))

        def delete(_: Any) -> None:
            append, next_id = current.access
            value, write_id = var.get()
            if value is ABSENT:
                append((now(), read_op | here(), line, write_id, 0))
                raise absent_error(name)
            tombstone = (ABSENT, next_id())
            var.set(tombstone)
            append((now(), delete_op | here(), line, tombstone[1], None))

        return Accessors(read, write, delete)
