"""The trace of a run: append-only columns, one row an event, in the order of their stamps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simulator.record.kinds import CONTEXT_SHIFT, FIRST_SPAN, KIND_BITS, VARIABLE_BITS, Kind
from simulator.record.recorder import BEFORE_RUN, SERIAL_SHIFT, Batch
from simulator.trace.columns import Column, IntArray
from simulator.trace.pending import Pending
from simulator.trace.tracks import OPEN, Actor, Failure, ThreadInfo
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_NONE, TAG_OBJECT, ValueTable

NO_ROW = -1
"""In `reads_from`: no write at all. A read of an unknown write has `UNKNOWN_ROW`."""
UNKNOWN_ROW = -2

FLAG_UNCERTAIN = 4
"""Flag: the order of this event and the one it depends on cannot be told."""

COLUMNS: dict[str, str] = {
    "begin_ns": "i8",
    "end_ns": "i8",
    "value": "i8",
    "actor": "u4",
    "place": "u4",
    "reads_from": "i4",
    "line": "i4",
    "thread": "u2",
    "variable": "u2",
    "kind": "u1",
    "flags": "u1",
}
"""Name and type of each column, 46 bytes an event in all; units and meaning in `Trace`."""

_ID_MASK = (1 << SERIAL_SHIFT) - 1
_READ, _EXCEPTION = int(Kind.READ), int(Kind.EXCEPTION)  # looking up a member costs more than comparing
_KIND_MASK = (1 << KIND_BITS) - 1
_VARIABLE_MASK = (1 << VARIABLE_BITS) - 1
_DEFINES_ID = np.zeros(32, bool)
_DEFINES_ID[[Kind.WRITE, Kind.DELETE]] = True
_DEFINES_ID[FIRST_SPAN : Kind.END] = True


class Trace:
    """What happened in one run.

    Parameters
    ----------
    variables : sequence of str
        Names by index.
    storage : str or None
        ``shared``, ``locked``, ``local``, ``context``, or None where the run has none.
    origin_ns : int
        Reading of the clock at the start of the run; all times are relative to it.
    room : int
        Events to reserve room for.

    Attributes
    ----------
    n : int
        Number of events.
    generation : int
        Raised whenever rows change their numbers, which a very late event can cause; who has stored row numbers must
        then start again.
    begin_ns, end_ns : ndarray of int64, shape (n,)
        Nanoseconds since the start of the run, `begin_ns` sorted. Equal for instants; `OPEN` (-1) for a span that has
        not ended.
    thread : ndarray of uint16
        Serial of the thread: index into `threads`.
    actor : ndarray of uint32
        Index into `actors`.
    kind : ndarray of uint8
        A `simulator.record.kinds.Kind`.
    variable : ndarray of uint16
        Index into `variables`; 0 where the kind has none.
    place : ndarray of uint32
        Which cell of the variable: 0 for shared, the thread's serial for local, the context's serial for context.
    reads_from : ndarray of int32
        For a read the row of the write or delete whose value it got, `NO_ROW` or `UNKNOWN_ROW`; `NO_ROW` for others.
    line : ndarray of int32
        Line of the program's code, 0 where there is none.
    value : ndarray of int64
        The value itself or an index into `objects`, as the lower two bits of `flags` say.
    flags : ndarray of uint8
        Bits 0-1: `TAG_NONE`, `TAG_INT`, `TAG_OBJECT`; bit 2: `FLAG_UNCERTAIN`.
    threads : list of ThreadInfo
        By serial; the first is "before the run".
    actors : list of Actor
        By index.
    objects : list
        Values that are not 64-bit integers.
    failures : list of Failure
        In the order of their rows.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self, variables: Sequence[str], storage: str | None, origin_ns: int = 0, room: int = 0) -> None:
        self.variables = tuple(variables)
        self.storage = storage
        self.origin_ns = origin_ns
        self.generation = 0
        self._columns = {name: Column(kind, room) for name, kind in COLUMNS.items()}
        self.threads: list[ThreadInfo] = []
        self.actors: list[Actor] = []
        self._actor_of_thread: list[int] = []
        self._actor_thread = Column("u2")
        self._actor_end_ns = Column("i8")
        self.objects: list[Any] = []
        self._values = ValueTable(self.objects)
        self.failures: list[Failure] = []
        self._pending: list[Pending] = []
        self._row_of: list[Column] = []
        self._open_tasks: dict[int, list[tuple[int, int]]] = {}
        self._unresolved: list[tuple[int, int]] = []
        self._last_ns = 0
        self._settled_ns = 0
        self._add_thread(BEFORE_RUN, "before the run", 0)

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def n(self) -> int:
        """Number of events."""
        return self._columns["begin_ns"].n

    def __len__(self) -> int:
        return self.n

    @property
    def begin_ns(self) -> IntArray:
        """When each event happened or began."""
        return self._columns["begin_ns"].values

    @property
    def end_ns(self) -> IntArray:
        """When each event ended."""
        return self._columns["end_ns"].values

    @property
    def thread(self) -> IntArray:
        """Serial of each event's thread."""
        return self._columns["thread"].values

    @property
    def actor(self) -> IntArray:
        """Index of each event's actor."""
        return self._columns["actor"].values

    @property
    def kind(self) -> IntArray:
        """Kind of each event."""
        return self._columns["kind"].values

    @property
    def variable(self) -> IntArray:
        """Index of each event's variable."""
        return self._columns["variable"].values

    @property
    def place(self) -> IntArray:
        """Cell of each access."""
        return self._columns["place"].values

    @property
    def reads_from(self) -> IntArray:
        """Row of the write that each read got."""
        return self._columns["reads_from"].values

    @property
    def line(self) -> IntArray:
        """Line of each event."""
        return self._columns["line"].values

    @property
    def value(self) -> IntArray:
        """Value of each event, or index into `objects`."""
        return self._columns["value"].values

    @property
    def flags(self) -> IntArray:
        """Flags of each event."""
        return self._columns["flags"].values

    @property
    def actor_thread(self) -> IntArray:
        """Serial of each actor's thread, shape (number of actors,)."""
        return self._actor_thread.values

    @property
    def actor_end_ns(self) -> IntArray:
        """When each actor ended, `OPEN` for those that have not, shape (number of actors,)."""
        return self._actor_end_ns.values

    @property
    def duration_ns(self) -> int:
        """Time of the last thing that is known to have happened."""
        return self._last_ns

    def value_of(self, row: int) -> object:
        """Return the value written, or for a read the value it got; None where there is none (see `has_value`)."""
        if self.kind[row] == _READ:
            source = int(self.reads_from[row])
            return self.value_of(source) if source >= 0 else None
        tag = self.flags[row] & TAG_MASK
        if tag == TAG_INT:
            return int(self.value[row])
        return self.objects[self.value[row]] if tag == TAG_OBJECT else None

    def has_value(self, row: int) -> bool:
        """Return whether the event carries a value: not for a delete, nor for a read that found none."""
        if self.kind[row] == _READ:
            source = int(self.reads_from[row])
            return source >= 0 and self.has_value(source)
        return bool(self.flags[row] & TAG_MASK != TAG_NONE)

    def value_text(self, row: int) -> str:
        """Return the value as it is shown: ``4``, ``'bob'``, ``<Session 140…>``; ``no value`` where there is none."""
        if not self.has_value(row):
            return "no value"
        value = self.value_of(row)
        if not isinstance(value, tuple):
            return repr(value)
        if self.kind[row] == _EXCEPTION:
            return str(value[1])
        name, identity, length = value
        return f"<{name} of {length}>" if length >= 0 else f"<{name} {identity:#x}>"

    # -- appending -----------------------------------------------------------------------------------------------

    def append(self, batches: Iterable[Batch], until_ns: int | None = None) -> None:
        """Take in what a recorder drained.

        Parameters
        ----------
        batches : iterable of (int, list of tuple)
            Thread serials and rows, as `simulator.record.recorder.Recorder.drain` returns them.
        until_ns : int, optional
            Reading of the clock up to which every thread's events are known to be here; later ones wait for the next
            call, so that the order is final. None: all of them are.
        """
        for serial, rows in batches:
            self._pending.append(self._convert(serial, rows))
        if not self._pending or (until_ns is not None and until_ns <= self._settled_ns):
            return
        self._settled_ns = until_ns or 0
        pending = Pending.join(self._pending)
        self._pending = []
        if until_ns is not None:
            ready = pending.stamp <= until_ns
            if not ready.all():
                self._pending = [pending.take(np.flatnonzero(~ready))]
                pending = pending.take(np.flatnonzero(ready))
        if len(pending):
            self._commit(pending.take(np.lexsort((pending.thread, pending.stamp))))

    def finish(self) -> None:
        """Take in everything that waits; reads whose write never arrived are of an unknown write from now on."""
        self.append((), None)

    def _add_thread(self, serial: int, name: str, begin_ns: int) -> None:
        while len(self.threads) <= serial:
            missing = len(self.threads)
            self.threads.append(ThreadInfo(missing, f"thread {missing}"))
            self._row_of.append(Column("i4"))
            self._actor_of_thread.append(self._add_actor(missing, 0, self.threads[missing].name))
        info = self.threads[serial]
        info.name, info.begin_ns = name, begin_ns
        self.actors[self.thread_actor(serial)].name = name

    def _add_actor(self, thread: int, number: int, name: str) -> int:
        index = len(self.actors)
        self.actors.append(Actor(index, thread, number, name))
        self._actor_thread.append(thread)
        self._actor_end_ns.append(OPEN)
        return index

    def thread_actor(self, serial: int) -> int:
        """Return the index of the actor that is the thread itself."""
        return self._actor_of_thread[serial]

    def _convert(self, serial: int, rows: Sequence[tuple[int, int, int, int, Any]]) -> Pending:
        n = len(rows)
        stamps, operations, lines, references, values = zip(*rows, strict=True)
        operation = np.fromiter(operations, np.int64, n)
        kind = operation & _KIND_MASK
        value, tag = self._values.convert(values, kind)
        reference = np.fromiter(references, np.int64, n)
        if serial >= len(self.threads):
            self._add_thread(serial, f"thread {serial}", 0)
        actor = self._convert_actors(serial, kind, reference, rows)
        stamp = np.fromiter(stamps, np.int64, n)
        line = np.fromiter(lines, np.int64, n)
        return Pending(stamp, operation, line, reference, value, tag, actor, np.full(n, serial, np.int64))

    def _convert_actors(
        self, serial: int, kind: IntArray, reference: IntArray, rows: Sequence[tuple[int, int, int, int, Any]]
    ) -> IntArray:
        tasks = self._open_tasks.setdefault(serial, [])
        own = self.thread_actor(serial)
        starts, actors = [0], [tasks[-1][1] if tasks else own]
        for i in np.flatnonzero((kind == Kind.TASK) | (kind == Kind.END)).tolist():
            span = int(reference[i])
            if kind[i] == Kind.TASK:
                number = int(rows[i][4])
                tasks.append((span, self._add_actor(serial, number, f"task-{number}")))
                starts.append(i)
                actors.append(tasks[-1][1])
            elif tasks and tasks[-1][0] == span:
                self._actor_end_ns.values[tasks.pop()[1]] = rows[i][0] - self.origin_ns
                starts.append(i + 1)
                actors.append(tasks[-1][1] if tasks else own)
        return np.repeat(np.array(actors, np.int64), np.diff(starts, append=len(kind)))

    def _commit(self, rows: Pending) -> None:
        self._last_ns = max(self._last_ns, int(rows.stamp[-1]) - self.origin_ns)
        kind = rows.operation & _KIND_MASK
        is_event = kind != Kind.END
        events = rows if is_event.all() else rows.take(np.flatnonzero(is_event))
        start = self.n
        self._store(events)
        self._note_tracks(start)
        self._resolve(start, events.reference)
        self._close_spans(rows, np.flatnonzero(~is_event))
        if start and len(events) and self.begin_ns[start] < self.begin_ns[start - 1]:
            self._reorder()

    def _store(self, events: Pending) -> None:
        kind = events.operation & _KIND_MASK
        variable = events.operation >> KIND_BITS & _VARIABLE_MASK
        begin_ns = events.stamp - self.origin_ns
        columns = self._columns
        columns["begin_ns"].extend(begin_ns)
        columns["end_ns"].extend(np.where(kind >= FIRST_SPAN, OPEN, begin_ns))
        columns["thread"].extend(events.thread)
        columns["actor"].extend(events.actor)
        columns["kind"].extend(kind)
        columns["variable"].extend(variable)
        columns["place"].extend(events.thread if self.storage == "local" else events.operation >> CONTEXT_SHIFT)
        columns["reads_from"].extend(np.full(len(kind), NO_ROW))
        columns["line"].extend(events.line)
        columns["value"].extend(events.value)
        columns["flags"].extend(events.tag)

    def _note_tracks(self, start: int) -> None:
        kind = self.kind[start:]
        for i in (np.flatnonzero((kind >= Kind.THREAD_BEGIN) & (kind <= Kind.EXCEPTION)) + start).tolist():
            serial, time_ns = int(self.thread[i]), int(self.begin_ns[i])
            if self.kind[i] == Kind.THREAD_BEGIN:
                self._add_thread(serial, str(self.value_of(i)), time_ns)
            elif self.kind[i] == Kind.THREAD_END:
                self.threads[serial].end_ns = time_ns
                self._actor_end_ns.values[self.thread_actor(serial)] = time_ns
            else:
                value = self.value_of(i)
                assert isinstance(value, tuple)
                self.failures.append(Failure(i, *value))
                self.threads[serial].has_failed |= not value[3]

    def _resolve(self, start: int, reference: IntArray) -> None:
        kind = self.kind[start:]
        defines = np.flatnonzero(_DEFINES_ID[kind] & (reference != 0))
        self._define_ids(reference[defines], defines + start)
        late, self._unresolved = self._unresolved, []
        reads = np.flatnonzero((kind == Kind.READ) & (reference != 0))
        rows = np.concatenate([np.array([row for row, _ in late], np.int64), reads + start])
        wanted = np.concatenate([np.array([ref for _, ref in late], np.int64), reference[reads]])
        if not len(rows):
            return
        sources = self._find_rows(wanted)
        self.reads_from[rows] = sources
        unknown = np.flatnonzero(sources == UNKNOWN_ROW)
        self._unresolved = list(zip(rows[unknown].tolist(), wanted[unknown].tolist(), strict=True))
        known = sources >= 0
        reads, writes = rows[known], sources[known]
        is_later = self.begin_ns[writes] > self.begin_ns[reads]
        is_tie = self.begin_ns[writes] == self.begin_ns[reads]
        is_later |= is_tie & (self.thread[writes] > self.thread[reads])  # threads order events of equal stamps
        self.flags[reads[is_later]] |= FLAG_UNCERTAIN

    def _define_ids(self, ids: IntArray, rows: IntArray) -> None:
        for serial, index in _by_serial(ids):
            counts = ids[index] & _ID_MASK
            table = self._row_of[serial]
            table.resize(max(table.n, int(counts.max()) + 1), UNKNOWN_ROW)
            table.values[counts] = rows[index]

    def _find_rows(self, ids: IntArray) -> IntArray:
        found = np.full(len(ids), UNKNOWN_ROW, np.int64)
        for serial, index in _by_serial(ids):
            if serial < len(self._row_of):
                table = self._row_of[serial].values
                counts = ids[index] & _ID_MASK
                known = counts < len(table)
                found[index[known]] = table[counts[known]]
        return found

    def _close_spans(self, rows: Pending, ends: IntArray) -> None:
        begun = self._find_rows(rows.reference[ends])
        known = begun >= 0
        self.end_ns[begun[known]] = rows.stamp[ends[known]] - self.origin_ns

    def _reorder(self) -> None:
        order = np.lexsort((self.thread, self.begin_ns))
        new_row = np.empty(self.n, np.int64)
        new_row[order] = np.arange(self.n)
        for column in self._columns.values():
            column.values[:] = column.values[order]
        for table in (self._columns["reads_from"], *self._row_of):
            known = table.values >= 0
            table.values[known] = new_row[table.values[known]]
        self._unresolved = [(int(new_row[row]), ref) for row, ref in self._unresolved]
        self.failures = sorted(
            (Failure(int(new_row[f.row]), f.kind, f.summary, f.traceback, f.is_declared) for f in self.failures),
            key=lambda failure: failure.row,
        )
        self.generation += 1


def _by_serial(ids: IntArray) -> Iterable[tuple[int, IntArray]]:
    """Group ids by the serial of the thread that gave them out."""
    serials = ids >> SERIAL_SHIFT
    if not len(serials):
        return
    first = int(serials[0])
    if (serials == first).all():
        yield first, np.arange(len(ids))
        return
    order = np.argsort(serials, kind="stable")
    starts = np.flatnonzero(np.diff(serials[order], prepend=-1))
    for index in np.split(order, starts[1:]):
        yield int(serials[index[0]]), index
