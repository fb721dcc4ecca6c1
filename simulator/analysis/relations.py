"""What belongs to an event: the write a read got, its actor's own write, and what overwrote that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

MAX_READERS = 200


@dataclass(frozen=True, slots=True)
class Related:
    """The events that explain one event; rows, None where there is none.

    Attributes
    ----------
    source : int or None
        For a read: the write or delete whose value it got. For a wait, a receive, a check or the begin of a thread: the
        signal or clear that it met.
    own : int or None
        For a read: the last write of the same actor to the same variable before it.
    overwriter : int or None
        The write or delete that replaced `own` (for a write: that replaced it) in its cell.
    readers : tuple of int
        For a write or delete: the reads that got it, for a signal or clear: who met it; at most 200.
    """

    source: int | None = None
    own: int | None = None
    overwriter: int | None = None
    readers: tuple[int, ...] = ()


def related(trace: Trace, row: int) -> Related:
    """Return what belongs to the event at `row`."""
    kind = trace.kind[row]
    if kind == Kind.READ:
        source = int(trace.reads_from[row])
        own = last_own_write(trace, row)
        overwriter = None if own is None else overwriter_of(trace, own, before=row)
        return Related(source if source >= 0 else None, own, overwriter)
    if kind in (Kind.WRITE, Kind.DELETE):
        readers = np.flatnonzero(trace.reads_from[row:] == row)[:MAX_READERS] + row
        return Related(overwriter=overwriter_of(trace, row), readers=tuple(readers.tolist()))
    if kind in (Kind.SIGNAL, Kind.CLEAR):
        met = np.flatnonzero(trace.reads_from == row)[:MAX_READERS]
        return Related(readers=tuple(met.tolist()))
    source = int(trace.reads_from[row])
    return Related(source if source >= 0 else None)


def creator_of(trace: Trace, task: int) -> int | None:
    """Return the step of another task in which a task of an event loop was created, None if none created it."""
    if not trace.actors[trace.actor[task]].is_on_loop:
        return None
    here = trace.thread[:task] == trace.thread[task]
    step = _last(here & (trace.kind[:task] == Kind.STEP))
    is_open = step is not None and (trace.end_ns[step] == OPEN or trace.end_ns[step] >= trace.begin_ns[task])
    return step if step is not None and is_open and trace.actors[trace.actor[step]].is_on_loop else None


def last_own_write(trace: Trace, row: int) -> int | None:
    """Return the last write of the event's actor to its variable before `row`."""
    same = (trace.actor[:row] == trace.actor[row]) & (trace.variable[:row] == trace.variable[row])
    return _last(same & (trace.kind[:row] == Kind.WRITE))


def overwriter_of(trace: Trace, write: int, before: int | None = None) -> int | None:
    """Return the next write or delete in the same cell after `write`, and before the row `before`."""
    window = slice(write + 1, before)
    same = (trace.place[window] == trace.place[write]) & (trace.variable[window] == trace.variable[write])
    found = np.flatnonzero(same & np.isin(trace.kind[window], (Kind.WRITE, Kind.DELETE)))
    return int(found[0]) + write + 1 if len(found) else None


def _last(mask: IntArray) -> int | None:
    found = np.flatnonzero(mask)
    return int(found[-1]) if len(found) else None
