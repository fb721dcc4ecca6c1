from __future__ import annotations

from pathlib import Path

import pytest

from simulator.analysis.findings import Severity
from simulator.export.recording_file import load, save
from simulator.record.kinds import Kind, Result
from simulator.session import Session
from tests.simulator.lessons.scripts import run_script
from tests.simulator.running import run_lesson, settings_of

ENDS = ("committed", "rolled_back", "refused", "broken")
PLACES = ["in-process", "own-process"]


@pytest.mark.parametrize("work_ms", [0, 2])
@pytest.mark.parametrize("threads", [2, 5, 8, 64])
@pytest.mark.parametrize("storage", ["shared", "local", "context"])
@pytest.mark.parametrize("place", PLACES)
def test_every_transaction_that_was_asked_for_ends_in_one_way(
    place: str, storage: str, threads: int, work_ms: int
) -> None:
    recording = run_lesson("transaction-scope", storage, threads=threads, work_ms=work_ms, place=place)
    facts, trace = recording.facts, recording.trace
    assert recording.status == "done"
    assert sum(facts[end] for end in ENDS) == facts["asked"] >= threads
    assert facts["asked"] == sum(trace.kind[row] == Kind.TRANSACTION for row in range(trace.n))
    assert all(failure.is_declared for failure in trace.failures)


@pytest.mark.parametrize("threads", [2, 5, 8, 64])
@pytest.mark.parametrize("storage", ["local", "context"])
def test_of_ones_own_only_the_nesting_is_refused(storage: str, threads: int) -> None:
    recording = run_lesson("transaction-scope", storage, threads=threads, work_ms=1)
    failing, nesting = threads // 4, threads // 5 - threads // 20
    assert recording.facts == {
        "asked": threads + nesting, "committed": threads - failing - nesting, "rolled_back": failing + nesting,
        "refused": nesting, "broken": 0, "refused_by_neighbour": 0, "strayed": 0,
    }  # fmt: skip
    assert recording.verdict.tone == "good"
    assert ("refused because it nested on purpose" in recording.verdict.text) == bool(nesting)
    assert [(finding.kind, finding.severity) for finding in recording.findings] == (
        [("refused", Severity.NOTE)] if nesting else []
    )
    assert not recording.has_problems


def test_whoever_comes_second_is_refused_by_its_neighbour() -> None:
    order = ["worker-1"] * 2 + ["worker-2"] + ["worker-1"] * 4
    recording = run_lesson("transaction-scope", "shared", order, threads=2, work_ms=0)
    facts = recording.facts
    assert (facts["committed"], facts["refused"], facts["refused_by_neighbour"], facts["broken"]) == (1, 1, 1, 0)
    assert recording.verdict.text == "Of 2 transactions 1 committed, 1 refused because a neighbour had begun"
    refused = next(finding for finding in recording.findings if finding.kind == "refused")
    assert refused.severity == Severity.ERROR
    assert refused.message.startswith("worker-2 wanted to begin a transaction and found 'transfer-1' open (line 9).")
    isolated = run_lesson("transaction-scope", "local", order, threads=2, work_ms=0)
    assert (isolated.facts["committed"], isolated.findings) == (2, [])


def test_both_check_before_either_sets_and_rows_go_to_the_neighbour() -> None:
    """Both find nothing; worker-1 sets, worker-2 sets over it; what worker-1 adds lands in worker-2's transaction."""
    order = ["worker-1", "worker-2", "worker-1", "worker-2", "worker-1", "worker-2", "worker-2", "worker-2", "worker-2"]
    recording = run_lesson("transaction-scope", "shared", order, threads=2, work_ms=0)
    facts = recording.facts
    assert (facts["asked"], facts["committed"], facts["broken"], facts["strayed"]) == (2, 1, 1, 1)
    trace = recording.trace
    ends = {
        trace.threads[trace.thread[row]].name: trace.result_of(row)
        for row in range(trace.n)
        if trace.kind[row] == Kind.TRANSACTION
    }
    assert ends == {"worker-1": Result.BROKEN, "worker-2": Result.DONE}
    assert recording.verdict.text.endswith("1 operation went to a neighbour's transaction")
    broken = next(finding for finding in recording.findings if finding.kind == "atomicity")
    assert broken.threads == ("worker-1", "worker-2")
    assert "then worker-2 set its own (line 13)" in broken.message
    isolated = run_lesson("transaction-scope", "local", order, threads=2, work_ms=0)
    assert (isolated.facts["committed"], isolated.findings) == (2, [])


@pytest.mark.parametrize("place", PLACES)
def test_stop_rolls_back_what_is_open(place: str) -> None:
    lesson, settings = settings_of("transaction-scope", "local", work_ms=60_000, place=place)
    session = Session(lesson, settings)
    session.start()
    while session.recording.analysis.counts.writes < settings.threads:
        session.pump()
    assert session.recording.verdict.text == "Of 8 transactions none has ended so far"
    session.stop()
    while not session.is_finished:
        session.pump()
    session.close()
    facts = session.recording.facts
    assert (facts["asked"], facts["rolled_back"]) == (8, 8)


def test_a_recording_with_transactions_reopens(tmp_path: Path) -> None:
    recording = run_lesson("transaction-scope", "shared", work_ms=1)
    save(recording, tmp_path / "run.threadloom")
    again = load(tmp_path / "run.threadloom")
    assert (again.facts, again.verdict, again.findings) == (recording.facts, recording.verdict, recording.findings)


@pytest.mark.parametrize("storage", ["shared", "local", "context"])
def test_the_script_refuses_the_same(storage: str) -> None:
    errors = run_script("transaction-scope", storage).errors
    assert errors.count("Refused: ") >= 1
    if storage != "shared":
        ends = [line for line in errors.splitlines() if "Refused: " in line or "ValueError: " in line]
        assert sorted(ends) == ["Refused: transfer-5 is open", *["ValueError: fails on purpose"] * 2]
