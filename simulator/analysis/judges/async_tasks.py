"""Tasks of event loops: whose values they read, and what they inherited from whoever created them."""

from __future__ import annotations

from dataclasses import replace

from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.reads import judge_reads
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.outcomes import Outcome
from simulator.analysis.verdict import BAD, GOOD, Verdict
from simulator.lessons.base import LOCAL


class AsyncJudge(Judge):
    """Judges by reads of private variables."""

    def facts(self, observed: Observed) -> Facts:
        """Return how many tasks there were, the children included."""
        return {"tasks_ran": sum(actor.is_on_loop for actor in observed.trace.actors)}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how many reads returned another task's value; if none did, how many an inherited one."""
        verdict, private = judge_reads(observed), observed.counts.private
        if verdict.tone == BAD and observed.settings.storage == LOCAL:
            return replace(verdict, text=f"{verdict.text}: the tasks of a loop share its thread, and so its one local")
        if verdict.tone != GOOD or not private[Outcome.INHERITED]:
            return verdict
        own, inherited = private[Outcome.OWN], private[Outcome.INHERITED]
        return replace(verdict, text=f"{verdict.text}: {own:,} their own, {inherited:,} what the task inherited")
