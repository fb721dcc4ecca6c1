from __future__ import annotations

import numpy as np
import pytest

from simulator.analysis.analysis import Analysis
from simulator.analysis.outcomes import Outcome
from simulator.analysis.relations import related
from simulator.analysis.updates import find_updates
from simulator.record.kinds import Kind, pack
from simulator.record.recorder import BEFORE_RUN, SERIAL_SHIFT
from simulator.runtime.program import Variable
from simulator.trace.columns import Column
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW
from simulator.trace.trace import COLUMNS, Trace
from tests.simulator.recordings import Script, record


def outcome_of_last_read(script: Script, storage: str = "shared") -> Outcome:
    recording = record(script.trace(storage))
    read = int(np.flatnonzero(recording.trace.kind == Kind.READ)[-1])
    return Outcome(recording.analysis.outcome[read])


def test_own() -> None:
    script = Script()
    script.add(1, 1100, Kind.READ, ref=script.add(1, 1000, Kind.WRITE, 1))
    assert outcome_of_last_read(script) == Outcome.OWN


def test_foreign() -> None:
    script = Script()
    script.add(2, 1100, Kind.READ, ref=script.add(1, 1000, Kind.WRITE, 1))
    assert outcome_of_last_read(script) == Outcome.FOREIGN


def test_initial() -> None:
    script = Script()
    script.add(2, 1100, Kind.READ, ref=script.add(BEFORE_RUN, 1000, Kind.WRITE, 1))
    assert outcome_of_last_read(script) == Outcome.INITIAL


def test_missing_without_any_write() -> None:
    script = Script()
    script.add(1, 1100, Kind.READ)
    assert outcome_of_last_read(script) == Outcome.MISSING


def test_erased_by_another_after_an_own_write() -> None:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1)
    script.add(1, 1200, Kind.READ, ref=script.add(2, 1100, Kind.DELETE))
    assert outcome_of_last_read(script) == Outcome.ERASED


def test_deleted_by_another_without_an_own_write_is_missing() -> None:
    script = Script()
    script.add(2, 1000, Kind.WRITE, 1)
    script.add(1, 1200, Kind.READ, ref=script.add(2, 1100, Kind.DELETE))
    assert outcome_of_last_read(script) == Outcome.MISSING


def test_deleted_by_oneself_is_own() -> None:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1)
    script.add(1, 1200, Kind.READ, ref=script.add(1, 1100, Kind.DELETE))
    assert outcome_of_last_read(script) == Outcome.OWN


def test_unknown_writer_is_said_and_not_guessed() -> None:
    script = Script()
    script.add(2, 1000, Kind.WRITE, 1)
    script.add(1, 1100, Kind.READ, ref=2 << SERIAL_SHIFT | 77)
    trace = script.trace()
    assert trace.reads_from[-1] == UNKNOWN_ROW
    assert outcome_of_last_read(script) == Outcome.UNKNOWN


@pytest.mark.parametrize(("reader", "outcome"), [(1, Outcome.LEFTOVER), (2, Outcome.FOREIGN)])
def test_leftover_is_of_an_ended_task_on_the_same_thread(reader: int, outcome: Outcome) -> None:
    script = Script()
    script.begin(1, 1000, Kind.TASK, 1)
    write = script.add(1, 1100, Kind.WRITE, 1)
    script.end(1, 1200)
    script.begin(reader, 1300, Kind.TASK, 2)
    script.add(reader, 1400, Kind.READ, ref=write)
    assert outcome_of_last_read(script) == outcome


def test_inherited_is_a_value_that_came_with_a_copied_context() -> None:
    write_id = 1 << SERIAL_SHIFT | 1
    trace = Trace(["request_id"], "context")
    trace.append([(1, [(10, pack(Kind.WRITE, 0, 5), 0, write_id, 1)])])
    trace.append([(2, [(20, pack(Kind.READ, 0, 6), 0, write_id, 0)])])
    analysis = Analysis(trace, (Variable("request_id", is_private=True),))
    analysis.finish()
    assert analysis.outcome[1] == Outcome.INHERITED
    assert analysis.findings == []


def test_outcomes_sum_to_reads_and_only_private_variables_make_problems() -> None:
    script = Script()
    write = script.add(1, 1000, Kind.WRITE, 1, variable=1)
    script.add(2, 1100, Kind.READ, variable=1, ref=write)
    recording = record(script.trace())
    counts = recording.analysis.counts
    assert counts.by_outcome[Outcome.FOREIGN] == sum(counts.by_outcome.values()) == counts.reads == 1
    assert (counts.problems, recording.findings) == (0, []), "a foreign read of a counter is no finding"


def test_an_event_takes_at_most_52_bytes() -> None:
    analysis_bytes = 2
    assert sum(np.dtype(kind).itemsize for kind in COLUMNS.values()) + analysis_bytes <= 52


def test_columns_keep_what_they_held_when_they_grow() -> None:
    column = Column("i8", 0)
    for start in range(0, 20_000, 500):
        column.extend(np.arange(start, start + 500))
    assert (column.values == np.arange(20_000)).all()


