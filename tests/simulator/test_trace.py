"""What the trace makes of rows: whose they are, which signal they met, how they ended."""

import pytest

from simulator.record.kinds import NO_VARIABLE, Kind, Result, pack
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW
from simulator.trace.trace import Trace
from tests.simulator.recordings import Script
from tests.simulator.scripts import ScriptRows


def actor_names(trace: Trace, kind: Kind) -> list[str]:
    return [trace.actors[trace.actor[row]].name for row in range(trace.n) if trace.kind[row] == kind]


def rows_of(trace: Trace, kind: Kind) -> list[int]:
    return [row for row in range(trace.n) if trace.kind[row] == kind]


def test_tasks_of_a_loop_take_turns_on_one_thread() -> None:
    script = Script()
    script.add(1, 1000, Kind.ANSWER, "before")
    one, two = (script.add(1, 1000 + i, Kind.TASK, name) for i, name in enumerate(["fetch", "store"]))
    for stamp, task in ((1010, one), (1020, two), (1030, one)):
        step = script.add(1, stamp, Kind.STEP, task)
        script.add(1, stamp + 1, Kind.WRITE, stamp)
        script.add(1, stamp + 2, Kind.END, 0, ref=step)
    script.add(1, 1040, Kind.END, 0, ref=one)
    script.add(1, 1050, Kind.ANSWER, "after")
    trace = script.trace(batch=3)
    assert actor_names(trace, Kind.WRITE) == ["fetch", "store", "fetch"]
    assert actor_names(trace, Kind.TASK) == ["fetch", "store"]
    assert actor_names(trace, Kind.ANSWER) == ["worker-1", "worker-1"]
    assert [actor.number for actor in trace.actors if actor.is_task] == [1, 2]
    assert trace.actor_end_ns[[actor.index for actor in trace.actors if actor.is_task]].tolist() == [40, -1]


def test_a_wait_knows_the_signal_that_ended_it_also_if_that_arrives_later() -> None:
    script = Script()
    signal = script.add(2, 1500, Kind.SIGNAL, "set", variable=2)
    script.begin(1, 1100, Kind.WAIT, "event")
    script.end(1, 1600, Result.DONE, met=signal)
    script.begin(1, 1700, Kind.WAIT, "event")
    script.end(1, 1800, Result.TIMED_OUT)
    waiter, setter = script.rows[1], script.rows[2]
    trace = Trace(["a", "b", "done"], None, 1000)
    trace.append([(1, waiter)], 1_000_000)
    assert trace.reads_from[rows_of(trace, Kind.WAIT)[0]] == UNKNOWN_ROW
    trace.append([(2, setter)])
    first, second = rows_of(trace, Kind.WAIT)
    assert trace.reads_from[first] == rows_of(trace, Kind.SIGNAL)[0]
    assert trace.reads_from[second] == NO_ROW
    assert [trace.result_of(first), trace.result_of(second)] == [Result.DONE, Result.TIMED_OUT]
    assert trace.end_ns[[first, second]].tolist() == [600, 800]


def test_a_span_that_is_put_aside_since_it_comes_late_keeps_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.trace.trace.LATE_ROWS", 0)
    script = ScriptRows()
    for stamp in range(100, 110):
        script.add(1, stamp, Kind.WRITE, value=stamp)
    script.add(2, 50, Kind.WRITE, value=1)
    span = script.add(3, 60, Kind.WAIT, value="lock")
    script.end(3, 200, span, Result.DONE)
    begun, ended = script.rows[3][:-1], script.rows[3][-1:]
    trace = script.empty_trace()
    trace.append([(1, script.rows[1])])
    trace.append([(2, script.rows[2])])  # late, and taken in at once
    trace.append([(3, begun)])  # late, and put aside
    trace.append([(3, ended)])  # not late
    trace.finish()
    (wait,) = rows_of(trace, Kind.WAIT)
    assert (trace.begin_ns[wait], trace.end_ns[wait]) == (60, 200)


def test_an_event_that_is_about_nothing_has_no_name() -> None:
    script = Script()
    script.begin(1, 1000, Kind.WAIT, "lock")
    stamp, _, *rest = script.rows[1][-1]
    script.rows[1][-1] = (stamp, pack(Kind.WAIT, NO_VARIABLE), *rest)
    script.add(1, 1100, Kind.WRITE, 1, variable=1)
    trace = script.trace()
    assert [trace.variable_name(row) for row in range(trace.n)] == ["", "", "counter"]


def test_a_line_knows_its_file() -> None:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1, line=3 << 20 | 17)
    trace = script.trace()
    assert (trace.file[1], trace.line[1]) == (3, 17)
