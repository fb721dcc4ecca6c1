"""What is said about a moment: values, writers, states and lines."""

import pytest
from pytestqt.qtbot import QtBot

from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from tests.simulator.recordings import Script, record, two_workers
from tests.simulator.running import run_lesson
from ui.panels import moment_facts
from ui.panels.moment_facts import MomentFacts


def facts_at(facts: MomentFacts, n: int, time_ns: int) -> dict[str, str]:
    return {fact.label: fact.text for fact in facts.describe(n, time_ns).facts}


def test_values_and_threads_at_each_moment() -> None:
    facts = MomentFacts(two_workers())
    assert facts_at(facts, 0, 0) == {
        "worker-1": "not started",
        "worker-2": "not started",
        "events": "0 of 9 have happened",
    }
    assert facts_at(facts, 2, 150) == {
        "request_id": "1, written by worker-1",
        "worker-1": "running, line 2",
        "worker-2": "not started",
        "events": "2 of 9 have happened",
    }
    assert facts_at(facts, 7, 750)["request_id"] == "'bob', written by worker-2"
    assert facts_at(facts, 7, 750)["worker-1"] == "sleeping, line 3"
    assert facts_at(facts, 9, 900)["request_id"] == "no value, deleted by worker-2"
    assert facts_at(facts, 9, 900)["worker-2"] == "done, line 4"
    assert facts.describe(2, 150).title == "At 150 ns"


def test_a_value_from_before_the_run_has_no_writer() -> None:
    script = Script()
    script.add(BEFORE_RUN, 1000, Kind.WRITE, 0)
    script.add(1, 1100, Kind.DELETE)
    facts = MomentFacts(record(script.trace()))
    assert facts_at(facts, 1, 0)["request_id"] == "0, set before the run"


def test_each_thread_has_a_value_of_its_own_in_local_storage() -> None:
    recording = run_lesson("request-id", "local", threads=2, work_ms=1)
    found = facts_at(MomentFacts(recording), recording.trace.n, recording.trace.duration_ns)
    assert found["request_id of worker-1"] == "0, written by worker-1"
    assert found["request_id of worker-2"] == "1, written by worker-2"


def test_of_many_threads_only_the_first_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment_facts, "MOST_THREADS", 1)
    found = facts_at(MomentFacts(two_workers()), 9, 900)
    assert "worker-2" not in found
    assert found["threads"] == "and 1 more"


def test_it_is_made_anew_when_the_run_has_grown(qtbot: QtBot) -> None:
    recording = two_workers()
    facts = MomentFacts(recording)
    assert facts.is_about(recording)
    assert not facts.is_about(two_workers())
    recording.trace.append([(1, [(3000, int(Kind.DELETE), 4, 1 << 40 | 9, None)])])
    assert not facts.is_about(recording)
