"""Kinds of events and results of spans in words, for tables, hover texts and the inspector alike."""

from __future__ import annotations

from simulator.record.kinds import Kind, Result
from simulator.trace.trace import Trace

KIND_WORDS: dict[Kind, str] = {
    Kind.READ: "read",
    Kind.WRITE: "write",
    Kind.DELETE: "delete",
    Kind.THREAD_BEGIN: "begins",
    Kind.THREAD_END: "ends",
    Kind.EXCEPTION: "exception",
    Kind.ANSWER: "answer",
    Kind.LOG: "log line",
    Kind.OPEN: "open",
    Kind.CLOSE: "close",
    Kind.MARK: "mark",
    Kind.SIGNAL: "signal",
    Kind.RECEIVE: "receive",
    Kind.CLEAR: "clear",
    Kind.CHECK: "check",
    Kind.SLEEP: "sleep",
    Kind.WAIT: "wait",
    Kind.HOLD: "hold lock",
    Kind.TASK: "task",
    Kind.BLOCK: "block",
    Kind.TRANSACTION: "transaction",
    Kind.STEP: "step",
}

RESULT_WORDS: dict[Result, str] = {
    Result.NONE: "",
    Result.DONE: "done",
    Result.ROLLED_BACK: "rolled back",
    Result.REFUSED: "refused",
    Result.BROKEN: "broken",
    Result.TIMED_OUT: "timed out",
    Result.FAILED: "failed",
}

ON_VARIABLES = (
    Kind.READ,
    Kind.WRITE,
    Kind.DELETE,
    Kind.OPEN,
    Kind.CLOSE,
    Kind.SIGNAL,
    Kind.RECEIVE,
    Kind.CLEAR,
    Kind.CHECK,
    Kind.WAIT,
    Kind.HOLD,
)
"""Kinds of events that are about a variable, a lock or another object with a name."""

WITH_VALUE = (
    Kind.READ,
    Kind.WRITE,
    Kind.EXCEPTION,
    Kind.ANSWER,
    Kind.LOG,
    Kind.MARK,
    Kind.SIGNAL,
    Kind.RECEIVE,
    Kind.CHECK,
    Kind.BLOCK,
    Kind.TRANSACTION,
)
"""Kinds of events whose value tells something."""

_DOES: dict[Kind, str] = {
    Kind.READ: "reads",
    Kind.WRITE: "writes",
    Kind.DELETE: "deletes",
    Kind.THREAD_BEGIN: "begins",
    Kind.THREAD_END: "ends",
    Kind.EXCEPTION: "raises",
    Kind.ANSWER: "answers",
    Kind.LOG: "logs",
    Kind.OPEN: "opens",
    Kind.CLOSE: "closes",
    Kind.MARK: "shows",
    Kind.RECEIVE: "gets",
    Kind.CLEAR: "clears",
    Kind.CHECK: "checks",
    Kind.SLEEP: "sleeps",
    Kind.HOLD: "holds the lock",
    Kind.TASK: "runs",
    Kind.STEP: "runs",
}

_SIGNALS: dict[str, str] = {
    "set": "sets",
    "notify": "notifies",
    "put": "puts into",
    "release": "releases",
    "start": "starts",
    "submit": "submits to",
    "done": "finishes",
    "arrive": "arrives at",
}

_WAITS: dict[str, str] = {
    "lock": "waits for the lock",
    "event": "waits for",
    "join": "waits for the end of a thread",
    "queue": "waits for the queue",
    "result": "waits for a result",
    "barrier": "waits at the barrier",
    "condition": "waits for the condition",
    "semaphore": "waits for the semaphore",
}


def waiting_for(trace: Trace, row: int) -> str:
    """Say what a wait is for: ``waiting for the lock``, ``waiting for ready``; locks by their names in a script."""
    value, name = trace.value_of(row), trace.variable_name(row)
    if value == "join":
        return f"joining {name}".rstrip()
    is_the_one = value == "lock" and not trace.is_of_script  # a lesson has one lock, and calls it as what it guards
    return "waiting for " + ("the lock" if is_the_one or name in ("", "lock") else name)


def result_text(trace: Trace, row: int) -> str:
    """Say how a span ended, nothing where that is not told: ``committed``, ``rolled back``, ``timed out``."""
    result, kind = trace.result_of(row), trace.kind[row]
    if kind == Kind.BLOCK:
        return "left by an exception" if result == Result.FAILED else ""
    return "committed" if kind == Kind.TRANSACTION and result == Result.DONE else RESULT_WORDS[result]


def note_text(trace: Trace, row: int) -> str:
    """Say in a word or two what stands beside the mark of an event about a flag, a lock or the like."""
    kind, value = Kind(int(trace.kind[row])), trace.value_of(row)
    if kind == Kind.CLEAR:
        return "clear()"
    if kind == Kind.CHECK:
        return f"is_set(): {value}"
    if kind in (Kind.OPEN, Kind.CLOSE):
        return KIND_WORDS[kind]
    if kind == Kind.RECEIVE:
        return "set already" if value is True else "at once"
    return f"{value}()" if value == "set" else str(value)


def does(trace: Trace, row: int) -> str:
    """Say what an event does, without who: ``reads request_id``, ``waits for the lock``, ``sets done``."""
    kind = Kind(int(trace.kind[row]))
    value = trace.value_of(row) if kind != Kind.READ else None
    name = trace.variable_name(row)
    if kind == Kind.SIGNAL and value == "start" and not name:
        return "starts a thread"
    if kind == Kind.SIGNAL:
        return f"{_SIGNALS.get(str(value), f'signals {value}')} {name}".rstrip()
    if kind == Kind.RECEIVE and value is True:
        return f"finds {name} set"
    if kind == Kind.WAIT:
        if value == "join" and name:
            return f"waits for the end of {name}"
        words = _WAITS.get(str(value), f"waits for {value}")
        return words if words.endswith(f" {name}") else f"{words} {name}".rstrip()
    if kind in (Kind.BLOCK, Kind.TRANSACTION):
        return f"runs {value}"
    return f"{_DOES[kind]} {name}".rstrip() if kind != Kind.HOLD else _DOES[kind]
