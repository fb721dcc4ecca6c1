"""What a judge looks at: a run, or as much of it as there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.analysis.counts import Counts
from simulator.analysis.ending import ScriptEnding
from simulator.lessons.base import RunSettings
from simulator.runtime.program import Variable
from simulator.script.settings import ScriptSettings
from simulator.trace.trace import Trace

Facts = dict[str, int]
Settings = RunSettings | ScriptSettings


@dataclass(frozen=True, slots=True)
class Observed:
    """A run as a judge sees it.

    Attributes
    ----------
    trace : Trace
        What happened.
    counts : Counts
        Its numbers so far.
    variables : sequence of Variable
        What the code accesses.
    settings : RunSettings or ScriptSettings
        With what it runs.
    is_running : bool
        Whether it is going on.
    ending : ScriptEnding or None
        Of a script: how it ended.
    was_stopped : bool
        Whether we ended it, by the user's wish or at a limit.
    """

    trace: Trace
    counts: Counts
    variables: Sequence[Variable]
    settings: Settings
    is_running: bool
    ending: ScriptEnding | None = None
    was_stopped: bool = False

    @property
    def actor(self) -> str:
        """What does the work: ``task`` or ``thread``."""
        return "task" if self.settings.counts_tasks else "thread"

    @property
    def so_far(self) -> str:
        """What follows a number while it may still grow."""
        return " so far" if self.is_running else ""
