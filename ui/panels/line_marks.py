"""Which lines of the code were read at, and what came of it: what the code panel draws beside its lines."""

from dataclasses import dataclass, field

import numpy as np

from simulator.analysis.findings import Severity
from simulator.analysis.recording import Recording
from simulator.record.kinds import Kind

MOST_DOTS = 8


@dataclass(slots=True)
class LineMark:
    """What happened at one line.

    Attributes
    ----------
    reads : list of int
        Rows of the first reads at this line, at most `MOST_DOTS`.
    n_reads : int
        How many reads there were.
    n_events : int
        How many events of any kind.
    is_problem : bool
        Whether an event of a finding stands at this line.
    """

    reads: list[int] = field(default_factory=list)
    n_reads: int = 0
    n_events: int = 0
    is_problem: bool = False


class LineMarks:
    """The marks of one file of a recording, kept up to date while it grows.

    Attributes
    ----------
    by_line : dict of int to LineMark
        By line number, from 1.
    n_of_file : list of int
        How many events there are at lines of each file.

    Notes
    -----
    Cost of an update: O(new events); a line without news keeps its mark as it is.
    """

    def __init__(self, recording: Recording, file: int = 0) -> None:
        self._recording = recording
        self._file = file
        self._start_again()

    def _start_again(self) -> None:
        self.by_line: dict[int, LineMark] = {}
        self.n_of_file: list[int] = []
        self._n = 0
        self._n_explained = 0
        self._generation = self._recording.trace.generation

    def update(self, is_complete: bool) -> set[int] | None:
        """Take in new events; `is_complete` also looks at old ones that were judged at the end of the run.

        Returns
        -------
        set of int or None
            The lines at which something has changed; None if anything may have.
        """
        trace = self._recording.trace
        has_all_changed = is_complete or trace.generation != self._generation
        if trace.generation != self._generation:
            self._start_again()
        changed = self._explained_lines()
        start, self._n = self._n, trace.n
        counts = np.bincount(trace.file[start:][trace.line[start:] > 0], minlength=len(trace.files))
        self.n_of_file += [0] * (len(counts) - len(self.n_of_file))
        self.n_of_file = (counts + self.n_of_file).tolist()
        lines = np.where(trace.file[start:] == self._file, trace.line[start:], 0)
        for line, count in zip(*np.unique(lines, return_counts=True), strict=True):
            if line:
                self.by_line.setdefault(int(line), LineMark()).n_events += int(count)
                changed.add(int(line))
        reads = np.flatnonzero((trace.kind[start:] == Kind.READ) & (lines > 0))
        for line, count in zip(*np.unique(lines[reads], return_counts=True), strict=True):
            mark = self.by_line.setdefault(int(line), LineMark())
            mark.n_reads += int(count)
            missing = MOST_DOTS - len(mark.reads)
            if missing > 0:
                mark.reads += (reads[lines[reads] == line][:missing] + start).tolist()
        start = 0 if is_complete else start
        problems = np.flatnonzero(self._recording.analysis.severity[start:] >= Severity.WARNING) + start
        problems = problems[trace.file[problems] == self._file]
        for line in np.unique(trace.line[problems]).tolist():
            if line > 0:
                self.by_line.setdefault(line, LineMark()).is_problem = True
                changed.add(line)
        return None if has_all_changed else changed

    def _explained_lines(self) -> set[int]:
        """Return the lines of reads that have just become known whose values they got."""
        trace = self._recording.trace
        rows = np.array(trace.explained[self._n_explained :], np.int64)
        self._n_explained = len(trace.explained)
        return set(trace.line[rows[trace.file[rows] == self._file]].tolist())


def next_event_of_line(recording: Recording, line: int, after: int | None, file: int = 0) -> int | None:
    """Return the next event of a line of a file after a row, beginning again at the end; None if it has none."""
    rows = np.flatnonzero((recording.trace.line == line) & (recording.trace.file == file))
    if not len(rows):
        return None
    at = int(np.searchsorted(rows, -1 if after is None else after, side="right"))
    return int(rows[at % len(rows)])
