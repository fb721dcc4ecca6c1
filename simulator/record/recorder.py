"""The recorder: one append-only buffer for each thread, fetched in batches by whoever wants to look.

A row is ``(stamp_ns, operation, line, reference, value)``. The reference of a write, delete, signal, clear or span is
its own id; of a read the id of the write whose value it got, of a receive, a check or a thread's begin the id of the
signal or clear that it met (0: none). `Kind.END` refers to the span that ends; its operation carries a `Result` in
place of a variable, its value the id of the signal that ended a wait. Ids are unique in a run: the thread's serial in
the upper bits, a count of that thread in the lower 40.

A `Kind.TASK` whose value is a number runs from its begin to its end in the thread that began it, innermost last, as a
pool's tasks do. One whose value is a name belongs to an event loop: it is an actor of its own while a `Kind.STEP` runs,
whose value is the task's id.

Appending takes no lock: a lock between threads would add an order that the observed program does not have.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Collection
from itertools import count
from typing import Any

from simulator.record.clock import Clock, now_ns
from simulator.record.kinds import Kind, Result, pack
from simulator.record.values import portable

Row = tuple[int, int, int, int, Any]
Batch = tuple[int, Collection[Row]]
"""A thread's serial and its rows."""

SERIAL_SHIFT = 40
BEFORE_RUN = 0
"""Serial of the writer of everything that was set before the run: no real thread has it."""


class ThreadBuffer:
    """The rows of one thread.

    Attributes
    ----------
    serial : int
        The thread's own serial in this run, from 1; never reused, unlike the operating system's.
    name : str
        The name that the thread was given.
    rows : list of tuple
        What was recorded and not yet drained.
    next_id : callable
        Returns the thread's next write or span id.
    """

    __slots__ = ("name", "next_id", "rows", "serial")

    def __init__(self, serial: int, name: str) -> None:
        self.serial = serial
        self.name = name
        self.rows: list[Row] = []
        self.next_id: Callable[[], int] = count((serial << SERIAL_SHIFT) + 1).__next__


class _CurrentBuffer(threading.local):
    """What the current thread needs to record an access, in one look-up; made at the thread's first touch."""

    access: tuple[Callable[[Row], None], Callable[[], int]]
    append: Callable[[Row], None]
    next_id: Callable[[], int]
    serial: int

    def __init__(self, register: Callable[[], ThreadBuffer]) -> None:
        buffer = register()
        self.serial = buffer.serial
        self.append = buffer.rows.append
        self.next_id = buffer.next_id
        self.access = (self.append, self.next_id)


