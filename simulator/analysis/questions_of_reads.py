"""Questions about what somebody reads."""

from __future__ import annotations

import numpy as np

from simulator.analysis.outcomes import Outcome
from simulator.analysis.questions import Question, Truth, n_requests, share_of
from simulator.analysis.recording import Recording
from simulator.lessons.base import POOL, RunSettings
from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray

_ALL_SOME_NONE = ("all of them", "some of them", "none")


def ask_request_id(settings: RunSettings) -> Question:
    """`request-id`: how many are answered with another's id."""
    how = f"{settings.threads:,} requests are handled at once"
    if settings.runner == POOL:
        how = f"{settings.tasks:,} requests are handled by {settings.pool_size:,} workers"
    text = f"{how}. How many will be answered with the id of another?"
    return Question(text, ("none", "some of them", "all but one"), _count_wrong_answers)


def _count_wrong_answers(run: Recording) -> Truth | None:
    private = run.analysis.counts.private
    n_reads = sum(private.values())
    n_wrong = n_reads - private[Outcome.OWN]
    index = 0 if not n_wrong else 2 if n_wrong == n_reads - 1 else 1
    return Truth(index, f"{n_wrong:,} of {n_reads:,} were") if n_reads else None


def ask_visibility(settings: RunSettings) -> Question:
    """`visibility`: what a thread that stores nothing finds."""
    answers = ("the value that main has stored", "something else", "nothing")
    text = "main has stored a value. worker-1 stores none. What will it find?"
    return Question(text, answers, _what_worker_1_found)


def _what_worker_1_found(run: Recording) -> Truth | None:
    rows = _reads_of(run, "worker-1")
    return _compare_writer(run, rows[0], "main") if rows else None


def ask_request_context(settings: RunSettings) -> Question:
    """`request-context`: how many find their own user, deep inside."""
    text = f"{n_requests(settings):,} requests look for their user, three calls deep. How many will find their own?"
    return Question(text, _ALL_SOME_NONE, _count_own_users)


def _count_own_users(run: Recording) -> Truth | None:
    """Count the requests whose first look for the user found their own; the second look comes after their block."""
    trace = run.trace
    rows = np.flatnonzero((trace.kind == Kind.READ) & (trace.variable == trace.variables.index("user")))
    _, first = np.unique(trace.actor[rows], return_index=True)
    return _count_own(run, rows[first])


def ask_async_tasks(settings: RunSettings) -> Question:
    """`async-tasks`: how many tasks read back their own value."""
    text = f"{settings.tasks:,} tasks store a value, await, and read it back. How many will get their own?"
    return Question(text, _ALL_SOME_NONE, _count_tasks_with_their_own)


def _count_tasks_with_their_own(run: Recording) -> Truth | None:
    """Count the tasks whose last read got their own value; the child, which stores none, aside."""
    trace = run.trace
    names = [one.name for one in trace.actors]
    rows = [_reads_of(run, name) for name in names if name.startswith("task-")]
    return _count_own(run, np.array([of_task[-1] for of_task in rows if of_task], np.int64))


def _count_own(run: Recording, rows: IntArray) -> Truth | None:
    n_own = int(np.count_nonzero(run.analysis.outcome[rows] == Outcome.OWN))
    return share_of(n_own, len(rows), f"{n_own:,} of {len(rows):,} did")


def ask_pool_leftover(settings: RunSettings) -> Question:
    """`pool-leftover`: what the first task finds that cannot be a thread's first."""
    who = f"task-{settings.pool_size + 1}"
    answers = ("the number of another task", "its own number", "nothing")
    return Question(f"What will {who} find before it stores anything?", answers, lambda run: _first_found(run, who))


def _first_found(run: Recording, who: str) -> Truth | None:
    rows = _reads_of(run, who)
    if not rows:
        return None
    outcome = Outcome(run.analysis.outcome[rows[0]])
    index = 1 if outcome is Outcome.OWN else 2 if outcome in (Outcome.MISSING, Outcome.ERASED) else 0
    return Truth(index, _seen(run, rows[0]))


def ask_pool_cleanup(settings: RunSettings) -> Question:
    """`pool-cleanup`: what comes after a task that raised."""
    answers = ("what task-3 has stored", "what some other task has stored", "nothing")
    text = "task-3 raises an exception. What will the next task on its thread find?"
    return Question(text, answers, _after_task_3)


def _after_task_3(run: Recording) -> Truth | None:
    """Return what the task found that came after ``task-3`` on the same thread."""
    trace = run.trace
    failed = next((i for i, one in enumerate(trace.actors) if one.name == "task-3"), None)
    if failed is None:
        return None
    rows = np.flatnonzero((trace.thread == trace.actors[failed].thread) & (trace.kind == Kind.READ))
    end_ns = trace.actor_end_ns[failed]
    later = [int(row) for row in rows if trace.actor[row] != failed and trace.begin_ns[row] >= end_ns]
    return _compare_writer(run, later[0], "task-3") if later else None


def _compare_writer(run: Recording, row: int, writer: str) -> Truth:
    """Tell whether a read got the value of `writer` (0), another value (1) or nothing (2)."""
    trace, source = run.trace, int(run.trace.reads_from[row])
    is_nothing = source < 0 or trace.kind[source] == Kind.DELETE
    index = 2 if is_nothing else 0 if trace.actors[trace.actor[source]].name == writer else 1
    return Truth(index, _seen(run, row))


def _reads_of(run: Recording, who: str) -> list[int]:
    """Return the rows of an actor's reads, in order."""
    trace = run.trace
    actor = next((i for i, one in enumerate(trace.actors) if one.name == who), None)
    if actor is None:
        return []
    rows: list[int] = np.flatnonzero((trace.kind == Kind.READ) & (trace.actor == actor)).tolist()
    return rows


def _seen(run: Recording, row: int) -> str:
    """Say what a read got: ``worker-2 read 4, which worker-5 had stored``."""
    trace, source = run.trace, int(run.trace.reads_from[row])
    who = trace.actors[trace.actor[row]].name
    writer = trace.actors[trace.actor[source]].name if source >= 0 else ""
    if source < 0 or trace.kind[source] == Kind.DELETE:
        return f"{who} found nothing" + (f": {writer} had removed it" if writer not in ("", who) else "")
    whose = "its own value" if writer == who else f"which {writer} had stored"
    return f"{who} read {trace.value_text(row)}, {whose}"
