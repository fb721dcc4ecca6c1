"""Synchronises-with: which point of one thread came before which point of another, and through what.

Known edges are those that the recorder saw (a wait, receive, check or begin of a thread that met a signal), those from
one holder of a lock to the next, and those of a barrier, where every arrival of a round comes before every departure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.analysis.orders.barriers import BarrierFinder
from simulator.analysis.orders.predicates import LookFinder, Looks, ReturnFinder, object_key
from simulator.analysis.orders.words import CONDITION, RELEASE, Words
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

_INSTANTS = np.zeros(32, bool)
_INSTANTS[[Kind.RECEIVE, Kind.CHECK, Kind.THREAD_BEGIN]] = True
_SPANS = np.zeros(32, bool)
_SPANS[[Kind.WAIT, Kind.HOLD]] = True
_NO_ROWS = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges of synchronises-with, all arrays of shape (k,).

    Attributes
    ----------
    source : ndarray of int64
        The last row of the releasing thread that the edge covers.
    target : ndarray of int64
        From this row on the acquiring thread comes after `source`; the row itself may be another thread's.
    released : ndarray of int64
        From this row on the releasing thread has released; not before `source`, but perhaps long after it.
    giver, taker : ndarray of int64
        Serials of the releasing and the acquiring thread; never the same.
    given_ns, taken_ns : ndarray of int64
        When the giver released, and when the taker went on.
    is_by_lock : ndarray of bool
        Whether only the handing on of a lock makes the edge, which another schedule need not keep.
    """

    source: IntArray
    target: IntArray
    released: IntArray
    giver: IntArray
    taker: IntArray
    given_ns: IntArray
    taken_ns: IntArray
    is_by_lock: IntArray

    def __len__(self) -> int:
        return len(self.source)

    def without_locks(self) -> Edges:
        """Return only the order that another schedule would keep."""
        kept = ~self.is_by_lock
        return Edges(*(getattr(self, name)[kept] for name in self.__slots__))


def find_edges(trace: Trace) -> Edges:
    """Find all edges between the threads of a run; see `EdgeFinder.find`."""
    finder = EdgeFinder()
    finder.scout(trace)
    return finder.find(trace, trace.n, is_over=True)


_Part = tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]
"""Source, target, taker, times of release and of acquisition, whether only by a lock."""


