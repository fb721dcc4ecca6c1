"""Reads: whose values they returned."""

from __future__ import annotations

from simulator.analysis.counts import PRIVATE_PROBLEMS
from simulator.analysis.observed import Observed, Settings
from simulator.analysis.outcomes import Outcome
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL, Verdict
from simulator.lessons.base import LOCKED, LOOPS, SHARED, RunSettings


def judge_reads(observed: Observed) -> Verdict:
    """Say how many reads of private variables returned another's value; without such, what was seen of the others."""
    if not observed.counts.reads:
        return Verdict("Nothing was read yet" if observed.is_running else "Nothing was read", NEUTRAL)
    if not sum(observed.counts.private.values()):
        return _tell_visibility(observed)
    return _judge_private(observed)


def _tell_visibility(observed: Observed) -> Verdict:
    """Tell what was seen of variables that nobody is meant to have alone: a fact, not a fault."""
    counts, so_far, actor = observed.counts, observed.so_far, observed.actor
    n_foreign, n_missing = counts.by_outcome[Outcome.FOREIGN], counts.by_outcome[Outcome.MISSING]
    seen = f"{n_foreign:,} of {counts.reads:,} reads{so_far} returned another {actor}'s value"
    text = seen if n_foreign else f"None of {counts.reads:,} reads{so_far} returned another {actor}'s value"
    return Verdict(text + (f": {n_missing:,} found none" if n_missing else ""), NEUTRAL)


def _judge_private(observed: Observed) -> Verdict:
    private, so_far, actor = observed.counts.private, observed.so_far, observed.actor
    n_reads, n_own = sum(private.values()), private[Outcome.OWN]
    wrong = [(private[outcome], text) for outcome, text in _WRONG.items() if private[outcome]]
    if not wrong:
        if n_own == n_reads:
            text = (
                f"All {n_reads:,} reads{so_far} returned their own {actor}'s value"
                if n_reads > 1
                else (f"The one read{so_far} returned its own {actor}'s value")
            )
        else:
            text = f"None of {n_reads:,} reads{so_far} returned another {actor}'s value"
            text += f": {private[Outcome.MISSING]:,} found none" if private[Outcome.MISSING] else ""
        return Verdict(text + _luck(observed.settings), GOOD)
    parts = [f"{number:,} of {n_reads:,} reads{so_far} {text.format(actor=actor)}" for number, text in wrong]
    return Verdict("; ".join(parts) + _why_no_cure(observed.settings), BAD)


_WRONG: dict[Outcome, str] = {
    Outcome.FOREIGN: "returned another {actor}'s value",
    Outcome.ERASED: "found their own value deleted by another {actor}",
    Outcome.LEFTOVER: "returned what an earlier task had left behind",
}
assert set(_WRONG) == set(PRIVATE_PROBLEMS)


def _why_no_cure(settings: Settings) -> str:
    if not isinstance(settings, RunSettings):
        return ""
    if settings.storage == LOCKED:
        return ", although every access held the lock: it encloses each access, not the write and the read together"
    if settings.storage == SHARED and not settings.work_ms and settings.runner != LOOPS:
        return "; with no work in between, fewer threads meet"
    return ""


def _luck(settings: Settings) -> str:
    if not isinstance(settings, RunSettings):
        return ""
    if settings.storage in (SHARED, LOCKED) and not settings.work_ms:
        return "; with no work in between, hardly any threads meet: try more work time"
    return ""
