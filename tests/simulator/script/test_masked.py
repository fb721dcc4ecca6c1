"""Reads-from is exact: what the order of stamps says about each read is what its value says; else it is flagged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.record.kinds import Kind
from tests.simulator.script.masked import RACES, judge, judge_rows
from tests.simulator.script.running import drain_all, start_script, write_script

pytestmark = pytest.mark.slow
LOOSE = frozenset((
    "deletes", "an exception in the middle", "exceptions of all kinds", "attributes by name", "signals",
    "methods of lists beside items", "methods of dictionaries beside items",
))  # fmt: skip
"""Besides those with hidden code: where accesses are made by calls, or known only afterwards."""
UNWRITTEN = frozenset(
    f"hidden: {name}"
    for name in (
        "operators of the script's", "paths", "enumerations", "dataclasses", "containers of the library's",
        "string values",
    )
) | {"methods of lists beside items", "chains of attributes and items"}  # fmt: skip
"""Where items have keys that are no plain ones, or are counted from the end: their writers are not known."""


@pytest.mark.parametrize("name", RACES)
def test_stamps_alone_tell_which_write_a_read_got(name: str, tmp_path: Path) -> None:
    judged = judge(start_script(write_script(tmp_path, RACES[name])))
    assert judged.reads >= 100
    assert judged.wrong == []
    assert judged.false == []
    assert judged.unknown == []
    assert name in UNWRITTEN or len(judged.unwritten) <= judged.reads // 50
    assert name in LOOSE or name.startswith("hidden") or judged.flagged == 0


def test_a_stamp_that_comes_too_late_is_noticed(tmp_path: Path) -> None:
    """So that the tests above can fail: a read is said to be later than another thread's write that it did not get."""
    batches, tables, _ = drain_all(start_script(write_script(tmp_path, RACES["counter"])))
    rows = [(serial, list(own)) for serial, own in batches]
    assert judge_rows(rows, tables).wrong == []
    kinds = {site: kind for _, _, _, sites, _ in tables for site, kind, *_ in sites}
    reads = [(i, j) for i, (_, own) in enumerate(rows) for j, row in enumerate(own) if kinds[row[1]] == Kind.READ]
    i, j = reads[len(reads) // 2]
    own = rows[i][1]
    later = next(row for serial, others in rows for row in others if serial != rows[i][0] and row[0] > own[j][0])
    late: tuple[Any, ...] = (later[0] + 1, *own[j][1:])
    rows[i] = (rows[i][0], [*own[:j], *own[j + 1 :]])
    rows.append((rows[i][0], [late]))
    judged = judge_rows(rows, tables)
    assert len(judged.wrong) == len(judged.unknown) == 1
