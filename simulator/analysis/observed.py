"""What a judge looks at: a run, or as much of it as there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.analysis.counts import Counts
from simulator.analysis.ending import ScriptEnding
from simulator.analysis.findings import Finding
from simulator.lessons.base import RunSettings
from simulator.runtime.program import Variable
from simulator.script.settings import ScriptSettings
from simulator.trace.trace import Trace

if TYPE_CHECKING:
    from simulator.analysis.analysis import Analysis

Facts = dict[str, int]
Settings = RunSettings | ScriptSettings


@dataclass(frozen=True, slots=True)
class Observed:
    """A run as a judge sees it.

    Attributes
    ----------
    analysis : Analysis
        What it means so far.
    settings : RunSettings or ScriptSettings
        With what it runs.
    code : str
        The code that ran.
    is_running : bool
        Whether it is going on.
    ending : ScriptEnding or None
        Of a script: how it ended.
    was_stopped : bool
        Whether we ended it, by the user's wish or at a limit.
    """

    analysis: Analysis
    settings: Settings
    code: str
    is_running: bool
    ending: ScriptEnding | None = None
    was_stopped: bool = False

    @property
    def trace(self) -> Trace:
        """What happened."""
        return self.analysis.trace

    @property
    def counts(self) -> Counts:
        """Its numbers so far."""
        return self.analysis.counts

    @property
    def variables(self) -> Sequence[Variable]:
        """What the code accesses."""
        return self.analysis.variables

    @property
    def findings(self) -> Sequence[Finding] | None:
        """Of a script what has been found; None if data races and the like have not been looked for."""
        return self.analysis.findings if self.analysis.is_searched else None

    @property
    def actor(self) -> str:
        """What does the work: ``task`` or ``thread``."""
        return "task" if self.settings.counts_tasks else "thread"

    @property
    def so_far(self) -> str:
        """What follows a number while it may still grow."""
        return " so far" if self.is_running else ""
