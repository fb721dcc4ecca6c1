"""Futures: who looks at one that is done comes after all that was done before it was, in whatever way it looks.

`Future.result` as the script calls it is recorded with its wait (`simulator.script.methods`). Here are the ways through
the standard library: a pool's ``map``, ``as_completed``, ``wait``, callbacks.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import Future, _base
from types import FrameType
from typing import Any

from simulator.record.recorder import SERIAL_SHIFT
from simulator.script.buffers import Buffers
from simulator.script.sync import SyncRows

MOST_FRAMES = 16
"""So far up is looked for the line of the script from which something was called."""

_RECORDED = ("result", "exception")
"""Methods that are recorded where the script calls them."""

FileOf = Callable[[str], "int | None"]


class Futures:
    """The hooks of futures.

    Parameters
    ----------
    buffers, rows
        Where rows go.
    file_of : callable
        Returns the index of a recorded file by its path, None for others.
    """

    def __init__(self, buffers: Buffers, rows: SyncRows, file_of: FileOf) -> None:
        self._buffers = buffers
        self._rows = rows
        self._file_of = file_of

    def install(self) -> None:
        """Put the hooks in."""
        for name in ("set_result", "set_exception"):
            self._hook_setting(name)
        self._hook_making()
        self._hook_waiting()

    def met(self, future: Any) -> None:
        """Record that the thread has seen that a future is done."""
        sync, buffer = self._rows.known(future), self._buffers.mine.buffer
        if sync is not None and sync.done and sync.done >> SERIAL_SHIFT != buffer.serial:
            self._rows.receive_here(buffer, sync, sync.done, "result")

    def caller(self) -> tuple[int, int]:
        """Return file and line of the nearest frame of a recorded file; ``(0, 0)`` if none is near."""
        frame: FrameType | None = sys._getframe(2)
        for _ in range(MOST_FRAMES):
            if frame is None:
                break
            file = self._file_of(frame.f_code.co_filename)
            if file is not None:
                return file, frame.f_lineno
            frame = frame.f_back
        return 0, 0

    def _hook_setting(self, name: str) -> None:
        """Record that a result is there before anybody can have got it."""
        rows, buffers, give = self._rows, self._buffers, getattr(Future, name)

        def set_it(future: Any, value: Any) -> None:
            sync = rows.sync_of(future, "Future")
            sync.done = rows.signal_here(buffers.mine.buffer, sync, "done")
            give(future, value)

        put_in_place(Future, name, set_it)

    def _hook_making(self) -> None:
        """Have each future's condition tell when a thread has looked at the future's state."""
        make, met, mine, file_of = Future.__init__, self.met, self._buffers.mine, self._file_of

        def looked(future: Any, met_by: set[int]) -> None:
            look, caller, serial = sys._getframe(2).f_code, sys._getframe(3).f_code, mine.buffer.serial
            if serial in met_by:
                return
            met_by.add(serial)
            if look.co_name not in _RECORDED or file_of(caller.co_filename) is None:
                met(future)

        def init(future: Any) -> None:
            make(future)
            condition: Any = future._condition
            condition.__class__ = _Watched
            condition.future, condition.met_by, condition.looked = weakref.ref(future), set(), looked

        put_in_place(Future, "__init__", init)

    def _hook_waiting(self) -> None:
        """Note what ``wait`` and ``as_completed`` return; none of these stays on the stack when they raise."""
        module: Any = _base
        make, go_on, met = module.DoneAndNotDoneFutures, module._yield_finished_futures, self.met

        def make_answer(done: Iterable[Any], not_done: Iterable[Any]) -> Any:
            for future in done:
                met(future)
            return make(done, not_done)

        def yield_finished(futures: Iterable[Any], *arguments: Any, **keywords: Any) -> Any:
            for future in futures:
                met(future)
            return go_on(futures, *arguments, **keywords)

        put_in_place(_base, "DoneAndNotDoneFutures", make_answer)
        put_in_place(_base, "_yield_finished_futures", yield_finished)


class _Watched(threading.Condition):
    """A future's condition that tells when a thread has held it while the future was done."""

    future: Callable[[], Any]
    met_by: set[int]
    looked: Callable[[Any, set[int]], None]

    def __exit__(self, *error: Any) -> None:
        future = self.future()
        if future is not None and future._state == _base.FINISHED:
            self.looked(future, self.met_by)
        self._lock.__exit__(*error)  # type: ignore[attr-defined]  # as the class itself does


def put_in_place(owner: Any, name: str, function: Callable[..., Any]) -> None:
    """Put a function in the place of another, under the other's name."""
    old = getattr(owner, name)
    function.__name__, function.__qualname__, function.__doc__ = old.__name__, old.__qualname__, old.__doc__
    setattr(owner, name, function)
