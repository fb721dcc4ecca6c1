"""Subclasses of `threading.local`: how often ``__init__`` ran, and in which threads."""

from __future__ import annotations

import numpy as np

from simulator.analysis.judges.base import Judge
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.outcomes import Outcome
from simulator.analysis.verdict import GOOD, NEUTRAL, Verdict
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN


class SubclassJudge(Judge):
    """Counts the calls of ``__init__`` and the threads that touched the object."""

    def facts(self, observed: Observed) -> Facts:
        """Return ``init_runs``, ``init_threads`` (in how many threads they ran) and ``threads_touching``."""
        trace = observed.trace
        runs = trace.thread[np.flatnonzero(trace.kind == Kind.BLOCK)]
        touching = trace.thread[np.flatnonzero(trace.kind <= Kind.DELETE)]
        return {
            "init_runs": len(runs),
            "init_threads": len(np.unique(runs)),
            "threads_touching": len(np.unique(touching[touching != BEFORE_RUN])),
        }

    def verdict(self, observed: Observed, facts: Facts) -> Verdict:
        """Say how often ``__init__`` ran for how many threads, and who saw whose value."""
        n_runs, n_threads = facts["init_runs"], facts["threads_touching"]
        counts = observed.counts
        n_foreign = counts.by_outcome[Outcome.FOREIGN]
        seen = f"{n_foreign:,} of {counts.reads:,} reads{observed.so_far} returned another thread's value"
        if facts["init_threads"] == n_runs == n_threads and n_runs > 1:
            text = f"__init__ ran {n_runs:,} times, once in each of {n_threads:,} threads, at its first touch"
            text += f"; {seen}" if n_foreign else "; no thread saw what another had changed"
            return Verdict(text, NEUTRAL if observed.is_running or n_foreign else GOOD)
        ran = "once" if n_runs == 1 else f"{n_runs:,} times"
        return Verdict(f"__init__ ran {ran} for {n_threads:,} thread{'s' if n_threads != 1 else ''}; {seen}", NEUTRAL)
