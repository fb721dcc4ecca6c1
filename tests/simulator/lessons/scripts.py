"""Run what "Copy as script" gives, on plain Python without our packages."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any, NamedTuple

from simulator.lessons.registry import find

MEETING_MS = 200
"""Work of this length is certain to meet another thread's, also on a busy machine."""


class Output(NamedTuple):
    """What a program printed: the values it answered with, and its standard error."""

    answers: list[str]
    errors: str


def run_script(lesson_id: str, storage: str, runner: str | None = None, **changes: Any) -> Output:
    """Run a lesson's script to its end; its exit code must be 0."""
    lesson = find(lesson_id)
    settings = lesson.default_settings(runner)
    options = {**settings.options, **changes.pop("options", {})}
    work_ms = MEETING_MS if storage == "shared" else 20
    settings = replace(settings, storage=storage, options=options, **{"work_ms": work_ms, **changes})
    command = [sys.executable, "-I", "-W", "error", "-c", lesson.script(settings)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return Output([line.partition(": ")[2] for line in result.stdout.splitlines()], result.stderr)
