"""What is said of a small program when it is run: the real recorder and all detectors, in short."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.findings import Severity
from simulator.analysis.orders.waiting import find_standstill
from simulator.analysis.recording import Recording
from simulator.cli import commands, main
from simulator.record.kinds import Kind
from simulator.script.settings import ScriptSettings
from simulator.script_session import ScriptSession
from simulator.trace.tracks import OPEN
from tests.simulator.forked import ForkServer
from tests.simulator.truths import Truth

Told = tuple[str, str, str, tuple[str, ...], tuple[tuple[str, int], ...]]
"""Kind, severity, variable, threads, files with lines."""
Answer = tuple[Told, ...]
"""All that is found in a run, sorted; what chance decides is left out: values, and which thread came first."""


class Still(ScriptSession):
    """A run of a script that is stopped as soon as it is seen that some of its threads will never go on.

    Parameters
    ----------
    settings : ScriptSettings
        What to run.
    names : tuple of str
        Who will stand still; nobody if empty.
    """

    def __init__(self, settings: ScriptSettings, names: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(settings, **options)
        self._names = frozenset(names)

    def pump(self, limit: int = 20_000) -> bool:
        """Fetch what there is, and look."""
        has_changed = super().pump(limit)
        if self._names and not self.done.is_set() and self._stands_still():
            self.stop()
        return has_changed

    def _stands_still(self) -> bool:
        trace = self.recording.trace
        rows = np.flatnonzero((trace.kind == Kind.WAIT) & (trace.end_ns == OPEN))
        still = find_standstill(trace)
        is_waiting = self._names <= {trace.threads[serial].name for serial in trace.thread[rows].tolist()}
        return is_waiting and bool(still.circles or still.stuck)


def write(truth: Truth, folder: Path) -> str:
    """Write a program into a folder and return its path."""
    for name, text in truth.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder / next(iter(truth.files)))


def run(
    truth: Truth, folder: Path, server: ForkServer | None = None, seed: int = 0, timeout_s: float = 0.0
) -> Recording:
    """Run a program, in a process of its own or in a fork of a server."""
    settings = ScriptSettings(write(truth, folder), widen=truth.is_widened, seed=seed, timeout_s=timeout_s)
    session = Still(settings, truth.threads if truth.is_stuck else (), streams="capture" if server is None else "pass")
    if server is not None:
        server.adopt(session)
    return session.run()


def run_by_command(
    truth: Truth, folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Run a program by ``threadloom script --json`` and return what it prints."""
    names = truth.threads if truth.is_stuck else ()
    monkeypatch.setattr(commands, "ScriptSession", lambda settings, **options: Still(settings, names, **options))
    capfd.readouterr()
    code = main(["script", write(truth, folder), "--json", *(["--widen"] if truth.is_widened else [])])
    said: dict[str, Any] = json.loads(capfd.readouterr().out)
    assert code == (1 if truth.kind else 0)
    return said


def answer_of(findings: Iterable[dict[str, Any]]) -> Answer:
    """Return what was found in a run, of findings as the command line's JSON tells them."""
    return tuple(sorted(_told(one) for one in findings))


def _told(one: dict[str, Any]) -> Told:
    places = {(Path(place["file"]).name, place["line"]) for place in one["places"]}
    return one["kind"], one["severity"], one["variable"], tuple(sorted(one["threads"])), tuple(sorted(places))


def problems(answer: Answer) -> list[Told]:
    """Return what is found of severity warning or error."""
    names = [severity.name.lower() for severity in Severity if severity >= Severity.WARNING]
    return [told for told in answer if told[1] in names]
