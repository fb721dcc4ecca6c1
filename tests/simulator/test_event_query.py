from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.event_query import EventQuery, SortKey, find_events
from simulator.analysis.outcomes import Outcome
from simulator.analysis.recording import Recording
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, two_workers


def found(recording: Recording, query: EventQuery) -> list[int]:
    rows = find_events(recording.trace, recording.analysis.outcome, recording.analysis.severity, query)
    assert rows is not None
    return [int(row) for row in rows]


@pytest.mark.parametrize("text", ["", "  "])
def test_everything_in_the_order_of_time_needs_no_list(text) -> None:
    recording = two_workers()
    columns = recording.trace, recording.analysis.outcome, recording.analysis.severity
    assert find_events(*columns, EventQuery(text)) is None
    assert found(recording, EventQuery(text, is_descending=True)) == list(range(recording.trace.n))[::-1]


def test_threads_are_sorted_by_name_as_people_do_and_keep_the_order_of_time() -> None:
    script = Script()
    for thread in (10, 2, 1):
        script.add(thread, 1100, Kind.WRITE, thread)
        script.add(thread, 1200, Kind.DELETE)
    recording = record(script.trace())
    for is_descending, wanted in ((False, [1, 1, 1, 2, 2, 2, 10, 10, 10]), (True, [10, 10, 10, 2, 2, 2, 1, 1, 1])):
        rows = found(recording, EventQuery(key=SortKey.THREAD, is_descending=is_descending))
        assert recording.trace.thread[rows].tolist() == wanted
        assert [rows[i : i + 3] for i in (0, 3, 6)] == [sorted(rows[i : i + 3]) for i in (0, 3, 6)]


def test_the_worst_outcome_comes_first_and_what_is_no_read_last() -> None:
    recording = two_workers()
    rows = found(recording, EventQuery(key=SortKey.OUTCOME))
    outcomes = recording.analysis.outcome[rows].tolist()
    assert outcomes[:2] == [Outcome.FOREIGN, Outcome.OWN]
    assert set(outcomes[2:]) == {Outcome.NONE}


def test_events_without_a_variable_come_last() -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1, variable=0)
    script.add(1, 1200, Kind.WRITE, 1, variable=1)
    script.add(1, 1300, Kind.THREAD_END)
    recording = record(script.trace())
    rows = found(recording, EventQuery(key=SortKey.VARIABLE))
    names = [recording.trace.variables[recording.trace.variable[row]] for row in rows[:2]]
    assert names == ["counter", "request_id"]
    assert recording.trace.kind[rows[2:]].tolist() == [Kind.THREAD_BEGIN, Kind.THREAD_END]


def test_only_problems_and_only_what_matches() -> None:
    recording = two_workers()
    problems = np.flatnonzero(recording.analysis.severity >= 2).tolist()
    assert problems
    assert found(recording, EventQuery(only_problems=True)) == problems
    assert found(recording, EventQuery("worker-2", only_problems=True)) == []
    assert found(recording, EventQuery("bob kind:read", only_problems=True)) == problems


@given(
    key=st.sampled_from(SortKey),
    is_descending=st.booleans(),
    text=st.sampled_from(["", "worker-1", "request", "own"]),
    only_problems=st.booleans(),
)
def test_sorting_neither_loses_nor_adds_an_event(key, is_descending, text, only_problems) -> None:
    recording = two_workers()
    columns = recording.trace, recording.analysis.outcome, recording.analysis.severity
    in_time = find_events(*columns, EventQuery(text, only_problems))
    wanted = np.arange(recording.trace.n) if in_time is None else in_time
    rows = find_events(*columns, EventQuery(text, only_problems, key, is_descending))
    assert sorted(wanted.tolist()) == sorted((wanted if rows is None else rows).tolist())
