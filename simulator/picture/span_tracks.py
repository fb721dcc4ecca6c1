"""Spans of a run for drawing: which overlap a window, and how much of each pixel column they cover, however many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.picture.last_table import LastTable
from simulator.picture.sorted_search import SortedSearch
from simulator.picture.summed_table import columns_of
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

EMPTY, PARTLY, FULLY = range(3)
"""How much of a column is covered."""

_FOREVER = np.iinfo(np.int64).max
_LONG_AGO = np.iinfo(np.int64).min


class _Track:
    """Spans of one kind of which no two of one lane overlap, in the order of their begin."""

    def __init__(self, trace: Trace, room: int) -> None:
        self.trace = trace
        self.rows = Column("i8")
        self._ends = Column("i8")
        self._ends.append(_LONG_AGO)
        self._last = LastTable(room)
        self._open: IntArray = np.empty(0, np.int64)
        self._search = SortedSearch(self._last.block)

    def add(self, rows: IntArray) -> None:
        """Append spans by their rows, sorted."""
        fresh = np.arange(self.rows.n, self.rows.n + len(rows)) + 1
        self.rows.extend(rows)
        self._ends.extend(self.trace.end_ns[rows])
        self._last.extend(self.trace.tracks_of(rows))
        self._open = np.concatenate([self._open, fresh])
        self.note_ends()

    def note_ends(self) -> None:
        """Take in that spans may have ended. Cost: O(spans that were open)."""
        ends_ns = self.trace.end_ns[self.rows.values[self._open - 1]]
        self._ends.values[self._open] = np.where(ends_ns == OPEN, _FOREVER, ends_ns)
        self._open = self._open[ends_ns == OPEN]

    def _ends_ns(self, numbers: IntArray) -> IntArray:
        """Return when spans end, counted from 1: far in the future if they have not; long ago for `NONE`."""
        return self._ends.values.take(numbers)

    def last_ends_ns(self, tracks: IntArray) -> IntArray:
        """Return when the last span of each track ends; long ago if it has none."""
        return self._ends_ns(self._last.newest[tracks])

    def n_before(self, rows: IntArray, slack: IntArray | None = None) -> IntArray:
        """Return how many spans begin before each of some rows of the trace, or up to `slack` rows further."""
        return self._search.n_before(self.rows.values, rows, slack)

    def between(self, first_row: int, last_row: int, from_ns: int) -> IntArray:
        """Return the rows of spans among some rows of the trace, and of those before that last until a time."""
        first, last = self.n_before(np.array([first_row, last_row])).tolist()
        before = self._last.at(np.array([first]))[0]
        before = before[self._ends_ns(before) >= from_ns]
        return np.concatenate([self.rows.values[before - 1], self.rows.values[first:last]])

    def cover(self, rows: IntArray, edges_ns: IntArray, lanes: IntArray, slack: IntArray | None) -> IntArray:
        """Return how much of each column is covered: `EMPTY`, `PARTLY` or `FULLY`; uint8, shape (w, lanes)."""
        last = columns_of(self._last.at(self.n_before(rows, slack)), lanes)
        is_open = self._ends_ns(last) > edges_ns[:, np.newaxis]
        is_new = last[1:] != last[:-1]
        left, right = is_open[:-1], is_open[1:]
        cover: IntArray = (left | is_new).view(np.uint8) + (left & right & ~is_new)
        return cover


class SpanTracks:
    """All spans of a run; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Notes
    -----
    Thread: one at a time. Spans of one kind and lane that overlap, as those of two locks held at once do, stand on
    tracks of their own.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._begin_again()

    def _begin_again(self) -> None:
        self._room = max(16, len(self._trace.tracks) * 9 // 8)
        self._rows = Column("i8")
        self._tracks: dict[int, list[_Track]] = {}
        self._open: IntArray = np.empty(0, np.int64)

    def update(self, rows: IntArray) -> None:
        """Take in new spans, their rows sorted. Cost: O(new spans + open ones)."""
        self._rows.extend(rows)
        if len(self._trace.tracks) > self._room:
            rows = self._rows.values.copy()
            self._begin_again()
            self._rows.extend(rows)
        self._open = self.open_rows(rows)
        for track in self._all():
            track.note_ends()
        kinds = self._trace.kind[rows]
        for kind in np.flatnonzero(np.bincount(kinds)).tolist():
            self._place(kind, rows[kinds == kind])

    def has(self, *kinds: int) -> bool:
        """Return whether there is any span of one of these kinds."""
        return not self._tracks.keys().isdisjoint(kinds)

    def open_rows(self, more: IntArray | None = None) -> IntArray:
        """Return the rows of spans that have not ended, sorted."""
        rows = self._open if more is None else np.concatenate([self._open, more])
        still_open: IntArray = rows[self._trace.end_ns[rows] == OPEN]
        return still_open

    def _place(self, kind: int, rows: IntArray) -> None:
        """Put spans of a kind on the first track on which they overlap none of their lane."""
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
        """Return which spans begin after all earlier ones of their lane have ended."""
        trace = self._trace
        lane = trace.tracks_of(rows)
        order = np.argsort(lane, kind="stable")
        begins_ns, ends_ns = trace.begin_ns[rows[order]], trace.end_ns[rows[order]]
        ends_ns = np.where(ends_ns == OPEN, _FOREVER, ends_ns)
        starts = np.flatnonzero(np.diff(lane[order].astype(np.int64), prepend=-1))
        before_ns = np.concatenate([[0], ends_ns[:-1]])
        before_ns[starts] = track.last_ends_ns(lane[order[starts]])
        fits = np.empty(len(rows), bool)
        if (begins_ns >= before_ns).all():
            fits[:] = True
            return fits
        for group in np.split(np.arange(len(rows)), starts[1:]):
            fits[order[group]] = begins_ns[group] >= np.maximum.accumulate(before_ns[group])
        return fits

    def between(self, from_ns: int, to_ns: int) -> IntArray:
        """Return the rows of spans that overlap a window, in the order of their begin; open ones last until now."""
        first, last = self._rows_between(from_ns, to_ns)
        found = [track.between(first, last, from_ns) for track in self._all()]
        return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)

    def n_begun(self, from_ns: int, to_ns: int) -> int:
        """Return how many spans begin in a window."""
        first, last = self._rows.values.searchsorted(np.array(self._rows_between(from_ns, to_ns))).tolist()
        return int(last - first)

    def _rows_between(self, from_ns: int, to_ns: int) -> tuple[int, int]:
        first, last = self._trace.begin_ns.searchsorted(np.array([from_ns, to_ns + 1])).tolist()
        return first, last

    def _all(self) -> Iterator[_Track]:
        return (track for tracks in self._tracks.values() for track in tracks)

    def cover(
        self,
        kind: int,
        edges_ns: IntArray,
        lanes: IntArray,
        rows: IntArray | None = None,
        slack: IntArray | None = None,
    ) -> IntArray | None:
        """Return how much of each column spans of a kind cover, uint8, shape (lanes, w); None if there are none.

        Parameters
        ----------
        kind : int
            Kind of the spans.
        edges_ns : ndarray of int64, shape (w + 1,)
            Edges of the columns, sorted.
        lanes : ndarray of int, shape (lanes,)
            Tracks of the trace.
        rows : ndarray of int64, shape (w + 1,), optional
            For each edge the first row of the trace that is not before it, if that is known already.
        slack : ndarray, shape (w + 1,), optional
            Spans that begin up to so many rows later may be taken for begun; that is quicker.
        """
        tracks = self._tracks.get(kind)
        if not tracks:
            return None
        rows = self._trace.begin_ns.searchsorted(edges_ns) if rows is None else rows
        cover = tracks[0].cover(rows, edges_ns, lanes, slack)
        for track in tracks[1:]:
            np.maximum(cover, track.cover(rows, edges_ns, lanes, slack), out=cover)
        return np.ascontiguousarray(cover.T)
