"""Who did it: the threads, actors and tracks of a run."""

from __future__ import annotations

from dataclasses import dataclass

OPEN = -1
"""End of something that has not ended yet, in place of nanoseconds."""


@dataclass(slots=True)
class ThreadInfo:
    """A thread of the run.

    Attributes
    ----------
    serial : int
        Its own number in the run, in the order of registration; 0 is what was set before the run.
    name : str
        The name it was given.
    begin_ns, end_ns : int
        Nanoseconds since the start of the run; `OPEN` while it runs.
    has_failed : bool
        Whether an undeclared exception ended it or one of its tasks.
    """

    serial: int
    name: str
    begin_ns: int = 0
    end_ns: int = OPEN
    has_failed: bool = False


@dataclass(slots=True)
class TaskTrack(ThreadInfo):
    """A task of an event loop, which has a track of its own inside its thread's.

    Attributes
    ----------
    actor : int
        Index into `Trace.actors`.
    """

    actor: int = 0


@dataclass(slots=True)
class Actor:
    """The innermost of event loop's task, pool task and thread: whoever an access belongs to.

    Attributes
    ----------
    index : int
        Index into `Trace.actors`, the ``actor`` column's values.
    thread : int
        Serial of the thread it ran on.
    number : int
        The task's number from 1; 0 for a thread.
    name : str
        ``worker-1``, ``task-7``.
    is_on_loop : bool
        Whether this is a task of an event loop, which takes turns with others on its thread.
    """

    index: int
    thread: int
    number: int
    name: str
    is_on_loop: bool = False

    @property
    def is_task(self) -> bool:
        """Whether this is a task inside a thread."""
        return self.number > 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that ended a thread or a task.

    Attributes
    ----------
    row : int
        Row of its event.
    kind, summary, traceback : str
        Class name; one line; the program's own frames.
    is_declared : bool
        Whether the program is about it; if not, the run failed.
    """

    row: int
    kind: str
    summary: str
    traceback: str
    is_declared: bool
