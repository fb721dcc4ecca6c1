"""`logging-context`: lines that carry another request's id, or none."""

from __future__ import annotations

import numpy as np

from simulator.analysis.judges.base import Judge
from simulator.analysis.log_lines import LogLines
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL, Verdict
from simulator.trace.trace import Trace


class LoggingContextJudge(Judge):
    """Facts: ``lines``, and of them ``wrong_lines`` with another's id and ``bare_lines`` that lack their own."""

    def facts(self, observed: Observed) -> Facts:
        """Count the lines."""
        lines = observed.analysis.log_lines
        n_bare = _count_bare(observed.trace, lines)
        n_wrong = int(np.count_nonzero(lines.is_wrong)) - n_bare
        return {"lines": len(lines.rows), "wrong_lines": n_wrong, "bare_lines": n_bare}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how many lines are wrong."""
        n, wrong, bare = facts["lines"], facts["wrong_lines"], facts["bare_lines"]
        if not n:
            return Verdict("No line was logged" + (" yet" if observed.is_running else ""), NEUTRAL)
        if not wrong and not bare:
            return Verdict(f"None of {n:,} log lines{observed.so_far} carries another request's id", GOOD)
        parts = [f"{wrong:,} with another request's id"] if wrong else []
        parts += [f"{bare:,} without any, since another request cleared it"] if bare else []
        are = "is" if wrong + bare == 1 else "are"
        return Verdict(f"{wrong + bare:,} of {n:,} log lines{observed.so_far} {are} wrong: {', '.join(parts)}", BAD)


def _count_bare(trace: Trace, lines: LogLines) -> int:
    """Count wrong lines whose read found a value of None, or nothing at all."""
    sources = trace.reads_from[lines.reads[lines.is_wrong]].tolist()
    return sum(not trace.has_value(source) or trace.value_of(source) is None for source in sources)
