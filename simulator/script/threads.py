"""The script's threads, tasks of pools and steps of event loops: hooks in the standard library, outside its tracebacks.

Each hook wraps a method that lies above the frames where a traceback of the script begins. The classes stay what they
are; whoever starts a thread, pool or loop, in whatever file, is seen.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any, cast

from simulator.record.kinds import NO_VARIABLE, Kind, Result
from simulator.script.after_import import AfterImport
from simulator.script.buffers import Buffers
from simulator.script.futures import Futures, put_in_place
from simulator.script.sync import SyncRows
from simulator.script.tables import Tables
from simulator.script.traces import is_ours, strip

POOL_MODULE, LOOP_MODULE = "concurrent.futures.thread", "asyncio.tasks"


class Hooks:
    """The hooks of one script.

    Parameters
    ----------
    tables, buffers, rows
        Where numbers and rows go.
    look_at : callable
        Takes an exception that ends a thread or the script.
    file_of : callable
        Returns the index of a recorded file by its path, None for others.
    """

    def __init__(
        self,
        tables: Tables,
        buffers: Buffers,
        rows: SyncRows,
        look_at: Callable[[BaseException], None],
        file_of: Callable[[str], int | None],
    ) -> None:
        self._tables = tables
        self._buffers = buffers
        self._rows = rows
        self._look_at = look_at
        self._file_of = file_of
        self._numbers = count(1)
        self._futures = Futures(buffers, rows, file_of)

    def install(self) -> None:
        """Put the hooks in: of threads now, of pools and loops when their modules are there."""
        self._hook_threads()
        self._hook_unseen()
        self._futures.install()
        AfterImport({POOL_MODULE: self._hook_pools, LOOP_MODULE: self._hook_loops}).install()

    # -- threads -------------------------------------------------------------------------------------------------

    def _hook_threads(self) -> None:
        buffers, rows = self._buffers, self._rows
        run_all: Callable[[threading.Thread], None] = threading.Thread._bootstrap_inner  # type: ignore[attr-defined]  # the body of every thread
        make_hook: Callable[[], Callable[..., None]] = threading._make_invoke_excepthook  # type: ignore[attr-defined]  # what prints its exceptions
        note = self.note_exception

        def bootstrap(thread: threading.Thread) -> None:
            buffer = buffers.begin_thread(thread.name, _started_by(rows, thread))
            try:
                run_all(thread)
            finally:
                sync = rows.known(thread)
                if sync is not None:
                    sync.done = rows.signal_here(buffer, sync, "done")
                rows.caught(buffer, Result.FAILED)
                buffers.end_thread(buffer)

        def make() -> Callable[..., None]:
            invoke = make_hook()

            def hook(thread: threading.Thread) -> None:
                error = sys.exc_info()[1]
                if error is not None:
                    strip(error)
                    note(error)
                invoke(thread)

            return hook

        threading.Thread._bootstrap_inner = bootstrap  # type: ignore[attr-defined]  # see above
        threading._make_invoke_excepthook = make  # type: ignore[attr-defined]  # see above

    def _hook_unseen(self) -> None:
        """Record the starts and joins of threads that are called where nothing is recorded: in the standard library."""
        rows, buffers, file_of, module = self._rows, self._buffers, self._file_of, cast(Any, threading)
        name = "_start_joinable_thread" if hasattr(module, "_start_joinable_thread") else "_start_new_thread"
        begin, wait_for = getattr(module, name), threading.Thread.join

        def start(function: Callable[..., object], *arguments: Any, **keywords: Any) -> Any:
            thread = getattr(function, "__self__", None)
            if isinstance(thread, threading.Thread) and rows.known(thread) is None:
                sync = rows.sync_of(thread, thread.name, True)
                sync.signal = rows.signal_here(buffers.mine.buffer, sync, "start")
            return begin(function, *arguments, **keywords)

        def join(thread: threading.Thread, timeout: float | None = None) -> None:
            wait_for(thread, timeout)
            sync = rows.known(thread)
            if sync is not None and sync.done and file_of(sys._getframe(1).f_code.co_filename) is None:
                rows.receive_here(buffers.mine.buffer, sync, sync.done, "join")

        put_in_place(module, name, start)
        put_in_place(threading.Thread, "join", join)

    def note_exception(self, error: BaseException) -> None:
        """Record an exception that ends a thread, a task or the script."""
        buffer = self._buffers.mine.buffer
        self._look_at(error)
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not is_ours(frame.filename)]
        file, line = 0, 0
        for frame in frames:
            index = self._file_of(frame.filename)
            if index is not None:
                file, line = index, frame.lineno or 0
        site = self._tables.site(Kind.EXCEPTION, NO_VARIABLE, file, line, 0)
        name = type(error).__name__
        text = "".join(["Traceback (most recent call last):\n", *traceback.format_list(frames)])
        summary = _summary(error)
        buffer.rows.append((time.perf_counter_ns(), site, 0, 0, (name, summary, f"{text}{summary}\n", False)))

    # -- pools ---------------------------------------------------------------------------------------------------

    def _hook_pools(self, module: ModuleType) -> None:
        rows, futures, numbers, work = self._rows, self._futures, self._numbers, module._WorkItem
        buffers, make, run = self._buffers, work.__init__, work.run
        tasks: dict[int, tuple[int, int]] = {}

        def init(item: Any, *arguments: Any, **keywords: Any) -> None:
            make(item, *arguments, **keywords)
            sync = rows.sync_of(item.future, f"task-{(number := next(numbers))}", True)
            file, line = futures.caller()
            tasks[id(item)] = (number, rows.signal_here(buffers.mine.buffer, sync, "submit", file, line))

        def run_item(item: Any, *arguments: Any) -> None:
            buffer, future = buffers.mine.buffer, item.future
            number, submitted = tasks.pop(id(item), (0, 0))
            sync = rows.sync_of(future, f"task-{number}", True)
            span = rows.begin_task(buffer, number)
            rows.receive_here(buffer, sync, submitted, "submit")
            result = Result.FAILED
            try:
                run(item, *arguments)
                result = Result.FAILED if not future.cancelled() and future._exception is not None else Result.NONE
            finally:
                rows.caught(buffer, Result.FAILED)
                rows.end_span(buffer, span, result)
                buffers.flush_if_due(buffer)

        work.__init__, work.run = init, run_item
        self._hook_shutdown(module.ThreadPoolExecutor)

    def _hook_shutdown(self, kind: Any) -> None:
        """Record that whoever leaves a pool comes after all that its threads did."""
        rows, buffers, end = self._rows, self._buffers, kind.shutdown

        def shutdown(pool: Any, wait: bool = True, *, cancel_futures: bool = False) -> None:
            workers = [rows.sync_of(thread, thread.name) for thread in tuple(pool._threads)]
            end(pool, wait, cancel_futures=cancel_futures)
            for sync in workers if wait else ():
                if sync.done:
                    rows.receive_here(buffers.mine.buffer, sync, sync.done, "join")

        put_in_place(kind, "shutdown", shutdown)

    # -- loops ---------------------------------------------------------------------------------------------------

    def _hook_loops(self, module: ModuleType) -> None:
        rows, buffers, handle, task_class = self._rows, self._buffers, module.events.Handle, module.Task
        run = handle._run
        spans: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

        def run_handle(self: Any) -> None:
            task = getattr(self._callback, "__self__", None)
            if not isinstance(task, task_class):
                run(self)
                return
            buffer = buffers.mine.buffer
            span = spans.get(task)
            if span is None:
                span = spans[task] = rows.begin_loop_task(buffer, task.get_name())
            step = rows.begin_step(buffer, span)
            buffer.task = span
            try:
                run(self)
            finally:
                buffer.task = 0
                rows.end_span(buffer, step)
                if task.done():
                    del spans[task]
                    rows.end_span(buffer, span)

        handle._run = run_handle


def _started_by(rows: SyncRows, thread: threading.Thread) -> int:
    sync = rows.known(thread)
    return sync.signal if sync is not None else 0


def _summary(error: BaseException) -> str:
    """Return the last line of a traceback, also of an exception that cannot be printed."""
    try:
        return "".join(traceback.format_exception_only(type(error), error)).strip()
    except Exception:  # its own __str__ may raise anything
        return type(error).__name__
