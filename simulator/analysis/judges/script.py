"""The judge of scripts: nobody said what their variables are meant for, so what reads got is told, not judged."""

from __future__ import annotations

import signal

from simulator.analysis.counts import Counts
from simulator.analysis.ending import EVENT_LIMIT, TIME_LIMIT, ScriptEnding
from simulator.analysis.explain import actor_name
from simulator.analysis.judges.base import Judge
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.outcomes import Outcome
from simulator.analysis.verdict import BAD, NEUTRAL, Verdict


class ScriptJudge(Judge):
    """Tells what was seen, what ended badly, and what was not looked at."""

    def facts(self, observed: Observed) -> Facts:
        """Return what was not recorded."""
        return observed.ending.facts() if observed.ending is not None else {}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say who died, whose values were read, and how the script ended."""
        died = _died(observed)
        parts = [*died, _reads(observed.counts, observed.so_far)]
        ending = observed.ending
        if ending is not None and not observed.is_running:
            parts += _left_out(ending)
            parts.append("data races were not looked for")
        text = "; ".join(parts)
        limit = _LIMITS.get(ending.limit, "") if ending is not None else ""
        return Verdict(f"{limit}{text[:1].lower() + text[1:] if limit else text}", BAD if died else NEUTRAL)


_LIMITS = {TIME_LIMIT: "Stopped at the limit of time: ", EVENT_LIMIT: "Stopped at the limit of events: "}


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


def _reads(counts: Counts, so_far: str) -> str:
    n_foreign, n_unknown = counts.by_outcome[Outcome.FOREIGN], counts.by_outcome[Outcome.UNKNOWN]
    if not counts.reads:
        return f"No thread read what another could touch{so_far}"
    if n_foreign:
        text = f"{n_foreign:,} of {counts.reads:,} reads{so_far} returned another thread's value"
    else:
        text = f"None of {counts.reads:,} reads{so_far} returned another thread's value"
    return text + (f", {n_unknown:,} one that no recorded write explains" if n_unknown else "")


def _left_out(ending: ScriptEnding) -> list[str]:
    files = len(ending.untouched)
    return [f"{files:,} {'file' if files == 1 else 'files'} ran unrecorded"] if files else []
