"""The judge of lessons that have none of their own: reads of private variables, or increments of a counter."""

from __future__ import annotations

from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.counter import counter_facts, judge_counter
from simulator.analysis.judges.reads import judge_reads
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import Verdict


class GeneralJudge(Judge):
    """Judges by what the variables are meant for."""

    def facts(self, observed: Observed) -> Facts:
        """Return ``expected`` and ``final`` of counters."""
        return counter_facts(observed)

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how many reads returned another's value, or how many increments were lost."""
        if facts and not sum(observed.counts.private.values()):
            return judge_counter(observed, facts)
        return judge_reads(observed)
