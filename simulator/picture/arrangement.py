"""How the user wants the lanes: in which order, which of them hidden, pinned to the top, or collapsed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.picture.index import PictureIndex
from simulator.trace.trace import Trace
from simulator.trace.tracks import ThreadInfo

BY_NAME, BY_START, BY_PROBLEMS = "name", "start", "problems"
ORDERS = (BY_NAME, BY_START, BY_PROBLEMS)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the user wants.

    Attributes
    ----------
    order : str
        One of `ORDERS`.
    hidden, pinned, collapsed : frozenset of str
        Names of threads, or of tasks of event loops, whose lanes are not shown, stay on top, or are thin. A task's lane
        goes with that of its thread.
    variables : frozenset of str
        Names of variables of a script that are to have a strip, whatever else has one.
    """

    order: str = BY_NAME
    hidden: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    collapsed: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arranged:
    """The lanes of a run as they are wanted.

    Attributes
    ----------
    shown : list of int
        Tracks whose lanes are shown, from top to bottom, those that are pinned first.
    n_pinned : int
        How many of these are pinned.
    collapsed : frozenset of int
        Those that are thin.
    """

    shown: list[int]
    n_pinned: int
    collapsed: frozenset[int]


def arrange(index: PictureIndex, wanted: Arrangement) -> Arranged:
    """Put the lanes of a recording into the wanted order; where two are equal in it, by name."""
    trace = index.trace
    shown = [track for track in _ordered(index, wanted.order) if not is_among(trace, track, wanted.hidden)]
    pinned = [track for track in shown if is_among(trace, track, wanted.pinned)]
    rest = [track for track in shown if not is_among(trace, track, wanted.pinned)]
    collapsed = frozenset(track for track in shown if is_among(trace, track, wanted.collapsed))
    return Arranged([*pinned, *rest], len(pinned), collapsed)


def is_among(trace: Trace, track: int, names: frozenset[str]) -> bool:
    """Return whether a track, or the thread that it lies in, has one of some names."""
    info = trace.tracks[track]
    return info.name in names or trace.threads[info.serial].name in names


def _ordered(index: PictureIndex, order: str) -> list[int]:
    """Return all lanes in the wanted order of their threads; the tasks of an event loop stay below their thread."""
    lanes, trace = index.cast.lanes, index.trace
    if order == BY_START:
        return sorted(lanes, key=lambda track: _thread_of(index, track).begin_ns)
    if order == BY_PROBLEMS:
        counts = np.bincount(trace.thread[index.problems], minlength=len(trace.threads))
        return sorted(lanes, key=lambda track: -int(counts[_thread_of(index, track).serial]))
    return lanes


def _thread_of(index: PictureIndex, track: int) -> ThreadInfo:
    return index.trace.threads[index.trace.tracks[track].serial]
