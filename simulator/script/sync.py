"""Objects that threads wait for each other with: their own numbers, who holds them, and the rows that tell of it."""

from __future__ import annotations

import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from simulator.record.kinds import NO_VARIABLE, Kind, Result
from simulator.record.values import portable
from simulator.script.buffers import Buffer, Buffers
from simulator.script.identity import Identity
from simulator.script.sites import IMPORT, SiteBook
from simulator.script.tables import SYNC, Tables

GIVE_UP_NS = 20_000_000
"""A call that has lasted so long is a wait, though nothing said so when it began."""


class Sync:
    """A synchronisation object, thread, future or task.

    Attributes
    ----------
    variable, place : int
        Its numbers.
    signal : int
        Id of the last release of it; 0 before the first.
    done : int
        Id of the signal that it has ended.
    holder : Buffer or None
        Of the thread that holds it, where only one can.
    depth : int
        How often the holder has acquired it.
    items : dict of int to deque of int
        Signals of what was put into it and not yet taken out, by the item's `id`.
    permits : deque of int or None
        Of a semaphore: what its next acquisitions come after, 0 for those that its first value lets in.
    """

    __slots__ = ("depth", "done", "holder", "items", "label", "permits", "place", "reference", "signal", "variable")

    def __init__(self, label: str, variable: int, place: int) -> None:
        self.label = label
        self.variable = variable
        self.place = place
        self.signal = 0
        self.done = 0
        self.holder: Buffer | None = None
        self.depth = 0
        self.items: dict[int, deque[int]] = {}
        self.permits: deque[int] | None = None
        self.reference: object = None


class Wait:
    """A call that may have to wait."""

    __slots__ = ("begun_ns", "row", "span", "what")

    def __init__(self, what: str, begun_ns: int) -> None:
        self.what = what
        self.begun_ns = begun_ns
        self.span = 0
        self.row: list[tuple[int, int, int]] = []


