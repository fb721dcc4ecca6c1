from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.cells_at import CellHistory
from simulator.record.kinds import Kind, pack
from simulator.record.recorder import BEFORE_RUN
from simulator.trace.snapshot import take_snapshot
from simulator.trace.trace import Trace
from tests.simulator.recordings import Script
from tests.simulator.running import run_lesson


def values_at(trace: Trace, n: int) -> list[tuple[str, int, str, str]]:
    """Return variable, place, value and writer of each cell."""
    return [
        (
            trace.variables[cell.variable],
            cell.place,
            trace.value_text(cell.row),
            trace.threads[int(trace.thread[cell.row])].name,
        )
        for cell in CellHistory(trace).at(n)
    ]


def two_writers() -> Script:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1)
    script.add(2, 1100, Kind.WRITE, 2)
    script.add(1, 1200, Kind.DELETE)
    return script


def test_a_shared_cell_holds_what_was_written_last() -> None:
    trace = two_writers().trace("shared")
    assert [values_at(trace, n) for n in range(trace.n + 1)] == [
        [],
        [],
        [("request_id", 0, "1", "worker-1")],
        [("request_id", 0, "1", "worker-1")],
        [("request_id", 0, "2", "worker-2")],
        [("request_id", 0, "no value", "worker-1")],
    ]
    assert not CellHistory(trace).at(trace.n)[0].has_value


def test_each_thread_has_a_cell_of_its_own_in_local_storage() -> None:
    trace = two_writers().trace("local")
    assert values_at(trace, trace.n - 1) == [("request_id", 1, "1", "worker-1"), ("request_id", 2, "2", "worker-2")]
    assert [cell.owner for cell in CellHistory(trace).at(trace.n)] == [1, 2]


def test_events_of_the_same_nanosecond_are_told_apart() -> None:
    script = Script()
    script.add(BEFORE_RUN, 1000, Kind.WRITE, 0)
    script.add(1, 1100, Kind.WRITE, 1)
    script.add(2, 1100, Kind.WRITE, 2)
    trace = script.trace()
    assert len(set(trace.begin_ns[1:].tolist())) == 1
    assert [values_at(trace, n)[0][2] for n in (1, 3, 5)] == ["0", "1", "2"]


def test_a_value_copied_into_a_context_is_known_from_its_first_read_on() -> None:
    script = Script()
    main = script.add(1, 1000, Kind.WRITE, "main")
    script.rows[2] = [(1100, pack(Kind.READ, place=7), 4, main, None)]
    trace = script.trace("context")
    assert [place for _, place, *_ in values_at(trace, 2)] == [0]
    assert values_at(trace, 3)[1] == ("request_id", 7, "'main'", "worker-1")


@pytest.mark.parametrize("storage", ["shared", "local"])
@given(
    accesses=st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from([Kind.READ, Kind.WRITE, Kind.DELETE]), st.integers(0, 1)),
        max_size=20,
    )
)
def test_it_agrees_with_going_through_the_events_one_by_one(storage, accesses) -> None:
    script = Script()
    for i, (thread, kind, variable) in enumerate(accesses):
        script.add(thread, 1000 + i, kind, i if kind == Kind.WRITE else None, variable)
    trace = script.trace(storage)
    history = CellHistory(trace)
    cells: dict[tuple[int, int], int] = {}
    for row in range(trace.n):
        if trace.kind[row] in (Kind.WRITE, Kind.DELETE):
            cells[int(trace.variable[row]), int(trace.place[row])] = row
        found = {(cell.variable, cell.place): cell.row for cell in history.at(row + 1)}
        assert found == cells


def test_of_many_cells_only_as_many_as_are_asked_for_are_worked_out() -> None:
    script = Script()
    for thread in range(1, 6):
        script.add(thread, 1000 + thread, Kind.WRITE, thread)
    history = CellHistory(script.trace("local"))
    assert [cell.place for cell in history.at(10, 2)] == [1, 2]
    assert [history.count(n) for n in (0, 2, 4, 10)] == [0, 1, 2, 5]


def test_a_counter_at_its_end_is_the_final_value() -> None:
    recording = run_lesson("lost-update", "shared", threads=3, options={"increments": 20})
    (cell,) = (cell for cell in CellHistory(recording.trace).at(recording.trace.n) if cell.variable == 0)
    assert recording.trace.value_of(cell.row) == recording.facts["final"]


def test_a_snapshot_stays_as_it_is_while_the_trace_grows() -> None:
    script = two_writers()
    trace = Trace(["request_id"], "shared", origin_ns=1000)
    trace.append([(1, script.rows[1])])
    taken = take_snapshot(trace)
    before = taken.n, taken.kind.tolist(), [info.name for info in taken.threads]
    values = [taken.value_of(row) for row in range(taken.n)]
    trace.append([(3, [(2000 + i, int(Kind.WRITE), 4, 3 << 40 | i + 1, "new") for i in range(10_000)])])
    assert (taken.n, taken.kind.tolist(), [info.name for info in taken.threads]) == before
    assert trace.n == taken.n + 10_000
    assert [taken.value_of(row) for row in range(taken.n)] == values
