"""Spans of a run for drawing: which overlap a window, and how much of each pixel column they cover, however many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.picture.row_lists import NO_ROW, RowLists
from simulator.picture.summed_table import SummedTable
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

EMPTY, PARTLY, FULLY = range(3)
"""How much of a column is covered."""

_FOREVER = np.iinfo(np.int64).max


class _Track:
    """Spans of one kind of which no two of one thread overlap, in the order of their begin."""

    def __init__(self, trace: Trace, room: int) -> None:
        self.trace = trace
        self.rows = Column("i8")
        self.table = SummedTable(room)
        self.lists = RowLists()
        self._ends: dict[int, Column] = {}

    def add(self, rows: IntArray) -> None:
        self.rows.extend(rows)
        self.table.append(self.trace.begin_ns[rows], self.trace.thread[rows])
        self.lists.extend(self.trace.thread[rows], rows)

    def _ends_of(self, thread: int) -> IntArray:
        """Return when the spans of a thread end, beside each other in memory; none but the last can be `OPEN`."""
        rows = self.lists.rows(thread)
        ends = self._ends.setdefault(thread, Column("i8", 0))
        known = max(ends.n - 1, 0)  # the last that was known may have ended since
        ends.resize(len(rows))
        ends.values[known:] = self.trace.end_ns[rows[known:]]
        return ends.values

    def ends_ns(self, rows: IntArray) -> IntArray:
        """Return when spans end: far in the future if they have not; long ago for `NO_ROW`."""
        ends_ns = self.trace.end_ns[rows]
        return np.where(rows == NO_ROW, np.int64(-1), np.where(ends_ns == OPEN, _FOREVER, ends_ns))

    def last_ends_ns(self, threads: IntArray) -> IntArray:
        """Return when the last span of each thread ends."""
        last = [rows[-1] if len(rows := self.lists.rows(thread)) else NO_ROW for thread in threads.tolist()]
        return self.ends_ns(np.array(last, np.int64))

    def between(self, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of spans that overlap a window."""
        first, last = self.table.rows_at(np.array([from_ns, to_ns + 1])).tolist()
        before = self.table.sums_at(np.array([first]))[0]
        threads = np.flatnonzero(before)
        rows = np.array([self.lists.rows(thread)[before[thread] - 1] for thread in threads.tolist()], np.int64)
        return np.concatenate([rows[self.ends_ns(rows) >= from_ns], self.rows.values[first:last]])

    def cover(self, edges_ns: IntArray, threads: IntArray) -> IntArray:
        """Return how much of each column is covered: `EMPTY`, `PARTLY` or `FULLY`; uint8, shape (threads, w)."""
        at = self.table.rows_at(edges_ns)
        counts = np.ascontiguousarray(self.table.sums_at(at).take(threads, axis=1).T)
        is_open = np.zeros(counts.shape, bool)
        for lane in np.flatnonzero(counts[:, -1]).tolist():
            self._note_open(counts[lane], int(threads[lane]), edges_ns, is_open[lane])
        is_new = counts[:, 1:] > counts[:, :-1]
        left, right = is_open[:, :-1], is_open[:, 1:]
        cover: IntArray = (left | is_new).view(np.uint8) + (left & right & ~is_new)
        return cover

    def _note_open(self, n_begun: IntArray, thread: int, edges_ns: IntArray, is_open: IntArray) -> None:
        """Note at which edges the last of a thread's spans that have begun has not ended."""
        ends_ns = self._ends_of(thread)
        np.greater(ends_ns.take(n_begun - 1, mode="clip"), edges_ns, out=is_open)
        is_open[: int(n_begun.searchsorted(1))] = False
        if ends_ns[-1] == OPEN:
            is_open[n_begun == len(ends_ns)] = True


class SpanTracks:
    """All spans of a run; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Notes
    -----
    Thread: one at a time. Spans of one kind and thread that overlap, as those of two locks held at once do, stand on
    tracks of their own.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._begin_again()

    def _begin_again(self) -> None:
        self._room = max(16, len(self._trace.threads) * 9 // 8)
        self._rows = Column("i8")
        self._tracks: dict[int, list[_Track]] = {}
        self._open: IntArray = np.empty(0, np.int64)

    def update(self, rows: IntArray) -> None:
        """Take in new spans, their rows sorted. Cost: O(new spans + open ones)."""
        self._rows.extend(rows)
        if len(self._trace.threads) > self._room:
            rows = self._rows.values.copy()
            self._begin_again()
            self._rows.extend(rows)
        self._open = self.open_rows(rows)
        kinds = self._trace.kind[rows]
        for kind in np.flatnonzero(np.bincount(kinds)).tolist():
            self._place(kind, rows[kinds == kind])

    def open_rows(self, more: IntArray | None = None) -> IntArray:
        """Return the rows of spans that have not ended, sorted."""
        rows = self._open if more is None else np.concatenate([self._open, more])
        still_open: IntArray = rows[self._trace.end_ns[rows] == OPEN]
        return still_open

    def _place(self, kind: int, rows: IntArray) -> None:
        """Put spans of a kind on the first track on which they overlap none of their thread."""
        tracks = self._tracks.setdefault(kind, [])
        depth = 0
        while len(rows):
            if depth == len(tracks):
                tracks.append(_Track(self._trace, self._room))
            is_free = self._fits(tracks[depth], rows)
            tracks[depth].add(rows[is_free])
            rows = rows[~is_free]
            depth += 1

    def _fits(self, track: _Track, rows: IntArray) -> IntArray:
        """Return which spans begin after all earlier ones of their thread have ended."""
        trace = self._trace
        thread = trace.thread[rows]
        order = np.argsort(thread, kind="stable")
        begins_ns, ends_ns = trace.begin_ns[rows[order]], track.ends_ns(rows[order])
        starts = np.flatnonzero(np.diff(thread[order].astype(np.int64), prepend=-1))
        before_ns = np.concatenate([[0], ends_ns[:-1]])
        before_ns[starts] = track.last_ends_ns(thread[order[starts]])
        fits = np.empty(len(rows), bool)
        if (begins_ns >= before_ns).all():
            fits[:] = True
            return fits
        for group in np.split(np.arange(len(rows)), starts[1:]):
            fits[order[group]] = begins_ns[group] >= np.maximum.accumulate(before_ns[group])
        return fits

    def between(self, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of spans that overlap a window, in the order of their begin; open ones last until now."""
        found = [track.between(from_ns, to_ns) for track in self._all()]
        return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)

    def n_begun(self, from_ns: int, to_ns: int) -> int:
        """Return how many spans begin in a window."""
        found = 0
        for track in self._all():
            low, high = track.table.rows_at(np.array([from_ns, to_ns + 1])).tolist()
            found += high - low
        return found

    def _all(self) -> Iterator[_Track]:
        return (track for tracks in self._tracks.values() for track in tracks)

    def cover(self, kind: int, edges_ns: IntArray, threads: IntArray) -> IntArray | None:
        """Return how much of each column spans of a kind cover, uint8, shape (threads, w); None if there are none."""
        tracks = self._tracks.get(kind)
        if not tracks:
            return None
        cover = tracks[0].cover(edges_ns, threads)
        for track in tracks[1:]:
            np.maximum(cover, track.cover(edges_ns, threads), out=cover)
        return cover
