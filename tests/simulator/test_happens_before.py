"""Happens-before and data races: against brute force, against a plain loop, and the laws of an order."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given

from simulator.analysis.orders.clocks import OutdatedError
from simulator.analysis.orders.happens_before import HappensBefore
from simulator.analysis.orders.races import find_races
from simulator.analysis.recording import Recording
from simulator.bench.analyse import make_synchronised, plain_races
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN, SERIAL_SHIFT
from simulator.trace.trace import Trace
from tests.simulator.executions import Execution, executions
from tests.simulator.recordings import Script, recordings


def relation(trace: Trace) -> np.ndarray:
    """Return for each pair of rows whether the first comes before the second."""
    pairs = np.array(list(product(range(trace.n), repeat=2)), np.int64).reshape(-1, 2)
    return HappensBefore(trace).precedes(pairs[:, 0], pairs[:, 1]).reshape(trace.n, trace.n)


@given(executions())
def test_agrees_with_following_every_path(run: Execution) -> None:
    trace = run.trace()

    assert relation(trace).tolist() == run.precedes()


@given(recordings())
def test_is_a_partial_order_whatever_the_stamps_say(recording: Recording) -> None:
    before = relation(recording.trace)
    assert not before.diagonal().any(), "nothing comes before itself"
    assert not (before & before.T).any(), "two events never come before each other"
    reached = (before.astype(int) @ before.astype(int)) > 0
    assert not (reached & ~before).any(), "what comes before something earlier comes before it, too"


@given(executions())
def test_a_cell_has_races_if_and_only_if_two_of_its_accesses_are_unordered(run: Execution) -> None:
    trace = run.trace()
    before = run.precedes()
    rows = np.flatnonzero((trace.kind <= Kind.DELETE) & (trace.thread != BEFORE_RUN)).tolist()
    racing = {
        (int(trace.variable[one]), int(trace.place[one]))
        for one, other in product(rows, rows)
        if one < other
        and (trace.variable[one], trace.place[one]) == (trace.variable[other], trace.place[other])
        and trace.thread[one] != trace.thread[other]
        and not trace.kind[one] == trace.kind[other] == Kind.READ
        and not before[one][other]
    }
    races = find_races(trace, HappensBefore(trace))
    assert {(int(trace.variable[row]), int(trace.place[row])) for row in races.second} == racing
    assert all(not before[one][other] for one, other in zip(races.first.tolist(), races.second.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_a_plain_loop_on_a_long_run(seed: int) -> None:
    trace = make_synchronised(4_000, 6, seed=seed)
    races = find_races(trace, HappensBefore(trace))
    assert len(races) > 0
    assert set(zip(races.first.tolist(), races.second.tolist(), strict=True)) == plain_races(trace)


@given(executions())
def test_past_and_future_of_an_event_are_cut_where_the_order_says(run: Execution) -> None:
    trace = run.trace()
    before, order = np.array(run.precedes()), HappensBefore(trace)
    for row in range(trace.n):
        cone = order.cone(row)
        thread = trace.thread
        rows = np.arange(trace.n)
        assert ((rows < cone.past_end[thread]) == before[:, row]).all()
        assert ((rows >= cone.future_start[thread]) == before[row]).all()


def test_what_was_set_before_the_run_comes_before_everything() -> None:
    script = Script()
    script.add(BEFORE_RUN, 1000, Kind.WRITE, 1)
    script.add(1, 1000, Kind.READ)
    trace = script.trace()
    assert HappensBefore(trace).is_before(0, trace.n - 1)
    assert not len(find_races(trace, HappensBefore(trace)))


def test_a_lock_orders_only_what_its_holders_did_inside_or_before() -> None:
    script = Script()
    script.begin(1, 1100, Kind.HOLD, "lock")
    script.add(1, 1200, Kind.WRITE, 1)
    script.end(1, 1300)
    script.add(1, 1350, Kind.WRITE, 1, variable=1)
    script.begin(2, 1400, Kind.HOLD, "lock")
    script.add(2, 1500, Kind.READ)
    script.add(2, 1600, Kind.READ, variable=1)
    trace = script.trace()
    races = find_races(trace, HappensBefore(trace))
    assert trace.variable[races.second].tolist() == [1], "the write after the release races, the one before does not"
    assert len(find_races(trace, HappensBefore(trace, with_locks=False))) == 2, "a lock orders nothing for certain"


def test_a_wait_that_timed_out_orders_nothing() -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1)
    script.add(1, 1150, Kind.SIGNAL, "set", 2)
    script.begin(2, 1200, Kind.WAIT, "event")
    script.end(2, 1300)
    script.add(2, 1400, Kind.READ)
    trace = script.trace()
    assert len(find_races(trace, HappensBefore(trace))) == 1


def test_stamps_that_are_late_do_not_hide_an_order() -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1)
    first = script.add(1, 1150, Kind.SIGNAL, "set", 2)
    script.begin(2, 1160, Kind.WAIT, "event")
    script.end(2, 1290, met=first)
    second = script.add(2, 1300, Kind.SIGNAL, "set", 2)  # stamped after it took effect
    script.begin(3, 1170, Kind.WAIT, "event")
    script.end(3, 1250, met=second)
    script.add(3, 1260, Kind.READ)
    trace = script.trace()
    order = HappensBefore(trace)
    assert (len(find_races(trace, order)), order.n_dropped) == (0, 0)


def test_signals_that_met_each_other_in_a_circle_are_left_out_and_counted() -> None:
    script = Script()
    first, second = 1 << SERIAL_SHIFT | 1, 2 << SERIAL_SHIFT | 1
    script.add(1, 1100, Kind.RECEIVE, variable=2, ref=second)
    assert script.add(1, 1200, Kind.SIGNAL, "set", 2) == first
    script.add(2, 1100, Kind.RECEIVE, variable=2, ref=first)
    assert script.add(2, 1200, Kind.SIGNAL, "set", 2) == second
    assert HappensBefore(script.trace()).n_dropped == 1


def test_a_question_that_nobody_asks_any_more_is_given_up() -> None:
    with pytest.raises(OutdatedError):
        HappensBefore(make_synchronised(2_000, 4), is_outdated=lambda: True)
