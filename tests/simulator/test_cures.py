"""Cures are code: put in place of the lines that they name, they leave nothing to be found."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.analysis.detectors.cures import for_tasks
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from tests.simulator.answers import answer_of, problems, run
from tests.simulator.forked import ForkServer
from tests.simulator.truths import BUGS, Truth

pytestmark = pytest.mark.slow
PATIENCE_S = 0.2
WITHOUT_CURE = ("a thread that dies", "an Event that nobody sets")
_WHERE = re.compile(r"  # lines? (\d+)(?:–(\d+))?(?: of (\w+\.py))?(?:, in place of: .*)?$")
_AT_TOP = re.compile(r"  # once, at the top(?: of (\w+\.py))?$")


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.mark.parametrize("truth", [truth for truth in BUGS if truth.name not in WITHOUT_CURE], ids=lambda one: one.name)
def test_the_cure_put_in_place_leaves_nothing_to_be_found(truth: Truth, tmp_path: Path, server: ForkServer) -> None:
    (finding,) = (one for one in run(truth, tmp_path, server).findings if one.kind == curable(truth))
    cured = replace(truth, files=apply(truth, finding), how=truth.how - {"stuck"})
    recording = run(cured, tmp_path, server, timeout_s=60)
    assert recording.status == "done"
    assert problems(answer_of(one.to_plain() for one in recording.findings)) == [], cured.files["program.py"]


def curable(truth: Truth) -> str:
    """Return which of the findings has the cure: an exception's is that of the race that led to it."""
    return truth.besides[0] if truth.besides else truth.kind


def apply(truth: Truth, finding: Finding) -> dict[str, str]:
    """Put a cure in place, and let ``meet`` give up where the cure lets one thread go first."""
    files = {name: text.splitlines() for name, text in truth.files.items()}
    tops: dict[str, list[str]] = {name: [] for name in files}
    edits: list[tuple[str, int, int, list[str]]] = []
    for line in finding.cure.splitlines():
        where, at_top = _WHERE.search(line), _AT_TOP.search(line)
        if where is not None:
            name, first = where[3] or "program.py", int(where[1])
            edits.append((name, first, int(where[2] or first), [line[: where.start()]]))
        elif at_top is not None:
            tops[at_top[1] or "program.py"].append(line)
        elif line == "import threading":
            tops["helper.py"].append(line)
        elif line:
            edits[-1][3].append(line)
    for name, first, last, lines in sorted(edits, reverse=True):
        old = files[name][first - 1]
        indent = old[: len(old) - len(old.lstrip())]
        files[name][first - 1 : last] = textwrap.indent("\n".join(lines), indent).splitlines()
    texts = {name: "\n".join([*_imports(lines), *tops[name], *_rest(lines), ""]) for name, lines in files.items()}
    door = "doors[me][0]"
    patient = f'__import__("select").select([{door}], [], [], {PATIENCE_S})[0] and os.read({door}, 1)'
    return {name: text.replace(f"os.read({door}, 1)", patient) for name, text in texts.items()}


def _imports(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(("import ", "from "))]


def _rest(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith(("import ", "from "))]


def test_a_lock_of_tasks_is_awaited_and_other_blocks_stay_as_they_are() -> None:
    block = "with lock:  # line 3\n    with open(p):\n        x"
    cure = f"import threading\nlock = threading.Lock()  # once, at the top\n\n{block}"
    made = f"lock = asyncio.Lock()  # once, at the top\n\nasync {block}"
    assert for_tasks(SourceFile("program.py", "x = 1\n"), cure) == f"import asyncio\n{made}"
    assert for_tasks(SourceFile("program.py", "import asyncio\n"), cure) == made