class SyncRows:
    """Records synchronisation.

    Parameters
    ----------
    tables, book, buffers, identity
        Where numbers, sites and rows come from.
    """

    def __init__(self, tables: Tables, book: SiteBook, buffers: Buffers, identity: Identity) -> None:
        self.tables = tables
        self.book = book
        self.buffers = buffers
        self._identity = identity
        self._syncs: dict[int, Sync] = {}
        self._now, self._stamp = time.perf_counter_ns, buffers.stamp
        self._end_sites = [int(result) for result in Result]
        self._holds: dict[tuple[Buffer, int], int] = {}
        self._waits: dict[Buffer, Wait] = {}

    def sync_of(self, one: object, label: str, has_name: bool = False) -> Sync:
        """Return what is known of an object; `label` names it when it is met first, for certain if it has a name."""
        key = id(one)
        sync = self._syncs.get(key)
        if sync is None:
            label = label if has_name else self._identity.label(key, label)
            variable = self.tables.variable(("sync", object()), label, True)
            sync = Sync(label, variable, self.tables.place(label, SYNC))
            syncs = self._syncs
            try:
                sync.reference = weakref.ref(one, lambda _: syncs.pop(key, None))
            except TypeError:  # it cannot tell when it dies
                sync.reference = None
            sync = syncs.setdefault(key, sync)
        return sync

    def known(self, one: object) -> Sync | None:
        """Return what is known of an object, None if nothing is."""
        return self._syncs.get(id(one))

    # -- rows ----------------------------------------------------------------------------------------------------

    def row(self, buffer: Buffer, kind: Kind, site: int, sync: Sync, reference: int, value: object) -> None:
        """Append a row about a synchronisation object now."""
        of = self.book.of(site, kind, sync.variable)
        buffer.rows.append((self._stamp(), of, sync.place, reference, portable(value)))

    def signal(self, buffer: Buffer, site: int, sync: Sync, what: str, kind: Kind = Kind.SIGNAL) -> int:
        """Record a release and return its id."""
        own_id = buffer.next_id()
        self.row(buffer, kind, site, sync, own_id, what)
        sync.signal = own_id
        return own_id

    def signal_here(self, buffer: Buffer, sync: Sync, what: str, file: int = 0, line: int = 0) -> int:
        """Record a release that is no call of the source's own, at no line of it if none is given; return its id."""
        own_id = buffer.next_id()
        site = self.tables.site(Kind.SIGNAL, sync.variable, file, line, 0)
        buffer.rows.append((self._stamp(), site, sync.place, own_id, what))
        return own_id

    def receive_here(self, buffer: Buffer, sync: Sync, met: int, what: str) -> None:
        """Record an acquisition at no line of the source."""
        site = self.tables.site(Kind.RECEIVE, sync.variable, 0, 0, 0)
        buffer.rows.append((self._stamp(), site, sync.place, met, what))

    def _begin_here(self, buffer: Buffer, kind: Kind, value: object) -> int:
        span = buffer.next_id()
        site = self.tables.site(kind, NO_VARIABLE, 0, 0, 0)
        buffer.rows.append((self._stamp(), site, 0, span, value))
        return span

    def begin_task(self, buffer: Buffer, number: int) -> int:
        """Record that a pool's task begins and return the span."""
        return self._begin_here(buffer, Kind.TASK, number)

    def begin_loop_task(self, buffer: Buffer, name: str) -> int:
        """Record that an event loop's task begins and return the span."""
        return self._begin_here(buffer, Kind.TASK, name)

    def begin_step(self, buffer: Buffer, task: int) -> int:
        """Record that an event loop runs a task for a while and return the span."""
        return self._begin_here(buffer, Kind.STEP, task)

    def begin_import(self, module: str) -> Callable[[], None]:
        """Record that a module's code begins to run, where other threads are there; return what records its end."""
        buffer = self.buffers.mine.buffer
        if self.buffers.n_alive < 2:
            return lambda: None
        span = self._begin_here(buffer, Kind.BLOCK, f"{IMPORT} {module}")
        return lambda: self.end_span(buffer, span)

    def begin_wait(self, buffer: Buffer, site: int, sync: Sync, what: str, is_certain: bool) -> Wait:
        """Note that a call begins which may wait; if that is certain, record it and send what there is."""
        self._close_forgotten(buffer)
        wait = Wait(what, self._now())
        wait.row.append((self.book.of(site, Kind.WAIT, sync.variable), sync.place, buffer.next_id()))
        self._waits[buffer] = wait
        if is_certain:
            self._begin(buffer, wait)
            self.buffers.flush_if_due(buffer)
        return wait

    def _begin(self, buffer: Buffer, wait: Wait) -> None:
        try:
            site, place, span = wait.row.pop()
        except IndexError:  # another thread was faster
            return
        wait.span = span
        buffer.rows.append((wait.begun_ns, site, place, span, wait.what))

    def end_wait(
        self, buffer: Buffer, site: int, sync: Sync, wait: Wait, met: int, result: Result = Result.NONE
    ) -> None:
        """Note that the call has returned: the end of the wait, or an acquisition that did not wait."""
        self._waits.pop(buffer, None)
        if not wait.row:
            buffer.rows.append((self._stamp(), self._end_sites[result], 0, wait.span, met))
        elif result == Result.NONE:
            self.row(buffer, Kind.RECEIVE, site, sync, met, wait.what)

    def _close_forgotten(self, buffer: Buffer) -> None:
        """End a wait whose call raised."""
        wait = self._waits.pop(buffer, None)
        if wait is not None and not wait.row:
            buffer.rows.append((self._stamp(), self._end_sites[Result.FAILED], 0, wait.span, 0))

    def caught(self, buffer: Buffer, result: Result) -> None:
        """Note that an exception has ended what the thread was waiting for."""
        wait = self._waits.pop(buffer, None)
        if wait is not None and not wait.row:
            buffer.rows.append((self._stamp(), self._end_sites[result], 0, wait.span, 0))

    def note_long_waits(self) -> None:
        """Record the begin of waits that have lasted a while; called by the timer, for threads that stand still."""
        limit_ns = self._now() - GIVE_UP_NS
        for buffer, wait in list(self._waits.items()):
            if wait.row and wait.begun_ns < limit_ns:
                self._begin(buffer, wait)

    def hold(self, buffer: Buffer, site: int, sync: Sync) -> None:
        """Record that the thread holds a lock from now on."""
        span = buffer.next_id()
        self._holds[buffer, sync.variable] = span
        self.row(buffer, Kind.HOLD, site, sync, span, None)

    def let_go(self, buffer: Buffer, site: int, sync: Sync, what: str = "release") -> None:
        """Record that the thread lets a lock go."""
        holder = buffer if sync.holder is None else sync.holder
        span = self._holds.pop((holder, sync.variable), 0)
        if span:
            buffer.rows.append((self._stamp(), self._end_sites[Result.NONE], 0, span, 0))
        self.signal(buffer, site, sync, what)

    def span(self, buffer: Buffer, kind: Kind, site: int, value: object) -> int:
        """Record the begin of a span about no variable and return its id."""
        span = buffer.next_id()
        of = self.book.of(site, kind, NO_VARIABLE)
        buffer.rows.append((self._stamp(), of, 0, span, portable(value)))
        return span

    def end_span(self, buffer: Buffer, span: int, result: Result = Result.NONE) -> None:
        """Record the end of a span."""
        buffer.rows.append((self._stamp(), self._end_sites[result], 0, span, 0))


Before = Callable[[Buffer, int, Any, Any], Any]
After = Callable[[Buffer, int, Any, Any, Any, Any, int], None]
