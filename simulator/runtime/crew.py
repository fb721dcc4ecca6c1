"""The crew: the threads of one run, its pools, and how far they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from simulator.record.kinds import Kind
from simulator.record.recorder import Recorder
from simulator.runtime.folder import RunFolder
from simulator.runtime.program import Program
from simulator.runtime.schedule import Schedule
from simulator.runtime.stopping import RunStoppedError, StopSignal
from simulator.storage.context import enter_new_context


class Crew:
    """The threads of one run: those that the program started, and how far they are.

    Attributes
    ----------
    threads : list of threading.Thread
        In the order of their start.
    finished : list of int
        One entry for each worker thread or task that has ended; a list because appending is atomic.
    folder : RunFolder
        For files of the run.
    at_end : list of callable
        Each returns what is to be called on the thread ``main`` when all others have ended, or None.
    at_stop : list of callable
        Each wakes those who wait for something of the program's own, so that they find out that the run is to stop.
    has_failed : bool
        Whether an exception that the program does not declare ended a thread or a task.
    """

    def __init__(self, program: Program, recorder: Recorder, schedule: Schedule, stop: StopSignal) -> None:
        self.program = program
        self.recorder = recorder
        self.schedule = schedule
        self.stop = stop
        self.threads: list[threading.Thread] = []
        self.finished: list[int] = []
        self.pools: list[ThreadPoolExecutor] = []
        self.folder = RunFolder(program.folder)
        self.at_end: list[Callable[[], Callable[[], None] | None]] = []
        self.at_stop: list[Callable[[], None]] = []
        self.has_failed = False
        self.barrier = threading.Barrier(program.threads) if program.threads and program.has_barrier else None

    def request_stop(self) -> None:
        """Wake everybody who waits for the barrier, for work, or for a task that has not begun."""
        self.stop.set()
        if self.barrier is not None:
            self.barrier.abort()
        for pool in tuple(self.pools):
            pool.shutdown(wait=False, cancel_futures=True)
        for wake in tuple(self.at_stop):
            wake()

    def end(self) -> None:
        """Close what the program has left open; called on the thread ``main`` when all others have ended."""
        while self.at_end:
            close = self.at_end.pop()()
            if close is not None:
                close()

    def note_exception(self, error: BaseException) -> None:
        """Record what a thread or task raised; an undeclared exception fails the run."""
        if isinstance(error, (RunStoppedError, threading.BrokenBarrierError)):
            return
        declared = any(kind.__name__ in self.program.declared for kind in type(error).__mro__)
        self.recorder.exception(error, self.program.filename, declared)
        if not declared:
            self.has_failed = True

    def begin_thread(self) -> int:
        """Register the calling thread, its lane, its actor and its context; return its serial."""
        serial = self.recorder.begin_thread()
        enter_new_context()
        self.schedule.begin_actor(threading.current_thread().name)
        return serial

    def end_thread(self, serial: int) -> None:
        """Record that the calling thread ends."""
        self.schedule.end_actor()
        self.recorder.end_thread(serial)

    def run_task(self, number: int, function: Callable[..., Any], arguments: Any, keywords: Any) -> Any:
        """Run one task of a pool in the calling thread, as an actor of its own."""
        self.stop.check()
        line = function.__code__.co_firstlineno if hasattr(function, "__code__") else 0
        span = self.recorder.begin(Kind.TASK, number, line=line)
        self.schedule.begin_actor(f"task-{number}")
        try:
            return function(*arguments, **keywords)
        except BaseException as error:
            self.note_exception(error)
            raise
        finally:
            self.schedule.end_actor()
            self.recorder.end(span)
            self.finished.append(number)
