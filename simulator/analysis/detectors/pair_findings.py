"""What a finding about two accesses with another thread's between them consists of."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.pairs import Pairs
from simulator.analysis.findings import Finding, Severity, make_finding


def explain_pairs(
    case: Case, kind: str, pairs: Pairs, sentences: Sequence[str], cure: str, writer: str, severity: Severity
) -> Finding:
    """Make the finding that tells of the first of some pairs, and of what came in between.

    Parameters
    ----------
    case : Case
        The run.
    kind : str
        Of the finding.
    pairs : Pairs
        At least one.
    sentences : sequence of str
        What happened; the last is left out where the order of the events cannot be told.
    cure, writer
        See `Finding`.
    severity : Severity
        If the order of the events can be told.
    """
    first, between, second = (int(rows[0]) for rows in (pairs.first, pairs.between, pairs.second))
    trace = case.trace
    severity, message = case.with_doubt(severity, sentences, first, between, second)
    return make_finding(
        kind,
        pairs.events,
        trace.files[trace.file[second]],
        case.line(second),
        message,
        severity=severity,
        variable=case.name(second),
        threads=(case.who(second), case.who(between)),
        value=trace.value_text(second),
        writer=writer,
        cure=cure,
        count=len(pairs),
        places=(case.place(first), case.place(between), case.place(second)),
    )
