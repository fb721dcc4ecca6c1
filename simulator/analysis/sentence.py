"""The verdict of a run that may have failed, been stopped, or be going on."""

from __future__ import annotations

from dataclasses import replace

from simulator.analysis.judges.base import Judge
from simulator.analysis.observed import Facts, Observed
from simulator.analysis.verdict import BAD, Verdict
from simulator.trace.trace import Trace


def give_verdict(
    judge: Judge, observed: Observed, facts: Facts, status: str, unstopped: tuple[str, ...] = ()
) -> Verdict:
    """Say in one sentence what the run showed.

    Parameters
    ----------
    judge : Judge
        Of the lesson.
    observed : Observed
        The run.
    facts : dict of str to int
        The lesson's own numbers.
    status : str
        ``running``, ``done``, ``stopped``, ``failed`` or ``limit``.
    unstopped : tuple of str
        Names of threads that did not stop.

    Returns
    -------
    Verdict
        Ready to be shown.
    """
    verdict = judge.verdict(observed, facts)
    if status == "failed" and observed.ending is None:
        verdict = Verdict(_failure(observed.trace), BAD)
    elif status == "stopped" and observed.ending is None:
        verdict = replace(verdict, text=f"Stopped before the end: {_lower_first(verdict.text)}")
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
