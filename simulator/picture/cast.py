"""The cast: which threads have a lane, in which order, in which colour, and what each is doing now."""

from __future__ import annotations

import numpy as np

from simulator.analysis.event_query import natural_key
from simulator.picture.colours import pack
from simulator.picture.theme import BEFORE_RUN_COLOUR, Theme, actor_colour
from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

NO_LANE = -1
MAIN = "main"
MAIN_COLOUR = 20

_SLAB = 1 << 20

_DOING = {Kind.SLEEP: "sleeping", Kind.WAIT: "waiting for the lock"}


class Cast:
    """Who is seen in a run; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    lanes : list of int
        Serials of the threads that have a lane, from top to bottom: those that did anything but begin and end, ``main``
        first, then by name with numbers in their order.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._generation = trace.generation
        self._n_seen = 0
        self._is_seen = np.zeros(1, bool)
        self._lane_of = np.full(1, NO_LANE, np.int32)
        self._nth_task: list[int] = []
        self._tasks_of: dict[int, int] = {}
        self._colours: dict[str, Column] = {}
        self.lanes: list[int] = []

    def update(self) -> bool:
        """Take in new rows of the trace; return whether lanes were added."""
        trace = self._trace
        self._number_tasks()
        seen = np.zeros(len(trace.threads), bool)
        seen[: len(self._is_seen)] = self._is_seen
        for start in range(self._n_seen, trace.n, _SLAB):
            if seen[1:].all():
                break
            kind, thread = trace.kind[start : start + _SLAB], trace.thread[start : start + _SLAB]
            seen[thread[(kind != Kind.THREAD_BEGIN) & (kind != Kind.THREAD_END)]] = True
        self._n_seen = trace.n
        seen[0] = False
        has_news = len(seen) != len(self._is_seen) or not np.array_equal(seen, self._is_seen)
        if has_news:
            self._is_seen = seen
            self._colours.clear()
            self._order_lanes()
        return has_news

    def _number_tasks(self) -> None:
        for actor in self._trace.actors[len(self._nth_task) :]:
            nth = 0
            if actor.is_task:
                nth = self._tasks_of[actor.thread] = self._tasks_of.get(actor.thread, 0) + 1
            self._nth_task.append(nth)

    @property
    def has_tasks(self) -> bool:
        """Whether any thread has run a task."""
        return bool(self._tasks_of)

    def _order_lanes(self) -> None:
        threads = self._trace.threads
        serials = np.flatnonzero(self._is_seen).tolist()
        self.lanes = sorted(serials, key=lambda serial: _name_key(threads[serial].name, serial))
        self._lane_of = np.full(len(self._is_seen), NO_LANE, np.int32)
        self._lane_of[self.lanes] = np.arange(len(self.lanes))

    def lane_of(self, thread: int) -> int | None:
        """Return the number of a thread's lane from the top, None if it has none."""
        lane = int(self._lane_of[thread]) if thread < len(self._lane_of) else NO_LANE
        return None if lane == NO_LANE else lane

    def lanes_of(self, threads: IntArray) -> IntArray:
        """Return the lanes of threads, int32, shape (n,); `NO_LANE` for those that have none."""
        return self._lane_of[threads]

    def colour(self, theme: Theme, actor: int) -> str:
        """Return the colour of an actor, ``#rrggbb``."""
        index = self._colour_index(self._trace.actors[actor].thread)
        return BEFORE_RUN_COLOUR if index is None else actor_colour(theme, index, self._nth_task[actor])

    def thread_colour(self, theme: Theme, thread: int) -> str:
        """Return the colour of a thread, ``#rrggbb``."""
        index = self._colour_index(thread)
        return BEFORE_RUN_COLOUR if index is None else actor_colour(theme, index)

    def _colour_index(self, thread: int) -> int | None:
        """Return which colour a thread has: ``main`` one of its own, so that the first worker always has the first."""
        lane = self.lane_of(thread)
        if lane is None:
            return None
        if self._trace.threads[thread].name == MAIN:
            return MAIN_COLOUR
        return lane - (self._trace.threads[self.lanes[0]].name == MAIN)

    def colours(self, theme: Theme) -> IntArray:
        """Return the packed colours of all actors, uint32, by index of the actor. Cost: O(new actors)."""
        known = self._colours.setdefault(theme.name, Column("u4", len(self._nth_task)))
        known.extend([pack(self.colour(theme, actor)) for actor in range(known.n, len(self._nth_task))])
        return known.values

    def writer(self, row: int) -> int:
        """Return the actor whose value an event shows: the writer it got it from for a read, else its own."""
        source = int(self._trace.reads_from[row])
        return int(self._trace.actor[source if self._trace.kind[row] == Kind.READ and source >= 0 else row])

    def states(self, open_rows: IntArray, is_over: bool = False) -> dict[int, str]:
        """Return what each thread with a lane is doing now (or did at the end, if the run is over), by serial.

        Parameters
        ----------
        open_rows : ndarray of int64, shape (k,)
            Rows of the spans that have not ended, sorted.
        is_over : bool
            Whether the run is over.
        """
        trace = self._trace
        doing = {int(trace.thread[row]): _DOING.get(Kind(trace.kind[row]), "running") for row in open_rows}
        return {serial: self._state(serial, doing, is_over) for serial in self.lanes}

    def _state(self, serial: int, doing: dict[int, str], is_over: bool) -> str:
        info = self._trace.threads[serial]
        if info.has_failed:
            return "failed"
        if info.end_ns != OPEN or is_over:
            return "done"
        return doing.get(serial, "idle" if serial in self._tasks_of else "running")


def _name_key(name: str, serial: int) -> tuple[bool, list[tuple[int, str]], int]:
    """Order names as people do: ``main`` first, ``worker-2`` before ``worker-10``."""
    return name != MAIN, natural_key(name), serial
