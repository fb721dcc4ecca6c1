"""Tables hold every event with the documented columns, and every text survives."""

import csv
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.analysis.recording import Recording
from simulator.export.tables import COLUMN_NAMES, SLICE_ROWS, table_rows, write_csv, write_jsonl
from simulator.record.kinds import Kind
from tests.simulator import traces
from tests.simulator.recordings import Script, record, recordings, two_workers

GOLDEN_CSV = """\
begin_ns,end_ns,thread,actor,kind,variable,value,write_id,reads_from,outcome,file,line,flags
100,100,worker-1,worker-1,thread-begin,,worker-1,,,,,,
100,100,worker-1,worker-1,write,request_id,1,2,,,request-id.py,2,
200,200,worker-2,worker-2,thread-begin,,worker-2,,,,,,
200,200,worker-2,worker-2,write,request_id,bob,4,,,request-id.py,2,
500,500,worker-1,worker-1,read,request_id,bob,,4,foreign,request-id.py,4,problem
600,600,worker-2,worker-2,read,request_id,bob,,4,own,request-id.py,4,
700,,worker-1,worker-1,sleep,,100,,,,request-id.py,3,
800,800,worker-2,worker-2,delete,request_id,,8,,,request-id.py,4,
900,900,worker-2,worker-2,thread-end,,,,,,,,
"""

GOLDEN_JSONL = (
    '{"begin_ns": 500, "end_ns": 500, "thread": "worker-1", "actor": "worker-1", "kind": "read", '
    '"variable": "request_id", "value": "bob", "write_id": 0, "reads_from": 4, "outcome": "foreign", '
    '"file": "request-id.py", "line": 4, "flags": "problem"}'
)


