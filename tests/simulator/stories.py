"""Runs of scripts told row by row, for what is found in them: each event with the line of the code that it is at."""

from __future__ import annotations

from typing import Any

from simulator.analysis.analysis import Analysis
from simulator.analysis.detectors.find import find_in_script
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from simulator.record.kinds import Kind, Result, pack
from simulator.record.recorder import SERIAL_SHIFT
from simulator.runtime.program import Variable
from simulator.trace.trace import FLAG_UNCERTAIN, Trace

FILE = "program.py"


class Story:
    """What the threads of a script do, one after the other, a microsecond apart.

    Parameters
    ----------
    code : str
        The script.
    storages : dict of str to str
        What variables are made of that are not ``shared``.
    """

    def __init__(self, code: str, **storages: str) -> None:
        self.code = code.lstrip("\n")
        self._storages = storages
        self._rows: dict[int, list[tuple[int, int, int, int, Any]]] = {}
        self._names: list[str] = []
        self._last: dict[tuple[str, int], int] = {}
        self._ids: dict[int, int] = {}
        self._now = 1000
        self.uncertain = False
        self.begin(1, "MainThread")

    def _index(self, name: str) -> int:
        if name not in self._names:
            self._names.append(name)
        return self._names.index(name)

    def _add(self, thread: int, kind: Kind, name: str, line: int, ref: int = 0, value: Any = None) -> int:
        self._now += 1000
        if kind in (Kind.WRITE, Kind.DELETE, Kind.SIGNAL, Kind.CLEAR) or Kind.SLEEP <= kind != Kind.END:
            self._ids[thread] = self._ids.get(thread, 0) + 1
            ref = thread << SERIAL_SHIFT | self._ids[thread]
        place = thread if self._storages.get(name) in ("local", "context") and kind <= Kind.DELETE else 0
        operation = pack(kind, self._index(name) if name else 0, place)
        self._rows.setdefault(thread, []).append((self._now, operation, line, ref, value))
        return ref

    def begin(self, thread: int, name: str, signal: int = 0) -> None:
        """A thread begins, started by a signal."""
        self._add(thread, Kind.THREAD_BEGIN, "", 0, signal, name)

    def start(self, thread: int, name: str, line: int, by: int = 1) -> None:
        """Start a thread."""
        self.begin(thread, name, self._add(by, Kind.SIGNAL, name, line, value="start"))

    def join(self, thread: int, name: str, line: int, by: int = 1) -> None:
        """End a thread and let another have waited for it."""
        wait = self._add(by, Kind.WAIT, name, line, value="join")
        done = self._add(thread, Kind.SIGNAL, name, 0, value="done")
        self.end(thread)
        self._add(by, Kind.END, "", 0, wait, done)

    def end(self, thread: int) -> None:
        """A thread ends."""
        self._add(thread, Kind.THREAD_END, "", 0)

    def write(self, thread: int, name: str, value: Any, line: int) -> None:
        """Store a value."""
        self._last[name, self._cell(thread, name)] = self._add(thread, Kind.WRITE, name, line, value=value)

    def delete(self, thread: int, name: str, line: int) -> None:
        """Delete a value."""
        self._last[name, self._cell(thread, name)] = self._add(thread, Kind.DELETE, name, line)

    def read(self, thread: int, name: str, line: int) -> None:
        """Read what was stored last."""
        self._add(thread, Kind.READ, name, line, self._last.get((name, self._cell(thread, name)), 0))

    def _cell(self, thread: int, name: str) -> int:
        return thread if self._storages.get(name) in ("local", "context") else 0

    def update(self, thread: int, name: str, value: Any, line: int) -> None:
        """Read and store in one statement."""
        self.read(thread, name, line)
        self.write(thread, name, value, line)

    def signal(self, thread: int, name: str, line: int, value: str = "set") -> int:
        """Release on an object."""
        return self._add(thread, Kind.SIGNAL, name, line, value=value)

    def receive(self, thread: int, name: str, line: int, signal: int, value: str = "set") -> None:
        """Acquire what was signalled."""
        self._add(thread, Kind.RECEIVE, name, line, signal, value)

    def wait(self, thread: int, name: str, line: int, value: str = "lock") -> int:
        """Begin to wait."""
        return self._add(thread, Kind.WAIT, name, line, value=value)

    def take(self, thread: int, name: str, line: int) -> int:
        """Take a lock; return what `give` gives it back by."""
        return self._add(thread, Kind.HOLD, name, line, value="lock")

    def give(self, thread: int, hold: int, result: Result = Result.NONE) -> None:
        """Give a lock back, or end another span."""
        self._now += 1000
        self._rows[thread].append((self._now, pack(Kind.END, result), 0, hold, 0))

    def task(self, thread: int, number: int) -> int:
        """Begin a task of a pool; return what `give` ends it by."""
        return self._add(thread, Kind.TASK, "", 0, value=number)

    def die(self, thread: int, error: str, text: str, line: int) -> None:
        """End a thread by an exception."""
        self._add(thread, Kind.EXCEPTION, "", line, value=(error, f"{error}: {text}", "Traceback", False))

    def trace(self) -> Trace:
        """Return the trace."""
        trace = Trace(self._names, None, origin_ns=1000, filename=FILE)
        trace.storages = [self._storages.get(name, "shared") for name in self._names]
        trace.append(self._rows.items())
        trace.finish()
        if self.uncertain:
            trace.flags[:] |= FLAG_UNCERTAIN
        return trace

    def findings(self) -> list[Finding]:
        """Return all that is found."""
        trace = self.trace()
        analysis = Analysis(trace, tuple(Variable(name) for name in self._names), FILE)
        analysis.update()
        return find_in_script(trace, analysis.outcome, [SourceFile(FILE, self.code)])
