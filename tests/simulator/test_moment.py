from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from simulator.analysis.moment import Moments
from simulator.analysis.ranges import range_as_csv, summarise_range
from simulator.analysis.search import search
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, two_workers
from tests.simulator.running import run_lesson


def sleeper() -> Script:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1, line=2)
    script.begin(1, 1100, Kind.SLEEP, 100)
    script.add(2, 1100, Kind.WRITE, 2, line=2)
    script.end(1, 1400)
    script.add(1, 1500, Kind.READ, line=4, ref=script.writes[1][1])
    script.add(1, 1600, Kind.THREAD_END)
    return script


@pytest.mark.parametrize(
    ("time_ns", "states", "lines"),
    [
        (-1, ("not started", "not started"), (0, 0)),
        (50, ("running", "not started"), (2, 0)),
        (150, ("sleeping", "running"), (3, 2)),
        (450, ("running", "running"), (3, 2)),
        (550, ("running", "running"), (4, 2)),
        (700, ("done", "running"), (4, 2)),
    ],
)
def test_each_thread_has_its_state_and_line_at_any_time(time_ns, states, lines) -> None:
    moments = Moments(sleeper().trace())
    n = moments.n_at(time_ns)
    found = [moments.track(serial, n, time_ns) for serial in (1, 2)]
    assert (tuple(at.state for at in found), tuple(at.line for at in found)) == (states, lines)


def test_events_of_the_same_nanosecond_are_told_apart() -> None:
    trace = sleeper().trace()
    moments = Moments(trace)
    same = np.flatnonzero(trace.begin_ns == 100)
    assert len(same) == 3, "a sleep, a thread's begin and its write"
    rows = [moments.track(2, int(n)).row for n in (same[0] + 1, same[1] + 1, same[2] + 1)]
    assert rows == [None, same[1], same[2]]


def test_a_pools_thread_is_idle_between_tasks() -> None:
    trace = run_lesson("pool-leftover", "local", pool_size=1, tasks=3, work_ms=1).trace
    moments = Moments(trace)
    first_task, second_task = np.flatnonzero(trace.kind == Kind.TASK)[:2]
    between_ns = int(trace.end_ns[first_task])
    assert moments.track(1, moments.n_at(between_ns), between_ns).state == "idle"
    inside_ns = int(trace.begin_ns[second_task])
    assert moments.track(1, moments.n_at(inside_ns), inside_ns).state in ("running", "sleeping")


def test_a_failed_thread_is_said_to_have_failed() -> None:
    script = Script()
    script.add(1, 1000, Kind.EXCEPTION, ("ValueError", "ValueError: no", "Traceback …", False))
    script.add(1, 1100, Kind.THREAD_END)
    assert Moments(script.trace()).track(1, 3).state == "failed"


def test_a_range_counts_what_lies_in_it_and_times_write_to_read() -> None:
    recording = two_workers()
    trace, outcome = recording.trace, recording.analysis.outcome
    whole = summarise_range(trace, outcome, 0, 10_000)
    assert [(row.thread, row.variable) for row in whole] == [("worker-1", "request_id"), ("worker-2", "request_id")]
    first, second = whole
    assert (first.reads, first.writes, first.foreign, first.median_ns) == (1, 1, 1, 400)
    assert (second.reads, second.writes, second.deletes, second.own, second.p95_ns) == (1, 1, 1, 1, 400)
    (only,) = summarise_range(trace, outcome, 600, 700)
    assert (only.thread, only.reads, only.writes, only.median_ns) == ("worker-2", 1, 0, 400)


def test_waiting_and_holding_are_cut_to_the_range() -> None:
    recording = run_lesson("lost-update", "locked", threads=2, options={"increments": 50})
    trace, outcome = recording.trace, recording.analysis.outcome
    rows = [row for row in summarise_range(trace, outcome, 0, trace.duration_ns) if row.variable == "lock"]
    held = trace.kind == Kind.HOLD
    assert sum(row.holding_ns for row in rows) == int((trace.end_ns - trace.begin_ns)[held].sum()) > 0
    middle_ns = int(np.median(trace.begin_ns[held]))
    half = [row for row in summarise_range(trace, outcome, 0, middle_ns) if row.variable == "lock"]
    assert sum(row.holding_ns for row in half) < sum(row.holding_ns for row in rows)


def test_a_range_as_csv_has_a_header_and_a_line_each() -> None:
    recording = two_workers()
    rows = summarise_range(recording.trace, recording.analysis.outcome, 0, 10_000)
    parsed = list(csv.DictReader(io.StringIO(range_as_csv(rows))))
    assert [(row["thread"], row["foreign"], row["waiting_ns"]) for row in parsed] == [
        ("worker-1", "1", "0"),
        ("worker-2", "0", "0"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("foreign", [("worker-1", Kind.READ)]),
        ("value:1", [("worker-1", Kind.WRITE)]),
        ("bob", [("worker-2", Kind.WRITE), ("worker-1", Kind.READ), ("worker-2", Kind.READ)]),
        ("worker-2 write", [("worker-2", Kind.WRITE)]),
        ("thread:worker-2 kind:delete", [("worker-2", Kind.DELETE)]),
        ("line:4 own", [("worker-2", Kind.READ)]),
        ("nobody", []),
    ],
)
def test_search_finds_by_variable_value_thread_and_outcome(text, found) -> None:
    recording = two_workers()
    trace = recording.trace
    rows = search(trace, recording.analysis.outcome, text)
    assert [(trace.threads[trace.thread[row]].name, trace.kind[row]) for row in rows] == found


def test_search_by_variable_leaves_out_what_has_none() -> None:
    recording = two_workers()
    kinds = recording.trace.kind[search(recording.trace, recording.analysis.outcome, "request_id")]
    assert len(kinds) == 5
    assert set(kinds.tolist()) == {Kind.READ, Kind.WRITE, Kind.DELETE}
