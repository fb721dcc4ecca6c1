from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.analysis.recording import Recording
from simulator.export.recording_file import load, save
from simulator.record.kinds import Kind, Result
from simulator.runtime.folder import PREFIX
from simulator.session import Session
from tests.simulator.lessons.scripts import run_script
from tests.simulator.running import run_lesson, settings_of

PLACES = ["in-process", "own-process"]
CASES = [
    *[("threads", {"threads": n}) for n in (2, 5, 64)],
    *[("pool", {"pool_size": n, "tasks": 100}) for n in (1, 2, 8)],
]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let runs make their folders in one of the test's own, and see that none is left."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def results(recording: Recording) -> list[Result]:
    trace = recording.trace
    return [trace.result_of(row) for row in range(trace.n) if trace.kind[row] == Kind.TRANSACTION]


@pytest.mark.parametrize("failing", [False, True], ids=["all well", "some fail"])
@pytest.mark.parametrize(("runner", "changes"), CASES, ids=str)
@pytest.mark.parametrize("place", PLACES)
def test_with_a_connection_each_every_committed_row_is_found_and_every_connection_closed(
    place: str, runner: str, changes: dict[str, int], failing: bool
) -> None:
    recording = run_lesson(
        "db-connection", "local", runner=runner, work_ms=0, place=place, options={"failing": failing}, **changes
    )
    n, facts = changes.get("tasks") or changes["threads"], recording.facts
    failed = n // 5 if failing else 0
    assert recording.status == "done"
    assert (facts["rows_asked"], facts["rows_committed"], facts["rolled_back"]) == (n, n - failed, failed)
    assert facts["rows_found"] == facts["rows_committed"]
    assert facts["connections_opened"] == facts["connections_closed"] == recording.workers_ran + 1
    assert facts["refused"] == 0
    assert (recording.findings, recording.verdict.tone) == ([], "good")


@pytest.mark.parametrize(("runner", "changes"), CASES, ids=str)
@pytest.mark.parametrize("place", PLACES)
def test_a_shared_connection_is_refused_to_everybody_but_its_creator(
    place: str, runner: str, changes: dict[str, int]
) -> None:
    recording = run_lesson("db-connection", "shared", runner=runner, work_ms=0, place=place, **changes)
    n, facts = changes.get("tasks") or changes["threads"], recording.facts
    assert recording.status == "done"
    assert facts == {
        "rows_asked": n, "rows_committed": 0, "rows_found": 0, "rolled_back": 0, "refused": n,
        "connections_opened": 1, "connections_closed": 1,
    }  # fmt: skip
    assert recording.verdict.text == (
        f"{n} of {n} uses of another thread's connection were refused by sqlite3: 0 of {n} rows were found"
    )
    (finding,) = recording.findings
    assert (finding.kind, finding.count, finding.severity.name) == ("refused", n, "ERROR")
    assert "that main had opened (line 14)" in finding.message
    assert recording.analysis.counts.problems == n
    assert results(recording) == [Result.REFUSED] * n
    assert all("can only be used in that same thread" in failure.summary for failure in recording.trace.failures)


def test_a_connection_is_opened_at_a_threads_first_need_and_closed_by_the_same_thread() -> None:
    trace = run_lesson("db-connection", "local", runner="pool", pool_size=2, tasks=10, work_ms=1).trace
    opened = [int(trace.thread[row]) for row in range(trace.n) if trace.kind[row] == Kind.OPEN]
    closed = [int(trace.thread[row]) for row in range(trace.n) if trace.kind[row] == Kind.CLOSE]
    assert sorted(opened) == sorted(closed) == sorted(set(opened))
    assert trace.threads[opened[0]].name == "main", "the table is made first"
    assert {trace.variable_name(row) for row in range(trace.n) if trace.kind[row] == Kind.CLOSE} == {"database"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("storage", ["shared", "local"])
def test_stop_closes_every_connection_and_removes_the_file(temporary: Path, storage: str, place: str) -> None:
    lesson, settings = settings_of("db-connection", storage, work_ms=60_000, place=place)
    session = Session(lesson, settings)
    session.start()
    while Kind.SLEEP not in session.recording.trace.kind:
        session.pump()
    assert [path.name for folder in temporary.glob(f"{PREFIX}*") for path in folder.iterdir()] == ["orders.db"]
    session.stop()
    while not session.is_finished:
        session.pump()
    session.close()
    facts = session.recording.facts
    assert facts["connections_opened"] == facts["connections_closed"]
    assert facts.get("rows_found", 0) == facts["rows_committed"] == 0
    assert session.recording.verdict.text == "Stopped before the end: no row was asked for"


def test_a_child_that_is_killed_leaves_no_file(temporary: Path) -> None:
    lesson, settings = settings_of("db-connection", "local", work_ms=60_000, place="own-process")
    session = Session(lesson, settings)
    session.start()
    while Kind.SLEEP not in session.recording.trace.kind:
        session.pump()
    assert len(list(temporary.glob(f"{PREFIX}*"))) == 1
    (child,) = session.processes_alive()
    os.kill(child, signal.SIGKILL)
    while not session.is_finished:
        session.pump()
    session.close()
    assert session.recording.status == "failed"


def test_a_recording_with_connections_reopens(tmp_path: Path) -> None:
    recording = run_lesson("db-connection", "local", work_ms=0)
    save(recording, tmp_path / "run.threadloom")
    again = load(tmp_path / "run.threadloom")
    assert (again.facts, again.verdict) == (recording.facts, recording.verdict)


@pytest.mark.parametrize("runner", ["threads", "pool"])
@pytest.mark.parametrize("storage", ["shared", "local"])
def test_the_script_finds_as_many_rows(storage: str, runner: str) -> None:
    output = run_script("db-connection", storage, runner)
    n = 5 if runner == "threads" else 20
    assert output.answers == ["0" if storage == "shared" else str(n)]
    assert ("ProgrammingError" in output.errors) == (storage == "shared" and runner == "threads")


def test_the_script_rolls_back_what_fails() -> None:
    assert run_script("db-connection", "local", "pool", options={"failing": True}).answers == ["16"]
