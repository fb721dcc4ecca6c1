"""A session: one run from choosing to findings; what the command line and the window both use."""

from __future__ import annotations

import threading
from collections.abc import Callable

from simulator.analysis.analysis import Analysis
from simulator.analysis.judges.registry import judge_of
from simulator.analysis.recording import Recording
from simulator.lessons.base import OWN_PROCESS, THREADS, Lesson, RunSettings
from simulator.process.host import OwnProcess
from simulator.record.clock import now_ns
from simulator.runtime.place import InProcess, Place
from simulator.runtime.program import Program
from simulator.runtime.schedule import Schedule
from simulator.runtime.spinner import Spinner
from simulator.trace.trace import Trace

PUMP_ROWS = 20_000
EVENTS_A_THREAD = 8
EVENTS_A_TASK = 8


class LiveRun:
    """A run that is going on somewhere, and the recording that grows from it.

    Parameters
    ----------
    place : Place
        Where the threads are.
    recording : Recording
        What is known of them.
    show : callable, optional
        Called on the spinner's thread with each of its texts, and with an empty text at the end.

    Attributes
    ----------
    recording : Recording
        The run; its trace and analysis grow at each `pump`.
    done : threading.Event
        Set when the threads have ended.
    spinner : Spinner
        Turns until `done` is set.

    Notes
    -----
    Thread: one, the caller's. `done` may be waited for on any.
    """

    def __init__(self, place: Place, recording: Recording, show: Callable[[str], None] | None = None) -> None:
        self._place = place
        self.recording = recording
        self.done: threading.Event = place.done
        self.spinner = Spinner(self.done, "running", show or _show_nowhere)
        self.is_finished = False
        self._is_started = False
        self._stopped_ns = 0

    def start(self) -> None:
        """Start the threads and the spinner; returns at once. Raises `StartError` when they cannot be started."""
        self._place.start()
        self.recording.trace.origin_ns = self._place.origin_ns
        self.recording.interpreter, self.recording.gil = self._place.interpreter, self._place.gil
        self.recording.access_cost_ns = self._place.access_cost_ns
        self.spinner.start()
        self._is_started = True

    def cancel_start(self) -> None:
        """Let a `start` that goes on in another thread raise `StartError` soon, if it still waits; returns at once."""
        self._place.cancel_start()

    def stop(self) -> None:
        """Tell the threads to stop; returns at once."""
        if self._is_started:
            self._stopped_ns = self._stopped_ns or now_ns() - self._place.origin_ns
            self._place.stop()

    @property
    def status(self) -> str:
        """``running`` until everything is in the trace, then how the run ended."""
        return self.recording.status

    @property
    def elapsed_ns(self) -> int:
        """Nanoseconds since the start, up to the end of the run."""
        if self.is_finished or not self._is_started:
            return self.recording.elapsed_ns
        return now_ns() - self._place.origin_ns

    @property
    def threads_alive(self) -> int:
        """How many of the program's threads are running, its main thread included."""
        return self._place.n_alive if self._is_started and not self.is_finished else 0

    @property
    def progress(self) -> tuple[int, int]:
        """How many worker threads or tasks have ended, of how many."""
        return self._place.progress

    def pump(self, limit: int = PUMP_ROWS) -> bool:
        """Fetch what the threads recorded, append it to the trace and analyse it.

        Parameters
        ----------
        limit : int
            About how many rows to take at most; the rest waits for the next call.

        Returns
        -------
        bool
            Whether the recording has changed.
        """
        if self.is_finished or not self._is_started:
            return False
        was_done = self.done.is_set()
        trace, analysis = self.recording.trace, self.recording.analysis
        before = trace.n
        batches = self._place.drain(limit)
        self._learn()
        if was_done and not batches:
            self._finish()
            return True
        trace.append(batches, self._place.settled_ns)
        analysis.update()
        self.spinner.message = f"running: {self._progress_text()}"
        return trace.n != before

    def _learn(self) -> None:
        """Take in what must be known before the rows that were just drained."""

    def _progress_text(self) -> str:
        done, planned = self._place.progress
        return f"{done} of {planned} {'tasks' if self.recording.settings.counts_tasks else 'threads'} done"

    def _finish(self) -> None:
        recording = self.recording
        recording.trace.finish()
        recording.status = self._place.status
        recording.unstopped = tuple(self._place.unstopped)
        recording.elapsed_ns = recording.trace.duration_ns
        recording.analysis.finish()
        self.is_finished = True

    def run(self, period_s: float = 0.02) -> Recording:
        """Start, wait for the end, and return the recording; an exception on the way stops the run."""
        self.start()
        try:
            while not self.is_finished:
                if not self.pump():
                    self.done.wait(period_s)
        finally:
            self.close()
        return self.recording

    def take_output(self) -> list[tuple[str, bytes]]:
        """Return what a script has printed since the last call: ``stdout`` or ``stderr``, and bytes."""
        return []

    def write_input(self, data: bytes) -> None:
        """Give a script something to read; returns at once."""

    def close_input(self) -> None:
        """Tell a script that there is nothing more to read."""

    def processes_alive(self) -> list[int]:
        """Return the numbers of the processes that this run started and that are still there."""
        return self._place.processes_alive()

    def close(self) -> None:
        """Stop if need be, and wait until nothing is left running that could be stopped."""
        if self._is_started:
            self._place.close()
            self.spinner.join()


def _show_nowhere(_text: str) -> None:
    """Show nothing: whoever wants it reads the spinner's text."""


class Session(LiveRun):
    """One run of a lesson, in this process or in one of its own.

    Parameters
    ----------
    lesson : Lesson
        What to run.
    settings : RunSettings
        How; raises `UsageError` if the lesson cannot run with them.
    show : callable, optional
        See `LiveRun`.
    schedule : Schedule, optional
        Who may access when, for a run in this process; by default free, or jitter if the settings ask for it.
    """

    def __init__(
        self,
        lesson: Lesson,
        settings: RunSettings,
        show: Callable[[str], None] | None = None,
        schedule: Schedule | None = None,
    ) -> None:
        program = lesson.program(settings)
        self.settings = settings = lesson.in_effect(settings)
        names = [variable.name for variable in program.variables]
        trace = Trace(names, settings.storage, room=_room(lesson, settings), filename=program.filename)
        analysis = Analysis(trace, program.variables, program.filename, judge_of(lesson.id))
        recording = Recording(
            settings, lesson.question, program.code, program.filename, program.variables, trace, analysis
        )
        recording.place = settings.place
        super().__init__(_make_place(program, settings, schedule), recording, show)


def _make_place(program: Program, settings: RunSettings, schedule: Schedule | None) -> Place:
    if settings.place == OWN_PROCESS:
        return OwnProcess(program, settings.python)
    return InProcess(program, schedule)


def _room(lesson: Lesson, settings: RunSettings) -> int:
    """Estimate the number of events, so that the columns need not grow by copying."""
    actors = settings.threads if settings.runner == THREADS else settings.tasks
    increments = settings.options.get("increments", 0)
    each = EVENTS_A_THREAD if settings.runner == THREADS else EVENTS_A_TASK
    return actors * (each + 5 * int(increments)) + 1000
