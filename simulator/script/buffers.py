"""The rows of each thread of a script, and how they get to the host: the thread that fills a buffer sends it.

A thread sends its rows when it has 512, before it waits, and at its end; a timer sends what lies about for 20 ms. A
host that does not listen holds the threads back. (A thread of its own that drains would starve beside busy ones.)
"""

from __future__ import annotations

import threading
import time
from _thread import get_ident
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from typing import Any, Protocol

from simulator.record.bundles import unbundle
from simulator.record.kinds import NO_VARIABLE, Kind
from simulator.record.recorder import SERIAL_SHIFT, Row
from simulator.record.values import portable
from simulator.script.interleaving import Latest
from simulator.script.tables import Tables

Overtaken = tuple[int, int, set[int]]
"""A place, the stamp of a stretch, and variables whose reads in it nothing explains; see `simulator.script.sharing`."""

FLUSH_ROWS = 512
DUE_NS = 5_000_000
REORDER_NS = 50_000_000
"""A thread can be put aside between its stamp and its append; after this long it has surely appended."""


class Sender(Protocol):
    """What sends messages to the host; see `simulator.process.outlet.Outlet`."""

    is_busy: bool
    is_closed: bool

    @property
    def lock(self) -> AbstractContextManager[Any]: ...  # noqa: D102
    def send(self, message: tuple[Any, ...]) -> bool: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Buffer:
    """What one thread of the script has recorded and not sent.

    Attributes
    ----------
    serial : int
        The thread's own serial, from 1.
    rows : list of tuple
        As `simulator.record.recorder` says, with a site in place of the operation.
    next_id : callable
        Returns the next id of a signal or span.
    left_out : int
        Accesses that were not recorded, since no other thread touched their object or nothing has changed.
    sent_ns : int
        Stamp of the last row that was sent.
    flushed_ns : int
        When rows were last sent before a wait.
    task : int
        Span of the event loop's task that runs now; 0 outside of one.
    once : dict of int to int
        By site of a global that is bound once: the `id` of what was read there; the same is not recorded again.
    places : dict of int to int
        The place, here, of each object whose attributes need no further look, by its `id`; see `Identity.remember`.
    place_of : callable
        Looks there.
    overtaken : list of (int, int, set of int)
        Where it has just come to objects that others were changing; see `simulator.script.sharing`.
    newborn : (Thing, type) or None
        What has got its fields last and does not tell when it dies; see `simulator.script.dataclass_fields`.
    noted : (int, int)
        The `id` of the exception that was looked at last, and how long its traceback was.
    """

    __slots__ = (
        "flushed_ns",
        "has_ended",
        "left_out",
        "name",
        "newborn",
        "next_id",
        "noted",
        "once",
        "overtaken",
        "place_of",
        "places",
        "rows",
        "sent_ns",
        "serial",
        "task",
    )

    def __init__(self, serial: int, name: str) -> None:
        self.serial = serial
        self.name = name
        self.rows: list[Row] = []
        self.next_id: Callable[[], int] = count((serial << SERIAL_SHIFT) + 1).__next__
        self.has_ended = False
        self.left_out = 0
        self.sent_ns = 0
        self.flushed_ns = 0
        self.task = 0
        self.places: dict[int, int] = {}
        self.place_of = self.places.get
        self.noted = (0, 0)
        self.once: dict[int, int] = {}
        self.overtaken: list[Overtaken] = []
        self.newborn: tuple[object, type] | None = None


class _Guard:
    """Dies with its thread: the one sign that a thread which `threading` knows nothing of has ended."""

    __slots__ = ("_buffer", "_end")

    def __init__(self, buffer: Buffer, end: Callable[[Buffer], None]) -> None:
        self._buffer = buffer
        self._end = end

    def __del__(self) -> None:
        self._end(self._buffer)


class Mine(threading.local):
    """The calling thread's buffer, made at its first event.

    Attributes
    ----------
    buffer : Buffer
        The thread's; of the class one for what is recorded while that is being made: garbage may be collected then, and
        destructors run. The thread takes it over.
    """

    buffer: Buffer

    def __init__(self, register: Callable[[], tuple[Buffer, object]]) -> None:
        buffer, self.guard = register()
        spare = type(self).buffer
        while spare.rows:
            buffer.rows.append(spare.rows.pop(0))
        self.buffer = buffer


