"""Small programs with the truth about them, run as real scripts: every bug is found, on the clean ones nothing is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.analysis.outcomes import Outcome
from simulator.export import recording_file
from tests.simulator.answers import Answer, answer_of, problems, run, run_by_command
from tests.simulator.forked import ForkServer
from tests.simulator.truths import BUGS, CLEAN, FIVE_REQUESTS, Truth

pytestmark = pytest.mark.slow
TIMES = 20


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.mark.parametrize("truth", [*BUGS, *CLEAN], ids=lambda truth: truth.name)
def test_of_twenty_runs_each_says_the_truth(
    truth: Truth,
    tmp_path: Path,
    server: ForkServer,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = run_by_command(truth, tmp_path, capfd, monkeypatch)["findings"]
    answers = Counter([answer_of(said)])
    for seed in range(1, TIMES):
        recording = run(truth, tmp_path, server, seed)
        assert recording.status == ("stopped" if truth.is_stuck else "done")
        assert all(finding.message.count(". ") <= 2 for finding in recording.findings), "at most three sentences"
        answers[answer_of(finding.to_plain() for finding in recording.findings)] += 1
    assert len(answers) == 1, dict(answers)
    (answer,) = answers
    assert is_true(truth, answer), answer


def is_true(truth: Truth, answer: Answer) -> bool:
    """Return whether what is found is what is wrong: kind, variable, threads and lines, and nothing else."""
    found = problems(answer)
    told = [one for one in found if one[0] == truth.kind]
    others = [one[0] for one in found if one[0] != truth.kind]
    if not truth.kind:
        return not found
    if len(told) != 1 or sorted(others) != sorted(truth.besides):
        return False
    _, _, variable, threads, places = told[0]
    named = {thread.partition(" ")[0] for thread in threads}
    return (variable, named, set(places)) == (truth.variable, set(truth.threads), truth.lines)


def test_a_request_id_with_a_microsecond_of_work_is_mixed_up_in_nine_of_ten_widened_runs(
    tmp_path: Path, server: ForkServer
) -> None:
    mixed_up = []
    for seed in range(10):
        recording = run(FIVE_REQUESTS, tmp_path, server, seed)
        mixed_up.append(recording.analysis.counts.by_outcome[Outcome.FOREIGN] > 0)
    assert sum(mixed_up) >= 9


def test_the_table_is_as_long_as_it_was_promised() -> None:
    assert len(BUGS) + len(CLEAN) >= 40
    assert len({truth.name for truth in (*BUGS, *CLEAN)}) == len(BUGS) + len(CLEAN)


def test_a_recording_of_a_script_has_its_findings_again_when_it_is_opened(tmp_path: Path, server: ForkServer) -> None:
    recording = run(BUGS[0], tmp_path, server)
    recording_file.save(recording, tmp_path / "run.threadloom")
    reopened = recording_file.load(tmp_path / "run.threadloom")
    assert reopened.findings == recording.findings != []
    assert reopened.verdict == recording.verdict
    assert reopened.verdict.text.startswith(f"{sum(one.count for one in recording.findings)} data race")


def test_a_clean_script_is_said_to_be_so_of_this_run_only(tmp_path: Path, server: ForkServer) -> None:
    truth = next(truth for truth in CLEAN if truth.name == "read after join")
    verdict = run(truth, tmp_path, server).verdict
    assert verdict.text.startswith("Nothing found in this run")
    assert "no bugs" not in verdict.text.lower()
    assert verdict.tone == "good"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("check then act on a dict", '1 update or check of cache["k"] broken in between; '),
        ("locks in opposite orders that did not meet", "locks in opposite order (a and b); "),
    ],
)
def test_the_verdict_counts_what_was_found_in_words(name: str, words: str, tmp_path: Path, server: ForkServer) -> None:
    truth = next(truth for truth in BUGS if truth.name == name)
    assert run(truth, tmp_path, server).verdict.text.startswith(words)
