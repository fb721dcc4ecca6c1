"""Values in an object of a class that the program writes itself: one dictionary for all threads, or one for each.

A plain object has one dictionary. An object whose class is derived from `threading.local` has one for each thread, made
at the thread's first touch of it by calling ``__init__`` again.
"""

from __future__ import annotations

from typing import Any

from simulator.record.kinds import Kind, pack
from simulator.record.recorder import Recorder
from simulator.record.values import ABSENT, portable
from simulator.storage.base import EMPTY, Accessors, absent_error


class InstanceStorage:
    """Values in the dictionary that the object has in the calling thread."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def set_initial(self, name: str, variable: int, value: object) -> None:
        """Refuse: such an object gets its first values from its own ``__init__``."""
        raise TypeError(f"{name!r} cannot be set before the object is made")

    def accessors(self, name: str, variable: int, line: int) -> Accessors:
        """Build the recorded accesses to a variable; see `Storage.accessors`."""
        now, current = self._recorder.now, self._recorder.current
        read_op, write_op, delete_op = (pack(kind, variable) for kind in (Kind.READ, Kind.WRITE, Kind.DELETE))

        def read(state: Any) -> Any:
            cells = state.__dict__
            value, write_id = cells.get(name, EMPTY)
            stamp = now()
            current.append((stamp, read_op, line, write_id, 0))
            if value is ABSENT:
                raise absent_error(name)
            return value

        def write(state: Any, value: Any) -> None:
            cells = state.__dict__
            append, next_id = current.access
            write_id = next_id()
            cells[name] = (value, write_id)
            stamp = now()
            append((stamp, write_op, line, write_id, portable(value)))

        def delete(state: Any) -> None:
            cells = state.__dict__
            append, next_id = current.access
            tombstone = (ABSENT, next_id())
            value, write_id = cells.get(name, EMPTY)
            if value is not ABSENT:
                cells[name] = tombstone
            stamp = now()
            if value is ABSENT:
                append((stamp, read_op, line, write_id, 0))
                raise absent_error(name)
            append((stamp, delete_op, line, tombstone[1], None))

        return Accessors(read, write, delete)
