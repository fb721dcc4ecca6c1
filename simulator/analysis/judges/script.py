"""The judge of scripts: nobody said what their variables are meant for, so happens-before decides, not outcomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.analysis.ending import EVENT_LIMIT, TIME_LIMIT, signal_name
from simulator.analysis.explain import actor_name
from simulator.analysis.finding_words import times_in_words
from simulator.analysis.findings import Finding, Severity
from simulator.analysis.judges.base import Judge
from simulator.analysis.kind_words import does
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.orders.waiting import holders_of
from simulator.analysis.outcomes import Outcome
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL, Verdict
from simulator.record.kinds import Kind
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN


class ScriptJudge(Judge):
    """Tells what was seen, what ended badly, and what was not looked at."""

    def facts(self, observed: Observed) -> Facts:
        """Return what was not recorded."""
        return observed.ending.facts() if observed.ending is not None else {}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say the worst that is known first: who waits for ever, who died; then what else was found, and the reads."""
        told = [*(observed.findings or ()), *observed.analysis.so_far]
        worst = [*_deadlocks(told), *_died(observed), *_stuck(told), *_problems(told, observed.so_far)]
        parts = worst.copy()
        if not observed.is_running:
            parts += ["nothing found in this run"] if not worst and observed.findings is not None else []
            parts += _waiting(observed.trace) if not any(one.brief for one in told) else []
            parts += _exit_code(observed)
        if observed.counts.reads or not worst:
            parts.append(_reads(observed))
        parts += _not_looked_at(observed)
        text = _joined(_begin(observed), parts)
        if text.startswith(("the ", "no ", "none ", "nothing ", _DEADLOCK)):  # not a thread's name
            text = text[:1].upper() + text[1:]
        return Verdict(text, _tone(observed, told))


def _tone(observed: Observed, told: Sequence[Finding]) -> str:
    if _died(observed) or any(finding.severity >= Severity.WARNING for finding in told):
        return BAD
    is_whole = observed.findings is not None and not observed.is_running and not observed.was_stopped
    return GOOD if is_whole and observed.counts.reads else NEUTRAL


def _joined(begin: str, parts: list[str]) -> str:
    """Put the parts together, after what stands before everything else."""
    text = "; ".join(parts)
    if not begin:
        return text
    return f"{begin} in a {text}" if text.startswith(_DEADLOCK) else f"{begin}: {text}"


_DEADLOCK = "deadlock: "


def _deadlocks(told: Sequence[Finding]) -> list[str]:
    return [one.brief for one in told if one.brief.startswith(_DEADLOCK)]


def _stuck(told: Sequence[Finding]) -> list[str]:
    """Say who waits for what nobody is left to do: often since somebody died, which is said before."""
    return [one.brief for one in told if one.brief and not one.brief.startswith(_DEADLOCK)]


def _problems(told: Sequence[Finding], so_far: str) -> list[str]:
    """Say how often each kind of problem happened, and to what; what is told by itself is left out."""
    kinds: dict[str, list[Finding]] = {}
    for finding in told:
        if finding.severity >= Severity.WARNING and finding.kind != "thread-died" and not finding.brief:
            kinds.setdefault(finding.kind, []).append(finding)
    said = ", ".join(times_in_words(kind, found) for kind, found in kinds.items())
    return [f"{said}{so_far}"] if said else []


MOST_WAITING = 3
_STOPPED = "Stopped before the end"
_LIMITS = {TIME_LIMIT: "Stopped at the limit of time", EVENT_LIMIT: "Stopped at the limit of events"}


def _begin(observed: Observed) -> str:
    """Return what stands before everything else where we ended the script."""
    if observed.ending is None or not observed.was_stopped:
        return ""
    return _LIMITS.get(observed.ending.limit, _STOPPED)


def _died(observed: Observed) -> list[str]:
    failures = [failure for failure in observed.trace.failures if not failure.is_declared]
    said = [f"{actor_name(observed.trace, failures[0].row)} ended with {failures[0].summary}"] if failures else []
    if len(failures) > 1:
        said[0] += f", and {len(failures) - 1:,} more died"
    code = observed.ending.exit_code if observed.ending is not None and not observed.was_stopped else None
    if code is not None and code < 0:
        said.append(f"the process was ended by {signal_name(-code)}")
    return said


def _exit_code(observed: Observed) -> list[str]:
    """Say with which code the script ended, where that tells more than who died."""
    code = observed.ending.exit_code if observed.ending is not None and not observed.was_stopped else None
    has_failed = any(not failure.is_declared for failure in observed.trace.failures)
    return [f"the script ended with exit code {code}"] if code and code > 0 and not has_failed else []


def _waiting(trace: Trace) -> list[str]:
    """Say who was still waiting when it ended, for what, and who holds that."""
    rows = np.flatnonzero((trace.kind == Kind.WAIT) & (trace.end_ns == OPEN)).tolist()
    holders = holders_of(trace)
    said = []
    for row in rows[:MOST_WAITING]:
        holder = holders.get(row)
        by = f", held by {trace.threads[holder].name}" if holder is not None else ""
        said.append(f"{actor_name(trace, row)} still {does(trace, row)}{by}")
    more = len(rows) - len(said)
    return [*said, *([f"{more:,} more still wait"] if more else [])]


def _reads(observed: Observed) -> str:
    counts, so_far = observed.counts, observed.so_far
    n_foreign, n_unknown = counts.by_outcome[Outcome.FOREIGN], counts.by_outcome[Outcome.UNKNOWN]
    if not counts.reads:
        return f"no thread read what another could touch{so_far}"
    has_tasks = any(actor.is_task for actor in observed.trace.actors)
    whose = "another task's or thread's" if has_tasks else "another thread's"
    number = f"{n_foreign:,}" if n_foreign else "none"
    text = f"{number} of {counts.reads:,} reads{so_far} returned {whose} value"
    return text + (f", {n_unknown:,} a value that no recorded write explains" if n_unknown else "")


def _not_looked_at(observed: Observed) -> list[str]:
    """Say what was not recorded, and what was not looked for."""
    if observed.is_running or observed.ending is None:
        return []
    files = len(observed.ending.untouched)
    said = [f"{files:,} {'file' if files == 1 else 'files'} ran unrecorded"] if files else []
    return said + (["data races were not looked for"] if observed.findings is None else [])
