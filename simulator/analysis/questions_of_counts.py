"""Questions about what a lesson counts."""

from __future__ import annotations

import numpy as np

from simulator.analysis.questions import Question, Truth, n_requests, share_of
from simulator.analysis.recording import Recording
from simulator.lessons.base import RunSettings
from simulator.record.kinds import Kind

SOON_NS = 50_000_000
"""Half a tick of the spinner: what stops within it has not slept on."""


def ask_lost_update(settings: RunSettings) -> Question:
    """`lost-update`: where the counter ends."""
    expected = settings.threads * int(settings.options.get("increments", 0))
    text = f"Together the threads count up {expected:,} times. Where will the counter end?"
    return Question(text, (f"at {expected:,}", "lower", "higher"), _where_it_ended)


def _where_it_ended(run: Recording) -> Truth | None:
    expected, final = run.facts["expected"], run.facts["final"]
    return Truth(0 if final == expected else 1 if final < expected else 2, f"it ended at {final:,}")


def ask_db_connection(settings: RunSettings) -> Question:
    """`db-connection`: how many rows are written."""
    text = f"{n_requests(settings):,} rows are to be written. How many will be in the file?"
    return Question(text, ("all of them", "some of them", "none"), _count_rows)


def _count_rows(run: Recording) -> Truth | None:
    asked, found = run.facts["rows_asked"], run.facts["rows_found"]
    return share_of(found, asked, f"{found:,} of {asked:,} were there")


def ask_logging_context(settings: RunSettings) -> Question:
    """`logging-context`: how many lines are wrong."""
    text = f"{n_requests(settings):,} requests write three lines each. How many lines will carry a wrong id, or none?"
    return Question(text, ("none of them", "up to half of them", "more than half of them"), _count_lines)


def _count_lines(run: Recording) -> Truth | None:
    lines = run.facts["lines"] - 1  # one is written outside any request
    bad = run.facts["wrong_lines"] + run.facts["bare_lines"]
    return Truth(0 if not bad else 2 if 2 * bad > lines else 1, f"{bad:,} of {lines:,} did")


def ask_transaction_scope(settings: RunSettings) -> Question:
    """`transaction-scope`: how many transactions suffer from a neighbour."""
    text = f"{settings.threads:,} threads begin a transaction each. Will any be refused or broken by a neighbour?"
    return Question(text, ("no", "yes, some of them", "yes, all of them"), _count_hurt)


def _count_hurt(run: Recording) -> Truth | None:
    facts = run.facts
    refused, broken = facts["refused_by_neighbour"], facts["broken"]
    index = 0 if not refused + broken else 2 if refused + broken >= facts["asked"] else 1
    return Truth(index, f"refused because of a neighbour: {refused:,}; broken: {broken:,}")


def ask_subclass_local(settings: RunSettings) -> Question:
    """`subclass-local`: how often ``__init__`` runs."""
    threads = "one thread uses" if settings.threads == 1 else f"{settings.threads:,} threads use"
    text = f"main and {threads} one object. How often will its __init__ run?"
    return Question(text, ("once in all", "once in each thread", "more often than that"), _count_inits)


def _count_inits(run: Recording) -> Truth | None:
    runs, threads = run.facts["init_runs"], run.facts["threads_touching"]
    times = "once" if runs == 1 else f"{runs:,} times"
    return Truth(0 if runs == 1 else 1 if runs == threads else 2, f"it ran {times}, and {threads:,} threads used it")


def ask_event_flag(settings: RunSettings) -> Question:
    """`event-flag`: whom the first ``set()`` wakes."""
    n = settings.threads
    text = f"{n:,} {'thread waits' if n == 1 else 'threads wait'}. Which of them will the first set() wake?"
    return Question(text, ("all that wait then", "only one", "none"), _count_woken)


def _count_woken(run: Recording) -> Truth | None:
    trace = run.trace
    waits, sets = trace.of_kind(Kind.WAIT), trace.of_kind(Kind.SIGNAL).tolist()
    if not sets:
        return None
    at_ns = trace.begin_ns[sets[0]]
    n_waiting = int(np.count_nonzero((trace.begin_ns[waits] < at_ns) & (trace.end_ns[waits] > at_ns)))
    n_woken = int(np.count_nonzero(trace.reads_from[waits] == sets[0]))
    index = 2 if not n_woken else 0 if n_woken >= n_waiting or n_woken > 1 else 1
    return Truth(index, f"it woke {n_woken:,} of the {max(n_waiting, n_woken):,} that waited")


def ask_event_spinner(settings: RunSettings) -> Question:
    """`event-spinner`: how soon it stops."""
    text = "The spinner waits up to 0.1 s between two frames. How soon after done.set() will it stop?"
    return Question(text, ("at once", "when that wait is over", "when it has come full circle"), _how_soon)


def _how_soon(run: Recording) -> Truth | None:
    delay_ns = run.facts["stop_delay_ns"]
    return Truth(0 if delay_ns < SOON_NS else 1, f"it stopped {delay_ns / 1e6:,.1f} ms later")
