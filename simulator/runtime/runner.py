"""The runner: starts a program's code on real threads, watches its end, stops it when asked."""

from __future__ import annotations

import linecache
import threading
from types import CodeType

from simulator.record.recorder import Recorder
from simulator.runtime.crew import Crew
from simulator.runtime.names import build_names
from simulator.runtime.program import Program
from simulator.runtime.schedule import JitterSchedule, Schedule
from simulator.runtime.sites import compile_sites
from simulator.runtime.stopping import StopSignal

STOP_GRACE_S = 2.0


class Run:
    """One run of a program in this process.

    Parameters
    ----------
    program : Program
        What to run.
    recorder : Recorder, optional
        Where the events go.
    schedule : Schedule, optional
        Who may access when; by default free, or jitter if the program asks for it.

    Attributes
    ----------
    done : threading.Event
        Set when the run has ended, however it ended.
    unstopped : list of str
        Names of threads that did not stop when told to; known once `done` is set.

    Notes
    -----
    Thread: any. The program's top level runs on a supervisor thread named ``main``.
    """

    def __init__(
        self, program: Program, recorder: Recorder | None = None, schedule: Schedule | None = None
    ) -> None:
        self.program = program
        self.recorder = recorder or Recorder()
        self.done = threading.Event()
        self.unstopped: list[str] = []
        stop = StopSignal()
        if schedule is None:
            schedule = JitterSchedule(program.seed, stop) if program.jitter else Schedule()
        self._stop = stop
        self._crew = Crew(program, self.recorder, schedule, stop)
        self._main = threading.Thread(target=self._supervise, name="main", daemon=True)
        self._watchdog: threading.Timer | None = None
        self._ending = threading.Lock()

    def start(self) -> None:
        """Start the program; returns at once."""
        lines = self.program.code.splitlines(keepends=True)
        linecache.cache[self.program.filename] = (len(self.program.code), None, lines, self.program.filename)
        self._main.start()

    def stop(self) -> None:
        """Tell every thread to stop; those that have not after 2 s are given up and named in `unstopped`."""
        if self._stop.is_set() or self.done.is_set():
            return
        self._watchdog = threading.Timer(STOP_GRACE_S, self._end)
        self._watchdog.name = "stop watchdog"
        self._watchdog.daemon = True
        self._watchdog.start()
        self._crew.request_stop()
        if self.done.is_set():
            self._watchdog.cancel()

    def join(self) -> None:
        """Wait for the end of the run and of every thread of it that could be stopped."""
        self.done.wait()
        if not self.unstopped:
            self._main.join()
        if self._watchdog is not None and self._watchdog is not threading.current_thread():
            self._watchdog.join()

    @property
    def status(self) -> str:
        """``running``, ``done``, ``stopped`` or ``failed``."""
        if not self.done.is_set():
            return "running"
        if self._crew.has_failed:
            return "failed"
        return "stopped" if self._stop.is_set() else "done"

    @property
    def progress(self) -> tuple[int, int]:
        """How many worker threads or tasks have ended, of how many."""
        return len(self._crew.finished), self.program.tasks or self.program.threads

    def alive(self) -> list[str]:
        """Return the names of the program's threads that are running now, the main thread included."""
        return [thread.name for thread in (self._main, *self._crew.threads) if thread.is_alive()]

    def _supervise(self) -> None:
        crew = self._crew
        try:
            code, sites = _compile(self.program)
            exec(code, build_names(crew, sites))
        except BaseException as error:  # recorded: part of the run's record, never only printed
            crew.note_exception(error)
            if crew.has_failed:
                crew.request_stop()
        for thread in tuple(crew.threads):
            threading.Thread.join(thread)  # ours, not the program's: it is not recorded
        crew.end()
        self._end()

    def _end(self) -> None:
        with self._ending:
            if self.done.is_set():
                return
            me = threading.current_thread().name
            self.unstopped = [name for name in self.alive() if name != me]
            self._crew.folder.remove()
            linecache.cache.pop(self.program.filename, None)
            if self._watchdog is not None:
                self._watchdog.cancel()
            self.done.set()


def _compile(program: Program) -> tuple[CodeType, frozenset[tuple[str, int]]]:
    names = [variable.name for variable in program.variables if not variable.is_lock]
    return compile_sites(program.code, program.filename, names, program.has_literal_globals)
