"""Kinds of events, results of spans, and the packed operation code that a recorded row carries."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What an event is. Accesses come first, then instants, then spans; `END` closes a span and is no event.

    - Accesses: `READ`, `WRITE`, `DELETE`.
    - Life and words: `THREAD_BEGIN`, `THREAD_END`, `EXCEPTION`, `ANSWER`, `LOG` (a formatted line), `OPEN` and `CLOSE`
      (of a connection), `MARK` (a word on the lane).
    - Synchronisation: `SIGNAL` (a release: what comes after an acquisition of it happens after it), `RECEIVE` (an
      acquisition that did not have to wait), `CLEAR` and `CHECK` (of an Event's flag).
    - Spans: `SLEEP`, `WAIT` (for another thread), `HOLD` (of a lock), `TASK` (of a pool or an event loop), `BLOCK` (a
      ``with`` body or a call worth a name), `TRANSACTION`, `STEP` (an event loop runs one of its tasks).
    """

    READ = 0
    WRITE = 1
    DELETE = 2
    THREAD_BEGIN = 3
    THREAD_END = 4
    EXCEPTION = 5
    ANSWER = 6
    LOG = 7
    OPEN = 8
    CLOSE = 9
    MARK = 10
    SIGNAL = 11
    RECEIVE = 12
    CLEAR = 13
    CHECK = 14
    SLEEP = 16
    WAIT = 17
    HOLD = 18
    TASK = 19
    BLOCK = 20
    TRANSACTION = 21
    STEP = 22
    END = 31

    __hash__ = int.__hash__  # an enumeration's own takes ten times as long


class Result(IntEnum):
    """How a span ended, where that can be told."""

    NONE = 0
    DONE = 1
    ROLLED_BACK = 2
    REFUSED = 3
    BROKEN = 4
    TIMED_OUT = 5
    FAILED = 6


ACCESSES = (Kind.READ, Kind.WRITE, Kind.DELETE)
FIRST_SPAN = int(Kind.SLEEP)

KIND_BITS = 5
VARIABLE_BITS = 20
NO_VARIABLE = (1 << VARIABLE_BITS) - 1
"""Index of the variable of an event that is about none, where its kind usually is."""
PLACE_SHIFT = KIND_BITS + VARIABLE_BITS
LINE_BITS = 20
"""A recorded line is ``file index << 20 | line``."""


def pack(kind: Kind, variable: int = 0, place: int = 0) -> int:
    """Pack a kind, a variable's index and a place's serial into one operation code.

    Parameters
    ----------
    kind : Kind
        What happened.
    variable : int
        Index into the program's variables, below 2**20. For `Kind.END` a `Result`.
    place : int
        Serial of the cell that was accessed where the variable has several, such as the context's; else 0.

    Returns
    -------
    int
        ``kind | variable << 5 | place << 25``.
    """
    return int(kind) | variable << KIND_BITS | place << PLACE_SHIFT
