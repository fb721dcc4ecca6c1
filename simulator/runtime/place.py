"""Where a run's threads are: the same questions for this process and for another."""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from simulator.record.clock import now_ns
from simulator.record.recorder import Batch
from simulator.runtime.cost import measure_access_cost_ns
from simulator.runtime.names import import_on_demand
from simulator.runtime.program import Program
from simulator.runtime.runner import Run
from simulator.runtime.schedule import Schedule


class Place(Protocol):
    """A run, wherever its threads are.

    Attributes
    ----------
    done : threading.Event
        Set when the run has ended, however it ended.
    origin_ns : int
        Reading of the clock at the start.
    interpreter : str
        Name and version of the interpreter that runs the threads; empty until known.
    gil : bool
        Whether it has a global interpreter lock.
    access_cost_ns : int
        What one recorded access costs there, nanoseconds; known once started.
    status : str
        ``running``, ``done``, ``stopped`` or ``failed``.
    unstopped : list of str
        Names of threads that did not stop.
    progress : (int, int)
        Worker threads or tasks that have ended, of how many.
    n_alive : int
        Threads of the program that are running.
    settled_ns : int
        Reading of the clock up to which every event has surely been handed out by the last `drain`.
    """

    done: threading.Event
    origin_ns: int
    interpreter: str
    gil: bool
    access_cost_ns: int

    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def unstopped(self) -> list[str]: ...  # noqa: D102
    @property
    def progress(self) -> tuple[int, int]: ...  # noqa: D102
    @property
    def n_alive(self) -> int: ...  # noqa: D102
    @property
    def settled_ns(self) -> int: ...  # noqa: D102

    def start(self) -> None:
        """Start the threads; returns at once."""

    def cancel_start(self) -> None:
        """Let a `start` that still waits for something raise `StartError` soon; returns at once. Thread: any."""

    def stop(self) -> None:
        """Tell them to stop; returns at once."""

    def drain(self, limit: int) -> list[Batch]:
        """Take about `limit` rows of what was recorded since the last call."""

    def processes_alive(self) -> list[int]:
        """Return the numbers of the run's own processes that are still there."""

    def close(self) -> None:
        """Stop, and wait until nothing is left running that could be stopped."""


def interpreter_name() -> str:
    """Return name and version of this interpreter: ``CPython 3.11.7``."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def has_gil() -> bool:
    """Return whether this interpreter has its global interpreter lock switched on."""
    is_enabled: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
    return is_enabled()


REORDER_NS = 50_000_000
"""A thread can be put aside between its stamp and its append; after this long it has surely appended."""


class InProcess:
    """A run whose threads are in this very process; see `Place`."""

    def __init__(self, program: Program, schedule: Schedule | None = None) -> None:
        self._run = Run(program, schedule=schedule)
        self.done = self._run.done
        self.origin_ns = 0
        self.interpreter = interpreter_name()
        self.gil = has_gil()
        self.access_cost_ns = 0
        self._settled_ns = 0

    @property
    def status(self) -> str:
        """How the run stands."""
        return self._run.status

    @property
    def unstopped(self) -> list[str]:
        """Names of threads that did not stop."""
        return self._run.unstopped

    @property
    def progress(self) -> tuple[int, int]:
        """How much has ended, of how much."""
        return self._run.progress

    @property
    def n_alive(self) -> int:
        """How many threads are running."""
        return len(self._run.alive())

    @property
    def settled_ns(self) -> int:
        """Up to when all events are known."""
        return self._settled_ns

    def start(self) -> None:
        """Start the threads."""
        self.prepare()
        self._run.start()

    def prepare(self) -> None:
        """Import what is needed, find out what recording costs, and let time begin, if that was not done before."""
        if not self.origin_ns:
            import_on_demand(self._run.program.code)
            self.access_cost_ns = measure_access_cost_ns()
            self.origin_ns = now_ns()

    def cancel_start(self) -> None:
        """Do nothing: threads start at once."""

    def stop(self) -> None:
        """Tell the threads to stop."""
        self._run.stop()

    def drain(self, limit: int) -> list[Batch]:
        """Take what was recorded."""
        before_ns = now_ns()
        batches = self._run.recorder.drain(limit)
        oldest_ns = self._run.recorder.oldest_waiting_ns()
        self._settled_ns = (before_ns if oldest_ns is None else min(oldest_ns, before_ns)) - REORDER_NS
        return batches

    def processes_alive(self) -> list[int]:
        """Return an empty list: there is no process of its own."""
        return []

    def close(self) -> None:
        """Stop and wait."""
        self._run.stop()
        self._run.join()
