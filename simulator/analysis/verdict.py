"""The verdict: one sentence on the run, with its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.analysis.analysis import PRIVATE_PROBLEMS, Counts
from simulator.analysis.outcomes import Outcome
from simulator.lessons.base import LOCKED, POOL, SHARED, RunSettings
from simulator.trace.trace import Trace

GOOD, BAD, NEUTRAL = "good", "bad", "neutral"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence and its tone.

    Attributes
    ----------
    text : str
        The sentence, without a full stop.
    tone : str
        ``good`` (nothing found), ``bad`` (something found, or the run failed) or ``neutral`` (nothing to judge).
    """

    text: str
    tone: str


def give_verdict(
    trace: Trace,
    counts: Counts,
    settings: RunSettings,
    status: str,
    facts: dict[str, int],
    unstopped: tuple[str, ...] = (),
) -> Verdict:
    """Say in one sentence what the run showed.

    Parameters
    ----------
    trace : Trace
        The run.
    counts : Counts
        Its numbers so far.
    settings : RunSettings
        With what it ran.
    status : str
        ``running``, ``done``, ``stopped``, ``failed`` or ``limit``.
    facts : dict of str to int
        The lesson's own numbers.
    unstopped : tuple of str
        Names of threads that did not stop.

    Returns
    -------
    Verdict
        Ready to be shown.
    """
    verdict = _judge(counts, settings, facts, status == "running")
    if status == "failed":
        verdict = Verdict(_failure(trace), BAD)
    elif status == "stopped":
        verdict = Verdict(f"Stopped before the end: {_lower_first(verdict.text)}", verdict.tone)
    if unstopped:
        verdict = Verdict(f"{verdict.text}; {' and '.join(unstopped)} did not stop", BAD)
    return verdict


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _failure(trace: Trace) -> str:
    failure = next((failure for failure in trace.failures if not failure.is_declared), None)
    if failure is None:
        return "The run failed: its process ended before the threads had finished"
    actor = trace.actors[trace.actor[failure.row]].name
    return f"The run failed: {actor} ended with {failure.summary}"


def _judge(counts: Counts, settings: RunSettings, facts: dict[str, int], is_running: bool) -> Verdict:
    n_private_reads = sum(counts.private.values())
    if "expected" in facts and not n_private_reads:
        return _judge_counter(counts, facts, is_running)
    if not counts.reads:
        return Verdict("Nothing was read yet" if is_running else "Nothing was read", NEUTRAL)
    if not n_private_reads:
        return _tell_visibility(counts, settings, " so far" if is_running else "")
    return _judge_private(counts, settings, " so far" if is_running else "")


def _judge_counter(counts: Counts, facts: dict[str, int], is_running: bool) -> Verdict:
    expected, final = facts["expected"], facts["final"]
    if is_running:
        return Verdict("Counting: what was lost is known at the end", NEUTRAL)
    if counts.lost_updates:
        lost = counts.lost_updates
        was = "was" if lost == 1 else "were"
        text = f"{lost:,} of {counts.updates:,} increments {was} lost: the counter ended at {final:,}, not {expected:,}"
        return Verdict(text, BAD)
    if not counts.updates:
        return Verdict("Nothing was counted", NEUTRAL)
    return Verdict(f"No increment was lost: {expected:,} of {expected:,} are in the final value", GOOD)


def _tell_visibility(counts: Counts, settings: RunSettings, so_far: str) -> Verdict:
    """Tell what was seen of variables that nobody is meant to have alone: a fact, not a fault."""
    actor = "task" if settings.runner == POOL else "thread"
    n_foreign, n_missing = counts.by_outcome[Outcome.FOREIGN], counts.by_outcome[Outcome.MISSING]
    seen = f"{n_foreign:,} of {counts.reads:,} reads{so_far} returned another {actor}'s value"
    text = seen if n_foreign else f"None of {counts.reads:,} reads{so_far} returned another {actor}'s value"
    return Verdict(text + (f": {n_missing:,} found none" if n_missing else ""), NEUTRAL)


def _judge_private(counts: Counts, settings: RunSettings, so_far: str) -> Verdict:
    private = counts.private
    n_reads, n_own = sum(private.values()), private[Outcome.OWN]
    actor = "task" if settings.runner == POOL else "thread"
    wrong = [(private[outcome], text) for outcome, text in _WRONG.items() if private[outcome]]
    if not wrong:
        if n_own == n_reads:
            text = f"All {n_reads:,} reads{so_far} returned their own {actor}'s value" if n_reads > 1 else (
                f"The one read{so_far} returned its own {actor}'s value"
            )
        else:
            text = f"None of {n_reads:,} reads{so_far} returned another {actor}'s value"
            text += f": {private[Outcome.MISSING]:,} found none" if private[Outcome.MISSING] else ""
        return Verdict(text + _luck(settings), GOOD)
    parts = [f"{number:,} of {n_reads:,} reads{so_far} {text.format(actor=actor)}" for number, text in wrong]
    return Verdict("; ".join(parts) + _why_no_cure(settings), BAD)


_WRONG: dict[Outcome, str] = {
    Outcome.FOREIGN: "returned another {actor}'s value",
    Outcome.ERASED: "found their own value deleted by another {actor}",
    Outcome.LEFTOVER: "returned what an earlier task had left behind",
}
assert set(_WRONG) == set(PRIVATE_PROBLEMS)


def _why_no_cure(settings: RunSettings) -> str:
    if settings.storage == LOCKED:
        return ", although every access held the lock: it encloses each access, not the write and the read together"
    if settings.storage == SHARED and not settings.work_ms:
        return "; with no work in between, fewer threads meet"
    return ""


def _luck(settings: RunSettings) -> str:
    if settings.storage in (SHARED, LOCKED) and not settings.work_ms:
        return "; with no work in between, hardly any threads meet: try more work time"
    return ""
