"""What a judge is."""

from __future__ import annotations

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import Verdict
from simulator.trace.trace import Trace
from simulator.trace.tracks import Failure


class Judge:
    """Tells what a run of a lesson means. The base of the others: no facts, no findings of its own.

    Reads of private variables, lost updates of counters and exceptions that nobody declares are found for every lesson.
    """

    def facts(self, observed: Observed) -> Facts:
        """Return the lesson's own numbers; the same names during the run as at its end."""
        return {}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say in one sentence what the run showed."""
        raise NotImplementedError

    def severity_of(self, trace: Trace, failure: Failure) -> Severity:
        """Return how bad it is that this exception ended an actor, or was seen by it."""
        return Severity.NONE if failure.is_declared else Severity.ERROR

    def findings(self, trace: Trace, filename: str) -> list[Finding]:
        """Return what this lesson finds besides; their events become problems if they are bad enough."""
        return []
