"""Events: what ended each wait, and what it returned."""

from __future__ import annotations

import numpy as np

from simulator.analysis.judges.base import Judge
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import GOOD, NEUTRAL, Verdict
from simulator.record.kinds import Kind, Result
from simulator.trace.columns import IntArray
from simulator.trace.trace import RESULT_MASK, RESULT_SHIFT, Trace


def results_of(trace: Trace, rows: IntArray) -> IntArray:
    """Return how spans ended, a `simulator.record.kinds.Result` each, shape (k,)."""
    results: IntArray = (trace.flags[rows] & RESULT_MASK) >> RESULT_SHIFT
    return results


class EventJudge(Judge):
    """Counts the waits of an Event by why they ended."""

    def facts(self, observed: Observed) -> Facts:
        """Return how many waits there were, and why they ended; how often the flag was set and cleared."""
        trace = observed.trace
        results = results_of(trace, trace.of_kind(Kind.WAIT))
        at_once = len(trace.of_kind(Kind.RECEIVE))
        return {
            "waits": len(results) + at_once,
            "released": int(np.count_nonzero(results == Result.DONE)),
            "timed_out": int(np.count_nonzero(results == Result.TIMED_OUT)),
            "set_already": at_once,
            "sets": len(trace.of_kind(Kind.SIGNAL)),
            "clears": len(trace.of_kind(Kind.CLEAR)),
        }

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how many waits ended in a set and how many in their time-out."""
        if not facts["waits"]:
            return Verdict("Nobody has waited yet" if observed.is_running else "Nobody waited", NEUTRAL)
        ends = ("released", "ended in a set() and returned True"), ("timed_out", "gave up and returned False")
        parts = [f"{facts[name]:,} {text}" for name, text in ends if facts[name]]
        if facts["set_already"]:
            parts.append(f"{facts['set_already']:,} found the flag set and returned True at once")
        said = "; ".join(parts) or "none has ended"
        return Verdict(f"Of {facts['waits']:,} waits{observed.so_far} {said}", NEUTRAL if observed.is_running else GOOD)
