"""What a judge looks at: a run, or as much of it as there is."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.analysis.counts import Counts
from simulator.lessons.base import THREADS, RunSettings
from simulator.runtime.program import Variable
from simulator.trace.trace import Trace

Facts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Observed:
    """A run as a judge sees it.

    Attributes
    ----------
    trace : Trace
        What happened.
    counts : Counts
        Its numbers so far.
    variables : tuple of Variable
        What the code accesses.
    settings : RunSettings
        With what it runs.
    is_running : bool
        Whether it is going on.
    """

    trace: Trace
    counts: Counts
    variables: tuple[Variable, ...]
    settings: RunSettings
    is_running: bool

    @property
    def actor(self) -> str:
        """What does the work: ``task`` or ``thread``."""
        return "thread" if self.settings.runner == THREADS else "task"

    @property
    def so_far(self) -> str:
        """What follows a number while it may still grow."""
        return " so far" if self.is_running else ""
