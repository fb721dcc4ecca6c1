"""Runs of threads that hypothesis makes up, step by step, and the order of their events by brute force."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from simulator.record.kinds import Kind
from simulator.trace.trace import Trace
from tests.simulator.recordings import Script

LOCK, SIGNALS, BARRIER = 2, 3, 4
N_THREADS = 4
ACTIONS = ("access", "access", "signal", "receive", "wait", "wake", "hold", "release", "meet")


@dataclass
class Execution:
    """A run as rows of a script, and beside it a graph of all that each step comes directly after.

    Attributes
    ----------
    after : list of set of int
        For each step the steps that it comes directly after.
    events : list of (int, int)
        Step and thread of each row of the trace, in order; ends of spans have none.
    """

    script: Script = field(default_factory=Script)
    after: list[set[int]] = field(default_factory=list)
    events: list[tuple[int, int]] = field(default_factory=list)
    last: dict[int, int] = field(default_factory=dict)
    signals: list[tuple[int, int]] = field(default_factory=list)
    holder: int = 0
    depth: int = 0
    released: int | None = None
    waiting: set[int] = field(default_factory=set)
    arrived: list[int] = field(default_factory=list)

    def step(self, thread: int, is_event: bool = True, met: tuple[int, ...] = ()) -> int:
        """Note a step of a thread and return its number, which is also its time."""
        number = len(self.after)
        if is_event and thread not in self.last:  # the row that says that the thread begins
            self.last[thread] = number
            self.after.append(set())
            self.events.append((number, thread))
            number += 1
        before = {self.last[thread]} if thread in self.last else set()
        self.after.append(before | set(met))
        self.last[thread] = number
        if is_event:
            self.events.append((number, thread))
        return number

    def access(self, thread: int, kind: Kind, variable: int) -> None:
        """Read, write or delete."""
        self.script.add(thread, 1000 + self.step(thread), kind, 1 if kind == Kind.WRITE else None, variable)

    def signal(self, thread: int, value: str = "set", variable: int = SIGNALS) -> None:
        """Release on an object."""
        step = self.step(thread)
        self.signals.append((step, self.script.add(thread, 1000 + step, Kind.SIGNAL, value, variable)))

    def receive(self, thread: int, which: int) -> None:
        """Acquire what was signalled, without waiting."""
        met, row_id = self.signals[which]
        self.script.add(thread, 1000 + self.step(thread, met=(met,)), Kind.RECEIVE, "set", SIGNALS, ref=row_id)

    def wait(self, thread: int) -> None:
        """Begin to wait."""
        self.script.begin(thread, 1000 + self.step(thread), Kind.WAIT, "event")
        self.waiting.add(thread)

    def wake(self, thread: int, which: int) -> None:
        """Stop waiting, for a signal."""
        met, row_id = self.signals[which]
        self.script.end(thread, 1000 + self.step(thread, is_event=False, met=(met,)), met=row_id)
        self.waiting.discard(thread)

    def hold(self, thread: int) -> None:
        """Take the lock, once more if it is the thread's already."""
        met = () if self.released is None or self.depth else (self.released,)
        step = self.step(thread, met=met)
        self.script.spans.setdefault(thread, []).append(
            self.script.add(thread, 1000 + step, Kind.HOLD, "lock", LOCK)
        )
        self.holder, self.depth = thread, self.depth + 1

    def release(self) -> None:
        """Give the lock back."""
        step = self.step(self.holder, is_event=False)
        self.script.end(self.holder, 1000 + step)
        self.depth -= 1
        if not self.depth:
            self.released = step
            self.holder = 0

    def meet(self) -> None:
        """Let all threads come to a barrier and leave it."""
        arrivals = []
        for thread in range(1, N_THREADS + 1):
            self.signal(thread, "arrive", BARRIER)
            arrivals.append(self.signals.pop())
        steps = tuple(step for step, _ in arrivals)
        for thread in range(1, N_THREADS + 1):
            step = self.step(thread, met=steps)
            self.script.add(thread, 1000 + step, Kind.RECEIVE, "leave", BARRIER, ref=arrivals[-1][1])

    def trace(self) -> Trace:
        """Return the trace; its rows are `events`."""
        return self.script.trace()

    def precedes(self) -> list[list[bool]]:
        """Return for each pair of rows whether the first comes before the second, by following every path."""
        reach: list[set[int]] = []
        for before in self.after:
            reach.append(set(before).union(*(reach[step] for step in before)))
        return [[one in reach[other] for other, _ in self.events] for one, _ in self.events]


@st.composite
def executions(draw: st.DrawFn, most: int = 40) -> Execution:
    """Any short run of four threads that a lock, a barrier and signals order."""
    run = Execution()
    for _ in range(draw(st.integers(0, most))):
        free = [thread for thread in range(1, N_THREADS + 1) if thread not in run.waiting]
        action = draw(st.sampled_from(ACTIONS))
        if action == "wake" and run.waiting and run.signals:
            run.wake(draw(st.sampled_from(sorted(run.waiting))), draw(st.integers(0, len(run.signals) - 1)))
        elif action == "meet" and not run.waiting:
            run.meet()
        elif free:
            _act(draw, run, draw(st.sampled_from(free)), action)
    return run


def _act(draw: st.DrawFn, run: Execution, thread: int, action: str) -> None:
    if action == "access":
        run.access(thread, draw(st.sampled_from([Kind.READ, Kind.WRITE, Kind.DELETE])), draw(st.integers(0, 1)))
    elif action == "signal":
        run.signal(thread)
    elif action == "receive" and run.signals:
        run.receive(thread, draw(st.integers(0, len(run.signals) - 1)))
    elif action == "wait":
        run.wait(thread)
    elif action == "hold" and run.holder in (0, thread):
        run.hold(thread)
    elif action == "release" and run.holder and run.holder not in run.waiting:
        run.release()
