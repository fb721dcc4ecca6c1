"""Kinds of events and the packed operation code that a recorded row carries."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What an event is. Accesses come first, then instants, then spans; `END` closes a span and is no event."""

    READ = 0
    WRITE = 1
    DELETE = 2
    THREAD_BEGIN = 3
    THREAD_END = 4
    EXCEPTION = 5
    ANSWER = 6
    SLEEP = 16
    WAIT = 17
    HOLD = 18
    TASK = 19
    END = 31


ACCESSES = (Kind.READ, Kind.WRITE, Kind.DELETE)
FIRST_SPAN = int(Kind.SLEEP)

KIND_BITS = 5
VARIABLE_BITS = 11
CONTEXT_SHIFT = KIND_BITS + VARIABLE_BITS


def pack(kind: Kind, variable: int = 0, context: int = 0) -> int:
    """Pack a kind, a variable's index and a context's serial into one operation code.

    Parameters
    ----------
    kind : Kind
        What happened.
    variable : int
        Index into the program's variables, below 2048.
    context : int
        Serial of the context whose value was accessed; 0 where the storage is not a context.

    Returns
    -------
    int
        ``kind | variable << 5 | context << 16``.
    """
    return int(kind) | variable << KIND_BITS | context << CONTEXT_SHIFT
