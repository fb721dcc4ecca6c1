"""What the inspector says about a moment of the run: what each thread does, and what stands in each cell."""

from simulator.analysis.cells_at import CellHistory, CellMoment
from simulator.analysis.explain import actor_name
from simulator.analysis.moment import NOT_STARTED, Moments, ThreadMoment
from simulator.analysis.recording import Recording
from simulator.picture.cast import Cast
from simulator.picture.time_scale import time_text
from simulator.record.recorder import BEFORE_RUN
from ui.panels.event_facts import EventFacts, Fact

MOST_THREADS = 32
MOST_CELLS = 32


class MomentFacts:
    """Describes moments of one run.

    Parameters
    ----------
    recording : Recording
        A run; events that arrive later need a new `MomentFacts`.

    Attributes
    ----------
    moments : Moments
        State and line of each thread.

    Notes
    -----
    Cost: O(n) once, then O(log n) for each thread and cell that is told of.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._n = recording.trace.n
        self._generation = recording.trace.generation
        self.moments = Moments(recording.trace)
        self._cells = CellHistory(recording.trace)
        self._cast = Cast(recording.trace)
        self._cast.update()

    def is_about(self, recording: Recording) -> bool:
        """Return whether this describes a recording as it is now."""
        trace = recording.trace
        return recording is self._recording and (trace.n, trace.generation) == (self._n, self._generation)

    @property
    def lanes(self) -> tuple[int, ...]:
        """Serials of the threads that have a lane, in its order."""
        return tuple(self._cast.lanes)

    def describe(self, n: int, time_ns: int) -> EventFacts:
        """Describe the moment at which `n` events have happened."""
        facts = EventFacts(f"At {time_text(time_ns)}")
        cells = self._cells.at(n)
        for cell in cells[:MOST_CELLS]:
            facts.facts.append(Fact(self._cell_name(cell), self._cell_text(cell)))
        _add_rest(facts, len(cells) - MOST_CELLS, "cells")
        for serial in self.lanes[:MOST_THREADS]:
            moment = self.moments.thread(serial, n, time_ns)
            facts.facts.append(Fact(self._recording.trace.threads[serial].name, thread_text(moment)))
        _add_rest(facts, len(self.lanes) - MOST_THREADS, "threads")
        facts.facts.append(Fact("events", f"{n:,} of {self._n:,} have happened"))
        return facts

    def _cell_name(self, cell: CellMoment) -> str:
        """Return the variable, and where every thread or context has its own, whose it is."""
        trace = self._recording.trace
        name = trace.variables[cell.variable]
        is_own = trace.storage in ("local", "context")
        return f"{name} of {trace.threads[cell.owner].name}" if is_own else name

    def _cell_text(self, cell: CellMoment) -> str:
        trace = self._recording.trace
        who = "set before the run" if trace.thread[cell.row] == BEFORE_RUN else f"by {actor_name(trace, cell.row)}"
        if not cell.has_value:
            return f"no value, deleted {who}"
        return f"{trace.value_text(cell.row)}, {who if who.startswith('set') else f'written {who}'}"


def thread_text(moment: ThreadMoment) -> str:
    """Return a thread's state and line: ``sleeping, line 5``."""
    has_line = moment.line and moment.state != NOT_STARTED
    return f"{moment.state}, line {moment.line}" if has_line else moment.state


def _add_rest(facts: EventFacts, n_more: int, what: str) -> None:
    if n_more > 0:
        facts.facts.append(Fact(what, f"and {n_more:,} more"))
