"""Predict first: one question for each lesson; see `questions` for what it is."""

from __future__ import annotations

from collections.abc import Callable

from simulator.analysis import questions_of_counts as counts
from simulator.analysis import questions_of_reads as reads
from simulator.analysis.questions import Question
from simulator.lessons.base import RunSettings

QUESTIONS: dict[str, Callable[[RunSettings], Question]] = {
    "request-id": reads.ask_request_id,
    "visibility": reads.ask_visibility,
    "request-context": reads.ask_request_context,
    "db-connection": counts.ask_db_connection,
    "logging-context": counts.ask_logging_context,
    "transaction-scope": counts.ask_transaction_scope,
    "subclass-local": counts.ask_subclass_local,
    "pool-leftover": reads.ask_pool_leftover,
    "pool-cleanup": reads.ask_pool_cleanup,
    "async-tasks": reads.ask_async_tasks,
    "event-flag": counts.ask_event_flag,
    "event-spinner": counts.ask_event_spinner,
    "lost-update": counts.ask_lost_update,
}
"""By the lesson's id: what to ask before a run with given settings."""


def question_of(settings: RunSettings) -> Question | None:
    """Return the question to ask before a run with these settings; None where there is none."""
    ask = QUESTIONS.get(settings.lesson)
    return ask(settings) if ask is not None else None
