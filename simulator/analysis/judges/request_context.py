"""`request-context`: reads of another's user, and exits from the block that found nothing to remove."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.reads import judge_reads
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import BAD, GOOD, Verdict
from simulator.record.kinds import Kind


class RequestContextJudge(Judge):
    """Facts: ``blocks`` that were entered, and ``exits_raised``: exits that found nothing to remove."""

    def facts(self, observed: Observed) -> Facts:
        """Count the blocks."""
        blocks = int(np.count_nonzero(observed.trace.kind == Kind.BLOCK))
        raised = sum(failure.kind == "AttributeError" for failure in observed.trace.failures)
        return {"blocks": blocks, "exits_raised": raised}

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Count both: wrong reads, and exits that raised."""
        verdict = judge_reads(observed)
        raised, blocks = facts["exits_raised"], facts["blocks"]
        if not raised:
            is_clean = verdict.tone == GOOD and blocks and not observed.is_running
            return (
                replace(verdict, text=f"{verdict.text}, and nothing was left after the block") if is_clean else verdict
            )
        return Verdict(f"{verdict.text}; {raised:,} of {blocks:,} exits raised AttributeError", BAD)
