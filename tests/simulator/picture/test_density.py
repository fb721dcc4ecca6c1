from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.findings import Severity
from simulator.analysis.outcomes import Outcome
from simulator.picture.density import Density
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, recordings

EDGES = st.lists(st.integers(-10, 6_000_000_000), min_size=2, max_size=12).map(sorted)


@given(recordings(), EDGES)
def test_every_access_and_every_problem_is_counted_where_it_is(recording, edges) -> None:
    trace, analysis = recording.trace, recording.analysis
    density = Density(trace)
    problems = np.flatnonzero(analysis.severity >= Severity.WARNING)
    density.update(analysis.outcome, problems)
    threads = np.arange(len(trace.threads))
    columns = density.columns(np.array(edges), threads)
    is_read = trace.kind == Kind.READ
    own = is_read & (analysis.outcome == Outcome.OWN)
    for i in range(len(edges) - 1):
        inside = (trace.begin_ns >= edges[i]) & (trace.begin_ns < edges[i + 1])
        for serial in threads.tolist():
            here = inside & (trace.thread == serial)
            changes = here & ((trace.kind == Kind.WRITE) | (trace.kind == Kind.DELETE))
            assert columns.changes[serial, i] == np.count_nonzero(changes)
            assert columns.own_reads[serial, i] == np.count_nonzero(here & own)
            assert columns.other_reads[serial, i] == np.count_nonzero(here & is_read & ~own)
            assert columns.problems[serial, i] == np.count_nonzero(analysis.severity[here] >= Severity.WARNING)


@pytest.mark.parametrize("n_threads", [3, 40])
def test_counting_while_the_run_grows_ends_where_counting_at_once_does(n_threads: int) -> None:
    script = Script()
    for i in range(200):
        write = script.add(1 + i % n_threads, 1000 + 10 * i, Kind.WRITE, i)
        script.add(1 + (i + 1) % n_threads, 1005 + 10 * i, Kind.READ, ref=write)
    recording = record(script.trace())
    outcome, severity = recording.analysis.outcome, recording.analysis.severity
    problems = np.flatnonzero(severity >= Severity.WARNING)
    growing, whole = Density(recording.trace), Density(recording.trace)
    for n in range(0, recording.trace.n + 7, 7):
        growing.update(outcome[:n], problems[problems < n])
    whole.update(outcome, problems)
    edges, threads = np.arange(-5, 3000, 37), np.arange(1, n_threads + 1)
    left, right = growing.columns(edges, threads), whole.columns(edges, threads)
    for name in ("changes", "own_reads", "other_reads", "problems"):
        assert getattr(left, name).tolist() == getattr(right, name).tolist()
    assert left.problems.sum() == len(problems) > 0
    assert growing.n_between(-5, 3000) == 400


def test_problems_that_are_found_late_among_old_events_are_counted() -> None:
    script = Script()
    for i in range(10):
        script.add(1, 1000 + 10 * i, Kind.WRITE, i)
    recording = record(script.trace())
    density = Density(recording.trace)
    outcome = recording.analysis.outcome
    density.update(outcome, np.array([8]))
    density.update(outcome, np.array([2, 8]))
    counted = density.columns(np.array([0, 25, 1000]), np.array([1])).problems
    assert counted.tolist() == [[1, 1]]


def test_with_thousands_of_threads_the_same_is_counted() -> None:
    n_threads = 4_200
    script = Script()
    for i in range(6_000):
        write = script.add(1 + i % n_threads, 1000 + 10 * i, Kind.WRITE, i)
        script.add(1 + (i + i % 2) % n_threads, 1005 + 10 * i, Kind.READ, ref=write)
    recording = record(script.trace())
    trace, outcome = recording.trace, recording.analysis.outcome
    density = Density(trace)
    density.update(outcome, recording.analysis.problems)
    edges, tracks = np.arange(-5, 61_000, 977), np.array([4, 1, 4_199, 77])
    columns = density.columns(edges, tracks)
    for lane, track in enumerate(tracks.tolist()):
        own = trace.thread == track
        read = own & (trace.kind == Kind.READ)
        for found, wanted in (
            (columns.changes, own & (trace.kind == Kind.WRITE)),
            (columns.own_reads, read & (outcome == Outcome.OWN)),
            (columns.other_reads, read & (outcome != Outcome.OWN)),
        ):
            assert found[lane].tolist() == np.histogram(trace.begin_ns[wanted], edges)[0].tolist()
    here = np.flatnonzero(columns.other_reads[3])
    assert (trace.thread[columns.others_at(3, here)] == 77).all()
    assert density.n_between(-5, 61_000) == density.n == 12_000
