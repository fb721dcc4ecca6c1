"""The judge of scripts: nobody said what their variables are meant for, so happens-before decides, not outcomes."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence

import numpy as np

from simulator.analysis.ending import EVENT_LIMIT, TIME_LIMIT, ScriptEnding
from simulator.analysis.explain import actor_name
from simulator.analysis.findings import TITLES, Finding, Severity
from simulator.analysis.judges.base import Judge
from simulator.analysis.kind_words import does
from simulator.analysis.observed import Facts, Observed
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
        """Say who died, whose values were read, and how the script ended."""
        died = _died(observed)
        ending, reads = observed.ending, _reads(observed)
        if ending is None or observed.is_running:
            parts = [*_problems(observed.analysis.so_far, " so far"), *died, reads]
        else:
            parts = [*_found(observed.findings), *died, *_waiting(observed.trace), reads, *_left_out(ending)]
            parts += ["data races were not looked for"] if observed.findings is None else []
        text = _begin(observed) + "; ".join(parts)
        if text.startswith(("the ", "no ", "none ", "nothing ")):  # not a thread's name
            text = text[:1].upper() + text[1:]
        return Verdict(text, _tone(observed, bool(died)))


def _tone(observed: Observed, has_died: bool) -> str:
    told = [*(observed.findings or ()), *observed.analysis.so_far]
    if has_died or any(finding.severity >= Severity.WARNING for finding in told):
        return BAD
    return NEUTRAL if observed.findings is None or observed.is_running or not observed.counts.reads else GOOD


def _found(findings: Sequence[Finding] | None) -> list[str]:
    """Say what was found, deaths aside: they are told by themselves."""
    if findings is None:
        return []
    problems = _problems(findings)
    if problems:
        return problems
    return [] if any(finding.severity >= Severity.WARNING for finding in findings) else ["nothing found in this run"]


def _problems(findings: Sequence[Finding], so_far: str = "") -> list[str]:
    """Say how many problems of each kind there are; deaths aside."""
    problems = Counter(finding.kind for finding in findings if finding.severity >= Severity.WARNING)
    del problems["thread-died"]
    said = ", ".join(f"{n:,} {_counted(kind, n)}" for kind, n in problems.items())
    return [f"{said}{so_far}"] if said else []


def _counted(kind: str, n: int) -> str:
    """Return a kind's title for a number: ``data races``, ``pair of locks in opposite order``."""
    title = TITLES[kind].lower()
    one, many = _NOUNS.get(kind, (title, f"{title}s" if title.split()[-1] in _COUNTED else title))
    return one if n == 1 else many


_NOUNS = {
    "atomicity": ("update or check broken in between", "updates or checks broken in between"),
    "lock-order": ("pair of locks in opposite order", "pairs of locks in opposite order"),
}
_COUNTED = ("race", "update", "read", "leftover", "context", "attribute", "deadlock")

MOST_WAITING = 3
_STOPPED = "Stopped before the end: "
_LIMITS = {TIME_LIMIT: "Stopped at the limit of time: ", EVENT_LIMIT: "Stopped at the limit of events: "}


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
        said.append(f"the process was ended by {_signal_name(-code)}")
    elif code and not failures:
        said.append(f"the script ended with exit code {code}")
    return said


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _waiting(trace: Trace) -> list[str]:
    """Say who was still waiting when it ended, and for what."""
    rows = np.flatnonzero((trace.kind == Kind.WAIT) & (trace.end_ns == OPEN)).tolist()
    said = [f"{actor_name(trace, row)} still {does(trace, row)}" for row in rows[:MOST_WAITING]]
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


def _left_out(ending: ScriptEnding) -> list[str]:
    files = len(ending.untouched)
    return [f"{files:,} {'file' if files == 1 else 'files'} ran unrecorded"] if files else []
