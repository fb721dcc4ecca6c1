"""Reads-from by the order of stamps, held against the definition taken literally."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.analysis.analysis import Analysis
from simulator.analysis.outcomes import Outcome
from simulator.record.kinds import Kind
from simulator.trace.row_table import NO_ROW, UNKNOWN_ROW
from simulator.trace.trace import FLAG_UNCERTAIN, Trace
from tests.simulator.scripts import ScriptRows

X, Y, Z = ("x", "", ""), (".v", "C#1", "object"), (".z", "C#1", "object")


@dataclass
class Access:
    """What a hand-made access did, in plain words."""

    thread: int
    nth: int
    end: int
    width: int
    kind: Kind
    cell: int
    value: int | None
    is_first_known: bool = False

    @property
    def begin(self) -> int:
        return self.end - self.width

    def is_before(self, other: "Access") -> bool:
        if self.thread == other.thread:
            is_within = other.begin < self.end < other.end  # done by code that ran in the midst of the other
            return self.nth < other.nth and not is_within
        return self.end < other.begin


@st.composite
def accesses(draw: st.DrawFn) -> list[Access]:
    """Accesses of up to three threads to two cells: crowded, so that stamps are equal, and calls overlap or nest."""
    found: list[Access] = []
    for thread in range(1, draw(st.integers(1, 3)) + 1):
        now = draw(st.integers(1, 4))
        for nth in range(draw(st.integers(0, 6))):
            width = draw(st.sampled_from([0, 0, 0, 0, 1, 2, 5]))
            gap = draw(st.sampled_from([0, width])) + draw(st.sampled_from([0, 1, 1, 2, 4]))
            width = width if gap or not nth else found[-1].width  # of one stamp is what is of one stretch
            now += gap
            kind = draw(st.sampled_from([Kind.READ, Kind.READ, Kind.WRITE, Kind.WRITE, Kind.DELETE]))
            value = None if kind == Kind.DELETE else draw(st.sampled_from([None, 1, 2]))
            found.append(Access(thread, nth, now, width, kind, draw(st.integers(0, 1)), value))
    changes = [one for one in found if one.kind != Kind.READ]
    if changes and draw(st.booleans()):
        draw(st.sampled_from(changes)).is_first_known = True
    return found


def rows_of(found: list[Access]) -> ScriptRows:
    script = ScriptRows()
    for one in found:
        is_odd = one.is_first_known or (one.kind == Kind.READ and one.value is None)
        value = one.value if one.kind != Kind.WRITE or one.value is not None else 3
        script.add(one.thread, one.end, one.kind, (Y, Z)[one.cell], value, -2 * one.width - is_odd)
    return script


def explain(found: list[Access]) -> dict[tuple[int, int], tuple[object, bool]]:
    """Return what each access got and whether it is uncertain, by the definition in the module's text."""
    ordered = sorted(found, key=lambda one: (one.end, one.thread, one.nth))
    answers: dict[tuple[int, int], tuple[object, bool]] = {}
    for one in ordered:
        changes = [other for other in ordered if other.cell == one.cell and other.kind != Kind.READ]
        changes = [other for other in changes if other is not one]
        if one.kind != Kind.READ:
            crossed = any(not other.is_before(one) and not one.is_before(other) for other in changes)
            answers[one.thread, one.nth] = None, crossed
            continue
        earlier = [other for other in changes if other.is_before(one)]
        possible: list[Access | None] = [
            other
            for other in changes
            if not one.is_before(other) and not any(other.is_before(later) for later in earlier)
        ]
        possible += [] if earlier else [None]
        at = ordered.index(one)
        usual = next((other for other in reversed(ordered[:at]) if other in changes), None)
        ranked = [usual, *(other for other in reversed(ordered) if other in possible), None]
        ranked = [other for other in ranked if other in possible]
        right = [other for other in ranked if fits(one, other)]
        if any(other.is_first_known and ordered.index(other) > at for other in changes):
            is_own = usual is not None and usual.thread == one.thread and usual.end == one.end and not one.width
            right = [usual] if is_own and fits(one, usual) else []
        answers[one.thread, one.nth] = (right[0] if right else "unknown"), len(possible) > 1
    return answers


def fits(read: Access, source: Access | None) -> bool:
    if source is None or source.kind == Kind.DELETE:
        return read.value is None
    return read.value == (3 if source.value is None else source.value)


def check(found: list[Access], trace: Trace) -> None:
    answers = explain(found)
    order = sorted(found, key=lambda one: (one.end, one.thread, one.nth))
    rows = np.flatnonzero(trace.kind <= Kind.DELETE).tolist()
    row_of = {(one.thread, one.nth): row for one, row in zip(order, rows, strict=True)}
    for one in order:
        row = row_of[one.thread, one.nth]
        source, is_uncertain = answers[one.thread, one.nth]
        got = int(trace.reads_from[row])
        if isinstance(source, Access):
            assert got == row_of[source.thread, source.nth], one
        else:
            assert got == (UNKNOWN_ROW if source == "unknown" else NO_ROW), one
        assert bool(trace.flags[row] & FLAG_UNCERTAIN) == is_uncertain, one


