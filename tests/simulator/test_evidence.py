"""What is known of the order of events while a run goes on: at the end the same as if it were looked at only then."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.analysis.detectors import evidence as evidence_module
from simulator.analysis.detectors.case import Case
from simulator.analysis.detectors.evidence import Evidence
from simulator.analysis.detectors.find import find_in_script, find_so_far
from simulator.analysis.detectors.sources import SourceFile
from simulator.analysis.findings import Finding
from simulator.analysis.orders.horizon import PATIENCE_NS
from simulator.analysis.orders.locksets import LocksHeld, locks_at
from simulator.bench.analyse import make_synchronised
from simulator.record.kinds import Kind, Result, pack
from simulator.script.sites import WHOLE_NAME
from simulator.trace.snapshot import take_snapshot
from simulator.trace.trace import Trace
from tests.simulator.executions import Execution, executions
from tests.simulator.recordings import Script

Rows = dict[int, list[tuple[int, int, int, int, Any]]]
Draw = Callable[..., Any]
SOURCE = SourceFile("program.py", "def work():\n    x = x + 1\n    print(x)\n")
_KINDS = 31


def known(evidence: Evidence, n: int) -> dict[str, object]:
    """Return all that evidence tells of the first `n` rows, to be compared."""
    pairs = np.array(list(product(range(n), repeat=2)), np.int64).reshape(-1, 2)
    logs = {name: getattr(evidence, name) for name in ("races", "updates", "overwritten")}
    return {
        **{name: [column.tolist() for column in log.columns] for name, log in logs.items()},
        **{f"groups of {name}": [group.index.tolist() for group in log.groups] for name, log in logs.items()},
        "order": evidence.order.precedes(pairs[:, 0], pairs[:, 1]).tolist(),
        "free order": evidence.free_order.precedes(pairs[:, 0], pairs[:, 1]).tolist(),
        "dropped": (evidence.order.n_dropped, evidence.free_order.n_dropped),
    }


def judge(trace: Trace, evidence: Evidence | None) -> list[Finding]:
    """Return what is found at the end."""
    return find_in_script(trace, np.zeros(trace.n, np.uint8), [SOURCE], evidence=evidence)


def in_lines(rows: Rows, read_line: int) -> Rows:
    """Return the rows with lines of `SOURCE`: writes at line 2, reads at the given one."""
    lines = {int(Kind.READ): read_line, int(Kind.WRITE): 2}
    return {
        thread: [(stamp, what, lines.get(what & _KINDS, line), ref, value) for stamp, what, line, ref, value in told]
        for thread, told in rows.items()
    }


def shaken(draw: Draw, rows: Rows) -> Rows:
    """Return the rows as a bad clock would have stamped them, and perhaps slowly; each thread's stay in order."""
    scale = draw(st.sampled_from([1, 1, PATIENCE_NS // 3]))
    found: Rows = {}
    for thread, told in rows.items():
        last = 0
        for stamp, what, line, ref, value in told:
            last = max(last, 1000 + (stamp - 1000 + draw(st.sampled_from([0, 0, 1, 3, 9]))) * scale)
            found.setdefault(thread, []).append((last, what, line, ref, value))
    return found


def with_looks(draw: Draw, rows: Rows) -> Rows:
    """Return the rows with conditions for events, which look at something while they wait, and actions of barriers."""
    found: Rows = {}
    for thread, told in rows.items():
        for stamp, what, line, ref, value in told:
            kind, now = what & _KINDS, 4 * (stamp - 1000) + 1000
            is_given = kind == Kind.SIGNAL and value == "set" and draw(st.booleans())
            if kind == Kind.RECEIVE and value == "leave" and draw(st.booleans()):  # the barrier's action
                found[thread].append((now - 1, pack(Kind.WRITE), 2, 0, 1))
            said = "condition" if kind == Kind.WAIT else "release" if is_given else value
            found.setdefault(thread, []).append((now, what, line, ref, said))
            if kind == Kind.WAIT:
                found[thread].append((now + 1, pack(draw(st.sampled_from([Kind.READ, Kind.WRITE]))), 2, 0, 1))
    return found


def empty() -> Trace:
    return Trace(["x", f"items{WHOLE_NAME}", "lock", "signals", "barrier"], None, origin_ns=1000, filename="program.py")


def deliver(draw: Draw, rows: Rows) -> tuple[Trace, Evidence]:
    """Let the rows of a run arrive little by little, some of them late, and look at what is settled in between."""
    trace, evidence = empty(), Evidence()
    waiting = {thread: list(told) for thread, told in rows.items()}
    while any(waiting.values()):
        batches = []
        for thread, left in waiting.items():
            n = draw(st.integers(0, 3))
            batches.append((thread, left[:n]))
            del left[:n]
        ahead = [left[0][0] for left in waiting.values() if left]
        is_late = draw(st.integers(0, 9)) == 0
        trace.append(batches, (max if is_late else min)(ahead, default=1 << 40) - 1)
        snapshot = take_snapshot(trace)
        find_so_far(Case(snapshot, [SOURCE], evidence=evidence, is_over=False))
        assert evidence.n <= snapshot.n
    trace.finish()
    return trace, evidence


@settings(max_examples=50, phases=(Phase.generate,))
@given(executions(), st.booleans(), st.sampled_from([2, 3]), st.sampled_from([1, 2, 5, 1 << 16]), st.data())
def test_in_the_end_it_does_not_matter_when_one_looked(
    run: Execution, is_shaken: bool, read_line: int, step: int, data: st.DataObject
) -> None:
    rows = with_looks(data.draw, run.script.rows) if data.draw(st.booleans()) else run.script.rows
    rows = in_lines(shaken(data.draw, rows) if is_shaken else rows, read_line)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(evidence_module, "STEP_ROWS", step)
        trace, evidence = deliver(data.draw, rows)
        found = judge(trace, evidence)
    whole = Evidence()
    assert found == judge(trace, whole)
    assert known(evidence, trace.n) == known(whole, trace.n)
    held, holds = LocksHeld(trace), np.flatnonzero(trace.kind == Kind.HOLD)
    assert all(held.at(row) == locks_at(trace, holds, evidence.looks, row) for row in range(trace.n))


@pytest.mark.parametrize("step", [100, 1_000, 1 << 16])
def test_a_long_run_in_pieces_has_the_races_of_the_whole(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    trace = make_synchronised(6_000, 6)
    whole = Evidence()
    whole.advance(trace)
    monkeypatch.setattr(evidence_module, "STEP_ROWS", step)
    pieces = Evidence()
    pieces.advance(trace)
    assert len(whole.races.columns[0]) > 100
    for log in ("races", "updates", "overwritten"):
        for one, other in zip(getattr(pieces, log).columns, getattr(whole, log).columns, strict=True):
            assert one.tolist() == other.tolist()


def looked_at_on_the_way(script: Script, *until: int) -> tuple[Trace, Evidence]:
    """Take a run in up to some times, looking at each of them, and then to its end."""
    trace, evidence = empty(), Evidence()
    batches = list(script.rows.items())
    for time_ns in until:
        trace.append(batches, time_ns)
        batches = []
        evidence.advance(take_snapshot(trace), is_over=False)
    trace.finish()
    return trace, evidence


def test_what_a_thread_does_inside_of_a_wait_comes_before_what_ended_the_wait_takes_effect() -> None:
    script = Script()
    script.begin(2, 1100, Kind.WAIT, "lock")
    script.add(2, 1120, Kind.WRITE, 1)  # a signal handler
    script.add(1, 1150, Kind.WRITE, 2, 1)
    met = script.add(1, 1160, Kind.SIGNAL, "set", 2)
    script.end(2, 1300, met=met)
    script.add(2, 1400, Kind.READ, variable=1)
    trace, evidence = looked_at_on_the_way(script, 1200)
    assert evidence.n == 6, "a wait that goes on holds nothing up"
    evidence.advance(trace)
    whole = Evidence()
    whole.advance(trace)
    assert known(evidence, trace.n) == known(whole, trace.n)
    handler, write, read = np.flatnonzero(trace.kind <= Kind.WRITE).tolist()
    assert evidence.order.is_before(write, read)
    assert not evidence.order.is_before(write, handler)
    assert not evidence.order.is_before(handler, write)


def test_what_a_module_does_while_it_is_imported_does_not_race_though_the_import_goes_on() -> None:
    script = Script()
    script.begin(2, 1100, Kind.BLOCK, "import config")
    script.add(2, 1120, Kind.WRITE, 1)
    script.add(1, 1150, Kind.WRITE, 2)
    script.end(2, 1200)
    script.add(2, 1300, Kind.WRITE, 3)
    trace, evidence = looked_at_on_the_way(script, 1160, 1250)
    evidence.advance(trace)
    assert [trace.begin_ns[column].tolist() for column in evidence.races.columns] == [[150], [300]]


def test_what_is_not_settled_waits_for_the_release_that_it_met() -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1)
    met = script.add(1, 1600, Kind.SIGNAL, "set", 2)  # stamped long after it took effect
    script.add(2, 1200, Kind.RECEIVE, "set", 2, ref=met)
    script.add(2, 1300, Kind.READ)
    trace, evidence = looked_at_on_the_way(script, 1400)
    assert evidence.n == trace.begin_ns.searchsorted(200)
    evidence.advance(trace)
    assert not len(evidence.races.columns[0]), "had one gone on, there would be a race"


def test_what_turns_out_to_be_no_edge_is_worked_out_anew() -> None:
    """That a lock was handed on is guessed where no release of it is a signal; a signal that comes later refutes it."""
    script = Script()
    for thread, stamp in ((1, 1100), (2, 1200)):
        hold = script.add(thread, stamp, Kind.HOLD, "lock", 2)
        script.add(thread, stamp + 10, Kind.WRITE, thread)
        script.add(thread, stamp + 20, Kind.END, 0, int(Result.NONE), ref=hold)
    script.add(1, 2000, Kind.SIGNAL, "release", 2)
    trace, evidence = looked_at_on_the_way(script, 1900)
    first, second = np.flatnonzero(trace.kind == Kind.WRITE).tolist()
    assert evidence.order.is_before(first, second)
    evidence.advance(trace)
    whole = Evidence()
    whole.advance(trace)
    assert known(evidence, trace.n) == known(whole, trace.n)
    assert not evidence.order.is_before(first, second)


def test_a_finding_is_told_as_soon_as_it_is_certain_and_not_before() -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1, line=2)
    script.add(2, 1200, Kind.WRITE, 2, line=2)
    script.add(1, 1300, Kind.READ, line=3, ref=script.writes[-1][1])
    script.add(1, 1400, Kind.THREAD_END)
    trace, evidence = empty(), Evidence()
    batches, told = list(script.rows.items()), []
    for until in (1250, 1350, 1450):
        trace.append(batches, until)
        batches = []
        case = Case(take_snapshot(trace), [SOURCE], evidence=evidence, is_over=False)
        told.append([finding.kind for finding in find_so_far(case)])
    assert told == [["data-race"], ["data-race"], ["clobbered-read"]], "what was read might have been put back"
