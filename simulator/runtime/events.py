"""A real Event whose flag is recorded, and which set released whom."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from dataclasses import dataclass
from sys import _getframe

from simulator.record.kinds import Kind, Result
from simulator.runtime.crew import Crew
from simulator.runtime.stopping import RunStoppedError

WAITS_FOR = "event"


@dataclass(slots=True)
class _Waiter:
    """Someone who waits: the wait's span, and the set that released it (0: none yet)."""

    span: int
    released_by: int = 0


class RecordedEvent(threading.Event):
    """A `threading.Event` that records every set, clear, check and wait.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    variable : int
        Index of its name.

    Notes
    -----
    The Event's own lock is made re-entrant, so that the flag, its record and the list of who waits change in one step:
    a set notes itself with everybody who waits at that moment. Whoever reads the last set after waking up may see a
    later one, for the flag may have been cleared and set again meanwhile.
    """

    def __init__(self, crew: Crew, variable: int) -> None:
        super().__init__()
        self._cond = threading.Condition(threading.RLock())  # the name that every CPython since 3.3 uses for it
        self._crew = crew
        self._variable = variable
        self._changed_by = 0
        self._waiters: list[_Waiter] = []
        crew.at_stop.append(self._wake)

    def set(self) -> None:
        """Set the flag and release everybody who waits."""
        self._change(Kind.SIGNAL, "set", _getframe(1).f_lineno, super().set)

    def clear(self) -> None:
        """Clear the flag."""
        self._change(Kind.CLEAR, None, _getframe(1).f_lineno, super().clear)

    def is_set(self) -> bool:
        """Return the flag."""
        line, schedule = _getframe(1).f_lineno, self._crew.schedule
        schedule.before_access()
        with self._cond:
            flag = super().is_set()
            self._crew.recorder.instant(Kind.CHECK, flag, self._variable, line, self._changed_by)
        schedule.after_access()
        return flag

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set, or for `timeout` seconds; return whether it was set."""
        line, schedule = _getframe(1).f_lineno, self._crew.schedule
        schedule.before_access()
        with self._cond:
            waiter = self._begin_wait(line, timeout)
            schedule.after_access()
            if waiter is None:
                return True
            was_set = super().wait(timeout)  # gives the lock back while it waits
            self._end_wait(waiter, was_set)
        return was_set

    def _change(self, kind: Kind, value: str | None, line: int, change: Callable[[], None]) -> None:
        self._crew.schedule.before_access()
        with self._cond:
            self._changed_by = self._crew.recorder.signal(kind, value, self._variable, line)
            if kind == Kind.SIGNAL:
                for waiter in self._waiters:
                    waiter.released_by = self._changed_by
                self._waiters.clear()
            change()
        self._crew.schedule.after_access()

    def _begin_wait(self, line: int, timeout: float | None) -> _Waiter | None:
        """Join those who wait; None if the flag is set, so that there is nothing to wait for."""
        recorder = self._crew.recorder
        self._crew.stop.check()
        if super().is_set():
            recorder.instant(Kind.RECEIVE, True, self._variable, line, self._changed_by)
            return None
        waiter = _Waiter(recorder.begin(Kind.WAIT, WAITS_FOR, self._variable, line))
        self._waiters.append(waiter)
        if timeout is None:
            self._crew.schedule.begin_wait()
        return waiter

    def _end_wait(self, waiter: _Waiter, was_set: bool) -> None:
        self._crew.schedule.end_wait()
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        if was_set and not waiter.released_by:  # woken to be stopped
            self._crew.recorder.end(waiter.span)
            raise RunStoppedError
        result = Result.DONE if was_set else Result.TIMED_OUT
        self._crew.recorder.end(waiter.span, result, waiter.released_by if was_set else 0)

    def _wake(self) -> None:
        """Let everybody who waits find out that the run is to stop."""
        with self._cond:
            self._cond.notify_all()


def event_maker(crew: Crew) -> Callable[[], RecordedEvent]:
    """Return what the program's code calls ``Event``: each call makes a recorded Event with the name it is given."""
    names = _assigned_names(crew.program.code)

    def event() -> RecordedEvent:
        name = names.get(_getframe(1).f_lineno, "")
        return RecordedEvent(crew, crew.program.index_of(name))

    return event


def _assigned_names(code: str) -> dict[int, str]:
    """Return the name that a line of code assigns the result of a call to, by line."""
    return {
        node.lineno: node.targets[0].id
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name)
    }
