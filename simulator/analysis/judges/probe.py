"""Probes: whose value the one read that decides got."""

from __future__ import annotations

import numpy as np

from simulator.analysis.explain import actor_name
from simulator.analysis.judges.base import Judge
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import NEUTRAL, Verdict
from simulator.record.kinds import Kind


class ProbeJudge(Judge):
    """Tells what was read; what it means depends on the question."""

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say which value the last read got, and who had stored it."""
        trace = observed.trace
        reads = np.flatnonzero(trace.kind == Kind.READ)
        if not len(reads):
            return Verdict("Nothing was read yet" if observed.is_running else "Nothing was read", NEUTRAL)
        row = int(reads[-1])
        source, reader = int(trace.reads_from[row]), actor_name(trace, row)
        if source < 0:
            return Verdict(f"{reader} found no value", NEUTRAL)
        writer = "itself" if trace.actor[source] == trace.actor[row] else actor_name(trace, source)
        return Verdict(f"{reader} read {trace.value_text(row)}, stored by {writer}", NEUTRAL)
