"""Deadlocks that struck, and orders of locks in which one may strike another time.

Locks taken in opposite orders by different threads, with no other lock round both and nothing else that keeps the two
apart: K. Havelund, "Using runtime analysis to guide model checking of Java programs", SPIN 2000 (Goodlock), with the
refinements of S. Bensalem and K. Havelund, 2005.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from simulator.analysis.detectors.case import Case, listed
from simulator.analysis.detectors.lock_cures import may_be_taken_again, one_order
from simulator.analysis.findings import Finding, Place, Severity, make_finding
from simulator.analysis.orders.locksets import Lock
from simulator.analysis.orders.waiting import JOIN, Standstill, Waiting, find_standstill
from simulator.record.kinds import Kind
from simulator.trace.row_table import NO_ROW

LONGEST = 4
"""Circles of more locks than this are not looked for."""


MOST_TOLD = 3
"""So many of those that wait are named in one sentence at most."""


def find_deadlocks(case: Case, is_still: bool = True) -> list[Finding]:
    """Find the deadlocks that the run ended in, or is in.

    Parameters
    ----------
    case : Case
        The run.
    is_still : bool
        Whether nothing happens in it any more: only then nobody is left to end what all wait for.

    Notes
    -----
    A wait that is given a time in the source ends by itself: what it takes part in is no deadlock.
    """
    still = find_standstill(case.trace)
    circles = [circle for circle in still.circles if not any(case.may_time_out(one.wait) for one in circle)]
    found = [_explain_circle(case, circle) for circle in circles]
    if not found and is_still and still.stuck and not any(map(case.may_time_out, still.stuck)):
        found.append(_explain_stuck(case, still))
    return found


def _explain_circle(case: Case, circle: tuple[Waiting, ...]) -> Finding:
    trace = case.trace
    names = [trace.threads[one.thread].name for one in circle]
    parts = [_wait_in_words(case, one, circle[i - 1]) for i, one in enumerate(circle)]
    if len(circle) == 1:
        message = f"{parts[0]}. It waits for itself: a Lock cannot be taken twice, not even by the same thread."
    else:
        message = f"{'; '.join(parts)}. Each waits for what the next one will not give back: none of them can go on."
    first = circle[0].wait
    places = [
        place
        for one in circle
        for place in (
            case.place(one.wait, f"{trace.threads[one.thread].name} waits for {_waited_for(case, one)}"),
            *(
                [case.place(one.hold, f"{trace.threads[one.holder].name} takes {case.name(one.hold)}")]
                if one.hold != NO_ROW
                else []
            ),
        )
    ]
    return make_finding(
        "deadlock",
        [place.row for place in places],
        trace.files[trace.file[first]],
        case.line(first),
        message,
        variable=listed(list(dict.fromkeys(_waited_for(case, one) for one in circle))),
        threads=names,
        cure=_cure(case, circle),
        count=1,
        places=places,
        brief=_circle_in_brief(case, circle),
    )


def _circle_in_brief(case: Case, circle: tuple[Waiting, ...]) -> str:
    """Say who waits for what held by whom."""
    threads = case.trace.threads
    if len(circle) == 1:
        return f"deadlock: {case.waits(circle[0].wait)}, which it holds itself"
    parts = [
        case.waits(one.wait) + (f", held by {threads[one.holder].name}" if one.hold != NO_ROW else "")
        for one in circle[:MOST_TOLD]
    ]
    more = len(circle) - len(parts)
    return "deadlock: " + "; ".join([*parts, *([f"{more:,} more wait in this circle"] if more else [])])


def _cure(case: Case, circle: tuple[Waiting, ...]) -> str:
    if any(one.hold == NO_ROW for one in circle):
        return ""
    if len(circle) == 1:
        return may_be_taken_again(case, circle[0].hold)
    return one_order(case, [(circle[i - 1].hold, one.wait) for i, one in enumerate(circle)])


def _wait_in_words(case: Case, one: Waiting, before: Waiting) -> str:
    """Say what a thread holds that the one before it in the circle waits for, and what it waits for itself."""
    name = case.trace.threads[one.thread].name
    holds = f"holds {case.name(before.hold)} ({case.where(before.hold)}) and " if before.hold != NO_ROW else ""
    return f"{name} {holds}waits for {_waited_for(case, one)} ({case.where(one.wait)})"


def _waited_for(case: Case, one: Waiting) -> str:
    if case.trace.value_of(one.wait) == JOIN:
        return f"the end of {case.trace.threads[one.holder].name}"
    return case.name(one.wait)


def _explain_stuck(case: Case, still: Standstill) -> Finding:
    trace, rows = case.trace, list(still.stuck)
    parts = [f"{case.waits(row)} ({case.where(row)})" for row in rows[:MOST_TOLD]]
    more = f" and {len(rows) - MOST_TOLD:,} more wait" if len(rows) > MOST_TOLD else ""
    message = f"{'; '.join(parts)}{more}. Every thread that is left waits, so nobody can end these waits."
    return make_finding(
        "deadlock",
        rows,
        trace.files[trace.file[rows[0]]],
        case.line(rows[0]),
        message,
        variable=_object(case, rows[0]),
        threads=[case.thread(row) for row in rows],
        count=1,
        places=[case.place(row, case.waits(row)) for row in rows[:6]],
        brief=_stuck_in_brief(case, rows),
    )


def _stuck_in_brief(case: Case, rows: list[int]) -> str:
    """Say what nobody is left to end; who waits for the end of another that waits is not told for itself."""
    roots = [row for row in rows if case.trace.value_of(row) != JOIN] or rows
    parts = [case.waits(row) for row in roots[:MOST_TOLD]]
    more = len(roots) - len(parts)
    return f"{listed([*parts, *([f'{more:,} more wait'] if more else [])])}, and no thread is left to end that"


def _object(case: Case, row: int) -> str:
    name = case.name(row) or str(case.trace.value_of(row))
    return f"the end of {name}" if case.trace.value_of(row) == JOIN else name


# -- orders of locks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Nesting:
    """A lock taken while another was held.

    Attributes
    ----------
    outer, inner : Lock
        The two.
    thread : int
        Who did it.
    row : int
        Row at which the inner one was taken or waited for.
    around : frozenset of Lock
        All locks held then.
    """

    outer: Lock
    inner: Lock
    thread: int
    row: int
    around: frozenset[Lock]


def find_lock_orders(case: Case) -> list[Finding]:
    """Find locks that different threads take in opposite orders, though it has not come to a deadlock in this run."""
    nestings = _nestings(case)
    struck = {case.name(one.wait) for circle in find_standstill(case.trace).circles for one in circle}
    found: dict[frozenset[Lock], list[tuple[_Nesting, ...]]] = {}
    for circle in _lock_circles(nestings):
        locks = frozenset(one.outer for one in circle)
        if not any(case.lock_name(lock) in struck for lock in locks) and _could_meet(case, circle):
            found.setdefault(locks, []).append(circle)
    return [_explain_order(case, circles) for circles in found.values()]


def _nestings(case: Case) -> list[_Nesting]:
    """Return the nestings, each pair of locks once for each thread, set of locks held and line."""
    trace, held = case.trace, case.held
    rows = np.flatnonzero(np.isin(trace.kind, (Kind.HOLD, Kind.WAIT)) & (held.index > 0))
    key = np.stack([trace.thread[rows], held.index[rows], trace.variable[rows], trace.place[rows], trace.line[rows]])
    if not len(rows):
        return []
    _, first = np.unique(key.astype(np.int64), axis=1, return_index=True)
    found = []
    for row in rows[np.sort(first)].tolist():
        inner = (int(trace.variable[row]), int(trace.place[row]))
        if trace.kind[row] == Kind.WAIT and trace.value_of(row) != "lock":
            continue
        around = held.at(row) - {inner}
        found += [_Nesting(outer, inner, int(trace.thread[row]), row, around) for outer in sorted(around)]
    return found


def _lock_circles(nestings: list[_Nesting]) -> Iterator[tuple[_Nesting, ...]]:
    """Yield circles of nestings by different threads in which each begins with the lock that the one before ends in."""
    by_outer: dict[Lock, list[_Nesting]] = {}
    for one in nestings:
        by_outer.setdefault(one.outer, []).append(one)

    def extend(path: tuple[_Nesting, ...]) -> Iterator[tuple[_Nesting, ...]]:
        for one in by_outer.get(path[-1].inner, ()):
            if any(one.thread == other.thread or one.around & other.around for other in path):
                continue
            if one.inner == path[0].outer:
                yield (*path, one)
            elif len(path) + 1 < LONGEST and one.inner > path[0].outer:
                yield from extend((*path, one))

    for first in nestings:
        if first.inner > first.outer:  # each circle is found from the smallest of its locks only
            yield from extend((first,))


def _could_meet(case: Case, circle: Iterable[_Nesting]) -> bool:
    """Tell whether nothing but locks keeps these apart."""
    rows = [one.row for one in circle]
    pairs = [(one, other) for one in rows for other in rows if one < other]
    first, second = np.array(pairs, np.int64).T
    return bool(case.free_order.are_concurrent(first, second).all())


def _explain_order(case: Case, circles: list[tuple[_Nesting, ...]]) -> Finding:
    circle, trace = circles[0], case.trace
    names = list(dict.fromkeys(trace.threads[one.thread].name for one in circle))
    parts = [
        f"{trace.threads[one.thread].name} takes {case.lock_name(one.inner)} while it holds "
        f"{case.lock_name(one.outer)} ({case.where(one.row)})"
        for one in circle
    ]
    message = (
        f"{'; '.join(parts)}. It went well in this run. Had each taken its first lock before the other's second, "
        "all of them would wait for ever."
    )
    places = [
        Place(trace.files[trace.file[one.row]], case.line(one.row), part, one.row)
        for one, part in zip(circle, parts, strict=True)
    ]
    return make_finding(
        "lock-order",
        [one.row for one in circle],
        trace.files[trace.file[circle[0].row]],
        case.line(circle[0].row),
        message,
        severity=Severity.WARNING,
        variable=listed([case.lock_name(one.outer) for one in circle]),
        threads=names,
        cure=one_order(case, [(_taken_at(case, one), one.row) for one in circle]),
        count=len(circles),
        places=places,
    )


def _taken_at(case: Case, one: _Nesting) -> int:
    """Return the row at which the outer lock was taken."""
    trace = case.trace
    rows = np.flatnonzero((trace.kind[: one.row] == Kind.HOLD) & (trace.thread[: one.row] == one.thread))
    rows = rows[(trace.variable[rows] == one.outer[0]) & (trace.place[rows] == one.outer[1])]
    return int(rows[-1]) if len(rows) else one.row
