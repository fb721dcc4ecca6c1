from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from simulator.analysis.recording import Recording
from simulator.export.recording_file import load, save
from simulator.record.kinds import Kind
from tests.simulator.lessons.scripts import run_script
from tests.simulator.running import run_lesson

LINE = re.compile(r"(?P<thread>\S+) \[(?P<stamp>\S+)\] order (?P<order>\d+) (has come in|is paid|is on its way)")
CASES = [
    *[("threads", {"threads": n}) for n in (2, 5, 64)],
    *[("pool", {"pool_size": n, "tasks": 100}) for n in (1, 2, 8)],
]


def judge_by_text(lines: list[str]) -> tuple[int, int]:
    """Count, from the words alone, lines with another request's id and lines without one; the order tells the truth."""
    matches = [match for line in lines if (match := LINE.fullmatch(line))]
    bare = sum(match["stamp"] == "-" for match in matches)
    return sum(match["stamp"] != f"request-{match['order']}" for match in matches) - bare, bare


def lines_of(recording: Recording) -> list[str]:
    return [str(recording.trace.value_of(row)) for row in recording.analysis.log_lines.rows.tolist()]


@pytest.mark.parametrize("storage", ["shared", "local", "context"])
@pytest.mark.parametrize(("runner", "changes"), CASES, ids=str)
@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_what_is_counted_as_wrong_is_what_the_lines_say(
    place: str, runner: str, changes: dict[str, int], storage: str
) -> None:
    recording = run_lesson("logging-context", storage, runner=runner, work_ms=1, place=place, **changes)
    n, lines = changes.get("tasks") or changes["threads"], lines_of(recording)
    assert recording.status == "done"
    assert lines[0] == "main [-] the shop is open", "a record outside any request formats"
    assert len(lines) == 3 * n + 1
    wrong, bare = judge_by_text(lines)
    assert recording.facts == {"lines": 3 * n + 1, "wrong_lines": wrong, "bare_lines": bare}
    if storage != "shared":
        assert (wrong, bare, recording.findings) == (0, 0, [])
        assert recording.verdict.text == f"None of {3 * n + 1} log lines carries another request's id"


def test_each_line_is_tied_to_the_read_that_stamped_it() -> None:
    order = ["worker-1", "worker-2", "worker-1", "worker-2", "worker-1", "worker-2"]
    recording = run_lesson("logging-context", "shared", order, threads=2, work_ms=0)
    trace, lines = recording.trace, recording.analysis.log_lines
    first = lines_of(recording).index("worker-1 [request-2] order 1 has come in")
    row, read = int(lines.rows[first]), int(lines.reads[first])
    assert lines.is_wrong[first]
    assert trace.kind[read] == Kind.READ
    assert trace.actor[read] == trace.actor[row]
    assert trace.value_text(read) == "'request-2'"
    assert recording.code.splitlines()[trace.line[row] - 1].strip() == 'log.info("order %d has come in", number)'
    assert recording.verdict.tone == "bad"
    isolated = run_lesson("logging-context", "local", order, threads=2, work_ms=0)
    assert "worker-1 [request-1] order 1 has come in" in lines_of(isolated)
    assert not isolated.analysis.log_lines.is_wrong.any()


def test_a_neighbour_that_has_finished_clears_the_id() -> None:
    """worker-1 does everything after worker-2 has stored; worker-2 then logs without any id."""
    order = ["worker-1", "worker-2", *["worker-1"] * 4, *["worker-2"] * 4]
    recording = run_lesson("logging-context", "shared", order, threads=2, work_ms=0)
    assert recording.facts == {"lines": 7, "wrong_lines": 3, "bare_lines": 3}
    assert recording.verdict.text == (
        "6 of 7 log lines are wrong: 3 with another request's id, 3 without any, since another request cleared it"
    )
    assert lines_of(recording)[-1] == "worker-2 [-] order 2 is on its way"


def test_a_run_leaves_the_loggers_of_the_process_alone() -> None:
    before = set(logging.Logger.manager.loggerDict)
    run_lesson("logging-context", "local", work_ms=0)
    assert set(logging.Logger.manager.loggerDict) == before
    assert "shop" not in before


def test_a_recording_with_lines_reopens(tmp_path: Path) -> None:
    recording = run_lesson("logging-context", "shared", work_ms=1)
    save(recording, tmp_path / "run.threadloom")
    again = load(tmp_path / "run.threadloom")
    assert (again.facts, lines_of(again)) == (recording.facts, lines_of(recording))


@pytest.mark.parametrize("runner", ["threads", "pool"])
@pytest.mark.parametrize("storage", ["shared", "local", "context"])
def test_the_script_logs_the_same(storage: str, runner: str) -> None:
    lines = run_script("logging-context", storage, runner).errors.splitlines()
    assert lines[0] == "MainThread [-] the shop is open"
    assert len(lines) == 3 * (5 if runner == "threads" else 20) + 1
    assert (judge_by_text(lines) == (0, 0)) == (storage != "shared")
