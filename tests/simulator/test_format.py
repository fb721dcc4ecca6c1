"""A recording of each version of the format is kept here and must be readable for ever.

``tests/golden/recordings/version-N….threadloom`` was written by the Threadloom that knew version N, and beside it
stands as JSON what it read of it. Neither is ever changed; a new version of the format adds files
(``python -m tests.simulator.test_format`` writes those of the version of today, and leaves what is there).
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.recording import Recording
from simulator.export.recording_file import ADDED_COLUMNS, VERSION, load, save
from simulator.trace.trace import COLUMNS
from tests.simulator.export.test_chrome_trace import event_loop, of_every_kind
from tests.simulator.scripts import small_script

FOLDER = Path(__file__).parents[1] / "golden" / "recordings"
FILES = sorted(FOLDER.glob("version-*.threadloom"))


def to_plain(recording: Recording) -> dict[str, Any]:
    """Return what was observed and how; what it means may be judged anew."""
    trace = recording.trace
    ends = trace.actor_end_ns.tolist()
    return {
        "columns": {name: getattr(trace, name).tolist() for name in COLUMNS},
        "values": list(map(repr, trace.objects)),
        "threads": [[one.name, one.begin_ns, one.end_ns, one.has_failed] for one in trace.threads],
        "actors": [[one.thread, one.number, one.name, end] for one, end in zip(trace.actors, ends, strict=True)],
        "variables": list(trace.variables),
        "storage": trace.storage,
        "storages": list(trace.storages) if trace.storages is not None else None,
        "ending": asdict(recording.ending) if recording.ending is not None else None,
        "settings": recording.settings.to_plain(),
        "outcomes": recording.analysis.outcome.tolist(),
        **{name: getattr(recording, name) for name in ("question", "code", "filename", "status", "elapsed_ns")},
        **{name: getattr(recording, name) for name in ("place", "interpreter", "gil", "access_cost_ns")},
        "unstopped": list(recording.unstopped),
    }


def test_every_version_is_kept() -> None:
    versions = {int(path.stem.split("-")[1]) for path in FILES}
    assert versions == set(range(1, VERSION + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_any_version_reads_as_it_did(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    recording = load(path)
    found = json.loads(json.dumps(to_plain(recording)))
    columns = expected.pop("columns")
    for name, values in found.pop("columns").items():
        assert values == columns.get(name, [ADDED_COLUMNS.get(name)] * len(values)), name
    for name, value in expected.items():
        assert _with_new_settings(name, value, found[name]) == found[name], name
    assert recording.verdict.text
    assert recording.summary()["events"] == len(columns["begin_ns"])


def _with_new_settings(name: str, old: Any, new: Any) -> Any:
    """Settings may have got further fields since; those that were there must not change."""
    return {**new, **old} if name == "settings" else old


def test_a_file_of_an_old_version_is_saved_as_one_of_today(tmp_path: Path) -> None:
    old = load(FILES[0])
    save(old, tmp_path / "run.threadloom")
    assert to_plain(load(tmp_path / "run.threadloom")) == to_plain(old)


_TODAY: dict[str, Callable[[], Recording]] = {"": of_every_kind, "-loop": event_loop, "-script": small_script}


def main() -> None:
    """Write the files of today's version that are not there yet."""
    for name, make in _TODAY.items():
        path = FOLDER / f"version-{VERSION}{name}.threadloom"
        if not path.exists():
            save(make(), path)
            text = json.dumps(to_plain(load(path)), separators=(",", ":"))
            path.with_suffix(".json").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
