"""What a program's code calls ``sqlite3``: the real module, with a connection class that records what is done with it.

A connection stays a real `sqlite3.Connection`, with its check that only the thread that opened it uses it. Recorded are
its opening and closing, and each ``with`` body as a transaction that was committed, rolled back or refused.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from sys import _getframe
from time import monotonic
from types import SimpleNamespace, TracebackType
from typing import Any, Literal, TypeVar
from weakref import WeakMethod

from simulator.record.kinds import Kind, Result, pack
from simulator.record.values import portable
from simulator.runtime.crew import Crew
from simulator.runtime.program import DATABASE_NAME

BUSY_S = 0.1
"""So long SQLite waits for another connection at a time; a run that is to stop stops after at most that."""

_Returned = TypeVar("_Returned")


def bind(crew: Crew) -> SimpleNamespace:
    """Make the module as the program sees it."""

    def connect(database: str, timeout: float = 5.0, **options: Any) -> Connection:
        connection = sqlite3.connect(database, timeout=BUSY_S, factory=Connection, **options)
        connection.record(crew, timeout, _getframe(1).f_lineno)
        return connection

    public = {name: getattr(sqlite3, name) for name in dir(sqlite3) if not name.startswith("_")}
    return SimpleNamespace(**(public | {"connect": connect}))


class Connection(sqlite3.Connection):
    """A real connection whose life and transactions are recorded.

    Notes
    -----
    It may be closed when its thread has ended and nothing that belongs to the thread can be asked for any more; so it
    keeps the buffer of the thread that opened it, which by SQLite's own rule is the only one that may close it.
    """

    _crew: Crew

    def record(self, crew: Crew, timeout_s: float, line: int) -> None:
        """Record that the connection was opened by the calling thread, and from now on what is done with it.

        Parameters
        ----------
        crew : Crew
            The run's threads; at the end of the run what is still open is closed.
        timeout_s : float
            How long it waits for other connections, seconds.
        line : int
            Where it was opened.
        """
        self._crew, self._timeout_s = crew, timeout_s
        self._append, self._owner = crew.recorder.current.append, threading.get_ident()
        self._variable = crew.program.index_of(DATABASE_NAME)
        self._is_open, self._spans = True, list[int]()
        crew.recorder.instant(Kind.OPEN, self, self._variable, line)
        crew.at_end.append(WeakMethod(self._close_if_own))

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """Do as `sqlite3.Connection.execute`, but give way to Stop while another connection is busy."""
        return self._patiently(lambda: super(Connection, self).execute(*arguments))

    def commit(self) -> None:
        """Do as `sqlite3.Connection.commit`, but give way to Stop while another connection is busy."""
        self._patiently(super().commit)

    def close(self) -> None:
        """Close the connection, once; `sqlite3.ProgrammingError` in any thread but its own."""
        if not self._is_open:
            return
        super().close()
        self._is_open = False
        operation, now = pack(Kind.CLOSE, self._variable), self._crew.recorder.now
        self._append((now(), operation, 0, 0, portable(self)))

    def __enter__(self) -> Connection:
        # Not the inherited method: like the exit below, it would go past what is overridden here.
        self._spans.append(self._crew.recorder.begin(Kind.TRANSACTION, "transaction", line=_getframe(1).f_lineno))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        span, result = self._spans.pop(), Result.DONE if error is None else Result.ROLLED_BACK
        try:
            if error is None:
                self.commit()
            else:
                self.rollback()
        except sqlite3.ProgrammingError:
            result = Result.REFUSED
            raise
        except BaseException:
            result = Result.ROLLED_BACK
            raise
        finally:
            self._crew.recorder.end(span, result)
        return False

    def _patiently(self, do: Callable[[], _Returned]) -> _Returned:
        until_s = monotonic() + self._timeout_s
        while True:
            try:
                return do()
            except sqlite3.OperationalError as error:
                self._crew.stop.check()
                if "locked" not in str(error) or monotonic() > until_s:
                    raise

    def _close_if_own(self) -> None:
        if threading.get_ident() == self._owner:
            self.close()