def read_csv(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def test_a_csv_table_reads_as_documented(tmp_path: Path) -> None:
    write_csv(two_workers(), tmp_path / "run.csv")
    assert (tmp_path / "run.csv").read_bytes() == GOLDEN_CSV.replace("\n", "\r\n").encode()


def test_a_json_line_reads_as_documented(tmp_path: Path) -> None:
    write_jsonl(two_workers(), tmp_path / "run.jsonl")
    lines = (tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 9
    assert lines[4] == GOLDEN_JSONL


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    texts = ["=1+2", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1", "'=1", "ok", float("-inf")]
    write_csv(two_workers(texts), tmp_path / "run.csv")
    cells = [row["value"] for row in read_csv(tmp_path / "run.csv") if row["kind"] == "write"]
    assert cells == ["'=1+2", "'+1", "'-1", "'@sum", "'\tx", "'\rx", "'\nx", "'＝1", "'=1", "ok", "'-inf"]


def test_no_name_becomes_a_formula(tmp_path: Path) -> None:
    script = Script()
    script.rows[1] = [(1000, int(Kind.THREAD_BEGIN), 0, 0, "=cmd|x")]
    write_csv(record(script.trace()), tmp_path / "run.csv")
    row = read_csv(tmp_path / "run.csv")[0]
    assert (row["thread"], row["actor"], row["value"]) == ("'=cmd|x",) * 3


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    write_csv(two_workers((-5, -2.5, True, None)), tmp_path / "run.csv")
    cells = [row["value"] for row in read_csv(tmp_path / "run.csv") if row["kind"] == "write"]
    assert cells == ["-5", "-2.5", "True", ""]


def test_awkward_texts_survive(tmp_path: Path) -> None:
    texts = ['a "quoted", text', "two\r\nlines", "µ 日本 🧵", " ", "\u2028", "\udc80"]
    recording = two_workers(texts)
    write_csv(recording, tmp_path / "run.csv")
    write_jsonl(recording, tmp_path / "run.jsonl")
    from_csv = [row["value"] for row in read_csv(tmp_path / "run.csv") if row["kind"] == "write"]
    from_jsonl = [row["value"] for row in read_jsonl(tmp_path / "run.jsonl") if row["kind"] == "write"]
    assert from_csv == from_jsonl == [*texts[:-1], "\\udc80"]  # UTF-8 has no place for a lone surrogate


def test_json_has_real_types(tmp_path: Path) -> None:
    values = (1, 2.5, True, None, 1 << 80, float("nan"), ("Session", 255, -1), ("list", 255, 3))
    write_jsonl(two_workers(values), tmp_path / "run.jsonl")
    cells = [row["value"] for row in read_jsonl(tmp_path / "run.jsonl") if row["kind"] == "write"]
    assert cells == [1, 2.5, True, None, str(1 << 80), "nan", "<Session 0xff>", "<list of 3>"]


def test_a_read_of_an_unknown_write_names_none(tmp_path: Path) -> None:
    script = Script()
    script.add(1, 1000, Kind.READ, ref=99 << 40)
    write_jsonl(record(script.trace()), tmp_path / "run.jsonl")
    row = read_jsonl(tmp_path / "run.jsonl")[1]
    assert (row["outcome"], row["reads_from"], row["value"]) == ("unknown", 0, None)


def test_a_task_and_its_exception_are_named(tmp_path: Path) -> None:
    script = Script()
    script.begin(1, 1000, Kind.TASK, 7)
    script.add(1, 1010, Kind.EXCEPTION, ("ValueError", "ValueError: no", "Traceback …", False), line=2)
    script.end(1, 1020)
    write_jsonl(record(script.trace()), tmp_path / "run.jsonl")
    task, exception = read_jsonl(tmp_path / "run.jsonl")[1:]
    assert (task["kind"], task["value"], task["begin_ns"], task["end_ns"]) == ("task", 7, 0, 20)
    assert (exception["actor"], exception["thread"]) == ("task-7", "worker-1")
    assert (exception["value"], exception["flags"]) == ("ValueError: no", "problem")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_both_tables_hold_every_event(tmp_path: Path, recording: Recording) -> None:
    write_csv(recording, tmp_path / "run.csv")
    write_jsonl(recording, tmp_path / "run.jsonl")
    rows = read_jsonl(tmp_path / "run.jsonl")
    assert len(rows) == len(read_csv(tmp_path / "run.csv")) == recording.trace.n
    assert [row["begin_ns"] for row in rows] == recording.trace.begin_ns.tolist()
    for row in rows:
        assert tuple(row) == COLUMN_NAMES
        if row["kind"] == "read" and row["reads_from"]:
            source = rows[row["reads_from"] - 1]
            assert source["write_id"] == row["reads_from"]
            if row["kind"] == "read":
                assert source["variable"] == row["variable"]
                assert source["value"] == row["value"]


def types_of(rows: list[dict[str, Any]], name: str) -> set[type]:
    return {type(row[name]) for row in rows}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_each_column_has_one_type_from_its_first_row_on(tmp_path: Path, recording: Recording) -> None:
    """Polars takes the types from the first hundred rows and refuses later ones of another type."""
    write_jsonl(recording, tmp_path / "run.jsonl")
    rows = read_jsonl(tmp_path / "run.jsonl")
    for name in COLUMN_NAMES:
        if rows and name not in ("value", "end_ns"):
            expected = int if name in ("begin_ns", "write_id", "reads_from", "line") else str
            assert types_of(rows, name) == {expected}, name
    assert types_of(rows, "end_ns") <= {int, type(None)}
    assert all(not isinstance(row["value"], int) or abs(row["value"]) <= 1 << 63 for row in rows)


def test_every_thread_begins_with_a_text_so_that_values_are_taken_for_texts(tmp_path: Path) -> None:
    write_csv(traces.many(200, 2), tmp_path / "run.csv")
    values = [row["value"] for row in read_csv(tmp_path / "run.csv")]
    assert values[0] == "worker-1"
    assert any(value.isdecimal() for value in values)


@pytest.mark.parametrize("n", [SLICE_ROWS - 1, SLICE_ROWS, 2 * SLICE_ROWS + 1])
def test_a_long_table_is_made_in_slices(n: int) -> None:
    script = Script()
    for i in range(n - 1):
        script.add(1, 1000 + i, Kind.WRITE, i)
    recording = record(script.trace(batch=n))
    tracemalloc.start()
    try:
        sizes = [len(rows) for rows in table_rows(recording)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) == recording.trace.n == n
    assert max(sizes) <= SLICE_ROWS
    assert peak < 2500 * SLICE_ROWS  # of one or two slices, however many there are
