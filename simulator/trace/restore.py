"""A trace made again from columns that come from outside, such as a file; nothing in them is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simulator.record.kinds import FIRST_SPAN, NO_VARIABLE, Kind, Result
from simulator.trace.columns import Column, IntArray
from simulator.trace.crew import TraceCrew
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW
from simulator.trace.trace import COLUMNS, FLAG_UNCERTAIN, RESULT_MASK, RESULT_SHIFT, Trace
from simulator.trace.tracks import OPEN, Actor, Failure, ThreadInfo
from simulator.trace.values import TAG_INT, TAG_MASK, TAG_NONE, TAG_OBJECT

_KINDS = np.zeros(256, bool)
_KINDS[[kind for kind in Kind if kind != Kind.END]] = True
_HAS_NO_VALUE = np.zeros(256, bool)
_HAS_NO_VALUE[[Kind.READ, Kind.DELETE, Kind.THREAD_END]] = True
_IS_ACCESS = np.zeros(256, bool)
_IS_ACCESS[[Kind.READ, Kind.WRITE, Kind.DELETE]] = True
_MEETS_SIGNAL = np.zeros(256, bool)
_MEETS_SIGNAL[[Kind.THREAD_BEGIN, Kind.RECEIVE, Kind.CHECK, Kind.WAIT]] = True


def restore(
    empty: Trace,
    columns: Mapping[str, IntArray],
    threads: Sequence[ThreadInfo],
    actors: Sequence[tuple[Actor, int]],
    objects: Sequence[object],
) -> Trace:
    """Fill a trace with the events of one that has ended.

    Parameters
    ----------
    empty : Trace
        Says variables, storage and origin.
    columns : mapping of str to ndarray of int, each of shape (n,)
        The columns that `simulator.trace.trace.COLUMNS` names, in its types; the trace keeps them.
    threads : sequence of ThreadInfo
        By serial.
    actors : sequence of (Actor, int)
        By index, each with the nanoseconds of its end or `OPEN`.
    objects : sequence
        What `value` points to where it is no number: None, bool, int, float, str, ``(type name, id, length)`` or, for
        an exception, ``(class name, summary, traceback, is declared)``.

    Returns
    -------
    Trace
        `empty`, filled. Reading it is all it is for: it takes in no further events.

    Raises
    ------
    ValueError
        If anything in it points nowhere or contradicts itself; says which event and what. `empty` is then unchanged.
    """
    _check_actors(threads, actors)
    _check_tracks(empty, columns, len(threads), [actor for actor, _ in actors])
    _check_times(columns)
    _check_sources(columns)
    if empty.storages is None:  # accesses of a script that overlap may each have got the other's value
        _check_circles(columns)
    _check_values(columns, objects, has_read_values=empty.storages is not None)
    empty._columns = {name: Column.holding(columns[name]) for name in COLUMNS}
    empty.objects = list(objects)
    empty._crew = TraceCrew.restored(threads, actors, _loop_tasks(empty))
    exceptions = np.flatnonzero(empty.kind == Kind.EXCEPTION).tolist()
    empty.failures = [Failure(row, *empty.objects[empty.value[row]]) for row in exceptions]
    empty._last_ns = max(int(empty.begin_ns[-1]), int(empty.end_ns.max())) if empty.n else 0
    return empty


def _loop_tasks(trace: Trace) -> dict[int, int]:
    """Return the tasks of event loops, whose value is a name: actors, and when they began."""
    rows = np.flatnonzero((trace.kind == Kind.TASK) & (trace.flags & TAG_MASK == TAG_OBJECT))
    return dict(zip(trace.actor[rows].tolist(), trace.begin_ns[rows].tolist(), strict=True))


def _refuse(is_wrong: IntArray, what: str) -> None:
    """Raise `ValueError` that names the first event for which `is_wrong` is set."""
    if is_wrong.any():
        raise ValueError(f"event {int(is_wrong.argmax()) + 1:,} {what}")


def _check_actors(threads: Sequence[ThreadInfo], actors: Sequence[tuple[Actor, int]]) -> None:
    own = [actor.thread for actor, _ in actors if not actor.is_task]
    if sorted(own) != list(range(len(threads))) or not own:
        raise ValueError("its threads and actors do not belong together")
    if any(actor.thread >= len(threads) or actor.thread < 0 for actor, _ in actors):
        raise ValueError("it has an actor on a thread that is not there")


def _check_tracks(trace: Trace, columns: Mapping[str, IntArray], n_threads: int, actors: Sequence[Actor]) -> None:
    thread, actor, kind = columns["thread"], columns["actor"], columns["kind"]
    _refuse(~_KINDS[kind], "is of an unknown kind")
    _refuse(thread >= n_threads, "is of a thread that is not there")
    _refuse(actor >= len(actors), "is of an actor that is not there")
    _refuse(np.array([one.thread for one in actors])[actor] != thread, "is of an actor on another thread")
    is_about = (columns["variable"] >= max(len(trace.variables), 1)) & (columns["variable"] != NO_VARIABLE)
    _refuse(is_about, "is of a variable that is not there")
    _refuse(_IS_ACCESS[kind] & (columns["variable"] >= len(trace.variables)), "is of a variable that is not there")
    _refuse(columns["line"] < 0, "has a negative line")
    _refuse(columns["file"] >= len(trace.files), "is of a file that is not there")
    if trace.storage == "local":
        _refuse(_IS_ACCESS[kind] & (columns["place"] != thread), "is in another thread's cell")
    elif trace.storage in ("shared", "locked"):
        _refuse(columns["place"] != 0, "is in a cell that is not there")


def _check_times(columns: Mapping[str, IntArray]) -> None:
    begin_ns, end_ns = columns["begin_ns"], columns["end_ns"]
    is_span = columns["kind"] >= FIRST_SPAN
    _refuse(begin_ns[1:] < begin_ns[:-1], "is later than the one after it")
    _refuse(~is_span & (begin_ns != end_ns), "has a duration but is none of the kinds that have")
    _refuse(is_span & (end_ns != OPEN) & (end_ns < begin_ns), "ends before it begins")


def _check_sources(columns: Mapping[str, IntArray]) -> None:
    source, kind, variable = columns["reads_from"], columns["kind"], columns["variable"]
    _refuse((source < UNKNOWN_ROW) | (source >= len(source)), "got its value from an event that is not there")
    meets = _MEETS_SIGNAL[kind]
    _refuse((kind != Kind.READ) & ~meets & (source != NO_ROW), "is no read but got a value from another event")
    rows = np.flatnonzero(source >= 0)
    reads, writes = rows[kind[rows] == Kind.READ], source[rows[kind[rows] == Kind.READ]]
    is_write = (kind[writes] == Kind.WRITE) | (kind[writes] == Kind.DELETE)
    wrong = np.zeros(len(source), bool)
    wrong[reads[~is_write | (variable[writes] != variable[reads])]] = True
    _refuse(wrong, "got its value from an event that wrote none to its variable")
    met = source[rows[meets[rows]]]
    wrong[rows[meets[rows]][(kind[met] != Kind.SIGNAL) & (kind[met] != Kind.CLEAR)]] = True
    _refuse(wrong, "met an event that is no signal")
    is_uncertain = columns["flags"] & FLAG_UNCERTAIN != 0
    is_later = (source >= np.arange(len(source))) & (kind < FIRST_SPAN)
    _refuse(is_later & ~is_uncertain, "got its value from a later event")


def _check_circles(columns: Mapping[str, IntArray]) -> None:
    """Refuse writes that each rest on a value which only the other could have given."""
    source, kind = columns["reads_from"], columns["kind"]
    if not ((kind == Kind.READ) & (source > np.arange(len(source)))).any():
        return
    keys = (columns["place"], columns["variable"], columns["actor"])
    accesses = np.flatnonzero(_IS_ACCESS[kind])
    order = accesses[np.lexsort((accesses, *(key[accesses] for key in keys)))]
    before, after = order[:-1], order[1:]
    is_pair = (kind[before] == Kind.READ) & (kind[after] == Kind.WRITE)
    for key in keys:
        is_pair &= key[before] == key[after]
    base = np.full(len(source), NO_ROW, np.int64)
    base[after[is_pair]] = source[before[is_pair]]
    for _ in range(len(base).bit_length()):  # each round doubles the steps taken back
        base = np.where(base >= 0, base[base], NO_ROW)
    _refuse(base >= 0, "stands in a circle of reads and writes")


def _check_values(columns: Mapping[str, IntArray], objects: Sequence[object], has_read_values: bool) -> None:
    kind, flags, value = columns["kind"], columns["flags"], columns["value"]
    tag = flags & TAG_MASK
    _refuse(flags & ~np.uint8(TAG_MASK | FLAG_UNCERTAIN | RESULT_MASK) != 0, "has a flag that is not known")
    result = (flags & RESULT_MASK) >> RESULT_SHIFT
    _refuse((result > max(Result)) | (kind < FIRST_SPAN) & (result > 0), "ended in a way that is not known")
    is_bare = _HAS_NO_VALUE[kind] & ~((kind == Kind.READ) & has_read_values)
    _refuse(is_bare & (tag != TAG_NONE), "carries a value but is none of the kinds that do")
    is_object = tag == TAG_OBJECT
    _refuse(~np.isin(tag, (TAG_NONE, TAG_INT, TAG_OBJECT)), "has a value of an unknown type")
    _refuse(is_object & ((value < 0) | (value >= len(objects))), "has a value that is not there")
    is_exception = np.array([isinstance(one, tuple) and len(one) == 4 for one in objects] or [False])
    tells_exception = np.zeros(len(kind), bool)
    tells_exception[is_object] = is_exception[value[is_object]]
    _refuse((kind == Kind.EXCEPTION) != tells_exception, "and its value do not belong together")