@settings(max_examples=400)
@given(accesses())
def test_every_read_is_explained_as_the_definition_says(found: list[Access]) -> None:
    check(found, rows_of(found).trace())


@settings(max_examples=400)
@given(accesses(), st.lists(st.integers(1, 30), max_size=4))
def test_the_answer_does_not_depend_on_how_the_rows_arrive(found: list[Access], cuts: list[int]) -> None:
    check(found, rows_of(found).trace(sorted(set(cuts))))


@settings(max_examples=200)
@given(accesses(), st.data())
def test_rows_that_come_late_change_nothing(found: list[Access], data: st.DataObject) -> None:
    """A script sends what it did to an object when a second thread comes to it: long after the fact."""
    assume(len({(one.thread, one.end) for one in found}) == len(found))  # else a thread's own order would be lost
    script = rows_of(found)
    late = {thread: data.draw(st.sets(st.integers(1, max(len(rows) - 1, 1)))) for thread, rows in script.rows.items()}
    trace = script.empty_trace()
    for is_late in (False, True):
        for thread, rows in script.rows.items():
            sent = [row for i, row in enumerate(rows) if (i in late[thread]) is is_late]
            trace.append([(thread, sent)] if sent else [])
    trace.finish()
    check(found, trace)


def test_a_read_with_a_value_nobody_recorded_is_of_an_unknown_writer() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WRITE, X, 1)
    script.add(2, 20, Kind.READ, X, 5)
    script.add(2, 30, Kind.READ, X, 1)
    trace = script.trace()
    analysis = Analysis(trace, trace._sites.variables if trace._sites else ())
    analysis.finish()
    reads = np.flatnonzero(trace.kind == Kind.READ)
    assert trace.reads_from[reads].tolist() == [UNKNOWN_ROW, 1]
    assert analysis.outcome[reads].tolist() == [Outcome.UNKNOWN, Outcome.FOREIGN]
    assert [trace.value_text(int(row)) for row in reads] == ["5", "1"]


def test_a_list_that_has_grown_is_still_the_list_that_was_stored() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WRITE, X, ("list", 140, 0))
    script.add(2, 20, Kind.READ, X, ("list", 140, 3))
    script.add(2, 30, Kind.READ, X, ("list", 150, 3))
    trace = script.trace()
    reads = np.flatnonzero(trace.kind == Kind.READ)
    assert trace.reads_from[reads].tolist() == [1, UNKNOWN_ROW]
    assert trace.value_text(int(reads[0])) == "<list of 3>"


def test_names_are_those_of_the_source() -> None:
    script = ScriptRows()
    given = [X, (".request_id", "ctx", "local"), (".v", "C#1", "object"), ('["k"]', "d", "container")]
    for nth, variable in enumerate(given):
        script.add(1, 10 + nth, Kind.WRITE, variable, nth)
    script.add(2, 30, Kind.WRITE, given[1], 9)
    trace = script.trace()
    rows = np.flatnonzero(trace.kind == Kind.WRITE)
    names = [trace.variable_name(int(row)) for row in rows]
    assert names == ["x", "ctx.request_id", "self.v of C#1", 'd["k"]', "ctx.request_id"]
    assert trace.storage_of(int(trace.variable[rows[1]])) == "local"
    assert trace.place[rows[1]] != trace.place[rows[4]]  # each thread has a cell of its own


def test_none_is_a_value_like_any_other() -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WRITE, X, None)
    script.add(2, 20, Kind.READ, X, None)
    script.add(2, 30, Kind.READ, Y, None, reference=-1)
    trace = script.trace()
    reads = np.flatnonzero(trace.kind == Kind.READ)
    assert [trace.value_text(int(row)) for row in reads] == ["None", "no value"]
    assert trace.reads_from[reads].tolist() == [1, NO_ROW]


@pytest.mark.parametrize("cuts", [[], [25], [15, 35]])
def test_a_read_before_the_first_known_change_has_an_unknown_writer(cuts: list[int]) -> None:
    script = ScriptRows()
    script.add(1, 10, Kind.WRITE, Y, 7)
    script.add(2, 20, Kind.READ, Y, 7)
    script.add(1, 30, Kind.WRITE, Y, 7, reference=-1)
    script.add(2, 40, Kind.READ, Y, 7)
    trace = script.trace(cuts)
    reads, writes = (np.flatnonzero(trace.kind == kind) for kind in (Kind.READ, Kind.WRITE))
    assert trace.reads_from[reads].tolist() == [UNKNOWN_ROW, writes[1]]
