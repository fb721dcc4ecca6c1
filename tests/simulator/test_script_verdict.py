"""What is said of a script's run: who died, who waited, whose values were read, and what was not looked for."""

from dataclasses import replace

import pytest

from simulator.analysis.ending import ScriptEnding
from simulator.analysis.finding_words import times_in_words
from simulator.analysis.findings import Finding, Severity
from simulator.analysis.judges.script import ScriptJudge
from simulator.analysis.kind_words import waiting_for
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.verdict import BAD, GOOD, NEUTRAL
from simulator.export.report import report_html
from simulator.export.summary_text import summary_text
from simulator.record.kinds import Kind
from simulator.script.settings import ScriptSettings
from tests.simulator.recordings import record
from tests.simulator.scripts import ScriptRows, record_script, small_script
from tests.simulator.stories import Story

X, LOCK = ("x", "", ""), ("left", "", "")


def ended(recording: Recording, **fields: object) -> Recording:
    assert recording.ending is not None
    recording.ending = replace(recording.ending, **{"exit_code": 0, "untouched": (), **fields})  # type: ignore[arg-type]
    return recording


def test_what_reads_got_is_told_and_not_judged() -> None:
    recording = ended(small_script())
    assert recording.verdict.text == (
        "1 of 6 reads returned another thread's value, 1 a value that no recorded write explains; "
        "data races were not looked for"
    )
    assert recording.verdict.tone == NEUTRAL
    assert not recording.findings


def test_a_thread_that_died_is_a_finding_and_comes_first() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WRITE, X, 1)
    died = ("KeyError", "KeyError: 'k'", "Traceback …", False)
    script.add(2, 20, Kind.EXCEPTION, X, died, line=5, file=0)
    recording = ended(record_script(script))
    assert recording.verdict.text == "worker-2 ended with KeyError: 'k'; data races were not looked for"
    assert recording.verdict.tone == BAD
    assert [(finding.kind, finding.file, finding.line) for finding in recording.findings] == [
        ("thread-died", "app.py", 5)
    ]


def test_a_thread_that_died_in_another_file_is_found_there() -> None:
    script = ScriptRows()
    script.file(1, "/home/me/helper.py", "")
    script.add(2, 20, Kind.EXCEPTION, X, ("ValueError", "ValueError: no", "Traceback …", False), line=9, file=1)
    recording = script.trace()
    recording.files.append("helper.py")
    made = record_script(ScriptRows())
    made.trace, made.analysis.trace = recording, recording
    made.analysis._start_again()
    made.analysis.finish()
    (finding,) = made.findings
    assert (finding.file, finding.line) == ("helper.py", 9)
    assert "at line 9 of helper.py" in finding.message


@pytest.mark.parametrize(
    ("status", "limit", "begin"),
    [
        ("stopped", "", "Stopped before the end: "),
        ("limit", "time", "Stopped at the limit of time: "),
        ("limit", "events", "Stopped at the limit of events: "),
    ],
)
def test_who_waited_when_it_was_stopped_is_named(status: str, limit: str, begin: str) -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WAIT, LOCK, "lock", is_sync=True)
    over = script.add(2, 10, Kind.WAIT, LOCK, "lock", is_sync=True)
    script.end(2, 20, over)
    recording = ended(record_script(script, status=status), exit_code=-15, limit=limit)
    assert recording.verdict.text.startswith(f"{begin}worker-1 still waits for the lock left; no thread read")
    assert "worker-2" not in recording.verdict.text
    assert "SIGTERM" not in recording.verdict.text


def test_how_the_process_ended_is_told_in_words() -> None:
    assert ended(small_script(), exit_code=-11).verdict.text.startswith("The process was ended by SIGSEGV; 1 of 6")
    assert ended(small_script(), exit_code=2).verdict.text.startswith("The script ended with exit code 2; 1 of 6")
    files = (("/a.py", "why"), ("/b.py", "why"))
    assert "; 2 files ran unrecorded; " in ended(small_script(), untouched=files).verdict.text
    lines = summary_text(ended(small_script(), dropped=1500, untouched=(("/home/me/odd.py", "its encoding"),)))
    assert "odd.py ran unrecorded: its encoding\n" in lines
    assert "12 accesses are left out: no other thread touched what they are to, or it never changes\n" in lines
    assert "1,500 events beyond the limit were not kept" in lines
    assert small_script().facts == {"left_out": 12, "dropped": 0, "untouched_files": 1}