class EdgeFinder:
    """Finds the edges of a trace piece by piece; pieces of any size give the same edges.

    Attributes
    ----------
    n : int
        Rows that have been looked at.
    open_spans : ndarray of int64
        Those of them that are waits and holdings of locks and had not ended by then.
    is_contradicted : bool
        Whether something that came later shows that an edge found before is none; one has to start again then.

    Notes
    -----
    Thread: one at a time. Cost: O(n), and O(k log k) in the synchronisation events, over all pieces.
    """

    def __init__(self) -> None:
        self.n = 0
        self.open_spans = _NO_ROWS
        self.words = Words()
        self.is_contradicted = False
        self._n_scouted = 0
        self._signalled: set[int] = set()  # objects whose releases are signals
        self._handed: set[int] = set()  # locks that were taken to be none of these
        self._last_signal: dict[int, int] = {}
        self._last_end: dict[int, tuple[int, int]] = {}
        self._barriers = BarrierFinder(self.words)
        self._looks = LookFinder(self.words)
        self._returns = ReturnFinder()

    @property
    def looks(self) -> Looks:
        """What conditions have looked at while they waited."""
        return self._looks.found

    def scout(self, trace: Trace) -> None:
        """Note what the whole trace, as far as it is there, says about its objects; call it before `find`."""
        self.words.look(trace.objects)
        signals = np.flatnonzero(trace.kind[self._n_scouted :] == Kind.SIGNAL) + self._n_scouted
        self._n_scouted = trace.n
        keys = set(np.unique(object_key(trace, signals)).tolist())
        self._signalled |= keys
        self._barriers.scout(trace, self.n, signals, self.open_spans)
        self.is_contradicted |= bool(keys & self._handed) or self._barriers.is_contradicted

    def find(self, trace: Trace, stop: int, is_over: bool = False) -> Edges:
        """Find the edges whose acquisitions are among the rows up to `stop` or end before the last of these.

        Parameters
        ----------
        trace : Trace
            The run.
        stop : int
            What comes before this row is settled; nothing in it may have met a signal from this row on.
        is_over : bool
            Whether the run has ended with it: then waits that ended later count, too.

        Returns
        -------
        Edges
            In no particular order.
        """
        start, self.n = self.n, stop
        kind = trace.kind[start:stop]
        last_ns = None if is_over else int(trace.begin_ns[stop - 1])
        waits, holds = self._take_ended(trace, np.flatnonzero(_SPANS[kind]) + start, last_ns)
        instants = np.flatnonzero(_INSTANTS[kind]) + start
        signals = np.flatnonzero(kind == Kind.SIGNAL) + start
        begun = np.flatnonzero(kind == Kind.HOLD) + start
        parts = [
            self._seen(trace, np.concatenate([instants, waits]), stop),
            self._checked(trace, instants[trace.kind[instants] == Kind.CHECK], signals),
            self._at_barriers(trace, start, stop, signals, _passed(trace, instants, waits)),
            self._hand_overs(trace, begun, holds),
            self._looked(trace, start, stop, signals, begun),
            self._taken_again(trace, signals, waits, begun),
        ]
        source, target, taker, given_ns, taken_ns, by_lock = (np.concatenate(part) for part in zip(*parts, strict=True))
        giver = trace.thread[source].astype(np.int64)
        released = np.maximum(source + 1, trace.begin_ns.searchsorted(given_ns))
        columns = (source, target, released, giver, taker, given_ns, taken_ns, by_lock)
        return Edges(*(column[giver != taker] for column in columns))

    def _take_ended(self, trace: Trace, spans: IntArray, last_ns: int | None) -> tuple[IntArray, IntArray]:
        """Return the waits and the holdings that have ended by then."""
        spans = np.concatenate([self.open_spans, spans])
        end_ns = trace.end_ns[spans]
        has_ended = end_ns != OPEN
        if last_ns is not None:
            has_ended &= end_ns <= last_ns
        self.open_spans, spans = spans[~has_ended], spans[has_ended]
        is_wait = trace.kind[spans] == Kind.WAIT
        return spans[is_wait], spans[~is_wait]

    def _seen(self, trace: Trace, rows: IntArray, stop: int) -> _Part:
        """Return the edges that the recorder saw."""
        source = trace.reads_from[rows].astype(np.int64)
        is_known = (source >= 0) & (source < stop)
        rows, source = rows[is_known], source[is_known]
        is_release = trace.kind[source] == Kind.SIGNAL
        rows, source = rows[is_release], source[is_release]
        is_wait = trace.kind[rows] == Kind.WAIT
        target = np.where(is_wait, np.maximum(rows + 1, trace.begin_ns.searchsorted(trace.end_ns[rows])), rows)
        by_lock = self.words.are(trace, source, RELEASE)
        return source, target, _thread(trace, rows), trace.begin_ns[source], trace.end_ns[rows], by_lock

    def _checked(self, trace: Trace, checks: IntArray, signals: IntArray) -> _Part:
        """Return edges to checks that found a flag set, from the last signal that set it, where the recorder is silent.

        An Event that is set was set by some signal before; the last one is met for certain if nobody cleared it since.
        """
        checks = checks[trace.reads_from[checks] < 0]
        checks = checks[self.words.are(trace, checks, True)]
        sources = np.array(self._last_before(trace, checks, signals), np.int64)
        checks, sources = checks[sources >= 0], sources[sources >= 0]
        by_lock = np.zeros(len(checks), bool)
        return sources, checks, _thread(trace, checks), trace.begin_ns[sources], trace.begin_ns[checks], by_lock

    def _last_before(self, trace: Trace, checks: IntArray, signals: IntArray) -> list[int]:
        """Return for each check the last signal on its object before it, -1 if there is none."""
        keys = object_key(trace, signals)
        found = []
        if len(checks):
            order = np.lexsort((signals, keys))
            rows, sorted_keys = signals[order], keys[order]
            for key, row in zip(object_key(trace, checks).tolist(), checks.tolist(), strict=True):
                low, high = int(sorted_keys.searchsorted(key)), int(sorted_keys.searchsorted(key, "right"))
                at = low + int(rows[low:high].searchsorted(row)) - 1
                found.append(int(rows[at]) if at >= low else self._last_signal.get(key, -1))
        self._last_signal.update(zip(keys.tolist(), signals.tolist(), strict=True))
        return found

    def _at_barriers(self, trace: Trace, start: int, stop: int, signals: IntArray, passed: IntArray) -> _Part:
        """Return the edges that barriers make."""
        steps = np.array(self._barriers.find(trace, start, stop, signals, passed), np.int64).reshape(-1, 3)
        source, target, row = steps.T
        taken_ns = np.where(trace.kind[row] == Kind.WAIT, trace.end_ns[row], trace.begin_ns[row])
        return source, target, _thread(trace, row), trace.begin_ns[source], taken_ns, np.zeros(len(source), bool)

    def _hand_overs(self, trace: Trace, begun: IntArray, ended: IntArray) -> _Part:
        """Return edges from the end of each lock's holding to the next, for locks whose releases are no signals."""
        begun, ended = self._unsignalled(trace, begun), self._unsignalled(trace, ended)
        takers: list[int] = []
        givers: list[int] = []
        rows = np.concatenate([ended, begun])
        is_begin = np.arange(len(rows)) >= len(ended)
        time_ns = np.concatenate([trace.end_ns[ended], trace.begin_ns[begun]])
        keys = object_key(trace, rows)
        last = self._last_end
        for i in np.lexsort((rows, is_begin, time_ns)).tolist():
            key, row = int(keys[i]), int(rows[i])
            if not is_begin[i]:
                last[key] = int(time_ns[i]), row
            elif key in last:
                takers.append(row)
                givers.append(last[key][1])
        return self._handed_on(trace, np.array(takers, np.int64), np.array(givers, np.int64))

    def _unsignalled(self, trace: Trace, holds: IntArray) -> IntArray:
        if not len(holds):
            return holds
        keys = object_key(trace, holds)
        is_silent = ~np.isin(keys, list(self._signalled))
        self._handed |= set(keys[is_silent].tolist())
        return holds[is_silent]

    @staticmethod
    def _handed_on(trace: Trace, takers: IntArray, givers: IntArray) -> _Part:
        foreign = trace.thread[takers] != trace.thread[givers]
        takers, givers = takers[foreign], givers[foreign]
        source = _last_rows_before(trace, givers)
        by_lock = np.ones(len(takers), bool)
        return source, takers, _thread(trace, takers), trace.end_ns[givers], trace.begin_ns[takers], by_lock

    def _looked(self, trace: Trace, start: int, stop: int, signals: IntArray, holds: IntArray) -> _Part:
        """Return the edges to and from what a condition's ``wait_for`` looks at."""
        releases = signals[self.words.are(trace, signals, RELEASE)]
        pairs = self._looks.find(trace, start, stop, releases, holds)
        source, target = np.array(pairs, np.int64).reshape(-1, 2).T
        by_lock = np.ones(len(source), bool)
        return source, target, _thread(trace, target), trace.begin_ns[source], trace.begin_ns[target], by_lock

    def _taken_again(self, trace: Trace, signals: IntArray, waits: IntArray, holds: IntArray) -> _Part:
        """Return the edges to where a condition's lock was taken again after a wait."""
        releases = signals[self.words.are(trace, signals, RELEASE)]
        pairs = self._returns.find(trace, releases, waits[self.words.are(trace, waits, CONDITION)], holds)
        source, target = np.array(pairs, np.int64).reshape(-1, 2).T
        by_lock = np.ones(len(source), bool)
        return source, target, _thread(trace, target), trace.begin_ns[source], trace.begin_ns[target], by_lock


def _passed(trace: Trace, instants: IntArray, waits: IntArray) -> IntArray:
    """Return the waits, and what was received without waiting."""
    return np.concatenate([waits, instants[trace.kind[instants] == Kind.RECEIVE]])


def _last_rows_before(trace: Trace, spans: IntArray) -> IntArray:
    """Return the last row of each span's thread that lies before the span's end."""
    last = np.empty(len(spans), np.int64)
    thread, end_ns = trace.thread[spans], trace.end_ns[spans]
    for serial in np.unique(thread).tolist():
        chosen = np.flatnonzero(thread == serial)
        first, until = int(spans[chosen].min()), int(trace.begin_ns.searchsorted(end_ns[chosen].max(), "right"))
        rows = np.flatnonzero(trace.thread[first:until] == serial) + first
        last[chosen] = rows[trace.begin_ns[rows].searchsorted(end_ns[chosen], "right") - 1]
    return last


def _thread(trace: Trace, rows: IntArray) -> IntArray:
    return trace.thread[rows].astype(np.int64)
