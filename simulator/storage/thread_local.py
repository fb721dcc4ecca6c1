"""`local`: a value of its own for each thread, in a real `threading.local`."""

from __future__ import annotations

import threading
from typing import Any

from simulator.record.kinds import Kind, pack
from simulator.record.recorder import Recorder
from simulator.record.values import ABSENT, portable
from simulator.storage.base import EMPTY, Accessors, absent_error


class ThreadLocalStorage:
    """Values in one `threading.local`; what another thread does to its own cannot come between access and stamp."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.local = threading.local()

    def set_initial(self, name: str, variable: int, value: object) -> None:
        """Store a value before the run: for the calling thread only, as `threading.local` does."""
        setattr(self.local, name, (value, self._recorder.initial_write(variable, value)))

    def accessors(self, name: str, variable: int, line: int) -> Accessors:
        """Build the recorded accesses to a variable; see `Storage.accessors`."""
        local = self.local
        now, current = self._recorder.now, self._recorder.current
        read_op, write_op, delete_op = (pack(kind, variable) for kind in (Kind.READ, Kind.WRITE, Kind.DELETE))

        def read(_: Any) -> Any:
            pair: tuple[Any, int] = getattr(local, name, EMPTY)
            stamp = now()
            current.append((stamp, read_op, line, pair[1], 0))
            value = pair[0]
            if value is ABSENT:
                raise absent_error(name)
            return value

        def write(_: Any, value: Any) -> None:
            append, next_id = current.access
            write_id = next_id()
            setattr(local, name, (value, write_id))
            stamp = now()
            append((stamp, write_op, line, write_id, value if type(value) is int else portable(value)))

        def delete(_: Any) -> None:
            append, next_id = current.access
            value, write_id = getattr(local, name, EMPTY)
            if value is ABSENT:
                append((now(), read_op, line, write_id, 0))
                raise absent_error(name)
            tombstone = (ABSENT, next_id())
            setattr(local, name, tombstone)
            append((now(), delete_op, line, tombstone[1], None))

        return Accessors(read, write, delete)
