"""What is said of a script's run: who died, who waited, whose values were read, and what was not looked for."""

from dataclasses import replace

import pytest

from simulator.analysis.findings import Finding, Severity
from simulator.analysis.recording import RUNNING, Recording
from simulator.analysis.verdict import BAD, NEUTRAL
from simulator.export.summary_text import summary_text
from simulator.record.kinds import Kind
from tests.simulator.scripts import ScriptRows, record_script, small_script

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
    assert recording.verdict.text.startswith("worker-2 ended with KeyError: 'k'; no thread read")
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
    assert recording.verdict.text.startswith("2 data races so far; 1 of 6 reads so far returned another thread's value")
    assert recording.verdict.tone == BAD
