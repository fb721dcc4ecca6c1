"""The trace of a run: append-only columns, one row an event, in the order of their stamps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simulator.record.kinds import FIRST_SPAN, KIND_BITS, LINE_BITS, PLACE_SHIFT, VARIABLE_BITS, Kind
from simulator.record.recorder import BEFORE_RUN, Batch
from simulator.trace.columns import IntArray, make_columns
from simulator.trace.crew import TraceCrew
from simulator.trace.fields import BundleFields, fields_of
from simulator.trace.pending import Pending
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW, RowTable
from simulator.trace.schema import COLUMNS, FLAG_UNCERTAIN, RESULT_MASK, RESULT_SHIFT
from simulator.trace.sites import SiteTable
from simulator.trace.stamp_order import StampOrder
from simulator.trace.tracks import OPEN, Failure
from simulator.trace.values import TAG_MASK, ValueTable
from simulator.trace.view import TraceView

__all__ = ["COLUMNS", "FLAG_UNCERTAIN", "RESULT_MASK", "RESULT_SHIFT", "Trace"]

LATE_ROWS = 50_000
"""Up to so many events late rows are taken in at once."""

_KIND_MASK = (1 << KIND_BITS) - 1
_VARIABLE_MASK = (1 << VARIABLE_BITS) - 1
_DEFINES_ID = np.zeros(32, bool)
_DEFINES_ID[[Kind.WRITE, Kind.DELETE, Kind.SIGNAL, Kind.CLEAR]] = True
_DEFINES_ID[FIRST_SPAN : Kind.END] = True
_REFERS = np.zeros(32, bool)
_REFERS[[Kind.READ, Kind.RECEIVE, Kind.CHECK, Kind.THREAD_BEGIN]] = True
_LINE_MASK = (1 << LINE_BITS) - 1


class Trace(TraceView):
    """What happened in one run; see `TraceView` for what can be asked of it.

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
    sites : SiteTable, optional
        What the rows of a script mean; its variables are then the trace's, and stamps tell what reads got.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(
        self,
        variables: Sequence[str],
        storage: str | None,
        origin_ns: int = 0,
        room: int = 0,
        filename: str = "",
        sites: SiteTable | None = None,
    ) -> None:
        self.variables: Sequence[str] = tuple(variables) if sites is None else sites.names
        self.storage = storage
        self._sites = sites
        self._bundles = BundleFields()
        self._order = StampOrder()
        self._late: list[Pending] = []
        self._late_spans: set[int] = set()
        self._n_ordered = 0
        self.storages: Sequence[str] | None = None if sites is None else sites.storages
        self.explained: list[int] = []
        self.origin_ns = origin_ns
        self.generation = 0
        self._columns = make_columns(COLUMNS, room)
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

    def is_same_value(self, rows: IntArray, others: IntArray) -> IntArray:
        """Tell which events carry the same value as others, shape (k,); an object is itself however it has changed."""
        value, flags = self.value, self.flags
        return self._values.is_same(value[rows], flags[rows] & TAG_MASK, value[others], flags[others] & TAG_MASK)

    def flag_uncertain(self, rows: IntArray) -> None:
        """Flag events whose order cannot be told, shape (k,)."""
        self.flags[rows] |= FLAG_UNCERTAIN

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
        fresh = [(serial, rows) for serial, rows in batches if rows]
        if fresh:
            self._pending.append(self._convert(fresh))
        if not self._pending or (until_ns is not None and until_ns <= self._settled_ns):
            return
        self._settled_ns = until_ns or 0
        ready = self._pending
        self._pending = []
        if until_ns is not None:
            parts = [part.until(until_ns) for part in ready]
            ready = [part for part, _ in parts if part is not None]
            self._pending = [part for _, part in parts if part is not None]
        if ready:
            rows = Pending.join(ready)
            self._take_in(rows if self._sites is None else self._without_late(rows))

    def finish(self) -> None:
        """Take in everything that waits; reads whose write never arrived are of an unknown write from now on."""
        self.append((), None)
        late, self._late = self._late, []
        if late:
            self._take_in(Pending.join(late))

    def _without_late(self, rows: Pending) -> Pending:
        """Put rows aside that belong before others that are here already: to take them in renumbers everything.

        A script sends what it did to an object when another thread comes to it. Such rows are taken in when the trace
        has doubled since the last time, so that renumbering costs no more than appending did.
        """
        is_late = rows.stamp - self.origin_ns < (self.begin_ns[-1] if self.n else 0)
        if self._late_spans:  # the end of a span is of no use before its begin
            is_late |= (rows.kind == Kind.END) & np.isin(rows.reference, list(self._late_spans))
        if is_late.any():
            late = rows.take(np.flatnonzero(is_late))
            self._late.append(late)
            self._late_spans.update(late.reference[(late.kind >= FIRST_SPAN) & (late.kind != Kind.END)].tolist())
            rows = rows.take(np.flatnonzero(~is_late))
        if self._late and (self.n < LATE_ROWS or self.n >= 2 * self._n_ordered):
            rows, self._late = Pending.join([*self._late, rows]), []
            self._late_spans.clear()
            self._n_ordered = self.n
        return rows

    def _take_in(self, rows: Pending) -> None:
        if len(rows):
            self._commit(rows.take(rows.order()))

    def _ensure_thread(self, serial: int) -> None:
        while len(self.threads) <= serial:
            self._crew.add_thread(len(self.threads))
            self._rows.add_thread()

    def _convert(self, batches: Sequence[Batch]) -> Pending:
        """Turn recorded rows into columns, all threads' at once: many threads send few rows each."""
        fields = fields_of(batches) if self._sites is None else self._bundles.fields_of(batches)
        serials = [serial for serial, _ in batches]
        what, where, reference, values = fields.what, fields.where, fields.reference, fields.value
        thread = np.repeat(np.array(serials, np.int64), fields.lengths)
        has_got = None
        if self._sites is None:
            kind, variable, line = what & _KIND_MASK, what >> KIND_BITS & _VARIABLE_MASK, where
            place = what >> PLACE_SHIFT
            if self.storage == "local":
                place = np.where(kind <= Kind.DELETE, thread, place)
        else:
            kind, variable, line = self._sites.translate(what, where)
            place = np.where(kind <= Kind.DELETE, where, 0)
            has_got = kind == Kind.READ
            for i in np.flatnonzero(has_got & (reference & 1 != 0)).tolist():
                has_got[i] = values[i] is not None  # it found nothing, and got a default
        value, tag = self._values.convert(values, kind, has_got)
        self._ensure_thread(max(serials))
        actor = self._crew.follow_all(serials, fields.lengths, kind, reference, fields.stamp - self.origin_ns, values)
        return Pending(fields.stamp, kind, variable, place, line, reference, value, tag, actor, thread)

    def _commit(self, rows: Pending) -> None:
        self._last_ns = max(self._last_ns, int(rows.stamp[-1]) - self.origin_ns)
        is_event = rows.kind != Kind.END
        events = rows if is_event.all() else rows.take(np.flatnonzero(is_event))
        start = self.n
        self._store(events)
        self._note_tracks(start)
        new_kind = self.kind[start:]
        defines = np.flatnonzero(_DEFINES_ID[new_kind] & (events.reference > 0))
        self._rows.define(events.reference[defines], defines + start)
        refers = np.flatnonzero(_REFERS[new_kind] & (events.reference > 0))
        waits, signals = self._close_spans(rows, np.flatnonzero(~is_event))
        self._resolve(np.concatenate([refers + start, waits]), np.concatenate([events.reference[refers], signals]))
        is_late = bool(start and len(events) and self.begin_ns[start] < self.begin_ns[start - 1])
        if self._sites is not None:
            self._order.extend(events.reference)
            is_late = is_late or self._order.is_refuted(self, start)
            if not is_late:
                self.explained += self._order.resolve(self, start).tolist()
        if is_late:
            self._reorder(np.flatnonzero(self.begin_ns[start:] < self.begin_ns[start - 1]) + start)

    def _store(self, events: Pending) -> None:
        kind = events.kind
        begin_ns = events.stamp - self.origin_ns
        columns = self._columns
        columns["begin_ns"].extend(begin_ns)
        columns["end_ns"].extend(np.where(kind >= FIRST_SPAN, OPEN, begin_ns))
        columns["thread"].extend(events.thread)
        columns["actor"].extend(events.actor)
        columns["kind"].extend(kind)
        columns["variable"].extend(events.variable)
        columns["place"].extend(events.place)
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
        result = rows.variable[ends]
        self.flags[begun] |= (result << RESULT_SHIFT).astype(np.uint8)
        met = np.where(self.kind[begun] == Kind.WAIT, rows.value[ends], 0)
        return begun[met != 0], met[met != 0]

    def _reorder(self, late: IntArray) -> None:
        order = np.lexsort((self.thread, self.begin_ns))
        new_row = np.empty(self.n, np.int64)
        new_row[order] = np.arange(self.n)
        for column in self._columns.values():
            column.reorder(order)
        known = self.reads_from >= 0
        self.reads_from[known] = new_row[self.reads_from[known]]
        self._rows.renumber(new_row)
        self._unresolved = [(int(new_row[row]), ref) for row, ref in self._unresolved]
        self.failures = sorted(
            (Failure(int(new_row[f.row]), f.kind, f.summary, f.traceback, f.is_declared) for f in self.failures),
            key=lambda failure: failure.row,
        )
        self.generation += 1
        self.explained = []
        if self._sites is not None:
            self._find_actors(np.sort(new_row[late]))
            self._order.reorder(order)
            self._order.resolve(self, 0)

    def _find_actors(self, late: IntArray) -> None:
        """Give late rows the actor of what their thread did just before; what it does now is no guide."""
        is_late = np.zeros(self.n, bool)
        is_late[late] = True
        by_thread = np.argsort(self.thread, kind="stable")
        known = np.maximum.accumulate(np.where(is_late[by_thread], 0, np.arange(self.n)))
        at = np.flatnonzero(is_late[by_thread])
        before = by_thread[known[at]]
        has_before = self.thread[before] == self.thread[by_thread[at]]
        self.actor[by_thread[at[has_before]]] = self.actor[before[has_before]]
