"""Counters: how many increments are not in the final value."""

from __future__ import annotations

import numpy as np

from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL, Verdict
from simulator.record.kinds import Kind
from simulator.trace.trace import Trace


def counter_facts(observed: Observed) -> Facts:
    """Return ``expected`` and ``final``, summed over counters and cells; nothing where there is no counter."""
    counters = [index for index, variable in enumerate(observed.variables) if variable.is_counter]
    if not counters:
        return {}
    if observed.is_running:
        return {"expected": 0, "final": 0}
    final = sum(_final_value(observed.trace, index) for index in counters)
    return {"expected": observed.counts.updates, "final": final}


def _final_value(trace: Trace, variable: int) -> int:
    """Return the counter's value at the end, summed over the cells that threads have of their own."""
    writes = np.flatnonzero((trace.kind == Kind.WRITE) & (trace.variable == variable))[::-1]
    _, last = np.unique(trace.place[writes], return_index=True)
    return int(trace.value[writes[last]].sum())


def judge_counter(observed: Observed, facts: Facts) -> Verdict:
    """Say how many increments were lost."""
    counts, expected, final = observed.counts, facts["expected"], facts["final"]
    if observed.is_running:
        return Verdict("Counting: what was lost is known at the end", NEUTRAL)
    if counts.lost_updates:
        lost = counts.lost_updates
        was = "was" if lost == 1 else "were"
        text = f"{lost:,} of {counts.updates:,} increments {was} lost: the counter ended at {final:,}, not {expected:,}"
        return Verdict(text, BAD)
    if not counts.updates:
        return Verdict("Nothing was counted", NEUTRAL)
    return Verdict(f"No increment was lost: {expected:,} of {expected:,} are in the final value", GOOD)
