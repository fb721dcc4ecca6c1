"""Findings on the command line: SARIF that its published schema accepts, a baseline, when to fail, silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator.analysis.findings import TITLES
from simulator.analysis.recording import Recording
from simulator.analysis.silence import Silence, part_silenced, silences_in
from simulator.cli import main
from simulator.export import recording_file
from simulator.export.sarif import to_sarif
from tests.simulator.recordings import record, two_workers
from tests.simulator.stories import Story
from tests.simulator.traces import isolated

SCHEMA = Path(__file__).parent / "export" / "sarif-schema-2.1.0.json"
"""The published schema (OASIS, errata 01) without the descriptions of its parts."""


def check_schema(log: Any) -> None:
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text())).validate(log)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    recording_file.save(two_workers(), tmp_path / "run.threadloom")
    return tmp_path / "run.threadloom"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run_command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run_command


def race() -> Recording:
    story = Story("def put():\n    ctx.v = 7\ndef show():\n    print(ctx.v)\n")
    story.start(2, "worker-1", 0)
    story.start(3, "worker <2>", 0)
    story.write(2, "ctx.v", 7, 2)
    story.read(3, "ctx.v", 4)
    recording = record(story.trace(), story.code)
    recording.analysis.findings = story.findings()
    return recording


def test_sarif_is_what_the_published_schema_says(run, saved: Path, tmp_path: Path) -> None:
    assert run("show", saved, "--sarif", tmp_path / "out.sarif")[0] == 1
    log = json.loads((tmp_path / "out.sarif").read_text())
    check_schema(log)
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("clobbered-read", "error")
    location = result["locations"][0]["physicalLocation"]
    assert (location["artifactLocation"]["uri"], location["region"]["startLine"]) == ("request-id.py", 4)
    assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "clobbered-read"


def test_sarif_steps_through_each_thread_in_the_order_of_time() -> None:
    recording = race()
    log = to_sarif(recording, recording.findings)
    check_schema(log)
    result = next(result for result in log["runs"][0]["results"] if result["ruleId"] == "data-race")
    flows = result["codeFlows"][0]["threadFlows"]
    steps = sorted((step for flow in flows for step in flow["locations"]), key=lambda step: step["executionOrder"])
    assert [step["location"]["message"]["text"] for step in steps] == [
        "worker-1 writes ctx.v",
        "worker <2> reads ctx.v",
    ]
    assert len(flows) == 2


def test_every_kind_of_finding_is_described_and_titled() -> None:
    rules = to_sarif(race(), [])["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(TITLES)
    assert all(rule["fullDescription"]["text"].endswith(".") for rule in rules)


def test_a_silenced_finding_stays_visible_in_sarif_as_suppressed() -> None:
    recording = race()
    heard, silenced = part_silenced(recording.findings, [Silence(kind="data-race")])
    log = to_sarif(recording, heard, silenced)
    check_schema(log)
    suppressed = [result for result in log["runs"][0]["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in suppressed] == ["data-race"]


@pytest.mark.parametrize("form", ["--sarif", "--json"])
def test_a_baseline_leaves_only_what_is_new(run, saved: Path, tmp_path: Path, form: str) -> None:
    baseline = tmp_path / "baseline"
    if form == "--sarif":
        run("show", saved, "--sarif", baseline)
    else:
        baseline.write_text(run("show", saved, "--json")[1])
    code, out, _ = run("show", saved, "--baseline", baseline)
    assert code == 0
    assert "1 finding more in the baseline" in out
    assert "clobbered-read" not in out
    result = json.loads(run("show", saved, "--baseline", baseline, "--json")[1])
    assert (result["findings"], result["known_findings"]) == ([], 1)
    run("show", saved, "--baseline", baseline, "--sarif", tmp_path / "second")
    results = json.loads((tmp_path / "second").read_text())["runs"][0]["results"]
    assert [result["baselineState"] for result in results] == ["unchanged"]


def test_a_finding_is_known_again_when_its_lines_have_moved() -> None:
    code = "def put():\n    ctx.v = 7\ndef show():\n    print(ctx.v)\n"
    prints = []
    for shift in (0, 3):
        story = Story("#\n" * shift + code)
        story.start(2, "worker-1", 0)
        story.start(3, f"worker-{shift}", 0)
        story.write(2, f"self.v of C#{shift}", 7, 2 + shift)
        story.read(3, f"self.v of C#{shift}", 4 + shift)
        recording = record(story.trace(), story.code)
        prints.append({recording.fingerprint(finding) for finding in story.findings() if finding.kind == "data-race"})
    assert prints[0] == prints[1] != set()


def test_another_finding_is_new_although_there_is_a_baseline(run, saved: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    recording_file.save(isolated(), tmp_path / "clean.threadloom")
    baseline.write_text(run("show", tmp_path / "clean.threadloom", "--json")[1])
    assert run("show", saved, "--baseline", baseline)[0] == 1


@pytest.mark.parametrize(("severity", "code"), [("error", 0), ("warning", 0), ("note", 1)])
def test_fail_on_says_from_which_severity_the_code_is_1(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, severity: str, code: int
) -> None:
    story = Story("thread.start()\n")
    story.start(2, "worker-1", 1)
    story.end(2)
    recording = record(story.trace(), story.code)
    recording.analysis.findings = story.findings()
    monkeypatch.setattr(recording_file, "load", lambda path, progress: recording)
    assert [finding.severity.name for finding in recording.findings] == ["NOTE"]
    assert run("show", "any.threadloom", "--fail-on", severity)[0] == code


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "cannot read"), ("{", "is no JSON"), ("[1]", "holds no findings"), ('{"a": 1}', "holds no findings")],
    ids=["missing", "broken", "a list", "something else"],
)
def test_a_baseline_that_is_none_is_refused(
    run, saved: Path, tmp_path: Path, content: str | None, complaint: str
) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content)
    code, out, err = run("show", saved, "--baseline", path)
    assert (code, out) == (2, "")
    assert complaint in err
    assert len(err.splitlines()) == 1


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(run, saved: Path, tmp_path: Path) -> None:
    assert run("show", saved, "--sarif", tmp_path / "no" / "out.sarif")[0] == 2


def test_a_comment_at_a_line_silences_what_is_found_there_and_the_text_says_so(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = race()
    recording.code = recording.code.replace("ctx.v = 7", "ctx.v = 7  # threadloom: ignore[data-race]")
    monkeypatch.setattr(recording_file, "load", lambda path, progress: recording)
    code, out, _ = run("show", "any.threadloom")
    assert code == 0
    assert "silenced by line 2 of program.py: data-race ctx.v" in out
    result = json.loads(run("show", "any.threadloom", "--json")[1])
    assert "data-race" not in [finding["kind"] for finding in result["findings"]]
    assert result["silenced_findings"] == 1


@pytest.mark.parametrize(
    ("rule", "is_silenced"),
    [
        (Silence(kind="data-race"), True),
        (Silence(kind="deadlock"), False),
        (Silence(variable="ctx.v"), True),
        (Silence(variable="ctx.w"), False),
        (Silence(file="program.py", line=4), True),
        (Silence(file="program.py", line=5), False),
        (Silence(kind="data-race", variable="ctx.w"), False),
        (Silence(), False),
    ],
    ids=lambda rule: getattr(rule, "text", None),
)
def test_a_rule_silences_what_fits_all_that_it_names(rule: Silence, is_silenced: bool) -> None:
    races = [finding for finding in race().findings if finding.kind == "data-race"]
    heard, silenced = part_silenced(races, [rule])
    assert (len(heard), len(silenced)) == ((0, 1) if is_silenced else (1, 0))


def test_comments_name_kinds_or_silence_all() -> None:
    lines = ["x = 1  # threadloom: ignore", "y  #threadloom:ignore[ leftover, data-race ]", "# threadloom is fine"]
    assert silences_in("/home/me/a.py", lines) == [
        Silence(file="a.py", line=1),
        Silence("leftover", file="a.py", line=2),
        Silence("data-race", file="a.py", line=2),
    ]
