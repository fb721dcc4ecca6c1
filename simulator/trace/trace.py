"""The trace of a run: append-only columns, one row an event, in the order of their stamps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simulator.record.kinds import FIRST_SPAN, KIND_BITS, LINE_BITS, PLACE_SHIFT, VARIABLE_BITS, Kind, Result
from simulator.record.recorder import BEFORE_RUN, Batch
from simulator.trace.columns import Column, IntArray
from simulator.trace.crew import TraceCrew
from simulator.trace.pending import Pending
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW, RowTable
from simulator.trace.tracks import OPEN, Actor, Failure, TaskTrack, ThreadInfo
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_NONE, TAG_OBJECT, ValueTable

FLAG_UNCERTAIN = 4
"""Flag: the order of this event and the one it depends on cannot be told."""
RESULT_SHIFT = 3
RESULT_MASK = 7 << RESULT_SHIFT
"""Where in the flags a span's `simulator.record.kinds.Result` stands."""

COLUMNS: dict[str, str] = {
    "begin_ns": "i8",
    "end_ns": "i8",
    "value": "i8",
    "actor": "u4",
    "place": "u4",
    "reads_from": "i4",
    "line": "i4",
    "variable": "u4",
    "thread": "u2",
    "file": "u2",
    "kind": "u1",
    "flags": "u1",
}
"""Name and type of each column, 50 bytes an event in all; units and meaning in `Trace`."""

