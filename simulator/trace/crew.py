"""Whose events they are: follows each thread's tasks while rows arrive, and keeps threads and actors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy

import numpy as np

from simulator.record.kinds import Kind
from simulator.trace.columns import Column, IntArray
from simulator.trace.row_values import RowValues
from simulator.trace.tracks import OPEN, Actor, TaskTrack, ThreadInfo

_FOLLOWED = np.zeros(32, bool)
_FOLLOWED[[Kind.TASK, Kind.STEP, Kind.END]] = True


class TraceCrew:
    """The threads and actors of a run.

    Attributes
    ----------
    threads : list of ThreadInfo
        By serial.
    actors : list of Actor
        By index.
    tracks : list of ThreadInfo
        Threads and tasks of event loops; a thread's number among them is its serial as long as there are no such tasks.
    """

    def __init__(self) -> None:
        self.threads: list[ThreadInfo] = []
        self.actors: list[Actor] = []
        self.tracks: list[ThreadInfo] = []
        self._actor_of_thread: list[int] = []
        self._track_of_thread: list[int] = []
        self._thread = Column("u2")
        self._track = Column("u4")
        self._end_ns = Column("i8")
        self._task_actor: dict[int, int] = {}
        self._doing: dict[int, list[tuple[int, int]]] = {}
        self._n_loop_tasks: dict[int, int] = {}

    @property
    def actor_thread(self) -> IntArray:
        """Serial of each actor's thread, shape (number of actors,)."""
        return self._thread.values

    @property
    def actor_track(self) -> IntArray:
        """Index into `tracks` of each actor, shape (number of actors,)."""
        return self._track.values

    @property
    def has_loop_tasks(self) -> bool:
        """Whether any task of an event loop has a track of its own."""
        return len(self.tracks) > len(self.threads)

    def thread_track(self, serial: int) -> int:
        """Return the index of the track that is the thread itself."""
        return self._track_of_thread[serial]

    @property
    def actor_end_ns(self) -> IntArray:
        """When each actor ended, `OPEN` for those that have not, shape (number of actors,)."""
        return self._end_ns.values

    def thread_actor(self, serial: int) -> int:
        """Return the index of the actor that is the thread itself."""
        return self._actor_of_thread[serial]

    def add_thread(self, serial: int) -> None:
        """Add the thread with the next serial; its name comes with its first event."""
        info = ThreadInfo(serial, f"thread {serial}")
        self.threads.append(info)
        self._track_of_thread.append(self._add_track(info))
        self._actor_of_thread.append(self._add_actor(Actor(len(self.actors), serial, 0, info.name)))

    def begin_thread(self, serial: int, name: str, begin_ns: int) -> None:
        """Note a thread's name and begin."""
        info = self.threads[serial]
        info.name, info.begin_ns = name, begin_ns
        self.actors[self.thread_actor(serial)].name = name

    def end_thread(self, serial: int, end_ns: int) -> None:
        """Note a thread's end."""
        self.threads[serial].end_ns = end_ns
        self._end_ns.values[self.thread_actor(serial)] = end_ns

    def follow_all(
        self,
        serials: Sequence[int],
        lengths: Sequence[int],
        kind: IntArray,
        reference: IntArray,
        time_ns: IntArray,
        values: RowValues,
    ) -> IntArray:
        """Tell the actor of each of the next rows of several threads, one thread's after the other's.

        Parameters
        ----------
        serials, lengths : sequence of int
            The threads, and how many rows each has.
        kind, reference, time_ns, values
            See `follow`; of all rows.

        Returns
        -------
        ndarray of int64, shape (n,)
            Indices into `actors`.
        """
        actors = np.repeat(np.array([self.thread_actor(serial) for serial in serials], np.int64), lengths)
        stops = np.cumsum(lengths)
        starts = stops - np.array(lengths, np.int64)
        has_tasks = np.add.reduceat(_FOLLOWED[kind].astype(np.int64), starts) > 0
        for i, serial in enumerate(serials):
            if has_tasks[i] or self._doing.get(serial):
                own = slice(int(starts[i]), int(stops[i]))
                actors[own] = self.follow(
                    serial, kind[own], reference[own], time_ns[own], values.part(own.start, own.stop)
                )
        return actors

    def follow(
        self,
        serial: int,
        kind: IntArray,
        reference: IntArray,
        time_ns: IntArray,
        values: RowValues,
    ) -> IntArray:
        """Tell the actor of each of a thread's next rows.

        Parameters
        ----------
        serial : int
            The thread.
        kind, reference, time_ns : ndarray of int64, shape (n,)
            Of the rows in program order; times since the start of the run.
        values : RowValues
            Of the rows.

        Returns
        -------
        ndarray of int64, shape (n,)
            Indices into `actors`.
        """
        doing = self._doing.setdefault(serial, [])
        own = self.thread_actor(serial)
        starts, actors = [0], [doing[-1][1] if doing else own]

        def change(row: int, actor: int) -> None:
            starts.append(row)
            actors.append(actor)

        for i in np.flatnonzero(_FOLLOWED[kind]).tolist():
            span = int(reference[i])
            if kind[i] == Kind.TASK:
                actor = self._add_task(serial, span, values[i], int(time_ns[i]))
                change(i, actor)
                if isinstance(values[i], int):
                    doing.append((span, actor))
                else:
                    change(i + 1, doing[-1][1] if doing else own)
            elif kind[i] == Kind.STEP:
                doing.append((span, self._task_actor.get(values[i], own)))
                change(i, doing[-1][1])
            else:
                if span in self._task_actor:
                    self._end_task(self._task_actor[span], int(time_ns[i]))
                if doing and doing[-1][0] == span:
                    doing.pop()
                    change(i + 1, doing[-1][1] if doing else own)
        return np.repeat(np.array(actors, np.int64), np.diff(starts, append=len(kind)))

    def _add_task(self, serial: int, span: int, named: int | str, begin_ns: int) -> int:
        index = len(self.actors)
        if isinstance(named, int):
            actor = Actor(index, serial, named, f"task-{named}")
        else:
            number = self._n_loop_tasks[serial] = self._n_loop_tasks.get(serial, 0) + 1
            actor = Actor(index, serial, number, named, is_on_loop=True)
            self._add_track(TaskTrack(serial, named, begin_ns, actor=index))
        self._task_actor[span] = self._add_actor(actor)
        return index

    def _end_task(self, actor: int, end_ns: int) -> None:
        self._end_ns.values[actor] = end_ns
        if self.actors[actor].is_on_loop:
            self.tracks[self._track.values[actor]].end_ns = end_ns

    def _add_track(self, info: ThreadInfo) -> int:
        self.tracks.append(info)
        return len(self.tracks) - 1

    def _add_actor(self, actor: Actor) -> int:
        self.actors.append(actor)
        self._thread.append(actor.thread)
        self._end_ns.append(OPEN)
        self._track.append(len(self.tracks) - 1 if actor.is_on_loop else self._track_of_thread[actor.thread])
        return actor.index

    def frozen(self) -> TraceCrew:
        """Return a copy that does not grow with this one."""
        taken = copy(self)
        taken.threads, taken.actors, taken.tracks = list(self.threads), list(self.actors), list(self.tracks)
        return taken

    @classmethod
    def restored(
        cls, threads: Sequence[ThreadInfo], actors: Sequence[tuple[Actor, int]], loop_tasks: Mapping[int, int]
    ) -> TraceCrew:
        """Return the crew of a run that has ended.

        Parameters
        ----------
        threads : sequence of ThreadInfo
            By serial.
        actors : sequence of (Actor, int)
            By index, each with the nanoseconds of its end.
        loop_tasks : mapping of int to int
            The actors that are tasks of an event loop, each with the nanoseconds of its begin.
        """
        crew = cls()
        crew.threads = list(threads)
        crew._track_of_thread = [crew._add_track(info) for info in threads]
        crew._actor_of_thread = [-1] * len(threads)
        for actor, end_ns in actors:
            if actor.index in loop_tasks:
                actor.is_on_loop = True
                begin_ns = loop_tasks[actor.index]
                crew._add_track(TaskTrack(actor.thread, actor.name, begin_ns, end_ns, actor=actor.index))
            elif not actor.is_task:
                crew._actor_of_thread[actor.thread] = actor.index
            crew._add_actor(actor)
            crew._end_ns.values[actor.index] = end_ns
        return crew
