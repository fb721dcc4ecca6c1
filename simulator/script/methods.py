"""Calls of methods that synchronise or that access: what is recorded before and after each of them.

The call stays native, in the user's own frame: ``after(site, o, a, before(site, o, a), o.method(a), now())``. What lies
inside these methods is the standard library's and is not recorded: each is recorded at its own level.
"""

from __future__ import annotations

import queue
import threading
import time
import types
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from simulator.record.kinds import Kind, Result
from simulator.script.buffers import Buffer
from simulator.script.container_access import ContainerAccess
from simulator.script.context_access import ContextAccess
from simulator.script.list_access import stamp_before
from simulator.script.own_names import class_mro
from simulator.script.sites import SiteBook
from simulator.script.stacks import Stacks
from simulator.script.sync import After, Before, Sync, SyncRows

LOCK, RLOCK = type(threading.Lock()), type(threading.RLock())
_QUEUES = (queue.Queue, queue.SimpleQueue)

MOST_PERMITS = 10_000
"""A semaphore of more lets everybody in."""

Handler = tuple[Before, After]


class Methods:
    """The handlers of recorded methods, by class and name."""

    def __init__(self, rows: SyncRows, book: SiteBook, context: ContextAccess, container: ContainerAccess) -> None:
        self._rows = rows
        self._book = book
        self.handlers: dict[tuple[type, str], Handler] = {}
        self._add_locks()
        self._add_events()
        self._add_queues()
        self._add_threads()
        self.handlers |= context.handlers()
        self.handlers |= container.handlers()
        self.handlers |= Stacks(rows.buffers, self.find).handlers()
        self._by_id = {(id(kind), name): handler for (kind, name), handler in self.handlers.items()}

    @property
    def names(self) -> frozenset[str]:
        """Names of the methods that are recorded for some class."""
        return frozenset(name for _, name in self.handlers)

    @property
    def stamped(self) -> frozenset[str]:
        """Names of those before which nothing but the time is noted, for any class."""
        return self.names - {name for (_, name), handler in self.handlers.items() if handler[0] is not stamp_before}

    def find(self, kind: type, name: str) -> Handler | None:
        """Return the handler of a method of a type."""
        for base in class_mro(kind):
            if (id(base), name) in self._by_id:
                return self._by_id[id(base), name]
        return None

    def _sync(self, one: object, site: int) -> Sync:
        return self._rows.sync_of(one, self._book.infos[site].owner_text)

    def _add(self, kinds: tuple[type, ...], names: str, before: Before, after: After | None = None) -> None:
        for kind in kinds:
            for name in names.split():
                self.handlers[kind, name] = (before, after or _nothing)

    def _waiting(
        self,
        what: str,
        is_certain: Callable[[Any], bool],
        met: Callable[[Sync, Any], int] = lambda sync, _: sync.signal,
    ) -> Handler:
        """Return the handler of a call that waits for a signal."""
        rows = self._rows

        def before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            return rows.begin_wait(buffer, site, self._sync(one, site), what, is_certain(one))

        def after(buffer: Buffer, site: int, one: Any, first: Any, wait: Any, result: Any, t: int) -> None:
            sync = self._sync(one, site)
            timed_out = Result.TIMED_OUT if result is False else Result.NONE
            rows.end_wait(buffer, site, sync, wait, 0 if timed_out else met(sync, result), timed_out)

        return before, after

    def _signalling(self, what: str, kind: Kind = Kind.SIGNAL) -> Before:
        rows = self._rows

        def before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            rows.signal(buffer, site, self._sync(one, site), what, kind)
            return None

        return before

    # -- locks ---------------------------------------------------------------------------------------------------

    def _add_locks(self) -> None:
        for kinds, what in (((LOCK, RLOCK, threading.Condition), "lock"), ((threading.Semaphore,), "semaphore")):
            before, after = self.acquiring(what)
            self._add(kinds, "acquire __enter__", before, after)
            self._add(kinds, "release __exit__", self._releasing)
        before, after = self._waiting("condition", lambda _: True)
        self._add((threading.Condition,), "wait wait_for", self._letting_go(before), self._taking_again(after))
        self._add((threading.Condition,), "notify notify_all notifyAll", self._signalling("notify"))
        before, after = self._waiting("barrier", lambda one: one.n_waiting + 1 < one.parties)
        self._add((threading.Barrier,), "wait", self._arriving(before), after)

    def _lock_sync(self, one: Any, site: int) -> Sync:
        """Return the lock that is meant: of a condition its own, under the name that it has or else the condition's."""
        if isinstance(one, threading.Condition):
            inner = one._lock  # type: ignore[attr-defined]  # there since Python 2
            return self._rows.known(inner) or self._rows.sync_of(inner, self._book.infos[site].owner_text)
        return self._sync(one, site)

    def acquiring(self, what: str) -> Handler:
        """Return the handler of acquiring something that can be held."""
        rows = self._rows

        def before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            sync = self._lock_sync(one, site)
            if sync.holder is buffer and type(one) is not LOCK:
                return sync
            permits = _permits(sync, one)
            is_taken = one._value == 0 if permits is not None else sync.holder is not None or _is_locked(one)
            return rows.begin_wait(buffer, site, sync, what, is_taken and first is not False)

        def after(buffer: Buffer, site: int, one: Any, first: Any, wait: Any, result: Any, t: int) -> None:
            sync = self._lock_sync(one, site)
            if wait is sync:
                sync.depth += 1
                return
            if result is False:
                rows.end_wait(buffer, site, sync, wait, 0, Result.TIMED_OUT)
            else:
                permits = sync.permits
                rows.end_wait(buffer, site, sync, wait, sync.signal if permits is None else _taken(permits))
                if permits is None:
                    sync.holder, sync.depth = buffer, 1
                rows.hold(buffer, site, sync)

        return before, after

    def _releasing(self, buffer: Buffer, site: int, one: Any, first: Any) -> Any:
        sync = self._lock_sync(one, site)
        if sync.holder is buffer and sync.depth > 1:
            sync.depth -= 1
            return None
        permits = _permits(sync, one)
        self._rows.let_go(buffer, site, sync)
        sync.holder, sync.depth = None, 0
        if permits is not None:
            permits.extend([sync.signal] * (first if type(first) is int else 1))
        return None

    def _letting_go(self, begin: Before) -> Before:
        """Return what lets a condition's lock go before it waits."""

        def before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            sync = self._lock_sync(one, site)
            depth = sync.depth
            self._rows.let_go(buffer, site, sync)
            sync.holder, sync.depth = None, 0
            return depth, begin(buffer, site, one, first)

        return before

    def _taking_again(self, end: After) -> After:
        def after(buffer: Buffer, site: int, one: Any, first: Any, token: Any, result: Any, t: int) -> None:
            depth, wait = token
            end(buffer, site, one, first, wait, result, t)
            sync = self._lock_sync(one, site)
            sync.holder, sync.depth = buffer, depth or 1
            self._rows.hold(buffer, site, sync)

        return after

    def _arriving(self, begin: Before) -> Before:
        def before(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            self._rows.signal(buffer, site, self._sync(one, site), "arrive")
            return begin(buffer, site, one, first)

        return before

    # -- events, queues, threads ---------------------------------------------------------------------------------

    def _add_events(self) -> None:
        rows = self._rows

        def check(buffer: Buffer, site: int, one: Any, first: Any, token: Any, result: Any, t: int) -> None:
            rows.row(buffer, Kind.CHECK, site, self._sync(one, site), 0, result)

        self._add((threading.Event,), "set", self._signalling("set"))
        self._add((threading.Event,), "clear", self._signalling("clear", Kind.CLEAR))
        self._add((threading.Event,), "is_set isSet", _always, check)
        self._add((threading.Event,), "wait", *self._waiting("event", lambda one: not one._flag))

    def _add_queues(self) -> None:
        rows = self._rows

        def put(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            sync = self._sync(one, site)
            signal = rows.signal(buffer, site, sync, "put")
            sync.items.setdefault(id(first), deque()).append(signal)
            is_full = 0 < getattr(one, "maxsize", 0) <= one.qsize()
            return rows.begin_wait(buffer, site, sync, "queue", True) if is_full else None

        def has_put(buffer: Buffer, site: int, one: Any, first: Any, wait: Any, result: Any, t: int) -> None:
            rows.end_wait(buffer, site, self._sync(one, site), wait, 0)

        def got(sync: Sync, item: Any) -> int:
            waiting = sync.items.get(id(item))
            return waiting.popleft() if waiting else 0

        self._add(_QUEUES, "put put_nowait", put, has_put)
        self._add(_QUEUES, "get", *self._waiting("queue", lambda one: one.empty(), got))
        before, after = self._waiting("queue", lambda one: False, got)
        self._add(_QUEUES, "get_nowait", before, after)
        self._add((queue.Queue,), "task_done", self._signalling("done"))
        self._add((queue.Queue,), "join", *self._waiting("queue", lambda one: one.unfinished_tasks > 0))

    def _add_threads(self) -> None:
        self._add((threading.Thread,), "start", self._starting)
        before, after = self._waiting("join", lambda one: one.is_alive(), lambda sync, _: sync.done)
        self._add((threading.Thread,), "join", before, after)
        before, after = self._waiting("result", lambda one: not one.done(), lambda sync, _: sync.done)
        self._add((Future,), "result exception", before, after)

        rows = self._rows

        def sleep(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            if one is not time:
                return None
            span = rows.span(buffer, Kind.SLEEP, site, round(first * 1000) if type(first) in (int, float) else None)
            rows.buffers.flush_if_due(buffer)
            return span

        def has_slept(buffer: Buffer, site: int, one: Any, first: Any, span: Any, result: Any, t: int) -> None:
            rows.end_span(buffer, span)

        def leave(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
            rows.buffers.flush_all()
            return None

        def has_forked(buffer: Buffer, site: int, one: Any, first: Any, token: Any, result: Any, t: int) -> None:
            rows.buffers.wake()

        self._add((types.ModuleType,), "sleep", sleep, has_slept)
        self._add((types.ModuleType,), "fork", _always, has_forked)
        self._add((types.ModuleType,), "_exit abort kill killpg execv execve execl execle execlp execvp execvpe", leave)

    def _starting(self, buffer: Buffer, site: int, one: Any, first: Any) -> Any:
        sync = self._rows.sync_of(one, one.name, True)
        self._rows.signal(buffer, site, sync, "start")
        return None


def _permits(sync: Sync, one: Any) -> deque[int] | None:
    """Return what the next acquisitions of a semaphore come after, None for a lock.

    With a first value of two, the third acquisition comes after the first release, for two were let in without one.
    """
    if sync.permits is None and isinstance(one, threading.Semaphore):
        sync.permits = deque([0] * min(one._value, MOST_PERMITS))
    return sync.permits


def _taken(permits: deque[int]) -> int:
    try:
        return permits.popleft()
    except IndexError:
        return 0


def _is_locked(one: Any) -> bool:
    return bool(one.locked()) if hasattr(one, "locked") else False


def _always(buffer: Buffer, site: int, one: Any, first: Any) -> Any:
    return True


def _nothing(buffer: Buffer, site: int, one: Any, first: Any, token: Any, result: Any, t: int) -> None:
    """After most signals there is nothing to record."""