def _make_mine(register: Callable[[], tuple[Buffer, object]]) -> Mine:
    """Return what has the calling thread's buffer, with a spare one of its own."""
    return type("Mine", (Mine,), {"buffer": Buffer(0, "")})(register)  # type: ignore[no-any-return]


class Buffers:
    """All buffers of the script.

    Parameters
    ----------
    outlet : Sender
        Where the rows go.
    tables : Tables
        What must be told before them.

    Attributes
    ----------
    mine : threading.local
        Its ``buffer`` is the calling thread's.
    wake : callable
        Called before rows are sent; see `simulator.script.timer.Timer.wake`.
    leave : callable
        Called with the buffer of a thread that ends.
    latest : Latest
        What stretches look at; see `simulator.script.interleaving`.
    """

    def __init__(self, outlet: Sender, tables: Tables) -> None:
        self._outlet = outlet
        self._tables = tables
        self._serials = count(1)
        self._all: dict[int, Buffer] = {}
        self._left_out = 0
        self._late: list[tuple[int, list[Row]]] = []
        self._begin_site = tables.site(Kind.THREAD_BEGIN, NO_VARIABLE, 0, 0, 0)
        self._end_site = tables.site(Kind.THREAD_END, NO_VARIABLE, 0, 0, 0)
        self.wake: Callable[[], None] = _nothing
        self.leave: Callable[[Buffer], None] = _nothing
        self._beginning: dict[int, tuple[str, int]] = {}
        self.latest = Latest()
        self.mine = _make_mine(self._register)

    def _register(self) -> tuple[Buffer, object]:
        serial = next(self._serials)
        name, met = self._beginning.pop(get_ident(), ("", 0))
        buffer = Buffer(serial, name or _thread_name(serial))
        buffer.rows.append((self.stamp(), self._begin_site, 0, met, buffer.name))
        self._all[serial] = buffer
        return buffer, _Guard(buffer, self.end_thread)

    def stamp(self) -> int:
        """Return the time, for a record that no stretch makes: what comes later begins after it."""
        t = self.latest.stamped = time.perf_counter_ns()
        return t

    @property
    def n_alive(self) -> int:
        """How many of the script's threads have begun and not ended, as far as is known."""
        return sum(not buffer.has_ended for buffer in list(self._all.values()))

    def begin_thread(self, name: str, met: int) -> Buffer:
        """Record that the calling thread begins, after the signal `met` if that is not 0."""
        self._beginning[get_ident()] = name, met
        buffer = self.mine.buffer
        if self._beginning.pop(get_ident(), None) is not None:  # something was recorded before
            buffer.name = name
            with self._outlet.lock:  # nobody sends the row meanwhile
                if buffer.rows and buffer.rows[0][1] == self._begin_site:
                    buffer.rows[0] = (self.stamp(), self._begin_site, 0, met, name)
        return buffer

    def end_thread(self, buffer: Buffer) -> None:
        """Record that a thread ends, unless that was said before, and send what it has."""
        if not buffer.has_ended:
            buffer.has_ended = True
            buffer.rows.append((time.perf_counter_ns(), self._end_site, 0, 0, None))
            self.flush(buffer)
            self.leave(buffer)

    def flush(self, buffer: Buffer) -> None:
        """Send a buffer's rows; a host that does not listen makes this wait."""
        self.wake()
        outlet = self._outlet
        with outlet.lock:
            if outlet.is_closed:
                buffer.rows.clear()
            elif not outlet.is_busy:
                while self._late:
                    self._send(*self._late.pop())
                n = len(buffer.rows)
                rows = buffer.rows[:n]
                del buffer.rows[:n]
                if buffer.overtaken:
                    rows = self._without_overtaken(buffer, rows)
                if not buffer.sent_ns and n > 1:  # the thread was met at its first event, stamped before
                    rows[0] = (min(rows[0][0], rows[1][0]), *rows[0][1:])
                self._send(buffer.serial, rows)
                buffer.sent_ns = rows[-1][0] if rows else buffer.sent_ns

    def _without_overtaken(self, buffer: Buffer, rows: list[Row]) -> list[Row]:
        """Leave out and count a thread's reads of changes that nobody has kept."""
        done, last_ns = buffer.overtaken, rows[-1][0] if rows else 0
        buffer.overtaken = [one for one in done if one[1] >= last_ns]  # that stretch may go on
        stamps = {stamp for _, stamp, _ in done}
        changed = {(stamp, place, variable) for place, stamp, variables in done for variable in variables}
        found: list[Row] = []
        for row in rows:
            for one in unbundle([row], self._tables.bundles) if row[0] in stamps else (row,):
                kind, variable = self._tables.subjects.get(one[1], (0, 0))
                if kind != Kind.READ and not one[3]:
                    changed.discard((one[0], one[2], variable))
                elif kind == Kind.READ and (one[0], one[2], variable) in changed:
                    buffer.left_out += 1
                    continue
                found.append(one)
        return found

    def flush_if_due(self, buffer: Buffer) -> None:
        """Send a buffer's rows before its thread waits, unless it has just done so: the timer sends the rest."""
        now_ns = time.perf_counter_ns()
        if now_ns - buffer.flushed_ns > DUE_NS:
            buffer.flushed_ns = now_ns
            self.flush(buffer)

    def flush_late(self, serial: int, rows: list[Row]) -> None:
        """Send rows of a thread that are older than others of it: those of an object before it was shared."""
        outlet = self._outlet
        with outlet.lock:
            if outlet.is_busy:  # a signal handler: the next that sends will send them
                self._late.append((serial, rows))
            elif not outlet.is_closed:
                self._send(serial, rows)

    def send_late(self, buffer: Buffer, row: Row) -> None:
        """Have a row of a thread sent with whatever is sent next, though it may be older than what was sent of it."""
        self._late.append((buffer.serial, [row]))

    def _send(self, serial: int, rows: list[Row]) -> None:
        """Send rows and what must be known of them, in one message if that is possible."""
        send = self._outlet.send
        names = self._tables.take()  # of these rows at least: they were told before the rows were written
        if rows and send(("rows", serial, rows, names)):
            return
        if names is not None:
            send(names)
        if rows and not send(("rows", serial, rows, None)):
            send(("rows", serial, [(*row[:2], *map(portable, row[2:])) for row in rows], None))

    def flush_all(self) -> None:
        """Send everything, and say up to when everything is sent."""
        before_ns = time.perf_counter_ns()
        for serial, buffer in list(self._all.items()):
            if buffer.rows:
                self.flush(buffer)
            if buffer.has_ended and not buffer.rows:
                self._left_out += buffer.left_out
                self._all.pop(serial, None)
        outlet = self._outlet
        with outlet.lock:
            if not (outlet.is_closed or outlet.is_busy):
                outlet.send(("tick", before_ns - REORDER_NS, len(self._all), self.left_out))

    @property
    def all(self) -> list[Buffer]:
        """The buffers of all threads that have not ended and been sent."""
        return list(self._all.values())

    @property
    def left_out(self) -> int:
        """How many accesses were left out, most since no other thread touched their objects."""
        return self._left_out + self.latest.n_lost + sum(buffer.left_out for buffer in list(self._all.values()))

    def end(self) -> None:
        """Record that the main thread ends, the calling one, and send everything."""
        self.end_thread(self.mine.buffer)
        self.flush_all()

    def forget(self) -> None:
        """In a forked child: drop what was recorded, and record nothing more."""
        self._outlet.close()
        for buffer in self._all.values():
            buffer.rows.clear()


def _nothing(*_: object) -> None:
    """Do nothing: there is no timer, or nobody who wants to know."""


def _thread_name(serial: int) -> str:
    """Name the calling thread without `current_thread`, which would make one up and keep it."""
    active: dict[int, threading.Thread] = getattr(threading, "_active", {})
    known = active.get(get_ident())
    return known.name if known is not None else f"thread {serial}"