def test_a_context_that_was_copied_is_inherited_and_a_default_is_missing() -> None:
    script = ScriptRows()
    user = ("user", "main", "context")
    write = script.next_id(1)
    script.add(1, 10, Kind.WRITE, user, "ann", reference=write)
    script.add(2, 20, Kind.READ, ("user", "copy", "context"), "ann", reference=write)
    script.add(2, 30, Kind.READ, ("user", "bare", "context"), "nobody", reference=-1)
    summary = record_script(script).summary()
    assert (summary["inherited_reads"], summary["missing_reads"], summary["foreign_reads"]) == (1, 1, 0)


def test_what_is_certain_while_a_script_runs_is_told_so_far() -> None:
    recording = ended(small_script(), exit_code=None)
    race = Finding("data-race", Severity.WARNING, "x", (), "", "", "program.py", 1, "Two threads.", "", (), 3)
    recording.status, recording.analysis.so_far = RUNNING, [race, replace(race, variable="y")]
    assert recording.verdict.text.startswith(
        "6 data races on x and y so far; 1 of 6 reads so far returned another thread's value"
    )
    assert recording.verdict.tone == BAD


COUNT = """
import threading, time
n = 0
def work():
    global n
    for _ in range(3):
        seen = n
        time.sleep(0)
        n = seen + 1
"""


def lost_updates(rounds: int = 1) -> Recording:
    """Two threads read the same number and each store one more, several times; each round begins at 0 again."""
    story = Story(COUNT)
    story.start(2, "ann", 9)
    story.start(3, "bob", 9)
    for _ in range(rounds):
        story.write(1, "n", 0, 2)
        for value in (1, 2, 3):
            for thread in (2, 3):
                story.read(thread, "n", 6)
            for thread in (2, 3):
                story.write(thread, "n", value, 8)
    recording = record(story.trace(), story.code)
    recording.settings, recording.ending, recording.status = ScriptSettings("/home/me/p.py"), ScriptEnding(0), "done"
    recording.analysis.judge = ScriptJudge()
    recording.analysis.adopt(story.findings())
    return recording


@pytest.mark.parametrize("rounds", [1, 4])
def test_so_many_updates_are_lost_wherever_one_reads_it(rounds: int) -> None:
    recording, n = lost_updates(rounds), 3 * rounds
    (finding,) = (one for one in recording.findings if one.kind == "lost-update")
    assert f"In all {n} of {2 * n} updates are lost: nothing keeps others out" in finding.message
    assert recording.verdict.text.startswith(f"{n} lost updates of n; ")
    assert recording.summary()["lost_updates"] == n
    (plain,) = recording.summary()["findings"]
    assert plain["count"] == n
    assert f"lost-update, n, program.py:8, {n} times" in summary_text(recording)
    assert f", {n} times</p>" in report_html(recording)


@pytest.mark.parametrize(
    ("kind", "names", "count", "said"),
    [
        ("data-race", ["x"], 1, "1 data race on x"),
        ("data-race", ["x", "y"], 3, "6 data races on x and y"),
        ("data-race", ["x", "y", "z"], 3, "9 data races on 3 variables"),
        ("data-race", ["n", "o.a and others"], 2, "4 data races on n, o.a and others"),
        ("leftover", ["ctx.user"], 2, "2 leftovers in ctx.user"),
        ("atomicity", ["seats"], 2, "2 updates or checks of seats broken in between"),
        ("missing-attribute", ["ctx.user"], 1, "1 read of ctx.user, missing in its thread"),
        ("lock-order", ["left and right"], 4, "locks in opposite order (left and right)"),
        ("refused", ["conn"], 2, "refused (conn) 2 times"),
    ],
)
def test_the_sentence_counts_how_often_it_happened_and_names_what_it_happened_to(
    kind: str, names: list[str], count: int, said: str
) -> None:
    findings = [Finding(kind, Severity.ERROR, name, (), "", "", "p.py", 1, "So.", "", (), count) for name in names]
    assert times_in_words(kind, findings) == said


