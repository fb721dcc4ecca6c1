"""What a program's code calls ``contextmanager``: the real one, each of whose ``with`` bodies is recorded as a span."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from sys import _getframe
from types import TracebackType
from typing import Any

from simulator.record.kinds import Kind, Result
from simulator.runtime.crew import Crew

Manager = Callable[..., Any]


def bind(crew: Crew) -> Callable[[Callable[..., Iterator[Any]]], Manager]:
    """Make the decorator.

    A context manager whose name the program counts among its transactions becomes a `Kind.TRANSACTION`, any other a
    `Kind.BLOCK`. The span begins before the manager's own code runs and ends after it; the exception that leaves tells
    how it ended: `Program.results` by its class, else a transaction was rolled back.
    """

    def contextmanager(function: Callable[..., Iterator[Any]]) -> Manager:
        make = contextlib.contextmanager(function)

        def manager(*arguments: Any, **keywords: Any) -> Block:
            return Block(crew, function.__name__, make(*arguments, **keywords))

        manager.__name__ = function.__name__
        return manager

    return contextmanager


class Block:
    """One use of a context manager.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    name : str
        What the program calls the manager.
    manager : context manager
        The real one.
    """

    def __init__(self, crew: Crew, name: str, manager: contextlib.AbstractContextManager[Any]) -> None:
        self._crew = crew
        self._name = name
        self._manager = manager
        self._span = 0

    def __enter__(self) -> Any:
        kind = Kind.TRANSACTION if self._is_transaction else Kind.BLOCK
        self._span = self._crew.recorder.begin(kind, self._name, line=_getframe(1).f_lineno)
        try:
            return self._manager.__enter__()
        except BaseException as error:
            self._end(self._result(error))
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        try:
            is_handled = self._manager.__exit__(kind, error, traceback)
        except BaseException as raised:
            self._end(self._result_inside(raised))
            raise
        self._end(Result.DONE if error is None else self._result_inside(error))
        return is_handled

    def _end(self, result: Result) -> None:
        self._crew.recorder.end(self._span, result)

    @property
    def _is_transaction(self) -> bool:
        return self._name in self._crew.program.transactions

    def _result(self, error: BaseException) -> Result:
        other = Result.ROLLED_BACK if self._is_transaction else Result.FAILED
        return Result(self._crew.program.results.get(type(error).__name__, other))

    def _result_inside(self, error: BaseException) -> Result:
        """Return how a body ended that an exception left: what was refused inside it was not itself refused."""
        result = self._result(error)
        return Result.ROLLED_BACK if result == Result.REFUSED else result
