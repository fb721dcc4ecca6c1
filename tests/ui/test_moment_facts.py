"""What is said about the moment at the playhead: values, writers, states and lines."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import RUNNING, Recording
from simulator.record.kinds import Kind
from simulator.record.recorder import BEFORE_RUN
from tests.simulator.recordings import Script, record, two_workers
from tests.simulator.running import run_lesson
from ui.models.moment import MomentModel
from ui.models.playhead import PlayheadModel
from ui.models.runs import RunsModel
from ui.panels import moment_facts
from ui.panels.moment_facts import describe_moment


@pytest.fixture
def runs(qtbot: QtBot) -> RunsModel:
    return RunsModel()


@pytest.fixture
def moment(runs: RunsModel, playhead: PlayheadModel) -> Iterator[MomentModel]:
    moment = MomentModel(runs, playhead, runs)
    yield moment
    moment.close()


def facts(moment: MomentModel) -> dict[str, str]:
    found = describe_moment(moment)
    assert found is not None
    return {fact.label: fact.text for fact in found.facts}


def test_values_and_threads_at_each_moment(runs, playhead, moment) -> None:
    runs.add(two_workers())
    playhead.to_start()
    assert facts(moment) == {
        "worker-1": "not started",
        "worker-2": "not started",
        "events": "0 of 9 have happened",
    }
    playhead.scrub(150)
    assert facts(moment) == {
        "request_id": "1, written by worker-1",
        "worker-1": "running, line 2",
        "worker-2": "not started",
        "events": "2 of 9 have happened",
    }
    playhead.scrub(750)
    assert facts(moment)["request_id"] == "'bob', written by worker-2"
    assert facts(moment)["worker-1"] == "sleeping, line 3"
    playhead.to_end()
    assert facts(moment)["request_id"] == "no value, deleted by worker-2"
    assert facts(moment)["worker-2"] == "done, line 4"


def test_the_title_is_the_time(runs, playhead, moment) -> None:
    runs.add(two_workers())
    playhead.scrub(150)
    found = describe_moment(moment)
    assert found is not None
    assert found.title == "At 150 ns"


def test_a_value_from_before_the_run_has_no_writer(runs, playhead, moment) -> None:
    script = Script()
    script.add(BEFORE_RUN, 1000, Kind.WRITE, 0)
    script.add(1, 1100, Kind.DELETE)
    runs.add(record(script.trace()))
    playhead.scrub(50)
    assert facts(moment)["request_id"] == "0, set before the run"


def test_each_thread_has_a_value_of_its_own_in_local_storage(runs, moment) -> None:
    runs.add(run_lesson("request-id", "local", ["worker-1", "worker-2"] * 2, threads=2, work_ms=1))
    assert facts(moment)["request_id of worker-1"] == "0, written by worker-1"
    assert facts(moment)["request_id of worker-2"] == "1, written by worker-2"


def test_of_many_threads_only_the_first_are_told(runs, moment, monkeypatch) -> None:
    monkeypatch.setattr(moment_facts, "MOST_THREADS", 1)
    runs.add(two_workers())
    assert "worker-2" not in facts(moment)
    assert facts(moment)["threads"] == "and 1 more"


def test_of_many_cells_only_the_first_are_told(runs, moment, monkeypatch) -> None:
    monkeypatch.setattr(moment_facts, "MOST_CELLS", 1)
    runs.add(run_lesson("request-id", "local", ["worker-1", "worker-2"] * 2, threads=2, work_ms=1))
    assert facts(moment)["cells"] == "and 1 more"


def running() -> Recording:
    recording = two_workers()
    recording.status = RUNNING
    return recording


def test_nothing_is_known_before_the_run_has_ended(runs, moment, qtbot) -> None:
    recording = running()
    runs.add(recording)
    assert describe_moment(moment) is None
    assert moment.threads() == []
    recording.status = "done"
    with qtbot.waitSignal(moment.changed):
        runs.note_end(recording)
    assert facts(moment)["events"] == "9 of 9 have happened"
    runs.show(None)
    assert describe_moment(moment) is None


def test_a_big_run_is_worked_out_in_another_thread(runs, moment, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("ui.background.DIRECT_ROWS", 3)
    runs.add(two_workers())
    assert describe_moment(moment) is None
    qtbot.waitUntil(lambda: describe_moment(moment) is not None)
    assert facts(moment)["events"] == "9 of 9 have happened"


def test_a_playhead_that_moves_is_told(runs, playhead, moment, qtbot) -> None:
    runs.add(two_workers())
    with qtbot.waitSignal(moment.changed):
        playhead.step(-1)


def test_the_flag_of_an_event_is_told_at_the_playhead(runs, playhead, moment) -> None:
    runs.add(run_lesson("event-flag", threads=1, work_ms=1))
    assert facts(moment)["ready"] == "True, set by setter"
    playhead.to_start()
    assert facts(moment)["ready"] == "False, not set yet"
