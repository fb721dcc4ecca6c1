from __future__ import annotations

import pytest

from simulator.record.kinds import Kind, Result
from simulator.session import Session
from tests.simulator.lessons.scripts import run_script
from tests.simulator.running import run_lesson, settings_of, stop_when

STORAGES = ["shared", "local", "context"]
CASES = [
    *[("threads", {"threads": n}) for n in (2, 5, 64)],
    *[("pool", {"pool_size": n, "tasks": 100}) for n in (1, 2, 8)],
]


@pytest.mark.parametrize("storage", ["local", "context"])
@pytest.mark.parametrize(("runner", "changes"), CASES, ids=str)
def test_a_deep_call_finds_its_own_user_and_nothing_is_left(storage: str, runner: str, changes: dict[str, int]) -> None:
    recording = run_lesson("request-context", storage, runner=runner, work_ms=1, **changes)
    n = changes.get("tasks") or changes["threads"]
    counts = recording.analysis.counts
    assert recording.findings == []
    assert (counts.reads, counts.by_outcome[1]) == (3 * n, 3 * n)
    assert recording.facts == {"blocks": n, "exits_raised": 0}
    assert recording.verdict.text.endswith("'s value, and nothing was left after the block")
    assert recording.verdict.tone == "good"


@pytest.mark.parametrize(("runner", "changes"), CASES, ids=str)
@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_free_runs_count_every_block_and_every_exit(runner: str, changes: dict[str, int], place: str) -> None:
    recording = run_lesson("request-context", "shared", runner=runner, work_ms=2, place=place, **changes)
    trace, facts = recording.trace, recording.facts
    assert recording.status == "done"
    assert facts["blocks"] == (changes.get("tasks") or changes["threads"])
    assert facts["exits_raised"] == len(trace.failures)
    results = [trace.result_of(row) for row in range(trace.n) if trace.kind[row] == Kind.BLOCK]
    assert results.count(Result.FAILED) == facts["exits_raised"]
    assert results.count(Result.DONE) == facts["blocks"] - facts["exits_raised"]
    assert all(failure.is_declared for failure in trace.failures)


def test_a_neighbour_that_leaves_takes_the_user_away() -> None:
    """Both enter and store; worker-1 reads, leaves and removes; worker-2 then finds nothing and cannot remove it."""
    order = ["worker-1"] * 2 + ["worker-2"] * 2 + ["worker-1"] * 5 + ["worker-2"] * 3
    recording = run_lesson("request-context", "shared", order, threads=2, work_ms=0)
    answers = [recording.trace.value_text(row) for row in range(recording.trace.n)
               if recording.trace.kind[row] == Kind.ANSWER]  # fmt: skip
    assert "'hello user-2, request 2'" in answers, "worker-1 greets worker-2's user"
    assert "'hello None, request None'" in answers, "worker-2 greets nobody"
    assert recording.facts == {"blocks": 2, "exits_raised": 1}
    assert [failure.summary for failure in recording.trace.failures] == ["AttributeError: no attribute 'user' here"]
    assert recording.verdict.text == (
        "2 of 6 reads returned another thread's value; 3 of 6 reads found their own value deleted by another thread; "
        "with no work in between, fewer threads meet; 1 of 2 exits raised AttributeError"
    )
    assert {finding.kind for finding in recording.findings} == {"clobbered-read", "erased-read"}
    isolated = run_lesson("request-context", "local", order, threads=2, work_ms=0)
    assert isolated.findings == []


@pytest.mark.parametrize("runner", ["threads", "pool"])
@pytest.mark.parametrize("storage", STORAGES)
def test_the_script_greets_as_the_lesson_does(storage: str, runner: str) -> None:
    output = run_script("request-context", storage, runner)
    greetings = [answer for answer in output.answers if answer.startswith("hello")]
    own = {f"hello user-{n}, request {n}" for n in range(1, (5 if runner == "threads" else 20) + 1)}
    if storage == "shared":
        assert set(greetings) != own
        assert ("AttributeError" in output.errors) == (runner == "threads"), "a pool keeps what its tasks raise"
    else:
        assert (set(greetings), len(greetings), output.errors) == (own, len(own), "")
        assert output.answers.count("None") == len(own), "nobody outside the block"


def test_stop_inside_the_block_leaves_it_and_the_verdict_says_so() -> None:
    lesson, settings = settings_of("request-context", "shared", threads=5, work_ms=60_000)
    session = Session(lesson, settings)
    recording = stop_when(session, lambda: session.recording.analysis.counts.writes >= 10)
    assert recording.verdict.text.startswith("Stopped before the end")
    assert recording.unstopped == ()
