"""In which order threads access: as it comes, with seeded jitter, or exactly as a test scripts it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from random import Random

from simulator.runtime.stopping import StopSignal

JITTER_MAX_S = 0.0005
STEP_TIMEOUT_S = 60.0


class Schedule:
    """The free schedule: adds nothing to an access. The base of the others.

    Attributes
    ----------
    takes_turns : bool
        Whether accesses ask before and tell after; if not, they are recorded without a detour.
    """

    takes_turns = False

    def before_access(self) -> None:
        """Wait until the calling thread may access."""

    def after_access(self) -> None:
        """Tell that the calling thread has accessed."""

    def begin_actor(self, name: str) -> None:
        """Tell that the calling thread now works for the actor `name` (a thread or a task)."""

    def end_actor(self) -> None:
        """Tell that the calling thread's actor has ended."""

    def before_lock(self) -> None:
        """Wait until the calling thread may try to take a lock."""

    def begin_wait(self) -> None:
        """Tell that the calling thread waits for a lock and cannot take its turn."""

    def end_wait(self) -> None:
        """Tell that the calling thread waits no longer."""


class JitterSchedule(Schedule):
    """Delays about every second access by up to half a millisecond, drawn from a seed and the actor's name."""

    takes_turns = True

    def __init__(self, seed: int, stop: StopSignal) -> None:
        self._seed = seed
        self._stop = stop
        self._local = threading.local()

    def begin_actor(self, name: str) -> None:
        """Start the actor's own sequence of delays: the same for the same seed and name."""
        self._local.random = Random(f"{self._seed} {name}")

    def before_access(self) -> None:
        """Wait for the next delay of the calling thread's actor."""
        random = self._local.__dict__.get("random")
        if random is not None and random.random() < 0.5:
            self._stop.sleep(random.random() * JITTER_MAX_S)


class ScriptedSchedule(Schedule):
    """Lets real threads access in exactly the order that a test writes down.

    Parameters
    ----------
    order : sequence of str
        Names of threads or tasks; each entry is one access (a read, write or delete) by that actor. A lock is taken
        when it is the actor's turn, too, but is no step. After the last entry everybody is free.

    Attributes
    ----------
    impossible : list of (int, str)
        Steps that could not be taken when their turn came, because the actor had ended, or waited for a lock that no
        one could release before; they are passed over, and the order of the others is kept.

    Notes
    -----
    No step sleeps: a thread waits on a condition until it is its turn. An actor that never comes for its step is a
    mistake in the script; after a minute the waiting threads raise `RuntimeError` that names the step.
    """

    takes_turns = True

    def __init__(self, order: Sequence[str]) -> None:
        self._order = tuple(order)
        self._next = 0
        self._changed = threading.Condition(threading.Lock())
        self._actors: dict[int, list[str]] = {}
        self._waiting: set[int] = set()
        self._blocked: set[int] = set()
        self._ended: set[str] = set()
        self.impossible: list[tuple[int, str]] = []

    def before_access(self) -> None:
        """Wait until the next entry of the order names the calling thread or its task."""
        with self._changed:
            if threading.get_ident() in self._actors:
                self._wait_for_turn()

    def before_lock(self) -> None:
        """Take a lock only in one's turn, so that the order decides who gets it."""
        self.before_access()

    def after_access(self) -> None:
        """Go on to the next entry."""
        with self._changed:
            if threading.get_ident() in self._actors and self._next < len(self._order):
                self._next += 1
                self._pass_over_impossible()

    def begin_actor(self, name: str) -> None:
        """Add the name to those of the calling thread."""
        with self._changed:
            self._actors.setdefault(threading.get_ident(), []).append(name)

    def end_actor(self) -> None:
        """Remove the innermost name of the calling thread; its remaining steps become impossible."""
        me = threading.get_ident()
        with self._changed:
            self._ended.add(self._actors[me].pop())
            if not self._actors[me]:
                del self._actors[me]
            self._pass_over_impossible()

    def begin_wait(self) -> None:
        """Note that the calling thread cannot go on before another gives a lock back."""
        with self._changed:
            self._blocked.add(threading.get_ident())
            self._pass_over_impossible()

    def end_wait(self) -> None:
        """Note that the calling thread has its lock."""
        with self._changed:
            self._blocked.discard(threading.get_ident())

    def _is_turn_of(self, thread: int) -> bool:
        return self._next >= len(self._order) or self._order[self._next] in self._actors[thread]

    def _wait_for_turn(self) -> None:
        me = threading.get_ident()
        self._waiting.add(me)
        self._pass_over_impossible()
        has_come = self._changed.wait_for(lambda: self._is_turn_of(me), STEP_TIMEOUT_S)
        self._waiting.discard(me)
        if not has_come:
            step = self._next
            raise RuntimeError(f"scripted order: step {step} waits for {self._order[step]!r}, which never came")

    def _pass_over_impossible(self) -> None:
        while self._next < len(self._order) and self._is_impossible(self._order[self._next]):
            self.impossible.append((self._next, self._order[self._next]))
            self._next += 1
        self._changed.notify_all()

    def _is_impossible(self, name: str) -> bool:
        if name in self._ended:
            return True
        is_blocked = any(name in self._actors.get(thread, ()) for thread in self._blocked)
        nobody_runs = self._actors.keys() <= self._waiting | self._blocked
        return is_blocked and nobody_runs
