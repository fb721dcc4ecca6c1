"""A trace as it is read: columns, threads and actors, and the values and names behind their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.record.kinds import Kind, Result
from simulator.trace.columns import Column, IntArray
from simulator.trace.crew import TraceCrew
from simulator.trace.schema import RESULT_MASK, RESULT_SHIFT
from simulator.trace.tracks import Actor, Failure, TaskTrack, ThreadInfo
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_NONE, TAG_OBJECT

_READ, _EXCEPTION = int(Kind.READ), int(Kind.EXCEPTION)  # looking up a member costs more than comparing
_ON_VARIABLES = frozenset(
    (*range(Kind.DELETE + 1), *map(int, (Kind.OPEN, Kind.CLOSE)), *range(Kind.SIGNAL, Kind.CHECK + 1), 17, 18)
)


class TraceView:
    """What can be asked of a trace.

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
    storages : sequence of str or None
        For each variable of a script ``shared``, ``local`` or ``context``.
    explained : list of int
        Rows of reads whose source has become known after it was not; grows, and begins anew with each generation.
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

    variables: Sequence[str]
    storage: str | None
    storages: Sequence[str] | None
    files: list[str]
    objects: list[Any]
    failures: list[Failure]
    generation: int
    explained: list[int]
    _columns: dict[str, Column]
    _crew: TraceCrew
    _last_ns: int

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

    def extend_to(self, time_ns: int) -> None:
        """Note that the run went on until then, though nothing more was recorded."""
        self._last_ns = max(self._last_ns, time_ns)

    @property
    def duration_ns(self) -> int:
        """Time of the last thing that is known to have happened."""
        return self._last_ns

    def value_of(self, row: int) -> object:
        """Return the value written, or for a read the value it got; None where there is none (see `has_value`)."""
        tag = self.flags[row] & TAG_MASK
        if self.kind[row] == _READ and tag == TAG_NONE:
            source = int(self.reads_from[row])
            return self.value_of(source) if source >= 0 else None
        if tag == TAG_INT:
            return int(self.value[row])
        return self.objects[self.value[row]] if tag == TAG_OBJECT else None

    def has_value(self, row: int) -> bool:
        """Return whether the event carries a value: not for a delete, nor for a read that found none."""
        has_own = bool(self.flags[row] & TAG_MASK != TAG_NONE)
        if self.kind[row] == _READ and not has_own:
            source = int(self.reads_from[row])
            return source >= 0 and self.has_value(source)
        return has_own

    def variable_name(self, row: int) -> str:
        """Return the name of the variable, lock or other object that the event is about; empty where it is none."""
        index = int(self.variable[row])
        return self.variables[index] if self.kind[row] in _ON_VARIABLES and index < len(self.variables) else ""

    def variable_or_none(self, rows: IntArray) -> IntArray:
        """Return the index of each row's variable, the number of variables where it has none, shape (k,)."""
        index: IntArray = np.minimum(self.variable[rows], len(self.variables)).astype(np.int64)
        return index

    def of_kind(self, kind: Kind) -> IntArray:
        """Return the rows of a kind that are about something that the program names, not about a thread itself."""
        found: IntArray = np.flatnonzero((self.kind == kind) & (self.variable < len(self.variables)))
        return found

    @property
    def is_of_script(self) -> bool:
        """Whether a script ran, whose variables have storages each of their own."""
        return self.storages is not None

    def storage_of(self, variable: int) -> str | None:
        """Return what a variable is made of: ``shared``, ``locked``, ``local``, ``context``, or None."""
        return self.storage if self.storages is None else self.storages[variable]

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
