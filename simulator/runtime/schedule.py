"""In which order threads access: as it comes, with seeded jitter, or exactly as a test scripts it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from random import Random

from simulator.runtime.stopping import StopSignal

JITTER_MAX_S = 0.0005
STEP_TIMEOUT_S = 10.0


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
        Names of threads or tasks; each entry is one access (a read, write or delete) by that actor. After the last
        entry everybody is free.

    Attributes
    ----------
    impossible : list of (int, str)
        Steps that could not be taken when their turn came, because the actor was waiting for a lock or had ended; they
        are passed over, and the order of the others is kept.

    Notes
    -----
    No step sleeps: a thread waits on a condition until it is its turn. An actor that never comes for its step is a
    mistake in the script; after 10 s the waiting threads raise `RuntimeError` that names the step.
    """

    takes_turns = True

    def __init__(self, order: Sequence[str]) -> None:
        self._order = tuple(order)
        self._next = 0
        self._changed = threading.Condition(threading.Lock())
        self._actors: dict[int, list[str]] = {}
        self._blocked: dict[str, int] = {}
        self._ended: set[str] = set()
        self.impossible: list[tuple[int, str]] = []

    def _names(self) -> list[str]:
        return self._actors.setdefault(threading.get_ident(), [])

    def _advance(self) -> None:
        while self._next < len(self._order):
            name = self._order[self._next]
            if not (name in self._ended or self._blocked.get(name)):
                break
            self.impossible.append((self._next, name))
            self._next += 1
        self._changed.notify_all()

    def _is_my_turn(self) -> bool:
        return self._next >= len(self._order) or self._order[self._next] in self._names()

    def before_access(self) -> None:
        """Wait until the next entry of the order names the calling thread or its task."""
        with self._changed:
            names = self._names()
            if names and not self._changed.wait_for(self._is_my_turn, STEP_TIMEOUT_S):
                step = self._next
                raise RuntimeError(f"scripted order: step {step} waits for {self._order[step]!r}, which never came")

    def after_access(self) -> None:
        """Go on to the next entry."""
        with self._changed:
            if self._names() and self._next < len(self._order):
                self._next += 1
                self._advance()

    def begin_actor(self, name: str) -> None:
        """Add the name to those of the calling thread."""
        with self._changed:
            self._names().append(name)

    def end_actor(self) -> None:
        """Remove the innermost name of the calling thread; its remaining steps become impossible."""
        with self._changed:
            self._ended.add(self._names().pop())
            if not self._names():
                del self._actors[threading.get_ident()]
            self._advance()

    def begin_wait(self) -> None:
        """Pass over the calling thread's steps until it has its lock."""
        with self._changed:
            for name in self._names():
                self._blocked[name] = self._blocked.get(name, 0) + 1
            self._advance()

    def end_wait(self) -> None:
        """Let the calling thread take its steps again."""
        with self._changed:
            for name in self._names():
                self._blocked[name] -= 1
