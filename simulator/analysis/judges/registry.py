"""Which judge a lesson has: an explicit table."""

from __future__ import annotations

from simulator.analysis.judges.async_tasks import AsyncJudge
from simulator.analysis.judges.base import Judge
from simulator.analysis.judges.db_connection import DbConnectionJudge
from simulator.analysis.judges.events import EventJudge
from simulator.analysis.judges.general import GeneralJudge
from simulator.analysis.judges.logging_context import LoggingContextJudge
from simulator.analysis.judges.probe import ProbeJudge
from simulator.analysis.judges.request_context import RequestContextJudge
from simulator.analysis.judges.script import ScriptJudge
from simulator.analysis.judges.spinner import SpinnerJudge
from simulator.analysis.judges.subclass import SubclassJudge
from simulator.analysis.judges.transaction_scope import TransactionScopeJudge
from simulator.analysis.observed import Settings
from simulator.lessons.probes import COPIED, TASK_ISOLATION, THREAD_ISOLATION
from simulator.script.settings import ScriptSettings

GENERAL = GeneralJudge()
SCRIPT = ScriptJudge()
JUDGES: dict[str, Judge] = {
    "async-tasks": AsyncJudge(),
    "db-connection": DbConnectionJudge(),
    "event-flag": EventJudge(),
    "event-spinner": SpinnerJudge(),
    COPIED.id: ProbeJudge(),
    TASK_ISOLATION.id: ProbeJudge(),
    THREAD_ISOLATION.id: ProbeJudge(),
    "logging-context": LoggingContextJudge(),
    "request-context": RequestContextJudge(),
    "subclass-local": SubclassJudge(),
    "transaction-scope": TransactionScopeJudge(),
}
"""Judges of lessons that count something of their own, by the lesson's id."""


def judge_of(lesson_id: str) -> Judge:
    """Return the judge of a lesson."""
    return JUDGES.get(lesson_id, GENERAL)


def judge_for(settings: Settings) -> Judge:
    """Return the judge of a run of a lesson or of a script."""
    return SCRIPT if isinstance(settings, ScriptSettings) else judge_of(settings.lesson)
