"""The command line: what it prints, the codes it ends with, and one clear line for everything that is wrong."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from simulator.analysis.recording import Recording
from simulator.cli import driving, main
from simulator.cli.commands import exit_code
from simulator.export.recording_file import load, save
from simulator.lessons.base import Lesson, RunSettings
from simulator.record.kinds import Kind
from simulator.session import Session
from tests.fakes import scripted_session
from tests.simulator.recordings import Script, record, two_workers

RUN_KEYS = (
    *(
        "lesson",
        "storage",
        "runner",
        "threads",
        "pool_size",
        "tasks",
        "workers_ran",
        "work_ms",
        "seed",
        "mode",
        "place",
    ),
    *("status", "events", "reads", "writes", "deletes", "own_reads", "inherited_reads", "leftover_reads"),
    *("foreign_reads", "erased_reads", "missing_reads", "initial_reads", "unknown_reads", "lost_updates"),
    *("uncertain_events", "elapsed_ns", "verdict", "interpreter", "gil", "script_exit_code", "facts", "findings"),
)
OUTCOMES = ("own", "inherited", "leftover", "foreign", "erased", "missing", "initial", "unknown")
FINDING_KEYS = (
    "kind",
    "severity",
    "variable",
    "threads",
    "value",
    "writer",
    "file",
    "line",
    "message",
    "events",
    "count",
    "cure",
    "lesson",
    "places",
    "fingerprint",
)
QUICK = ("--work-ms", "10")


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run in this process be one in which first all threads write and then all read."""

    def make(lesson: Lesson, settings: RunSettings, _line: object) -> Session:
        return scripted_session(lesson, settings)

    monkeypatch.setattr("simulator.cli.commands.Session", make)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line; return exit code, stdout and stderr."""

    def run_main(*arguments: object, **keywords: Any) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments], **keywords)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_main


@pytest.fixture
def refusal(run) -> Callable[..., str]:
    """Run a command line that must end with code 2, one line on stderr and nothing on stdout; return the line."""

    def run_refused(*arguments: object, **keywords: Any) -> str:
        code, out, err = run(*arguments, **keywords)
        assert (code, out) == (2, "")
        assert err.startswith("threadloom: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1
        return str(err).removeprefix("threadloom: ").rstrip("\n")

    return run_refused


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.threadloom"
    save(two_workers(), path)
    return path


# ── run: what must be seen ──


@pytest.mark.parametrize("threads", [5, 64])
@pytest.mark.parametrize("place", ["--in-process", "--own-process"])
def test_a_shared_request_id_is_another_threads(run, threads: int, place: str) -> None:
    """That no two of these threads ever meet would need a machine that stands still for seconds."""
    work = ("--work-ms", 500)
    code, out, _ = run("run", "request-id", "--storage", "shared", "--threads", threads, "--json", place, *work)
    result = json.loads(out)
    assert code == 1
    assert result["foreign_reads"] > 0
    assert result["foreign_reads"] + result["own_reads"] == threads
    assert result["place"] == place.removeprefix("--")


@pytest.mark.parametrize("threads", [5, 64])
@pytest.mark.parametrize("place", ["--in-process", "--own-process"])
def test_a_local_request_id_is_ones_own(run, threads: int, place: str) -> None:
    code, out, _ = run("run", "request-id", "--storage", "local", "--threads", threads, "--json", place)
    result = json.loads(out)
    assert (code, result["foreign_reads"], result["own_reads"]) == (0, 0, threads)


def test_leftovers_are_tasks_less_workers(run) -> None:
    code, out, _ = run("run", "pool-leftover", "--storage", "local", "--pool-size", 2, "--tasks", 10, "--json")
    result = json.loads(out)
    assert code == 1
    assert result["leftover_reads"] == 10 - result["workers_ran"]


@pytest.mark.parametrize("storage", ["shared", "locked"])
def test_lost_updates_agree_with_the_facts(run, storage: str) -> None:
    code, out, _ = run("run", "lost-update", "--storage", storage, "--json")
    result = json.loads(out)
    assert result["facts"]["expected"] - result["facts"]["final"] == result["lost_updates"]
    assert storage == "shared" or result["lost_updates"] == 0
    assert code == (1 if result["lost_updates"] else 0)


@pytest.mark.usefixtures("in_order")
def test_a_run_prints_exactly_the_documented_keys(run) -> None:
    result = json.loads(run("run", "request-id", "--json", *QUICK)[1])
    assert tuple(result) == RUN_KEYS
    assert sum(result[f"{outcome}_reads"] for outcome in OUTCOMES) == result["reads"] == 5
    assert result["findings"]
    for finding in result["findings"]:
        assert tuple(finding) == FINDING_KEYS
    assert (result["mode"], result["status"], result["script_exit_code"]) == ("lesson", "done", None)


def test_every_option_reaches_the_run(run) -> None:
    arguments = ("--runner", "pool", "--pool-size", 3, "--tasks", 7, "--work-ms", 1, "--seed", -4, "--jitter")
    result = json.loads(run("run", "request-id", "--storage", "context", *arguments, "--json")[1])
    given = {"runner": "pool", "pool_size": 3, "tasks": 7, "work_ms": 1, "seed": -4, "storage": "context", "threads": 0}
    assert {name: result[name] for name in given} == given
    result = json.loads(run("run", "lost-update", "--option", "increments=20", "--threads", 2, "--json")[1])
    assert result["facts"]["expected"] == 40


def test_another_interpreter_runs_the_threads(run) -> None:
    result = json.loads(run("run", "request-id", "--python", sys.executable, "--json", *QUICK)[1])
    assert result["place"] == "own-process"
    assert result["interpreter"].startswith("CPython 3.")


@pytest.mark.usefixtures("in_order")
def test_a_summary_for_people_says_what_happened(run) -> None:
    code, out, err = run("run", "request-id", "--seed", 3, *QUICK)
    lines = out.splitlines()
    assert (code, err) == (1, "")
    assert lines[:2] == ["Whose request is this?", "shared, 5 threads, work 10 ms, seed 3"]
    assert lines[3].startswith("✗ ")
    assert "error: clobbered-read, request_id, request-id.py:6" in out
    assert "cure: state = threading.local()" in out
    assert max(map(len, lines)) <= 100


@pytest.mark.usefixtures("in_order")
def test_quiet_leaves_the_exit_code_only(run) -> None:
    assert run("run", "request-id", "--quiet", *QUICK) == (1, "", "")
    assert run("run", "request-id", "--storage", "local", "--quiet", *QUICK) == (0, "", "")


@pytest.mark.usefixtures("in_order")
def test_repeating_gives_every_run_and_their_sum(run, tmp_path: Path) -> None:
    path = tmp_path / "last.threadloom"
    code, out, _ = run("run", "request-id", "--repeat", 3, "--json", "--export", path, *QUICK)
    result = json.loads(out)
    assert code == 1
    assert [tuple(one) for one in result["runs"]] == [RUN_KEYS] * 3
    assert result["summary"]["runs"] == result["summary"]["runs_with_problems"] == 3
    assert result["summary"]["statuses"] == {"done": 3}
    assert result["summary"]["reads"] == {"least": 5, "most": 5, "total": 15}
    assert load(path).elapsed_ns == result["runs"][-1]["elapsed_ns"]


def test_repeating_tells_people_each_verdict(run) -> None:
    lines = run("run", "request-id", "--storage", "local", "--repeat", 2, *QUICK)[1].splitlines()
    assert lines[0].lower().startswith("1: all 5 reads")
    assert lines[1] == lines[0].replace("1: ", "2: ", 1)
    assert "2 runs, 0 with problems; the last one:" in lines


# ── Exit codes ──


def harmless_recording(**fields: Any) -> Recording:
    script = Script()
    script.add(1, 1020, Kind.READ, ref=script.add(1, 1010, Kind.WRITE, 1))
    return record(script.trace(), **fields)


def failing_recording(**fields: Any) -> Recording:
    script = Script()
    script.add(1, 1000, Kind.EXCEPTION, ("ValueError", "ValueError: no", "Traceback", False), line=2)
    return record(script.trace(), **fields)


@pytest.mark.parametrize(
    ("recording", "code"),
    [
        (two_workers(), 1),
        (harmless_recording(), 0),
        (record(two_workers().trace, status="stopped"), 1),
        (harmless_recording(status="stopped"), 3),
        (harmless_recording(status="limit"), 3),
        (failing_recording(status="failed"), 3),
    ],
    ids=["problem", "nothing", "stopped with a problem", "stopped with nothing", "limit with nothing", "failed"],
)
def test_a_recordings_end_decides_the_code(run, tmp_path: Path, recording, code: int) -> None:
    assert exit_code(recording) == code
    save(recording, tmp_path / "run.threadloom")
    assert run("show", tmp_path / "run.threadloom")[0] == code


# ── lessons, show, export, bench, help ──


def test_lessons_are_listed_for_programs(run) -> None:
    code, out, _ = run("lessons", "--json")
    lessons = {lesson["id"]: lesson for lesson in json.loads(out)}
    keys = ("id", "question", "runner", "storages", "place", "options", "course_position")
    assert code == 0
    assert [tuple(lesson) for lesson in lessons.values()] == [keys] * len(lessons)
    assert {"request-id", "pool-leftover", "lost-update"} <= set(lessons)
    assert lessons["request-id"]["storages"] == ["shared", "locked", "local", "context"]
    increments = {option["name"]: option for option in lessons["lost-update"]["options"]}["increments"]
    assert (increments["default"], increments["low"], increments["high"]) == (100, 1, 10_000)
    assert sorted(lesson["course_position"] for lesson in lessons.values()) == list(range(1, len(lessons) + 1))


def test_lessons_are_listed_for_people(run) -> None:
    out = run("lessons")[1]
    assert "request-id: Whose request is this?" in out
    assert "  --tasks 1 to 10,000 with --runner pool (20)" in out
    assert "  --option increments=1 to 10,000 (100)" in out


@pytest.mark.usefixtures("in_order")
def test_show_says_the_same_as_the_run(run, tmp_path: Path) -> None:
    path = tmp_path / "run.threadloom"
    code, out, _ = run("run", "request-id", "--json", "--export", path, *QUICK)
    assert run("show", path, "--json") == (code, out, "")
    assert run("show", path)[1].splitlines()[0] == "Whose request is this?"


def test_a_saved_recording_is_exported(run, saved: Path, tmp_path: Path) -> None:
    for suffix in (".threadloom", ".csv", ".jsonl", ".svg"):
        target = tmp_path / f"again{suffix}"
        assert run("export", saved, target) == (0, f"written: {target}\n", "")
        assert target.stat().st_size > 0
    assert (tmp_path / "again.threadloom").read_bytes() == saved.read_bytes()


def test_a_picture_is_drawn_as_asked(run, saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "run.svg"
    assert run("export", saved, target, "--width", 777, "--from", 100, "--to", 600, "--theme", "dark")[0] == 0
    root = ElementTree.parse(target).getroot()
    assert root.get("width") == "777"
    assert "Whose request?" in "".join(root.itertext())


def test_what_needs_qt_is_rendered_by_what_is_handed_in(run, saved: Path, tmp_path: Path) -> None:
    renderers = {".png": lambda svg: b"rendered " + svg[:5].encode()}
    target = tmp_path / "run.png"
    assert run("export", saved, target, renderers=renderers)[0] == 0
    assert target.read_bytes() == b"rendered <?xml"


def test_a_benchs_figures_are_printed(run, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = {"figure": "a read", "value": 1.5, "unit": "", "reference": "floor", "goal": 2.5, "met": True}
    results = [{"name": "record", "machine": "here", "figures": [figure]}]
    monkeypatch.setattr("simulator.cli.commands.run_bench", lambda names, more: results if names == ["record"] else [])
    assert json.loads(run("bench", "record", "--json")[1]) == results
    assert run("bench", "record")[1] == "record on here\n  a read: 1.5 of floor (goal 2.5, met)\n"


def test_help_and_version_are_results(run) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert all(command in out for command in ("lessons", "run", "script", "show", "export", "bench"))
    assert run("--version")[1].startswith("threadloom ")


# ── Bad input ──


BAD_INPUT: dict[str, tuple[str, str]] = {
    "no command": ("", "no command; choose lessons, run, script, show, export, diff, bench"),
    "command": ("runn", "there is no command 'runn'; did you mean run?"),
    "a recording as command": ("a.threadloom", "to look at a recording: threadloom show a.threadloom"),
    "lesson": ("run requst-id", "there is no lesson 'requst-id'; did you mean request-id?"),
    "no lesson": ("run", "the following arguments are required: LESSON; see threadloom run --help"),
    "storage": ("run request-id --storage locl", "--storage: there is no 'locl'; did you mean local?"),
    "a storage it lacks": ("run pool-leftover --storage locked", "lesson pool-leftover has no storage 'locked'"),
    "runner": ("run request-id --runner poool", "--runner: there is no 'poool'; did you mean pool?"),
    "a runner it lacks": ("run lost-update --runner pool", "lesson lost-update has no runner 'pool'"),
    "option": ("run request-id --storge local", "'--storge' is not understood; did you mean --storage?"),
    "shortened option": ("run request-id --stor local", "'--stor' is not understood; did you mean --storage?"),
    "too few threads": ("run request-id --threads 1", "threads: 1 is not between 2 and 256"),
    "too many threads": ("run request-id --threads 257", "threads: 257 is not between 2 and 256"),
    "no number": ("run request-id --threads five", "--threads: 'five' is no whole number; write it in digits"),
    "a huge number": (f"run request-id --seed {'9' * 5000}", "is too large; give a number of at most 18 digits"),
    "pool size": ("run pool-leftover --pool-size 65", "pool size: 65 is not between 1 and 64"),
    "tasks": ("run pool-leftover --tasks 10001", "tasks: 10,001 is not between 1 and 10,000"),
    "work": ("run request-id --work-ms -1", "work time in ms: -1 is not between 0 and 60,000"),
    "the other runner's": (
        "run request-id --tasks 3",
        "--tasks: lesson request-id does not use it with --runner threads",
    ),
    "a setting it lacks": ("run pool-leftover --threads 3", "--threads: lesson pool-leftover does not use it"),
    "its option": ("run lost-update --option incr=1", "lesson lost-update has no option 'incr'"),
    "an option without value": ("run lost-update --option increments", "has no value; write NAME=VALUE"),
    "an option's value": ("run lost-update --option increments=0", "0 is not between 1 and 10,000"),
    "repeat": ("run request-id --repeat 0", "--repeat: 0 is not between 1 and 10,000"),
    "both places": ("run request-id --in-process --own-process", "not allowed with argument --in-process"),
    "python": ("run request-id --python /no/python", "--python: /no/python is no program that can be run"),
    "python in process": ("run request-id --python python3 --in-process", "needs a process of its own"),
    "suffix": ("run request-id --export a.svgg", "a.svgg: there is no format '.svgg'; did you mean .svg?"),
    "no suffix": ("run request-id --export a", "a: it has no suffix; choose one of .threadloom, .csv, .jsonl"),
    "png without Qt": ("run request-id --export a.png", "a.png: PNG needs the window's libraries; use `threadloom`"),
    "pdf without Qt": ("run request-id --export a.pdf", "a.pdf: PDF needs the window's libraries; use `threadloom`"),
    "folder": ("run request-id --export /no/folder/a.svg", "the folder /no/folder does not exist; create it"),
    "width": ("run request-id --width 1", "--width: 1 is not between 320 and 20,000"),
    "theme": ("run request-id --theme drak", "--theme: there is no 'drak'; did you mean dark?"),
    "from": ("run request-id --from -1", "--from: -1 ns is before the start of the run; give 0 or more"),
    "to": ("run request-id --from 9 --to 9", "--to: 9 ns is not after --from (9 ns); give a later time"),
    "show": ("show none.threadloom", "cannot read none.threadloom: No such file or directory; check the name"),
    "export": ("export none.threadloom a.csv", "cannot read none.threadloom: No such file"),
    "bench": ("bench recrd", "recrd"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_gets_one_line_and_nothing_runs(
    refusal, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simulator.cli.commands.drive", lambda *_, **__: pytest.fail("it ran"))
    arguments, message = BAD_INPUT[case]
    assert message in refusal(*arguments.split())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_by_a_damaged_recording(refusal, saved: Path, tmp_path: Path) -> None:
    target = tmp_path / "old.csv"
    target.write_text("old")
    saved.write_bytes(saved.read_bytes()[:-20])
    assert "is damaged" in refusal("export", saved, target)
    assert "is damaged" in refusal("show", saved)
    assert target.read_text() == "old"


def test_an_export_that_fails_keeps_result_and_other_files(run, tmp_path: Path) -> None:
    arguments = ("--export", tmp_path / "a.svg", "--export", tmp_path / "b.csv", "--from", 10**18, *QUICK)
    code, out, err = run("run", "request-id", *arguments)
    assert code == 2
    assert "Whose request is this?" in out
    assert f"written: {tmp_path / 'b.csv'}" in out
    assert "ns is after the end of the run" in err
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]


def test_odd_characters_in_a_name_stay_on_one_line(refusal) -> None:
    assert "'a\\nb.svgg'" in refusal("run", "request-id", "--export", "a\nb.svgg")


def test_arrows_of_a_trace_can_all_be_had(run, saved: Path, tmp_path: Path) -> None:
    assert run("export", saved, tmp_path / "run.json", "--flows", "all")[0] == 0
    assert (tmp_path / "run.json").read_text("utf-8").count('"ph":"f"') == 2


def test_a_word_for_arrows_that_is_none_is_refused(refusal, saved: Path, tmp_path: Path) -> None:
    assert "did you mean all?" in refusal("export", saved, tmp_path / "run.json", "--flows", "al")


def test_a_long_export_shows_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(driving, "_has_terminal", lambda: True)
    monkeypatch.setattr(driving, "PATIENCE_S", 0)
    with driving.ProgressLine("writing run.csv") as progress:
        for done in (0.0, 0.5, 1.0):
            progress(done)
    said = capsys.readouterr().err.split("\r")
    assert f"writing run.csv [{'#' * 15}{'.' * 15}] 50 %" in said
    assert said[-1] == ""


def test_a_bar_says_nothing_to_a_file(capsys) -> None:
    with driving.ProgressLine("writing run.csv") as progress:
        progress(0.5)
    assert capsys.readouterr().err == ""
