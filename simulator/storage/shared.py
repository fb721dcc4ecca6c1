"""`shared`: one namespace for all threads, a real `types.SimpleNamespace`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from simulator.record.kinds import Kind, pack
from simulator.record.recorder import Recorder
from simulator.record.values import ABSENT, portable
from simulator.storage.base import EMPTY, Accessors, absent_error


class SharedStorage:
    """Values in one `SimpleNamespace` that every thread reads and writes."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.namespace = SimpleNamespace()

    def set_initial(self, name: str, variable: int, value: object) -> None:
        """Store a value before the run."""
        setattr(self.namespace, name, (value, self._recorder.initial_write(variable, value)))

    def accessors(self, name: str, variable: int, line: int) -> Accessors:
        """Build the recorded accesses to a variable; see `Storage.accessors`."""
        cells = self.namespace.__dict__
        cells.setdefault(name, EMPTY)
        now, current = self._recorder.now, self._recorder.current
        read_op, write_op, delete_op = (pack(kind, variable) for kind in (Kind.READ, Kind.WRITE, Kind.DELETE))

        def read(_: Any) -> Any:
            value, write_id = cells[name]
            stamp = now()
            current.append((stamp, read_op, line, write_id, 0))
            if value is ABSENT:
                raise absent_error(name)
            return value

        def write(_: Any, value: Any) -> None:
            append, next_id = current.access
            write_id = next_id()
            cells[name] = (value, write_id)
            stamp = now()
            append((stamp, write_op, line, write_id, value if type(value) is int else portable(value)))

        def delete(_: Any) -> None:
            append, next_id = current.access
            tombstone = (ABSENT, next_id())
            value, write_id = cells[name]
            if value is not ABSENT:
                cells[name] = tombstone
            stamp = now()
            if value is ABSENT:
                append((stamp, read_op, line, write_id, 0))
                raise absent_error(name)
            append((stamp, delete_op, line, tombstone[1], None))

        return Accessors(read, write, delete)
