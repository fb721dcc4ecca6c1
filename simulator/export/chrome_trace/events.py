"""The events of a Chrome trace as lines of JSON, some thousands of the run's events at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.analysis.recording import Recording
from simulator.analysis.updates import find_pairs
from simulator.export.chrome_trace.flows import find_flows
from simulator.export.chrome_trace.labels import Labels, window_name
from simulator.export.chrome_trace.lanes import Lanes, Slices
from simulator.record.kinds import FIRST_SPAN, Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.columns import IntArray
from simulator.trace.tracks import OPEN
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_NONE

PID = 1
FIRST_TID = 2
"""Number of the first track: 0 is an operating system's idle task, and 1, the process's own, its main thread."""
SLICE_ROWS = 20_000

_INSTANT = '{"ph":"i","s":"t","pid":1,"tid":%d,"ts":%d.%03d,%s%s%s}}'
_SLICE = '{"ph":"X","pid":1,"tid":%d,"ts":%d.%03d,"dur":%d.%03d,%s%s%s}}'
_RELEASE = (
    '{"ph":"i","s":"t","pid":1,"tid":%d,"ts":%d.%03d,"cat":"release","name":"goes on",'
    '"args":{"kind":"release","by":%s,"signal_id":%d}},\n'
)
"""The end of a wait that a signal ended: an arrow can only lead to an event of its own."""
_BEGIN = '{"ph":"s","pid":1,"tid":%d,"ts":%d.%03d,"id":%d,%s}'
_END = '{"ph":"f","bp":"e","pid":1,"tid":%d,"ts":%d.%03d,"id":%d,%s}'
_PROBLEMS = '{"ph":"C","pid":1,"ts":%d.%03d,"name":"problems","args":{"so far":%d}}'
_READS_FROM = '"cat":"flow","name":"reads-from"'
_SYNCHRONISES = '"cat":"flow","name":"synchronises-with"'


class Events:
    """Turns the events of a run into lines.

    Parameters
    ----------
    recording : Recording
        A finished run.
    which_flows : str
        ``problems`` or ``all``; see `simulator.export.chrome_trace.flows`.

    Attributes
    ----------
    lanes : Lanes
        The tracks.
    """

    def __init__(self, recording: Recording, which_flows: str) -> None:
        self._recording = recording
        self._trace = trace = recording.trace
        self._labels = Labels(recording)
        self._windows = [window_name(name) for name in trace.variables]
        self.lanes = Lanes(trace)
        self._slices = self._place_slices()
        self._flows = find_flows(recording, which_flows)
        self._arrivals = np.argsort(self._flows.shown_at, kind="stable")

    def _place_slices(self) -> Slices:
        """Place spans and the windows of read-modify-writes, each of which begins with another event."""
        trace = self._trace
        spans = np.flatnonzero(trace.kind >= FIRST_SPAN)
        end_ns = np.where(trace.end_ns[spans] == OPEN, trace.duration_ns, trace.end_ns[spans])
        reads, writes = find_windows(self._recording)
        rows = np.concatenate([spans, reads])
        return self.lanes.place(rows, trace.begin_ns[rows], np.concatenate([end_ns, trace.begin_ns[writes]]))

    def lines(self) -> Iterator[list[str]]:
        """Yield the lines of some thousands of events after another, all in the order of time."""
        for start in range(0, self._trace.n, SLICE_ROWS):
            yield self._lines_of(start, min(start + SLICE_ROWS, self._trace.n))

    def _lines_of(self, start: int, stop: int) -> list[str]:
        """Return lines in the order of time; what belongs to one event follows it directly."""
        rows = np.arange(start, stop)
        slices, slice_lines = self._slice_lines(start, stop)
        instants = rows[self._trace.kind[start:stop] < FIRST_SPAN]
        parts = [
            (slices, slice_lines),
            (instants, self._instant_lines(instants)),
            self._departure_lines(start, stop),
            self._arrival_lines(start, stop),
            self._problem_lines(start, stop),
        ]
        order = np.argsort(np.concatenate([at for at, _ in parts]), kind="stable").tolist()
        lines = [line for _, some in parts for line in some]
        return [lines[i] for i in order]

    def _instant_lines(self, rows: IntArray) -> list[str]:
        begin_ns = self._trace.begin_ns[rows]
        return [
            _INSTANT % fields
            for fields in zip(
                self._tids(rows),
                (begin_ns // 1000).tolist(),
                (begin_ns % 1000).tolist(),
                self._labels.names(rows),
                self._arguments(rows),
                self._labels.places(rows),
                strict=True,
            )
        ]

    def _slice_lines(self, start: int, stop: int) -> tuple[IntArray, list[str]]:
        slices, labels = self._slices, self._labels
        some = slice(*slices.row.searchsorted([start, stop]).tolist())
        rows, begin_ns = slices.row[some], slices.begin_ns[some]
        duration_ns = slices.end_ns[some] - begin_ns
        is_window = self._trace.kind[rows] == Kind.READ
        names, arguments = labels.names(rows), self._arguments(rows)
        for i in np.flatnonzero(is_window).tolist():
            names[i], arguments[i] = self._windows[self._trace.variable[rows[i]]], ""
        return rows, [
            _SLICE % fields
            for fields in zip(
                (slices.lane[some] + FIRST_TID).tolist(),
                (begin_ns // 1000).tolist(),
                (begin_ns % 1000).tolist(),
                (duration_ns // 1000).tolist(),
                (duration_ns % 1000).tolist(),
                names,
                arguments,
                labels.places(rows),
                strict=True,
            )
        ]

    def _tids(self, rows: IntArray) -> list[int]:
        tids: list[int] = (self.lanes.of_rows(rows) + FIRST_TID).tolist()
        return tids

    def _arguments(self, rows: IntArray) -> list[str]:
        """Return what each event has of its own: value, who wrote it, and the number of the write."""
        kind, source = self._trace.kind[rows], self._trace.reads_from[rows]
        found = self._values(np.where((kind == Kind.READ) & (source >= 0), source, rows))
        actors = self._labels.actors
        for i in np.flatnonzero((kind == Kind.READ) & (source >= 0)).tolist():
            found[i] += f',"writer":{actors[self._trace.actor[source[i]]]},"reads_from":{source[i] + 1}'
        for i in np.flatnonzero((kind == Kind.WRITE) | (kind == Kind.DELETE)).tolist():
            found[i] += f',"write_id":{rows[i] + 1}'
        return found

    def _values(self, rows: IntArray) -> list[str]:
        trace, objects = self._trace, self._labels.objects
        tags = (trace.flags[rows] & TAG_MASK).tolist()
        return [
            f',"value":{value}' if tag == TAG_INT else "" if tag == TAG_NONE else f',"value":{objects[value]}'
            for tag, value in zip(tags, trace.value[rows].tolist(), strict=True)
        ]

    def _departure_lines(self, start: int, stop: int) -> tuple[IntArray, list[str]]:
        flows = self._flows
        some = np.arange(*flows.source.searchsorted([start, stop]).tolist())
        rows = flows.source[some]
        return rows, self._flow_lines(_BEGIN, rows, self._trace.begin_ns[rows], some)

    def _arrival_lines(self, start: int, stop: int) -> tuple[IntArray, list[str]]:
        flows, shown_at = self._flows, self._flows.shown_at[self._arrivals]
        some = self._arrivals[slice(*shown_at.searchsorted([start, stop]).tolist())]
        rows, end_ns = flows.target[some], flows.end_ns[some]
        lines = self._flow_lines(_END, rows, end_ns, some)
        for i in np.flatnonzero(self._trace.kind[rows] >= FIRST_SPAN).tolist():
            source, (tid,) = flows.source[some[i]], self._tids(rows[i : i + 1])
            by = self._labels.actors[self._trace.actor[source]]
            lines[i] = _RELEASE % (tid, end_ns[i] // 1000, end_ns[i] % 1000, by, source + 1) + lines[i]
        return flows.shown_at[some], lines

    def _flow_lines(self, form: str, rows: IntArray, time_ns: IntArray, flows: IntArray) -> list[str]:
        """Return one end of arrows; a flow is numbered by its target's row, since no event has two sources."""
        targets = self._flows.target[flows]
        is_read = (self._trace.kind[targets] == Kind.READ).tolist()
        return [
            form % (tid, us, ns, target + 1, _READS_FROM if read else _SYNCHRONISES)
            for tid, us, ns, target, read in zip(
                self._tids(rows),
                (time_ns // 1000).tolist(),
                (time_ns % 1000).tolist(),
                targets.tolist(),
                is_read,
                strict=True,
            )
        ]

    def _problem_lines(self, start: int, stop: int) -> tuple[IntArray, list[str]]:
        problems = self._recording.analysis.problems
        first, last = problems.searchsorted([start, stop]).tolist()
        rows = problems[first:last]
        begin_ns = self._trace.begin_ns[rows]
        counts = range(first + 1, last + 1)
        times = zip((begin_ns // 1000).tolist(), (begin_ns % 1000).tolist(), counts, strict=True)
        return rows, [_PROBLEMS % fields for fields in times]


def find_windows(recording: Recording) -> tuple[IntArray, IntArray]:
    """Find the read-modify-writes of a run.

    Returns
    -------
    reads, writes : ndarray of int64, shape (k,)
        Rows of both ends: a read and the same actor's write directly after it, of a counter, or of any other variable
        where both stand on one line of the code.
    """
    trace = recording.trace
    accesses = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN))
    reads, writes = find_pairs(trace, accesses)
    is_counter = np.array([variable.is_counter for variable in recording.variables] or [False])
    is_update = (trace.line[reads] == trace.line[writes]) & (trace.file[reads] == trace.file[writes])
    is_update &= trace.line[reads] > 0
    is_update |= is_counter[trace.variable[reads]]
    return reads[is_update], writes[is_update]
