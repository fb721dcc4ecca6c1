"""Exceptions that the script catches, or that end its threads: what was looked for and not there, what broke a wait."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from simulator.record.kinds import Kind, Result
from simulator.script.buffers import Buffer, Buffers
from simulator.script.own_names import find_own_names
from simulator.script.scopes import LOOKING
from simulator.script.sites import KEY_TYPES, SiteBook
from simulator.script.sync import SyncRows
from simulator.script.traces import is_ours
from simulator.script.wholes import Access

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
        See `simulator.script.wholes.Wholes`.
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
        if type(error) in (AttributeError, NameError, KeyError):
            self._note_missing(buffer, error)

    def _note_missing(self, buffer: Buffer, error: Any) -> None:
        last = _last_frame(error.__traceback__)
        file = self._file_of(last.tb_frame.f_code.co_filename) if last is not None else None
        if last is None or file is None:
            return
        t = time.perf_counter_ns()
        recorded = buffer.rows[-1:]
        began_ns = recorded[0][0] if recorded else buffer.sent_ns or t - _UNKNOWN_NS
        reference = -2 * (t - began_ns) - 1
        if type(error) is KeyError:
            self._note_no_key(buffer, error, last, file, t, reference)
            return
        site = self._book.reads.get((file, last.tb_lineno, error.name))
        if site is None:
            return
        if type(error) is NameError:
            buffer.rows.append((t, site, 0, reference, None))
        elif self._way(type(error.obj), site):
            self._access(buffer, t, site, site, error.obj, None, reference)

    def _note_no_key(
        self, buffer: Buffer, error: KeyError, last: TracebackType, file: int, t: int, reference: int
    ) -> None:
        """Record the look for a key that a dictionary did not have, if the line tells in which one it was."""
        key = error.args[0] if len(error.args) == 1 else None
        if type(key) not in KEY_TYPES:
            return
        for site in self._book.looks.get((file, last.tb_lineno), ()):
            one = _find(self._book.infos[site].owner_text, last.tb_frame)
            if self._way(type(one), site) and isinstance(one, dict) and not dict.__contains__(one, key):
                self._access(buffer, t, site, self._book.of_key(site, key, Kind.READ), one, None, reference)
                return


def _depth(trace: TracebackType | None) -> int:
    depth = 0
    while trace is not None:
        depth, trace = depth + 1, trace.tb_next
    return depth


def _last_frame(trace: TracebackType | None) -> TracebackType | None:
    """Return the entry of the frame where an exception was raised."""
    last = None
    while trace is not None:
        if not is_ours(trace.tb_frame.f_code.co_filename):
            last = trace
        trace = trace.tb_next
    return last


def _find_local(frame: FrameType, name: str) -> object:
    """Return a local variable of a function, unless the function might notice."""
    if LOOKING.intersection(frame.f_code.co_names):
        return None
    names = frame.f_locals
    one = names.get(name)
    if type(names) is dict:  # a copy that Python before 3.13 keeps with the frame, and all that is in it
        names.clear()
    return one


def _find(text: str, frame: FrameType) -> object:
    """Return what a name, or attributes of one, mean in a frame, without running code of the user; None if unknown."""
    first, *names = text.split(".")
    code = frame.f_code
    is_local = first in code.co_varnames or first in code.co_cellvars or first in code.co_freevars
    one = _find_local(frame, first) if is_local else frame.f_globals.get(first)
    for name in names:
        one = find_own_names(one).get(name)
    return one