def test_an_event_that_arrives_late_is_put_where_it_belongs() -> None:
    trace = Trace(["x"], "shared")
    write_id = 1 << SERIAL_SHIFT | 1
    trace.append([(2, [(30, pack(Kind.READ), 7, write_id, 0)])])
    assert trace.reads_from[0] == UNKNOWN_ROW
    generation = trace.generation
    trace.append([(1, [(10, pack(Kind.WRITE), 3, write_id, 42), (20, pack(Kind.ANSWER), 0, 0, 1)])])
    assert trace.begin_ns.tolist() == [10, 20, 30]
    assert trace.reads_from.tolist() == [NO_ROW, NO_ROW, 0]
    assert trace.value_text(2) == "42"
    assert trace.generation > generation


def test_events_wait_until_every_thread_has_reported_up_to_their_time() -> None:
    trace = Trace(["x"], "shared")
    trace.append([(1, [(10, pack(Kind.WRITE), 0, 1 << SERIAL_SHIFT | 1, 1), (30, pack(Kind.ANSWER), 0, 0, 1)])], 20)
    assert trace.begin_ns.tolist() == [10]
    trace.append([(2, [(15, pack(Kind.ANSWER), 0, 0, 1)])], 20)
    trace.finish()
    assert trace.begin_ns.tolist() == [10, 15, 30]


def test_a_span_ends_when_its_end_arrives() -> None:
    trace = Trace(["x"], "shared")
    span = 1 << SERIAL_SHIFT | 1
    trace.append([(1, [(10, pack(Kind.SLEEP), 4, span, 100)])])
    assert trace.end_ns.tolist() == [-1]
    trace.append([(1, [(60, int(Kind.END), 0, span, 0)])])
    assert (trace.n, trace.end_ns.tolist(), trace.duration_ns) == (1, [60], 60)


def test_analysis_while_it_grows_ends_where_analysis_at_once_does() -> None:
    script = Script()
    for i in range(40):
        write = script.add(1 + i % 3, 1000 + 10 * i, Kind.WRITE, i)
        script.add(1 + i % 2, 1005 + 10 * i, Kind.READ, ref=write)
    whole = record(script.trace())
    trace = Trace(whole.trace.variables, "shared", 1000)
    analysis = Analysis(trace, whole.variables, whole.filename)
    for start in range(0, 60, 3):
        trace.append([(thread, rows[start : start + 3]) for thread, rows in script.rows.items() if rows[start:]])
        analysis.update()
    analysis.finish()
    assert analysis.counts == whole.analysis.counts
    assert analysis.outcome.tolist() == whole.analysis.outcome.tolist()
    assert analysis.findings == whole.findings
    assert analysis.problems.tolist() == np.flatnonzero(analysis.severity).tolist() != []


def test_a_lost_update_is_one_that_the_final_value_does_not_lead_back_to() -> None:
    """One fork can lose many: worker-1 counts to 3, worker-2 has read 0 before and writes 1 last."""
    script = Script()
    base = script.add(BEFORE_RUN, 1000, Kind.WRITE, 0, variable=1)
    script.add(2, 1010, Kind.READ, variable=1, ref=base)
    last = base
    for i in range(3):
        script.add(1, 1020 + 20 * i, Kind.READ, variable=1, ref=last)
        last = script.add(1, 1030 + 20 * i, Kind.WRITE, i + 1, variable=1)
    script.add(2, 1100, Kind.WRITE, 1, variable=1, line=9)
    recording = record(script.trace())
    updates = find_updates(recording.trace, 1)
    assert (updates.n_updates, updates.n_lost) == (4, 3)
    assert recording.facts == {"expected": 4, "final": 1}
    assert recording.trace.line[updates.forks].tolist() == [9]
    (finding,) = recording.findings
    assert (finding.kind, finding.count, finding.line) == ("lost-update", 3, 9)
    assert "worker-1 and worker-2 both read 0" in finding.message


def test_the_message_of_a_clobbered_read_names_who_what_and_where() -> None:
    script = Script()
    script.add(1, 1000, Kind.WRITE, 1, line=2)
    write = script.add(2, 1100, Kind.WRITE, 4, line=2)
    script.add(1, 1200, Kind.READ, line=4, ref=write)
    recording = record(script.trace())
    (finding,) = recording.findings
    assert finding.message == (
        "worker-1 stored 1 in request_id (line 2). "
        "worker-2 stored 4 before worker-1 read it back (line 4), so worker-1 got 4."
    )
    assert (finding.kind, finding.value, finding.writer) == ("clobbered-read", "4", "worker-2")
    assert recording.verdict.text == "1 of 1 reads returned another thread's value"
    found = related(recording.trace, finding.events[0])
    times = [recording.trace.begin_ns[row] for row in (found.source, found.own, found.overwriter)]
    assert times == [100, 0, 100]
    assert related(recording.trace, found.source).readers == (finding.events[0],)


@pytest.mark.parametrize("n", [1, 5])
def test_equal_findings_are_folded_with_a_count(n: int) -> None:
    script = Script()
    for i in range(n):
        script.add(1, 1000 + i * 10, Kind.WRITE, i, line=2)
        script.add(1, 1005 + i * 10, Kind.READ, line=4, ref=script.add(2, 1003 + i * 10, Kind.WRITE, 9))
    (finding,) = record(script.trace()).findings
    assert (finding.count, len(finding.events)) == (n, n)