class Recorder:
    """Collects what the threads of one run do.

    Parameters
    ----------
    clock : callable
        Returns integer nanoseconds of one monotonic clock.

    Attributes
    ----------
    now : callable
        The clock.
    current : threading.local
        ``append`` and ``next_id`` of the calling thread, and both as the pair ``access``.

    Notes
    -----
    Thread: any may record; one at a time may drain.
    """

    def __init__(self, clock: Clock = now_ns) -> None:
        self.now = clock
        self._serials = count(1)
        self._buffers: dict[int, ThreadBuffer] = {}
        self._before_run = ThreadBuffer(BEFORE_RUN, "before the run")
        self._started_by: dict[threading.Thread, int] = {}
        self.current = _CurrentBuffer(self._register)

    def _register(self) -> ThreadBuffer:
        if not self._buffers:  # the thread that makes the recorder: what it does comes before the run
            self._buffers[BEFORE_RUN] = self._before_run
            return self._before_run
        thread = threading.current_thread()
        buffer = ThreadBuffer(next(self._serials), thread.name)
        met = self._started_by.pop(thread, 0)
        buffer.rows.append((self.now(), pack(Kind.THREAD_BEGIN), 0, met, buffer.name))
        self._buffers[buffer.serial] = buffer
        return buffer

    def expect(self, thread: threading.Thread, signal: int) -> None:
        """Note the signal with which a thread is started now, so that its begin comes after that."""
        self._started_by[thread] = signal

    def begin_thread(self) -> int:
        """Record that the calling thread begins, unless an earlier event of it did; return its serial."""
        return self.current.serial

    def end_thread(self, serial: int) -> None:
        """Record that a thread ends: called by itself, or by another when it has ended already."""
        self._buffers[serial].rows.append((self.now(), int(Kind.THREAD_END), 0, 0, None))

    def initial_write(self, variable: int, value: object, context: int = 0) -> int:
        """Record a value that is set before the run and return its write id."""
        write_id = self._before_run.next_id()
        row = (self.now(), pack(Kind.WRITE, variable, context), 0, write_id, portable(value))
        self._before_run.rows.append(row)
        return write_id

    def instant(self, kind: Kind, value: object = None, variable: int = 0, line: int = 0, met: int = 0) -> None:
        """Record that something happened now in the calling thread, after the signal `met` if it met one."""
        self.current.append((self.now(), pack(kind, variable), line, met, portable(value)))

    def signal(self, kind: Kind, value: object = None, variable: int = 0, line: int = 0) -> int:
        """Record a `Kind.SIGNAL` or `Kind.CLEAR` of the calling thread now and return its id."""
        own_id = self.current.next_id()
        self.current.append((self.now(), pack(kind, variable), line, own_id, portable(value)))
        return own_id

    def begin(self, kind: Kind, value: object = None, variable: int = 0, line: int = 0) -> int:
        """Record the begin of a span in the calling thread and return the span's id."""
        span = self.current.next_id()
        self.current.append((self.now(), pack(kind, variable), line, span, portable(value)))
        return span

    def end(self, span: int, result: Result = Result.NONE, met: int = 0) -> None:
        """Record the end of a span, how it ended, and which signal ended it if one did."""
        self.current.append((self.now(), pack(Kind.END, result), 0, span, met))

    def exception(self, error: BaseException, filename: str, declared: bool) -> None:
        """Record an exception of the calling thread with its traceback.

        Parameters
        ----------
        error : BaseException
            What was raised.
        filename : str
            Name of the program's code; frames before its first are ours and are left out.
        declared : bool
            Whether the program is about this exception, so that it ends the task and not the run.
        """
        line, text = describe_exception(error, filename)
        summary = "".join(traceback.format_exception_only(type(error), error)).strip()
        value = (type(error).__name__, summary, text, declared)
        self.current.append((self.now(), pack(Kind.EXCEPTION), line, 0, value))

    def drain(self, limit: int | None = None) -> list[Batch]:
        """Take what was recorded since the last call.

        Parameters
        ----------
        limit : int, optional
            Take at most this many rows, about as many of each thread, and leave the rest for the next call.

        Returns
        -------
        list of (int, list of tuple)
            The thread's serial and its rows in program order; threads without news are left out. The rows of a thread
            are never reordered, dropped or repeated.
        """
        batches: list[Batch] = []
        waiting = [buffer for buffer in tuple(self._buffers.values()) if buffer.rows]
        left = sys.maxsize if limit is None else limit
        for i, buffer in enumerate(waiting):
            rows = buffer.rows
            n = min(len(rows), -(-left // (len(waiting) - i)))
            if n:
                taken = rows[:n]
                del rows[:n]
                batches.append((buffer.serial, taken))
                left -= n
        return batches

    def oldest_waiting_ns(self) -> int | None:
        """Return the stamp of the oldest row that the last `drain` left behind, None if it left none."""
        return min((buffer.rows[0][0] for buffer in tuple(self._buffers.values()) if buffer.rows), default=None)


def describe_exception(error: BaseException, filename: str) -> tuple[int, str]:
    """Return the line of `filename` where `error` was raised (0: elsewhere) and its traceback without our frames."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((i for i, frame in enumerate(frames) if frame.filename == filename), 0)
    line = next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == filename), 0)
    lines = ["Traceback (most recent call last):\n"]
    lines += traceback.format_list(frames[first:])
    lines += traceback.format_exception_only(type(error), error)
    return line, "".join(lines)
