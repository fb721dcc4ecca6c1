"""Small programs with the truth about them, run as real scripts: every bug is found, on the clean ones nothing is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.recording import Recording
from simulator.export import recording_file
from simulator.script.settings import ScriptSettings
from simulator.script_session import ScriptSession
from tests.simulator.truths import BUGS, CLEAN, Truth

pytestmark = pytest.mark.slow
MOST_SEEDS = 10


def run(truth: Truth, folder: Path, widen: bool = False, seed: int = 0) -> Recording:
    (folder / "program.py").write_text(truth.text, encoding="utf-8")
    if truth.helper:
        (folder / "helper.py").write_text(truth.helper, encoding="utf-8")
    settings = ScriptSettings(str(folder / "program.py"), timeout_s=truth.timeout_s, widen=widen, seed=seed)
    return ScriptSession(settings).run()


def problems(recording: Recording) -> list[Finding]:
    return [finding for finding in recording.findings if finding.severity >= Severity.WARNING]


def is_told(truth: Truth, finding: Finding) -> bool:
    """Return whether a finding says what is wrong: kind, variable, both threads, the lines."""
    named = all(any(name in thread for thread in finding.threads) for name in truth.threads)
    return (
        finding.kind in truth.kinds
        and truth.variable in finding.variable
        and named
        and truth.lines <= {place.line for place in finding.places}
    )


@pytest.mark.parametrize("truth", BUGS, ids=lambda truth: truth.name)
def test_every_bug_is_found_with_variable_threads_and_lines(truth: Truth, tmp_path: Path) -> None:
    found = problems(run(truth, tmp_path))
    told = [finding for finding in found if is_told(truth, finding)]
    assert told, [(finding.kind, finding.variable, finding.threads, finding.places) for finding in found]
    others = [finding.kind for finding in found if finding not in told]
    assert set(others) <= set(truth.allowed), "nothing else is said to be wrong"
    for finding in found:
        assert finding.message.count(". ") <= 2, "at most three sentences"


@pytest.mark.parametrize("truth", CLEAN, ids=lambda truth: truth.name)
def test_a_clean_program_has_no_error_and_no_warning(truth: Truth, tmp_path: Path) -> None:
    recording = run(truth, tmp_path)
    assert recording.status == "done"
    assert [(finding.kind, finding.message) for finding in problems(recording)] == []
    assert "no bugs" not in recording.verdict.text.lower()


def test_the_table_is_as_long_as_it_was_promised() -> None:
    assert len(BUGS) + len(CLEAN) >= 40
    assert len({truth.name for truth in (*BUGS, *CLEAN)}) == len(BUGS) + len(CLEAN)


def test_widened_runs_show_the_damage_that_chance_rarely_does(tmp_path: Path) -> None:
    truth = next(truth for truth in BUGS if truth.name == "a global")
    truth = replace(truth, code=truth.code.replace("range(5)", "range(300)"))
    kinds = set()
    for seed in range(MOST_SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        kinds |= {finding.kind for finding in problems(run(truth, folder, widen=True, seed=seed))}
        if "lost-update" in kinds:
            return
    pytest.fail(f"in {MOST_SEEDS} widened runs only {kinds} were found")


def test_a_recording_of_a_script_has_its_findings_again_when_it_is_opened(tmp_path: Path) -> None:
    recording = run(BUGS[0], tmp_path)
    recording_file.save(recording, tmp_path / "run.threadloom")
    reopened = recording_file.load(tmp_path / "run.threadloom")
    assert reopened.findings == recording.findings != []
    assert reopened.verdict == recording.verdict
    assert reopened.verdict.text.startswith("1 data race")


def test_a_clean_script_is_said_to_be_so_of_this_run_only(tmp_path: Path) -> None:
    truth = next(truth for truth in CLEAN if truth.name == "read after join")
    verdict = run(truth, tmp_path).verdict
    assert verdict.text.startswith("Nothing found in this run")
    assert verdict.tone == "good"