WAITS = """
import threading
a = threading.Lock()
b = threading.Lock()
def one():
    with a:
        b.acquire({})
def other():
    with b:
        a.acquire()
"""


def crossed(time: str) -> list[Finding]:
    story = Story(WAITS.format(time))
    story.start(2, "ann", 9)
    story.start(3, "bob", 9)
    story.take(2, "a", 5)
    story.take(3, "b", 8)
    story.wait(2, "b", 6)
    story.wait(3, "a", 9)
    return story.findings()


@pytest.mark.parametrize("time", ["True, 5", "timeout=5", "True, timeout=limit", "timeout=-1 + 2"])
def test_who_is_given_a_time_to_wait_is_in_no_deadlock(time: str) -> None:
    assert [finding.kind for finding in crossed(time)] == []


@pytest.mark.parametrize("time", ["", "True", "timeout=None"])
def test_who_waits_without_a_time_is_in_one(time: str) -> None:
    (finding,) = crossed(time)
    assert finding.brief == "deadlock: ann waits for the lock b, held by bob; bob waits for the lock a, held by ann"


def test_what_nobody_is_left_to_end_is_told_after_who_died() -> None:
    story = Story("import queue, threading\njobs = queue.Queue()\ndef work():\n    jobs.get()\njobs.join()\n")
    story.start(2, "worker", 4)
    story.die(2, "KeyError", "'k'", 4)
    story.end(2)
    story.wait(1, "jobs", 5, value="queue")
    recording = record(story.trace(), story.code)
    recording.settings, recording.ending = ScriptSettings("/home/me/p.py"), ScriptEnding(-15, "time")
    recording.status, recording.analysis.judge = "limit", ScriptJudge()
    recording.analysis.adopt(story.findings())
    assert recording.verdict.text == (
        "Stopped at the limit of time: worker ended with KeyError: 'k'; "
        "MainThread waits for the queue jobs, and no thread is left to end that"
    )


def test_a_wait_of_a_script_says_for_which_lock() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WAIT, LOCK, "lock", is_sync=True)
    script.add(2, 20, Kind.WAIT, ("lock", "", ""), "lock", is_sync=True)
    script.add(3, 30, Kind.WAIT, ("worker-2", "", ""), "join", is_sync=True)
    trace = record_script(script).trace
    waits = [row for row in range(trace.n) if trace.kind[row] == Kind.WAIT]
    assert [waiting_for(trace, row) for row in waits] == [
        "waiting for left",
        "waiting for the lock",
        "joining worker-2",
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (None, ""),
        (0, "ended with exit code 0"),
        (3, "ended with exit code 3"),
        (-11, "ended by SIGSEGV"),
        (-200, "ended by signal 200"),
    ],
)
def test_how_a_script_ended_is_said_in_words(code: int | None, said: str) -> None:
    assert ScriptEnding(exit_code=code).exit_text == said


def test_who_holds_what_somebody_still_waits_for_is_named() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.HOLD, LOCK, "lock", is_sync=True)
    script.add(2, 20, Kind.WAIT, LOCK, "lock", is_sync=True)
    recording = ended(record_script(script, status="stopped"), exit_code=-15)
    assert "worker-2 still waits for the lock left, held by worker-1; " in recording.verdict.text


def test_a_run_that_was_stopped_is_not_said_to_be_good() -> None:
    whole, stopped = ended(small_script()), ended(small_script(), exit_code=-15)
    stopped.status = "stopped"
    for recording in (whole, stopped):
        recording.analysis.adopt([])
    assert (whole.verdict.tone, stopped.verdict.tone) == (GOOD, NEUTRAL)
