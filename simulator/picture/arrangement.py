"""How the user wants the lanes: in which order, which of them hidden, pinned to the top, or collapsed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.picture.index import PictureIndex

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
        Names of threads whose lanes are not shown, stay on top, or are thin.
    """

    order: str = BY_NAME
    hidden: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    collapsed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arranged:
    """The lanes of a run as they are wanted.

    Attributes
    ----------
    shown : list of int
        Serials of the threads whose lanes are shown, from top to bottom, those that are pinned first.
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
    threads = index.trace.threads
    shown = [serial for serial in _ordered(index, wanted.order) if threads[serial].name not in wanted.hidden]
    pinned = [serial for serial in shown if threads[serial].name in wanted.pinned]
    rest = [serial for serial in shown if threads[serial].name not in wanted.pinned]
    collapsed = frozenset(serial for serial in shown if threads[serial].name in wanted.collapsed)
    return Arranged([*pinned, *rest], len(pinned), collapsed)


def _ordered(index: PictureIndex, order: str) -> list[int]:
    lanes, trace = index.cast.lanes, index.trace
    if order == BY_START:
        return sorted(lanes, key=lambda serial: trace.threads[serial].begin_ns)
    if order == BY_PROBLEMS:
        counts = np.bincount(trace.thread[index.problems], minlength=len(trace.threads))
        return sorted(lanes, key=lambda serial: -int(counts[serial]))
    return lanes
