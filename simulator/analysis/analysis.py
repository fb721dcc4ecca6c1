"""The analysis of a run: follows the trace while it grows and settles the rest at the end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from simulator.analysis.counts import PRIVATE_PROBLEMS, Counts
from simulator.analysis.explain import explain_failures, explain_reads, explain_updates
from simulator.analysis.findings import Finding, Severity
from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.registry import GENERAL
from simulator.analysis.log_lines import NO_LINES, LogLines, find_log_lines
from simulator.analysis.outcomes import Outcome, outcomes_of
from simulator.analysis.updates import Updates, find_updates
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from simulator.runtime.program import Variable
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import FLAG_UNCERTAIN, Trace


class Analysis:
    """What a trace means, kept up to date while it grows.

    Parameters
    ----------
    trace : Trace
        The run.
    variables : sequence of Variable
        Which are meant to be private, and which count; those of a script are neither, and more may come.
    filename : str
        What the program's code is called in findings.
    judge : Judge, optional
        What the lesson calls wrong; by default what its variables are meant for.

    Attributes
    ----------
    outcome : ndarray of uint8, shape (n,)
        `Outcome` of each event, NONE for what is no read.
    severity : ndarray of uint8, shape (n,)
        `Severity` of the finding that each event belongs to.
    problems : ndarray of int64, shape (k,)
        Rows of all problems (severity warning or error) so far, sorted.
    counts : Counts
        Numbers so far.
    findings : list of Finding
        Filled by `finish`; empty while the run goes on.
    so_far : list of Finding
        Of a script that goes on: what is certain by now, if that is looked for; empty once it has ended.
    is_searched : bool
        Whether what needs the order of events has been looked for, too; only scripts are searched for that.

    Notes
    -----
    Thread: the one that appends to the trace.
    """

    def __init__(
        self, trace: Trace, variables: Sequence[Variable], filename: str = "", judge: Judge | None = None
    ) -> None:
        self.trace = trace
        self.judge = judge or GENERAL
        self.variables = variables
        self.filename = filename
        self.findings: list[Finding] = []
        self.so_far: list[Finding] = []
        self.is_searched = False
        self._private = np.array([index for index, one in enumerate(variables) if one.is_private], np.int64)
        self._start_again()

    def _start_again(self) -> None:
        self.counts = Counts()
        self._outcome = Column("u1")
        self._severity = Column("u1")
        self._problems = Column("i8")
        self._n_explained = 0
        self._generation = self.trace.generation
        self._lines: tuple[int, LogLines] | None = None
        self._has_lines = False

    @property
    def outcome(self) -> IntArray:
        """Outcome of each event."""
        return self._outcome.values

    @property
    def severity(self) -> IntArray:
        """Severity of each event."""
        return self._severity.values

    @property
    def log_lines(self) -> LogLines:
        """The log lines so far, and which of them are wrong."""
        if not self._has_lines:  # as in nearly every run of many events: it is asked at every tick of the window
            return NO_LINES
        if self._lines is None or self._lines[0] != len(self.outcome):
            self._lines = len(self.outcome), find_log_lines(self.trace, self.outcome, self._is_private)
        return self._lines[1]

    @property
    def problems(self) -> IntArray:
        """Rows of all problems so far."""
        return self._problems.values

    def update(self) -> None:
        """Take in the rows that the trace has got since the last call."""
        if self._generation != self.trace.generation:
            self._start_again()
        start, n = self._outcome.n, self.trace.n
        known = self._explained_before(start)
        if start == n and not len(known):
            return
        self._has_lines = self._has_lines or bool((self.trace.kind[start:n] == Kind.LOG).any())
        self._outcome.resize(n, Outcome.NONE)
        self._severity.resize(n, Severity.NONE)
        kind = self.trace.kind[start:]
        in_run = self.trace.thread[start:] != BEFORE_RUN
        self.counts.writes += int(np.count_nonzero((kind == Kind.WRITE) & in_run))
        self.counts.deletes += int(np.count_nonzero((kind == Kind.DELETE) & in_run))
        reads = np.flatnonzero(kind == Kind.READ) + start
        self.counts.reads += len(reads)
        self._forget(known)
        self._judge(np.concatenate([known, reads]))
        self._judge_failures(start)

    def _explained_before(self, start: int) -> IntArray:
        """Return reads that were judged to be of an unknown writer and are so no longer."""
        rows = np.array(self.trace.explained[self._n_explained :], np.int64)
        self._n_explained = len(self.trace.explained)
        return rows[rows < start]

    def _forget(self, rows: IntArray) -> None:
        self.counts.by_outcome[Outcome.UNKNOWN] -= len(rows)
        self.counts.private[Outcome.UNKNOWN] -= int(np.count_nonzero(self._is_private(rows)))

    def _is_private(self, rows: IntArray) -> IntArray:
        return np.isin(self.trace.variable[rows], self._private)

    def _judge(self, reads: IntArray) -> None:
        trace = self.trace
        outcome = outcomes_of(trace, reads)
        self._outcome.values[reads] = outcome
        is_private = self._is_private(reads)
        _count(self.counts.by_outcome, outcome)
        _count(self.counts.private, outcome[is_private])
        is_problem = is_private & np.isin(outcome, PRIVATE_PROBLEMS)
        self._mark(reads[is_problem])
        self.counts.uncertain += int(np.count_nonzero(trace.flags[reads] & FLAG_UNCERTAIN))

    def _judge_failures(self, start: int) -> None:
        failures = self.trace.failures
        first = bisect_left(failures, start, key=lambda failure: failure.row)
        for severity in (Severity.NOTE, Severity.WARNING, Severity.ERROR):
            chosen = [f.row for f in failures[first:] if self.judge.severity_of(self.trace, f) == severity]
            self._mark(np.array(chosen, np.int64), severity)

    def _mark(self, rows: IntArray, severity: Severity = Severity.ERROR) -> None:
        fresh = np.sort(rows[self._severity.values[rows] < severity])
        is_known = self._severity.values[fresh] >= Severity.WARNING
        self._severity.values[fresh] = severity
        if severity < Severity.WARNING:
            return
        fresh = fresh[~is_known]
        known = self._problems.values
        is_in_order = not len(known) or not len(fresh) or fresh[0] > known[-1]
        self._problems.extend(fresh)
        if not is_in_order:
            self._problems.values.sort()
        self.counts.problems = self._problems.n

    def finish(self) -> None:
        """Settle what needs the whole run: lost updates, and the findings with their sentences."""
        self.update()
        trace = self.trace
        self.counts.updates = self.counts.lost_updates = 0
        self.counts.uncertain = int(np.count_nonzero(trace.flags & FLAG_UNCERTAIN))
        problems = np.flatnonzero((self.severity >= Severity.WARNING) & (trace.kind == Kind.READ))
        self.findings = explain_failures(trace, self.filename)
        self.findings += explain_reads(trace, self.filename, problems, self.outcome[problems])
        for index, variable in enumerate(self.variables):
            if variable.is_counter:
                self._finish_counter(index)
        own = self.judge.findings(trace, self.filename)
        self._mark_all(own)
        self.findings += own

    def adopt(self, findings: Sequence[Finding]) -> None:
        """Take over findings that were worked out elsewhere, in place of those there are."""
        self.findings = list(findings)
        self.so_far = []
        self.is_searched = True
        self.counts.lost_updates = sum(finding.count for finding in findings if finding.kind == "lost-update")
        self._mark_all(findings)

    def _mark_all(self, findings: Sequence[Finding]) -> None:
        for severity in Severity:
            rows = {row for finding in findings if finding.severity == severity for row in finding.events}
            self._mark(np.fromiter(rows, np.int64, len(rows)), severity)

    def _finish_counter(self, variable: int) -> None:
        updates: Updates = find_updates(self.trace, variable)
        self.counts.updates += updates.n_updates
        self.counts.lost_updates += updates.n_lost
        if updates.n_lost:
            self._mark(updates.forks)
        self.findings += explain_updates(self.trace, self.filename, variable, updates)


def _count(by_outcome: dict[Outcome, int], outcomes: IntArray) -> None:
    for value, number in zip(*np.unique(outcomes, return_counts=True), strict=True):
        by_outcome[Outcome(value)] += int(number)
