"""Exceptions that the script catches, or that end its threads: what was looked for and not there, what broke a wait."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from simulator.record.kinds import Result
from simulator.script.buffers import Buffer, Buffers
from simulator.script.container_access import Access
from simulator.script.sites import SiteBook
from simulator.script.sync import SyncRows
from simulator.script.traces import is_ours

_ENDINGS = (
    (Result.BROKEN, (threading.BrokenBarrierError,)),
    (Result.TIMED_OUT, (queue.Empty, queue.Full, TimeoutError)),
)
_UNKNOWN_NS = 1_000_000


class Caught:
    """Looks at exceptions on their way.

    Parameters
    ----------
    buffers, rows, book, way
        Where rows go, what sites mean, and what they are for a type.
    access : callable
        See `simulator.script.container_access.ContainerAccess`.
    file_of : callable
        Returns the index of a recorded file by its path, None for others.
    """

    def __init__(
        self,
        buffers: Buffers,
        rows: SyncRows,
        book: SiteBook,
        way: Callable[[type, int], int],
        access: Access,
        file_of: Callable[[str], int | None],
    ) -> None:
        self._buffers = buffers
        self._rows = rows
        self._book = book
        self._way = way
        self._access = access
        self._file_of = file_of

    def caught(self) -> None:
        """Look at the exception that the calling code has just caught."""
        error = sys.exc_info()[1]
        if error is not None:
            self.look_at(error)

    def look_at(self, error: BaseException) -> None:
        """Record the read that found nothing, and the end of the wait that an exception has ended."""
        buffer = self._buffers.mine.buffer
        depth = _depth(error.__traceback__)
        is_raised_again = buffer.noted[0] == id(error) and depth > buffer.noted[1]
        buffer.noted = (id(error), depth)
        if is_raised_again:
            return
        endings = (result for result, kinds in _ENDINGS if isinstance(error, kinds))
        self._rows.caught(buffer, next(endings, Result.FAILED))
        if type(error) in (AttributeError, NameError):
            self._note_missing(buffer, error)

    def _note_missing(self, buffer: Buffer, error: Any) -> None:
        place = _last_place(error.__traceback__)
        file = self._file_of(place[0]) if place is not None else None
        if place is None or file is None:
            return
        site = self._book.reads.get((file, place[1], error.name))
        if site is None:
            return
        t = time.perf_counter_ns()
        began_ns = buffer.rows[-1][0] if buffer.rows else buffer.sent_ns or t - _UNKNOWN_NS
        reference = -2 * (t - began_ns) - 1
        if type(error) is NameError:
            buffer.rows.append((t, site, 0, reference, None))
        elif self._way(type(error.obj), site):
            self._access(buffer, t, site, site, error.obj, None, reference)


def _depth(trace: TracebackType | None) -> int:
    depth = 0
    while trace is not None:
        depth, trace = depth + 1, trace.tb_next
    return depth


def _last_place(trace: TracebackType | None) -> tuple[str, int] | None:
    """Return file and line of the frame where an exception was raised."""
    last = None
    while trace is not None:
        if not is_ours(trace.tb_frame.f_code.co_filename):
            last = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return last
