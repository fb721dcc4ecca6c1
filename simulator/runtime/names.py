"""What the names in a program's code stand for while it is recorded: state, threads, pools, locks, work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from random import Random
from sys import _getframe
from types import SimpleNamespace
from typing import Any

from simulator.record.kinds import Kind
from simulator.record.recorder import Recorder
from simulator.runtime.program import LOCK_NAME, Program
from simulator.runtime.schedule import Schedule
from simulator.runtime.stopping import RunStoppedError, StopSignal
from simulator.storage.base import Storage, namespace_class
from simulator.storage.context import ContextStorage, CopiedContext, enter_new_context
from simulator.storage.shared import SharedStorage
from simulator.storage.thread_local import ThreadLocalStorage

STORAGES: dict[str, type[Any]] = {
    "shared": SharedStorage,
    "locked": SharedStorage,
    "local": ThreadLocalStorage,
    "context": ContextStorage,
}


class RecordedLock:
    """A real `threading.Lock` whose waiting and holding are recorded as spans."""

    def __init__(self, recorder: Recorder, schedule: Schedule, variable: int) -> None:
        self._lock = threading.Lock()
        self._recorder = recorder
        self._schedule = schedule
        self._variable = variable
        self._hold = 0

    def __enter__(self) -> bool:
        self._acquire(_getframe(1).f_lineno)
        return True

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> bool:
        """Wait until the lock is free and take it."""
        self._acquire(_getframe(1).f_lineno)
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._recorder.end(self._hold)
        self._lock.release()

    def locked(self) -> bool:
        """Return whether some thread holds the lock."""
        return self._lock.locked()

    def _acquire(self, line: int) -> None:
        self._schedule.before_lock()
        if not self._lock.acquire(blocking=False):
            wait = self._recorder.begin(Kind.WAIT, LOCK_NAME, self._variable, line)
            self._schedule.begin_wait()
            self._lock.acquire()
            self._schedule.end_wait()
            self._recorder.end(wait)
        self._hold = self._recorder.begin(Kind.HOLD, LOCK_NAME, self._variable, line)


class Crew:
    """The threads of one run: those that the program started, and how far they are.

    Attributes
    ----------
    threads : list of threading.Thread
        In the order of their start.
    finished : list of int
        One entry for each worker thread or task that has ended; a list because appending is atomic.
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
        self.has_failed = False
        self.barrier = threading.Barrier(program.threads) if program.threads and program.has_barrier else None

    def request_stop(self) -> None:
        """Wake everybody who waits for the barrier, for work, or for a task that has not begun."""
        self.stop.set()
        if self.barrier is not None:
            self.barrier.abort()
        for pool in tuple(self.pools):
            pool.shutdown(wait=False, cancel_futures=True)

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


def thread_class(crew: Crew) -> type[threading.Thread]:
    """Make the class that the program's code calls ``Thread``: real threads that meet at the start barrier."""

    class RecordedThread(threading.Thread):
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self.daemon = True

        def start(self) -> None:
            crew.stop.check()
            crew.threads.append(self)
            super().start()

        def run(self) -> None:
            serial = crew.begin_thread()
            try:
                if crew.barrier is not None:
                    crew.barrier.wait()
                crew.stop.check()
                super().run()
            except BaseException as error:  # recorded: part of the run's record, never only printed
                crew.note_exception(error)
            finally:
                crew.end_thread(serial)
                crew.finished.append(1)

    return RecordedThread


def pool_class(crew: Crew) -> type[ThreadPoolExecutor]:
    """Make the class that the program's code calls ``ThreadPoolExecutor``: a real one whose tasks are actors."""

    class RecordedPool(ThreadPoolExecutor):
        def __init__(self, max_workers: int) -> None:
            super().__init__(max_workers, initializer=self._name_worker)
            self._worker_numbers = count(1)
            self._numbers = count(1)
            self._serials: list[int] = []
            crew.pools.append(self)

        def _name_worker(self) -> None:
            thread = threading.current_thread()
            thread.name = f"pool-{next(self._worker_numbers)}"
            crew.threads.append(thread)
            self._serials.append(crew.begin_thread())

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait, cancel_futures=cancel_futures)
            if wait:
                while self._serials:
                    crew.recorder.end_thread(self._serials.pop())

        def submit(self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
            crew.stop.check()
            try:
                return super().submit(crew.run_task, next(self._numbers), function, arguments, keywords)
            except RuntimeError:
                crew.stop.check()
                raise

    return RecordedPool


def build_names(crew: Crew, sites: frozenset[tuple[str, int]] = frozenset()) -> dict[str, Any]:
    """Bind every name that a program's code may use to its recorded kind.

    Parameters
    ----------
    crew : Crew
        The run's threads.
    sites : frozenset of (str, int)
        Accesses that were compiled with their line.

    Returns
    -------
    dict
        Globals for the program's code.
    """
    program, recorder, stop = crew.program, crew.recorder, crew.stop
    schedule = crew.schedule if crew.schedule.takes_turns else None
    values = {variable.name: i for i, variable in enumerate(program.variables) if not variable.is_lock}
    locks = [i for i, variable in enumerate(program.variables) if variable.is_lock]

    def state(**initial: Any) -> Any:
        storage: Storage = STORAGES[program.storage or "shared"](recorder)
        for name, value in initial.items():
            storage.set_initial(name, values[name], value)
        return namespace_class(storage, values, schedule, sites)()

    def lock() -> RecordedLock:
        return RecordedLock(recorder, crew.schedule, locks[0])

    def wait(duration_s: float, line: int) -> None:
        span = recorder.begin(Kind.SLEEP, round(duration_s * 1000), line=line)
        try:
            stop.sleep(duration_s)
        finally:
            recorder.end(span)

    def work() -> None:
        stop.check()
        if program.work_ms:
            wait(program.work_ms / 1000, _getframe(1).f_lineno)

    def sleep(duration_s: float) -> None:
        stop.check()
        if duration_s > 0:
            wait(duration_s, _getframe(1).f_lineno)
        else:
            time.sleep(0)

    def answer(value: object | None) -> None:
        recorder.instant(Kind.ANSWER, value, line=_getframe(1).f_lineno)

    thread = thread_class(crew)
    names = {
        "__name__": program.filename,
        "SimpleNamespace": state,
        "ContextNamespace": state,
        "threading": SimpleNamespace(local=state, Lock=lock, Thread=thread, current_thread=threading.current_thread),
        "Thread": thread,
        "Lock": lock,
        "ThreadPoolExecutor": pool_class(crew),
        "copy_context": CopiedContext,
        "Random": Random,
        "sleep": sleep,
        "work": work,
        "answer": answer,
    }
    if program.has_literal_globals:
        names["state"] = state()
    return names
