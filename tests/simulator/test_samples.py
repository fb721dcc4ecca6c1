"""The sample programs: each is there, says what it shows, and shows it."""

import ast
from pathlib import Path
from typing import Any

import pytest

from simulator.cli.arguments import build_parser
from simulator.cli.choosing import choose_script
from simulator.samples import NAMES, find_sample, list_samples
from simulator.script.settings import ScriptSettings
from simulator.script_session import ScriptSession


def test_every_sample_file_is_listed_and_says_in_one_sentence_what_it_shows() -> None:
    samples = list_samples()
    folder = Path(samples[0].path).parent
    assert {path.stem for path in folder.glob("*.py")} == set(NAMES)
    for sample in samples:
        assert sample.title.endswith((".", "?"))
        assert "\n" not in sample.title
        assert len(ast.unparse(ast.parse(Path(sample.path).read_text("utf-8"))).splitlines()) < 40


def test_a_sample_is_found_by_its_name_where_no_file_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parsed = build_parser("1").parse(["script", "lost-update"])
    sample = find_sample("lost_update.py")
    assert sample is not None
    assert choose_script(parsed, []).path == sample.path
    (tmp_path / "lost-update").write_text("", encoding="utf-8")
    assert choose_script(parsed, []).path == str(tmp_path / "lost-update")


def run(name: str) -> dict[str, Any]:
    sample = find_sample(name)
    assert sample is not None
    summary = ScriptSession(ScriptSettings(sample.path, timeout_s=300)).run().summary()
    assert (summary["status"], summary["script_exit_code"], summary["unknown_reads"]) == ("done", 0, 0)
    return summary


def test_with_a_local_every_thread_reads_its_own_value() -> None:
    summary = run("thread_local")
    assert summary["own_reads"] >= 5
    assert summary["foreign_reads"] == 0


def test_what_one_thread_has_stored_others_read() -> None:
    assert run("shared_object")["foreign_reads"] >= 3  # each looks up the list that the main thread has stored


FOUND = {
    "shared_global": ["clobbered-read"],
    "pool_leftover": ["leftover"],
    "lost_context": ["lost-context"],
    "thread_local": [],
    "with_lock": [],
    "event_order": [],
    "queue_handover": [],
    "asyncio_tasks": ["clobbered-read"],
}
"""What must be found in samples in which it does not depend on chance."""


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_what_a_sample_shows_is_found_and_nothing_is_made_up(name: str) -> None:
    problems = [one["kind"] for one in run(name)["findings"] if one["severity"] != "note"]
    assert problems == FOUND[name]
