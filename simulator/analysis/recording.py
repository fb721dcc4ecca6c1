"""One run as it is shown, saved and exported: what was chosen, what was observed, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.analysis.analysis import Analysis
from simulator.analysis.ending import ScriptEnding
from simulator.analysis.findings import Finding, Severity
from simulator.analysis.fingerprint import fingerprint
from simulator.analysis.observed import Facts, Observed, Settings
from simulator.analysis.outcomes import Outcome
from simulator.analysis.sentence import give_verdict
from simulator.analysis.silence import Silence, silences_in
from simulator.analysis.verdict import Verdict
from simulator.lessons.base import RunSettings
from simulator.runtime.program import Variable
from simulator.trace.trace import Trace

RUNNING, DONE, STOPPED, FAILED, LIMIT = "running", "done", "stopped", "failed", "limit"
STATUSES = (RUNNING, DONE, STOPPED, FAILED, LIMIT)
MAIN_THREADS = ("main", "MainThread")


@dataclass
class Recording:
    """A run and everything needed to look at it again.

    Attributes
    ----------
    settings : RunSettings or ScriptSettings
        With what it ran.
    question : str
        The lesson's title; the script's file name.
    code, filename : str
        The code that ran, line for line, and what it is called.
    variables : sequence of Variable
        What the code accesses; grows while a script runs.
    trace : Trace
        What happened.
    analysis : Analysis
        What it means.
    status : str
        ``running``, ``done``, ``stopped``, ``failed`` or ``limit``.
    elapsed_ns : int
        How long it took, nanoseconds.
    place : str
        ``in-process`` or ``own-process``.
    interpreter : str
        ``CPython 3.11.7``.
    gil : bool
        Whether that interpreter has a global interpreter lock.
    unstopped : tuple of str
        Names of threads that did not stop when told to.
    other_sources : list of str
        Texts of the program's other files, by their index in `trace.files` from 1.
    access_cost_ns : int
        What recording one access cost on that interpreter, nanoseconds, timed just before the run; 0 if not known.
    ending : ScriptEnding or None
        Of a script: how it ended and what was not recorded; None for a lesson.
    """

    settings: Settings
    question: str
    code: str
    filename: str
    variables: Sequence[Variable]
    trace: Trace
    analysis: Analysis
    status: str = RUNNING
    elapsed_ns: int = 0
    place: str = ""
    interpreter: str = ""
    gil: bool = True
    unstopped: tuple[str, ...] = ()
    other_sources: list[str] = field(default_factory=list)
    access_cost_ns: int = 0
    ending: ScriptEnding | None = None

    @property
    def badge(self) -> str:
        """The settings in a few words."""
        return self.settings.badge

    def source_of(self, file: int) -> str:
        """Return the text of one of the program's files, by its index in the trace's files."""
        return self.code if file == 0 else self.other_sources[file - 1]

    @property
    def findings(self) -> list[Finding]:
        """What went wrong."""
        return self.analysis.findings

    @property
    def observed(self) -> Observed:
        """The run as its judge sees it."""
        status = self.status
        was_stopped = status in (STOPPED, LIMIT)
        return Observed(self.analysis, self.settings, self.code, status == RUNNING, self.ending, was_stopped)

    @property
    def facts(self) -> Facts:
        """The lesson's own numbers, such as ``expected`` and ``final`` of a counter."""
        return self.analysis.judge.facts(self.observed)

    @property
    def verdict(self) -> Verdict:
        """The one sentence and its tone."""
        return give_verdict(self.analysis.judge, self.observed, self.facts, self.status, self.unstopped)

    @property
    def workers_ran(self) -> int:
        """How many threads, the main thread aside, ran (in a pool: ran at least one task)."""
        if self.settings.counts_tasks:
            return len({actor.thread for actor in self.trace.actors if actor.is_task})
        return sum(1 for info in self.trace.threads[1:] if info.name not in MAIN_THREADS)

    def _choices(self) -> dict[str, Any]:
        """Return what was chosen, as the JSON object begins; a script has what came of it in place of numbers."""
        settings = self.settings
        if isinstance(settings, RunSettings):
            names = ("lesson", "storage", "runner", "threads", "pool_size", "tasks")
            chosen = {name: getattr(settings, name) for name in names}
            return chosen | {"workers_ran": self.workers_ran, "work_ms": settings.work_ms}
        n_tasks, n_threads = sum(actor.is_task for actor in self.trace.actors), self.workers_ran
        numbers = {"threads": n_threads, "pool_size": 0, "tasks": n_tasks, "workers_ran": n_threads, "work_ms": 0}
        return {"script": settings.path, "storage": None, "runner": None, **numbers}

    def summary(self) -> dict[str, Any]:
        """Return the run as the command line's JSON object; the keys are a contract."""
        counts = self.analysis.counts
        outcomes = {f"{outcome.name.lower()}_reads": counts.by_outcome[outcome] for outcome in _OUTCOME_ORDER}
        return {
            **self._choices(),
            "seed": self.settings.seed,
            "mode": self.settings.mode,
            "place": self.place,
            "status": self.status,
            "events": self.trace.n,
            "reads": counts.reads,
            "writes": counts.writes,
            "deletes": counts.deletes,
            **outcomes,
            "lost_updates": counts.lost_updates,
            "uncertain_events": counts.uncertain,
            "elapsed_ns": self.elapsed_ns,
            "verdict": self.verdict.text,
            "interpreter": self.interpreter,
            "gil": self.gil,
            "script_exit_code": self.ending.exit_code if self.ending is not None else None,
            "facts": self.facts,
            "findings": [self.plain_finding(finding) for finding in self.findings],
        }

    def line_text(self, file: str, line: int) -> str:
        """Return a line of one of the program's files without its indentation, empty if there is none."""
        index = self.trace.files.index(file) if file in self.trace.files else 0
        lines = self.source_of(index).splitlines()
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""

    def fingerprint(self, finding: Finding) -> str:
        """Return what tells a finding again in another run."""
        return fingerprint(finding, self.line_text)

    def plain_finding(self, finding: Finding) -> dict[str, object]:
        """Return a finding as the command line's JSON shows it."""
        return finding.to_plain() | {"fingerprint": self.fingerprint(finding)}

    @property
    def silences(self) -> list[Silence]:
        """What comments in the program's files silence."""
        files = enumerate(self.trace.files)
        return [rule for i, name in files for rule in silences_in(name, self.source_of(i).splitlines())]

    @property
    def has_problems(self) -> bool:
        """Whether there is a finding of severity warning or error."""
        return any(finding.severity >= Severity.WARNING for finding in self.findings)


_OUTCOME_ORDER = (
    Outcome.OWN,
    Outcome.INHERITED,
    Outcome.LEFTOVER,
    Outcome.FOREIGN,
    Outcome.ERASED,
    Outcome.MISSING,
    Outcome.INITIAL,
    Outcome.UNKNOWN,
)
