"""Findings while a script runs: told early, with the right events, cancelled for certain, and the same in the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.analysis import live_search
from simulator.analysis.analysis import Analysis
from simulator.analysis.ending import ScriptEnding
from simulator.analysis.judges.script import ScriptJudge
from simulator.analysis.live_search import LiveSearch, Pace
from simulator.analysis.recording import DONE, RUNNING, STOPPED, Recording
from simulator.analysis.script_findings import judge_script
from simulator.analysis.verdict import BAD
from simulator.record.kinds import Kind, Result
from simulator.script.settings import ScriptSettings
from simulator.script_session import ScriptSession
from simulator.trace.trace import Trace
from tests.patience import PATIENCE_S
from tests.simulator.recordings import Script

CODE = "def put():\n    x = 7\ndef show():\n    print(x)\n"

RACE = """
import sys, threading
x = 0
done = threading.Event()

def work():
    global x
    while not done.wait(0.001):
        x = x + 1

threads = [threading.Thread(target=work, name=f"w{n}") for n in (1, 2)]
for thread in threads:
    thread.start()
sys.stdin.readline()
done.set()
for thread in threads:
    thread.join()
"""


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "it never comes"


@pytest.fixture
def recording() -> Recording:
    """A script that runs, of which nothing has arrived yet."""
    trace = Trace(["x", "y", "event"], None, origin_ns=1000, filename="program.py")
    analysis = Analysis(trace, (), "program.py", ScriptJudge())
    settings = ScriptSettings("/home/me/program.py")
    return Recording(settings, "program.py", CODE, "program.py", (), trace, analysis, ending=ScriptEnding())


@pytest.fixture
def search(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSearch]:
    monkeypatch.setattr(live_search, "PERIOD_S", 0.0)
    search = LiveSearch(recording)
    yield search
    search.close()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[ScriptSession]:
    """A script that races until it is given a line."""
    path = tmp_path / "race.py"
    path.write_text(RACE, encoding="utf-8")
    session = ScriptSession(ScriptSettings(str(path)), is_live=True)
    session.start()
    yield session
    session.close()


def race(script: Script, at: int, variable: int = 0) -> None:
    """Let one thread store and another read."""
    script.add(1, at, Kind.WRITE, 7, variable, line=2)
    script.add(2, at + 100, Kind.READ, variable=variable, line=4)


def told_kinds(recording: Recording) -> list[tuple[str, str]]:
    return [(finding.kind, finding.variable) for finding in recording.analysis.so_far]


def test_a_race_is_told_while_the_run_goes_on_and_what_comes_later_is_told_after_it(
    recording: Recording, search: LiveSearch
) -> None:
    script = Script()
    race(script, 2000, variable=1)
    recording.trace.append(list(script.rows.items()), 5000)
    wait_until(search.look)
    assert told_kinds(recording) == [("data-race", "y")]
    later = Script()
    race(later, 1500 + 4000)
    recording.trace.append(list(later.rows.items()), 9000)
    wait_until(search.look)
    assert told_kinds(recording) == [("data-race", "y"), ("data-race", "x")]


def test_events_that_got_other_numbers_are_found_again(recording: Recording, search: LiveSearch) -> None:
    script, trace = Script(), recording.trace
    race(script, 2000)
    trace.append(list(script.rows.items()), 5000)
    wait_until(search.look)
    (finding,) = recording.analysis.so_far
    before = [int(trace.begin_ns[row]) for row in finding.events]
    late = Script()
    late.add(3, 1100, Kind.WRITE, 1, 1)
    trace.append(list(late.rows.items()), 6000)
    assert trace.generation == 1, "everything has another number now"
    assert search.look()
    (again,) = recording.analysis.so_far
    assert again.events != finding.events
    assert [int(trace.begin_ns[row]) for row in again.events] == before
    assert [int(trace.begin_ns[place.row]) for place in again.places] == before[: len(again.places)]


def test_what_is_found_after_it_was_cancelled_is_never_told(recording: Recording, search: LiveSearch) -> None:
    script = Script()
    race(script, 2000)
    recording.trace.append(list(script.rows.items()), 5000)
    search.look()
    search.close()
    assert not search.look()
    assert recording.analysis.so_far == []


def test_it_rests_in_proportion_to_its_work_and_asks_whether_it_is_wanted() -> None:
    rests: list[float] = []
    begin = time.thread_time()
    pace = Pace(rests.append, lambda: len(rests) > 1)
    sum(range(200_000))
    assert not pace()
    used = time.thread_time() - begin
    assert 0 < rests[0] <= live_search.REST * used
    assert pace(), "nobody wants it any more"


LEFT, RIGHT = 0, 1


def hold_and_wait(script: Script, at: int) -> None:
    """Let two threads each hold what the other waits for."""
    script.add(1, at, Kind.HOLD, "lock", LEFT, line=2)
    script.add(2, at + 10, Kind.HOLD, "lock", RIGHT, line=2)
    script.add(1, at + 20, Kind.WAIT, "lock", RIGHT, line=4)
    script.add(2, at + 30, Kind.WAIT, "lock", LEFT, line=4)


def test_a_deadlock_is_told_though_others_go_on_and_stands_before_all_else(
    recording: Recording, search: LiveSearch
) -> None:
    script = Script()
    race(script, 1500)
    recording.trace.append(list(script.rows.items()), 2000)
    wait_until(search.look)
    assert [kind for kind, _ in told_kinds(recording)] == ["data-race"]
    later = Script()
    hold_and_wait(later, 3000)
    later.add(3, 4000, Kind.WRITE, 1, 2)
    recording.trace.append(list(later.rows.items()), 5000)
    wait_until(search.look)
    assert [kind for kind, _ in told_kinds(recording)] == ["deadlock", "data-race"]
    assert recording.verdict.text.startswith("Deadlock: worker-1 waits for the lock y, held by worker-2; worker-2 ")
    assert recording.verdict.tone == BAD


def test_that_nobody_is_left_to_end_a_wait_is_told_once_nothing_happens_and_taken_back_if_something_does(
    recording: Recording, search: LiveSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_search, "QUIET_S", 0.0)
    script = Script()
    wait = script.add(1, 2000, Kind.WAIT, "event", 2, line=2)
    recording.trace.append(list(script.rows.items()), 3000)
    wait_until(search.look)
    assert recording.verdict.text == "worker-1 waits for event, and no thread is left to end that"
    later = Script()
    later.rows[1] = []
    later.add(1, 4000, Kind.END, 0, int(Result.DONE), ref=wait)
    later.add(1, 4100, Kind.WRITE, 1, 0, line=2)
    recording.trace.append(list(later.rows.items()), 5000)
    wait_until(search.look)
    assert recording.analysis.so_far == []
    assert "no thread is left" not in recording.verdict.text


def test_of_a_real_run_findings_are_told_early_and_in_the_end_they_are_those_of_the_whole(
    session: ScriptSession,
) -> None:
    recording = session.recording

    def tells() -> bool:
        session.pump()
        return any(finding.variable == "x" for finding in recording.analysis.so_far)

    wait_until(tells)
    assert recording.status == RUNNING
    assert recording.findings == []
    session.write_input(b"\n")
    wait_until(lambda: session.pump() and session.is_finished)
    assert recording.status == DONE
    assert recording.analysis.so_far == []
    assert recording.findings == judge_script(recording)
    assert "x" in {finding.variable for finding in recording.findings}


def test_a_run_that_is_stopped_has_the_findings_of_what_was_recorded(session: ScriptSession) -> None:
    recording = session.recording
    wait_until(lambda: session.pump() and recording.analysis.so_far)
    session.stop()
    wait_until(lambda: session.pump() and session.is_finished)
    assert recording.status == STOPPED
    assert recording.findings == judge_script(recording)
