"""The cast: which threads and tasks have a lane, in which order, in which colour, and what each is doing now."""

from __future__ import annotations

import numpy as np

from simulator.analysis.event_query import natural_key
from simulator.picture.colours import pack
from simulator.picture.theme import BEFORE_RUN_COLOUR, Theme, actor_colour, outline_of
from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.trace import Trace
from simulator.trace.tracks import OPEN

NO_LANE = -1
MAIN = "main"
MAIN_COLOUR = 20

_SLAB = 1 << 20


class Cast:
    """Who is seen in a run; follows the trace while it grows.

    Parameters
    ----------
    trace : Trace
        The run.

    Attributes
    ----------
    lanes : list of int
        Tracks that have a lane, from top to bottom: threads that did anything but begin and end, ``main`` first, then
        by name with numbers in their order; below each the tasks of its event loop, in the order of their begin.

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
        self._colour_of_thread: dict[int, int] = {}
        self._colours: dict[str, Column] = {}
        self._track_colours: dict[str, Column] = {}
        self._outlines: dict[str, Column] = {}
        self.lanes: list[int] = []

    def update(self) -> bool:
        """Take in new rows of the trace; return whether lanes were added."""
        trace = self._trace
        self._number_tasks()
        seen = np.zeros(len(trace.tracks), bool)
        seen[: len(self._is_seen)] = self._is_seen
        for start in range(self._n_seen, trace.n, _SLAB):
            if seen[1:].all():
                break
            slab = slice(start, start + _SLAB)
            kind, track = trace.kind[slab], trace.tracks_of(slab)
            does_something = kind != Kind.THREAD_END
            does_something &= (kind != Kind.THREAD_BEGIN) | trace.is_of_script  # what it does may be seen nowhere else
            seen[track[does_something]] = True
        self._n_seen = trace.n
        seen[0] = False
        has_news = len(seen) != len(self._is_seen) or not np.array_equal(seen, self._is_seen)
        if has_news:
            self._is_seen = seen
            self._colours.clear()
            self._track_colours.clear()
            self._outlines.clear()
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
        threads, tracks = self._trace.threads, self._trace.tracks
        of_thread: dict[int, list[int]] = {}
        for track in np.flatnonzero(self._is_seen).tolist():
            of_thread.setdefault(tracks[track].serial, []).append(track)
        serials = sorted(of_thread, key=lambda serial: _name_key(threads[serial].name, serial))
        self.lanes = []
        for serial in serials:
            own = self._trace.thread_track(serial)
            self.lanes += [own, *(track for track in of_thread[serial] if track != own)]
        self._lane_of = np.full(len(self._is_seen), NO_LANE, np.int32)
        self._lane_of[self.lanes] = np.arange(len(self.lanes))
        has_main = bool(serials) and threads[serials[0]].name == MAIN
        self._colour_of_thread = {serial: nth - has_main for nth, serial in enumerate(serials)}
        if has_main:  # has a colour of its own, so that the first worker always has the first
            self._colour_of_thread[serials[0]] = MAIN_COLOUR

    def lane_of(self, track: int) -> int | None:
        """Return the number of a track's lane from the top, None if it has none."""
        lane = int(self._lane_of[track]) if track < len(self._lane_of) else NO_LANE
        return None if lane == NO_LANE else lane

    def lanes_of(self, tracks: IntArray) -> IntArray:
        """Return the lanes of tracks, int32, shape (n,); `NO_LANE` for those that have none."""
        return self._lane_of[tracks]

    def lane_of_row(self, row: int) -> int | None:
        """Return the lane in which an event stands, None if it has none."""
        return self.lane_of(self._trace.track_of(row))

    def track_colour(self, theme: Theme, track: int) -> str:
        """Return the colour of a track, ``#rrggbb``."""
        return self.colour(theme, self._trace.track_actor(track))

    def colour(self, theme: Theme, actor: int) -> str:
        """Return the colour of an actor, ``#rrggbb``."""
        index = self._colour_of_thread.get(self._trace.actors[actor].thread)
        return BEFORE_RUN_COLOUR if index is None else actor_colour(theme, index, self._nth_task[actor])

    def thread_colour(self, theme: Theme, thread: int) -> str:
        """Return the colour of a thread, ``#rrggbb``."""
        index = self._colour_of_thread.get(thread)
        return BEFORE_RUN_COLOUR if index is None else actor_colour(theme, index)

    def colours(self, theme: Theme) -> IntArray:
        """Return the packed colours of all actors, uint32, by index of the actor. Cost: O(new actors)."""
        known = self._colours.setdefault(theme.name, Column("u4", len(self._nth_task)))
        known.extend([pack(self.colour(theme, actor)) for actor in range(known.n, len(self._nth_task))])
        return known.values

    def outlines(self, theme: Theme) -> IntArray:
        """Return the packed outlines of marks in the colours of all actors, uint32. Cost: O(new actors)."""
        known = self._outlines.setdefault(theme.name, Column("u4", len(self._nth_task)))
        fresh = self.colours(theme)[known.n :].tolist()
        known.extend([outline_of(theme, colour) for colour in fresh])
        return known.values

    def track_colours(self, theme: Theme) -> IntArray:
        """Return the packed colours of all tracks, uint32, by track. Cost: O(tracks) after a change of lanes."""
        known = self._track_colours.setdefault(theme.name, Column("u4", len(self._is_seen)))
        known.extend([pack(self.track_colour(theme, track)) for track in range(known.n, len(self._is_seen))])
        return known.values

    def writer(self, row: int) -> int:
        """Return the actor whose value an event shows: the writer it got it from for a read, else its own."""
        source = int(self._trace.reads_from[row])
        return int(self._trace.actor[source if self._trace.kind[row] == Kind.READ and source >= 0 else row])

    def states(self, open_rows: IntArray, is_over: bool = False) -> dict[int, str]:
        """Return what each track with a lane is doing now (or did at the end, if the run is over), by track.

        Parameters
        ----------
        open_rows : ndarray of int64, shape (k,)
            Rows of the spans that have not ended, sorted.
        is_over : bool
            Whether the run is over.
        """
        trace = self._trace
        doing: dict[int, str] = {}
        for row in open_rows.tolist():
            doing[trace.track_of(row)] = _doing(trace, row)
            if trace.kind[row] == Kind.STEP:
                doing[trace.thread_track(int(trace.thread[row]))] = "running"
        return {track: self._state(track, doing, is_over) for track in self.lanes}

    def _state(self, track: int, doing: dict[int, str], is_over: bool) -> str:
        info = self._trace.tracks[track]
        if info.has_failed:
            return "failed"
        if info.end_ns != OPEN:
            return "done"
        now = doing.get(track, "idle" if info.serial in self._tasks_of else "running")
        if is_over:
            return f"still {now.split()[0]}" if self._trace.is_of_script or now.startswith("waiting") else "done"
        return now


def _doing(trace: Trace, row: int) -> str:
    """Return what a track is doing while a span goes on."""
    kind = trace.kind[row]
    if kind == Kind.WAIT:
        return "waiting for the lock" if trace.value_of(row) == "lock" else "waiting"
    if kind == Kind.TASK and trace.actors[trace.actor[row]].is_on_loop:
        return "awaiting"
    return "sleeping" if kind == Kind.SLEEP else "running"


def _name_key(name: str, serial: int) -> tuple[bool, list[tuple[int, str]], int]:
    """Order names as people do: ``main`` first, ``worker-2`` before ``worker-10``."""
    return name != MAIN, natural_key(name), serial
