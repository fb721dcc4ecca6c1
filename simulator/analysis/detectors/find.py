"""All findings of a script's run, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.data_races import find_data_races
from simulator.analysis.detectors.deadlocks import find_deadlocks, find_lock_orders
from simulator.analysis.detectors.evidence import Evidence
from simulator.analysis.detectors.overwritten import find_overwritten
from simulator.analysis.detectors.pools import find_leftovers, find_lost_contexts, find_not_cleaned_up
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.detectors.threads import find_failures, find_not_joined
from simulator.analysis.detectors.updates import find_broken_updates
from simulator.analysis.findings import Finding, Severity, make_finding
from simulator.analysis.orders.clocks import TooManyClocksError, never
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace


def find_in_script(
    trace: Trace,
    outcome: IntArray,
    sources: Sequence[SourceFile],
    is_outdated: Callable[[], bool] = never,
    evidence: Evidence | None = None,
) -> list[Finding]:
    """Find what went wrong in a script that has ended.

    Parameters
    ----------
    trace : Trace
        What happened.
    outcome : ndarray of uint8, shape (n,)
        `simulator.analysis.outcomes.Outcome` of each event.
    sources : sequence of SourceFile
        The program's files by their index.
    is_outdated : callable
        Asked now and then whether to give up.
    evidence : Evidence, optional
        What is known of the order of its events from having looked while it went on.

    Returns
    -------
    list of Finding
        Equal ones folded, the worst first.

    Raises
    ------
    OutdatedError
        If `is_outdated` says so.

    Notes
    -----
    Thread: any (pure). Cost: O(n log n).
    """
    case = Case(trace, sources, is_outdated, evidence)
    found = find_deadlocks(case) + find_failures(case) + find_leftovers(case, outcome)
    found += find_not_cleaned_up(case, {finding.variable for finding in found})
    found += find_lost_contexts(case, outcome) + find_not_joined(case)
    try:
        found += _find_races(case) + find_lock_orders(case)
    except TooManyClocksError:
        found.append(_too_large(trace))
    return sorted(found, key=lambda finding: (-finding.severity, finding.events[:1], finding.kind))


def find_so_far(case: Case) -> list[Finding]:
    """Find what is certain to have gone wrong in a run that goes on, in any order.

    Deadlocks of threads that wait for each other, threads that died, lost updates and broken checks, clobbered and
    erased reads, and data races. What a later event may still excuse waits for the end of the run, and so does what is
    not worked out bit by bit: lock orders, leftovers, lost contexts, and what nobody did (clean up, join).
    """
    found = find_deadlocks(case, is_still=False) + find_failures(case)
    try:
        return found + _find_races(case)
    except TooManyClocksError:
        return found


def _find_races(case: Case) -> list[Finding]:
    found = _once_each(find_broken_updates(case) + find_overwritten(case))
    explained = {finding.variable for finding in found if finding.severity >= Severity.WARNING}
    return found + find_data_races(case, explained)


def _once_each(findings: list[Finding]) -> list[Finding]:
    """Fold findings of one kind and variable that differ in some of their lines only."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        known = found.setdefault((finding.kind, finding.variable), finding)
        if known is not finding:
            found[finding.kind, finding.variable] = _folded(known, finding)
    return list(found.values())


def _folded(one: Finding, other: Finding) -> Finding:
    places = list(one.places)
    known = {(place.file, place.line) for place in places}
    places += [place for place in other.places if (place.file, place.line) not in known]
    return make_finding(
        one.kind,
        list(dict.fromkeys((*one.events, *other.events))),
        one.file,
        one.line,
        one.message,
        severity=max(one.severity, other.severity),
        variable=one.variable,
        threads=(*one.threads, *other.threads),
        value=one.value,
        writer=one.writer,
        cure=one.cure,
        count=one.count + other.count,
        places=places,
    )


def _too_large(trace: Trace) -> Finding:
    message = (
        f"{len(trace.threads) - 1:,} threads synchronised too often for the order of {trace.n:,} events to be kept in "
        "memory. Data races, lost updates and lock orders were not looked for; record a shorter run to have them."
    )
    return make_finding("data-race", [], trace.files[0], 0, message, severity=Severity.NOTE, count=0)
