"""Events: which set released whom, in scripted orders on real threads and in the lessons about them."""

from __future__ import annotations

import ast
import inspect
import threading
from dataclasses import replace

import numpy as np
import pytest

from simulator.analysis.recording import Recording
from simulator.lessons.registry import find
from simulator.record.kinds import Kind, Result
from simulator.runtime.program import Variable
from simulator.runtime.spinner import FRAMES, Spinner
from simulator.session import Session
from tests.simulator.running import lesson_of, run_code, run_lesson, stop_when

FLAG = (Variable("flag", is_lock=True),)
WAITER_AND_SETTER = """
flag = threading.Event()

def wait():
    answer(flag.wait({timeout}))

def change():
    {changes}

Thread(target=wait, name="waiter").start()
Thread(target=change, name="setter").start()
"""


def run_flag(changes: str, order: str, timeout: str = "") -> Recording:
    """Let a waiter (w) and a setter (s) act on one flag, one step for each letter."""
    names = [{"w": "waiter", "s": "setter"}[letter] for letter in order]
    return run_code(WAITER_AND_SETTER.format(timeout=timeout, changes=changes), order=names, variables=FLAG)


_ON_OBJECTS = (Kind.SIGNAL, Kind.CLEAR, Kind.CHECK, Kind.WAIT, Kind.RECEIVE)


def rows_of(recording: Recording, kind: Kind) -> list[int]:
    """Return the rows of a kind, starts and joins of threads aside."""
    rows: list[int] = recording.trace.of_kind(kind).tolist()
    return rows if kind in _ON_OBJECTS else np.flatnonzero(recording.trace.kind == kind).tolist()


def test_the_set_that_came_first_released_the_waiter_whatever_came_after_it() -> None:
    recording = run_flag("flag.set(); flag.clear(); flag.set()", "wsss")
    [wait], sets = rows_of(recording, Kind.WAIT), rows_of(recording, Kind.SIGNAL)
    assert len(sets) == 2
    assert recording.trace.reads_from[wait] == sets[0], "it may wake up after the second"
    assert recording.trace.result_of(wait) == Result.DONE


def test_a_set_before_the_wait_leaves_nothing_to_wait_for() -> None:
    recording = run_flag("flag.set()", "sw")
    [receive], [signal] = rows_of(recording, Kind.RECEIVE), rows_of(recording, Kind.SIGNAL)
    assert rows_of(recording, Kind.WAIT) == []
    assert recording.trace.reads_from[receive] == signal


def test_after_a_clear_a_wait_waits_again() -> None:
    recording = run_flag("flag.set(); flag.clear(); flag.set()", "ssws")
    [wait], sets = rows_of(recording, Kind.WAIT), rows_of(recording, Kind.SIGNAL)
    assert recording.trace.reads_from[wait] == sets[1]


def test_a_wait_that_gave_up_met_no_set() -> None:
    recording = run_flag("flag.set(); flag.clear()", "ssw", timeout="0")
    [wait], [answer] = rows_of(recording, Kind.WAIT), rows_of(recording, Kind.ANSWER)
    assert recording.trace.result_of(wait) == Result.TIMED_OUT
    assert recording.trace.reads_from[wait] < 0
    assert recording.trace.value_of(answer) is False


def test_a_check_tells_which_set_or_clear_made_the_flag_what_it_is() -> None:
    code = "flag = threading.Event()\nflag.is_set()\nflag.set()\nflag.is_set()\nflag.clear()\nflag.is_set()\n"
    recording = run_code(code, variables=FLAG, has_barrier=False)
    checks, trace = rows_of(recording, Kind.CHECK), recording.trace
    assert [trace.value_of(row) for row in checks] == [False, True, False]
    made_by = [int(trace.reads_from[row]) for row in checks]
    assert made_by[0] < 0
    assert [trace.kind[row] for row in made_by[1:]] == [Kind.SIGNAL, Kind.CLEAR]


@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_stop_ends_threads_that_wait_for_good(place: str) -> None:
    lesson = lesson_of(WAITER_AND_SETTER.format(timeout="", changes="flag.wait()"), variables=FLAG)
    session = Session(lesson, replace(lesson.default_settings(), threads=2, place=place, work_ms=0))
    recording = stop_when(session, lambda: np.count_nonzero(session.recording.trace.kind == Kind.WAIT) >= 2)
    assert (recording.status, recording.unstopped) == ("stopped", ())
    assert rows_of(recording, Kind.EXCEPTION) == []


@pytest.mark.parametrize("place", ["in-process", "own-process"])
@pytest.mark.parametrize(("threads", "work_ms"), [(1, 0), (2, 20), (5, 20), (64, 20)])
def test_each_waits_bool_agrees_with_why_it_ended(threads: int, work_ms: int, place: str) -> None:
    recording = run_lesson("event-flag", threads=threads, work_ms=work_ms, place=place)
    trace, facts = recording.trace, recording.facts
    assert (recording.status, recording.has_problems) == ("done", False)
    for row in rows_of(recording, Kind.WAIT):
        signal, result = int(trace.reads_from[row]), trace.result_of(row)
        assert (result, signal >= 0) in ((Result.DONE, True), (Result.TIMED_OUT, False))
        if signal >= 0:
            assert trace.value_of(signal) == "set"
            assert trace.begin_ns[row] <= trace.begin_ns[signal] <= trace.end_ns[row]
        returned = next(later for later in rows_of(recording, Kind.ANSWER) if _follows(recording, later, row))
        assert trace.value_of(returned) is (result == Result.DONE)
    assert facts["waits"] == 3 * threads == facts["released"] + facts["timed_out"] + facts["set_already"]
    assert (facts["sets"], facts["clears"]) == (2, 1)


def _follows(recording: Recording, later: int, row: int) -> bool:
    trace = recording.trace
    return bool(trace.thread[later] == trace.thread[row] and trace.begin_ns[later] >= trace.end_ns[row])


@pytest.mark.parametrize("place", ["in-process", "own-process"])
@pytest.mark.parametrize("work_ms", [0, 150])
def test_the_spinner_ends_within_one_tick_after_done_is_set(work_ms: int, place: str) -> None:
    recording = run_lesson("event-spinner", work_ms=work_ms, place=place)
    trace, facts = recording.trace, recording.facts
    [signal], ticks = rows_of(recording, Kind.SIGNAL), rows_of(recording, Kind.MARK)
    assert sum(row > signal for row in ticks) <= 1
    assert [trace.value_of(row) for row in ticks] == list((FRAMES * len(ticks))[: len(ticks)])
    ended = [row for row in rows_of(recording, Kind.WAIT) if trace.result_of(row) == Result.DONE]
    assert all(trace.reads_from[row] == signal for row in ended + rows_of(recording, Kind.RECEIVE))
    assert len(ended) + len(rows_of(recording, Kind.RECEIVE)) == 1
    assert (facts["ticks"], facts["answer"]) == (len(ticks), 42)
    spinner = next(info for info in trace.threads if info.name == "spinner")
    assert facts["stop_delay_ns"] == spinner.end_ns - trace.begin_ns[signal] > 0


def test_the_lesson_runs_the_class_that_the_app_uses() -> None:
    lesson = find("event-spinner")
    shown = ast.parse(lesson.code(lesson.default_settings()))
    real = ast.parse(inspect.getsource(Spinner))
    for node in ast.walk(real):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            del node.body[0]
    assert ast.dump(real.body[0]) in [ast.dump(node) for node in shown.body]
    session = Session(lesson, lesson.default_settings())
    assert type(session.spinner) is Spinner
    assert isinstance(session.spinner, threading.Thread)