_READ, _EXCEPTION = int(Kind.READ), int(Kind.EXCEPTION)  # looking up a member costs more than comparing
_KIND_MASK = (1 << KIND_BITS) - 1
_VARIABLE_MASK = (1 << VARIABLE_BITS) - 1
_DEFINES_ID = np.zeros(32, bool)
_DEFINES_ID[[Kind.WRITE, Kind.DELETE, Kind.SIGNAL, Kind.CLEAR]] = True
_DEFINES_ID[FIRST_SPAN : Kind.END] = True
_ON_VARIABLES = frozenset(
    (*range(Kind.DELETE + 1), *map(int, (Kind.OPEN, Kind.CLOSE)), *range(Kind.SIGNAL, Kind.CHECK + 1), 17, 18)
)
_REFERS = np.zeros(32, bool)
_REFERS[[Kind.READ, Kind.RECEIVE, Kind.CHECK, Kind.THREAD_BEGIN]] = True
_LINE_MASK = (1 << LINE_BITS) - 1


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
    filename : str
        Name of the program's first file.

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
        For a read the row of the write or delete whose value it got, `NO_ROW` or `UNKNOWN_ROW`. For a wait, receive,
        check or begin of a thread the row of the signal or clear that it met. `NO_ROW` for others.
    file : ndarray of uint16
        Which file `line` is of: index into `files`.
    line : ndarray of int32
        Line of the program's code, 0 where there is none.
    value : ndarray of int64
        The value itself or an index into `objects`, as the lower two bits of `flags` say.
    flags : ndarray of uint8
        Bits 0-1: `TAG_NONE`, `TAG_INT`, `TAG_OBJECT`; bit 2: `FLAG_UNCERTAIN`; bits 3-5: a span's `Result`.
    files : list of str
        Names of the program's files by index.
    threads : list of ThreadInfo
        By serial; the first is "before the run".
    tracks : list of ThreadInfo
        Threads and tasks of event loops, in the order in which they appeared.
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

    def __init__(
        self, variables: Sequence[str], storage: str | None, origin_ns: int = 0, room: int = 0, filename: str = ""
    ) -> None:
        self.variables = tuple(variables)
        self.storage = storage
        self.origin_ns = origin_ns
        self.generation = 0
        self._columns = {name: Column(kind, room) for name, kind in COLUMNS.items()}
        self.files = [filename]
        self._crew = TraceCrew()
        self.objects: list[Any] = []
        self._values = ValueTable(self.objects)
        self.failures: list[Failure] = []
        self._pending: list[Pending] = []
        self._rows = RowTable()
        self._unresolved: list[tuple[int, int]] = []
        self._last_ns = 0
        self._settled_ns = 0
        self._ensure_thread(BEFORE_RUN)
        self._crew.begin_thread(BEFORE_RUN, "before the run", 0)

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
    def file(self) -> IntArray:
        """File of each event's line."""
        return self._columns["file"].values

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
    def threads(self) -> list[ThreadInfo]:
        """Threads by serial."""
        return self._crew.threads

    @property
    def actors(self) -> list[Actor]:
        """Actors by index."""
        return self._crew.actors

    @property
    def tracks(self) -> list[ThreadInfo]:
        """Threads, and tasks of event loops, which have tracks of their own."""
        return self._crew.tracks

    def thread_track(self, serial: int) -> int:
        """Return the index of the track that is the thread itself."""
        return self._crew.thread_track(serial)

    def tracks_of(self, rows: IntArray | slice) -> IntArray:
        """Return the track of some events, an index into `tracks` each, shape (k,)."""
        if not self._crew.has_loop_tasks:
            return self.thread[rows]
        return self._crew.actor_track[self.actor[rows]]

    def track_of(self, row: int) -> int:
        """Return the track of an event."""
        return int(self._crew.actor_track[self.actor[row]])

    @property
    def has_loop_tasks(self) -> bool:
        """Whether any task of an event loop has a track of its own."""
        return self._crew.has_loop_tasks

    def track_actor(self, track: int) -> int:
        """Return the actor whose events make up a track, tasks of a pool aside."""
        info = self.tracks[track]
        return info.actor if isinstance(info, TaskTrack) else self.thread_actor(info.serial)

    def thread_actor(self, serial: int) -> int:
        """Return the index of the actor that is the thread itself."""
        return self._crew.thread_actor(serial)

    @property
    def actor_thread(self) -> IntArray:
        """Serial of each actor's thread, shape (number of actors,)."""
        return self._crew.actor_thread

    @property
    def actor_end_ns(self) -> IntArray:
        """When each actor ended, `OPEN` for those that have not, shape (number of actors,)."""
        return self._crew.actor_end_ns

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

    def variable_name(self, row: int) -> str:
        """Return the name of the variable, lock or other object that the event is about; empty where it is none."""
        index = int(self.variable[row])
        return self.variables[index] if self.kind[row] in _ON_VARIABLES and index < len(self.variables) else ""

    def variable_or_none(self, rows: IntArray) -> IntArray:
        """Return the index of each row's variable, the number of variables where it has none, shape (k,)."""
        index: IntArray = np.minimum(self.variable[rows], len(self.variables)).astype(np.int64)
        return index

    def result_of(self, row: int) -> Result:
        """Return how a span ended."""
        return Result((int(self.flags[row]) & RESULT_MASK) >> RESULT_SHIFT)

    def results_of(self, rows: IntArray) -> IntArray:
        """Return how spans ended, a `Result` each, shape of `rows`."""
        results: IntArray = (self.flags[rows] & RESULT_MASK) >> RESULT_SHIFT
        return results

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

    def _ensure_thread(self, serial: int) -> None:
        while len(self.threads) <= serial:
            self._crew.add_thread(len(self.threads))
            self._rows.add_thread()

    def _convert(self, serial: int, rows: Sequence[tuple[int, int, int, int, Any]]) -> Pending:
        n = len(rows)
        stamps, operations, lines, references, values = zip(*rows, strict=True)
        operation = np.fromiter(operations, np.int64, n)
        kind = operation & _KIND_MASK
        value, tag = self._values.convert(values, kind)
        reference = np.fromiter(references, np.int64, n)
        self._ensure_thread(serial)
        actor = self._crew.follow(serial, kind, reference, rows, self.origin_ns)
        stamp = np.fromiter(stamps, np.int64, n)
        line = np.fromiter(lines, np.int64, n)
        return Pending(stamp, operation, line, reference, value, tag, actor, np.full(n, serial, np.int64))

    def _commit(self, rows: Pending) -> None:
        self._last_ns = max(self._last_ns, int(rows.stamp[-1]) - self.origin_ns)
        kind = rows.operation & _KIND_MASK
        is_event = kind != Kind.END
        events = rows if is_event.all() else rows.take(np.flatnonzero(is_event))
        start = self.n
        self._store(events)
        self._note_tracks(start)
        new_kind = self.kind[start:]
        defines = np.flatnonzero(_DEFINES_ID[new_kind] & (events.reference != 0))
        self._rows.define(events.reference[defines], defines + start)
        refers = np.flatnonzero(_REFERS[new_kind] & (events.reference != 0))
        waits, signals = self._close_spans(rows, np.flatnonzero(~is_event))
        self._resolve(
            np.concatenate([refers + start, waits]), np.concatenate([events.reference[refers], signals])
        )
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
        place = events.operation >> PLACE_SHIFT
        is_local = (kind <= Kind.DELETE) & (self.storage == "local")
        columns["place"].extend(np.where(is_local, events.thread, place))
        columns["reads_from"].extend(np.full(len(kind), NO_ROW))
        columns["file"].extend(events.line >> LINE_BITS)
        columns["line"].extend(events.line & _LINE_MASK)
        columns["value"].extend(events.value)
        columns["flags"].extend(events.tag)

    def _note_tracks(self, start: int) -> None:
        kind = self.kind[start:]
        for i in (np.flatnonzero((kind >= Kind.THREAD_BEGIN) & (kind <= Kind.EXCEPTION)) + start).tolist():
            serial, time_ns = int(self.thread[i]), int(self.begin_ns[i])
            if self.kind[i] == Kind.THREAD_BEGIN:
                self._crew.begin_thread(serial, str(self.value_of(i)), time_ns)
            elif self.kind[i] == Kind.THREAD_END:
                self._crew.end_thread(serial, time_ns)
            else:
                value = self.value_of(i)
                assert isinstance(value, tuple)
                self.failures.append(Failure(i, *value))
                self.threads[serial].has_failed |= not value[3]
                self.tracks[self.track_of(i)].has_failed |= not value[3]

    def _resolve(self, rows: IntArray, wanted: IntArray) -> None:
        """Find what rows refer to; what is not there yet waits for the next call."""
        late, self._unresolved = self._unresolved, []
        rows = np.concatenate([np.array([row for row, _ in late], np.int64), rows])
        wanted = np.concatenate([np.array([ref for _, ref in late], np.int64), wanted])
        if not len(rows):
            return
        sources = self._rows.find(wanted)
        self.reads_from[rows] = sources
        unknown = np.flatnonzero(sources == UNKNOWN_ROW)
        self._unresolved = list(zip(rows[unknown].tolist(), wanted[unknown].tolist(), strict=True))
        known = np.flatnonzero((sources >= 0) & (self.kind[rows] < FIRST_SPAN))
        met, sources = rows[known], sources[known]
        is_later = self.begin_ns[sources] > self.begin_ns[met]
        is_tie = self.begin_ns[sources] == self.begin_ns[met]
        is_later |= is_tie & (self.thread[sources] > self.thread[met])  # threads order events of equal stamps
        self.flags[met[is_later]] |= FLAG_UNCERTAIN

    def _close_spans(self, rows: Pending, ends: IntArray) -> tuple[IntArray, IntArray]:
        """Close the spans that end in these rows; return the waits that a signal ended, and the signals' ids."""
        begun = self._rows.find(rows.reference[ends])
        ends, begun = ends[begun >= 0], begun[begun >= 0]
        self.end_ns[begun] = rows.stamp[ends] - self.origin_ns
        result = rows.operation[ends] >> KIND_BITS & _VARIABLE_MASK
        self.flags[begun] |= (result << RESULT_SHIFT).astype(np.uint8)
        met = np.where(self.kind[begun] == Kind.WAIT, rows.value[ends], 0)
        return begun[met != 0], met[met != 0]

    def _reorder(self) -> None:
        order = np.lexsort((self.thread, self.begin_ns))
        new_row = np.empty(self.n, np.int64)
        new_row[order] = np.arange(self.n)
        for column in self._columns.values():
            column.values[:] = column.values[order]
        known = self.reads_from >= 0
        self.reads_from[known] = new_row[self.reads_from[known]]
        self._rows.renumber(new_row)
        self._unresolved = [(int(new_row[row]), ref) for row, ref in self._unresolved]
        self.failures = sorted(
            (Failure(int(new_row[f.row]), f.kind, f.summary, f.traceback, f.is_declared) for f in self.failures),
            key=lambda failure: failure.row,
        )
        self.generation += 1
