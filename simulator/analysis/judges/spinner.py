"""The spinner: how often it ticked, and how soon it ended once it was told to."""

from __future__ import annotations

import numpy as np

from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.events import results_of
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import GOOD, NEUTRAL, Verdict
from simulator.record.kinds import Kind, Result
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

_SPINNER = "spinner"


class SpinnerJudge(Judge):
    """Counts the ticks, and tells how long the spinner went on after ``done`` was set."""

    def facts(self, observed: Observed) -> Facts:
        """Return ``ticks``, ``stop_delay_ns`` and ``answer``; the latter two are 0 until they are known."""
        trace = observed.trace
        answers = np.flatnonzero(trace.kind == Kind.ANSWER)
        answer = trace.value_of(int(answers[-1])) if len(answers) else 0
        return {
            "ticks": int(np.count_nonzero(trace.kind == Kind.MARK)),
            "stop_delay_ns": _stop_delay_ns(trace),
            "answer": answer if isinstance(answer, int) else 0,
        }

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how often the spinner ticked and how soon it ended."""
        ticks = f"The spinner has ticked {facts['ticks']:,} time{'s' if facts['ticks'] != 1 else ''}"
        if observed.is_running or not facts["stop_delay_ns"]:
            return Verdict(ticks, NEUTRAL)
        delay = f"{facts['stop_delay_ns'] / 1e6:,.1f} ms after done was set"
        return Verdict(f"{ticks} and ended {delay}; the answer is {facts['answer']}", GOOD)


def _stop_delay_ns(trace: Trace) -> int:
    """Return how long after the set the spinner's thread ended, nanoseconds; 0 where it was not that which ended it."""
    sets = trace.of_kind(Kind.SIGNAL)
    ends = [info.end_ns for info in trace.threads if info.name == _SPINNER and info.end_ns != OPEN]
    was_ended = (results_of(trace, trace.of_kind(Kind.WAIT)) == Result.DONE).any()
    was_ended |= len(trace.of_kind(Kind.RECEIVE)) > 0
    return ends[0] - int(trace.begin_ns[sets[0]]) if len(sets) and ends and was_ended else 0
