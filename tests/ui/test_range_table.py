"""The marked range: its two ends, its numbers, and copying them."""

import csv
import io
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import RUNNING
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, two_workers
from tests.simulator.running import run_lesson
from ui.models.range_table import COLUMNS, RangeTableModel
from ui.models.runs import RunsModel
from ui.models.time_range import TimeRangeModel
from ui.panels.range_table import NO_EVENTS, NO_RANGE, RangeTablePanel
from ui.theme import ThemeModel


@pytest.fixture
def time_range() -> TimeRangeModel:
    return TimeRangeModel()


@pytest.fixture
def model(runs: RunsModel, time_range: TimeRangeModel) -> Iterator[RangeTableModel]:
    model = RangeTableModel(runs, time_range, runs)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    yield model
    model.close()


@pytest.fixture
def panel(model: RangeTableModel, time_range: TimeRangeModel, runs: RunsModel, qtbot: QtBot) -> RangeTablePanel:
    panel = RangeTablePanel(model, time_range, ThemeModel("light", runs))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def table(panel: RangeTablePanel) -> list[dict[str, str]]:
    """Return what is seen."""
    model = panel.view.model()
    seen = [column for column in range(model.columnCount()) if not panel.view.isColumnHidden(column)]
    return [
        {COLUMNS[column].heading: model.index(row, column).data() for column in seen} for row in range(model.rowCount())
    ]


def test_the_ends_of_a_range_are_put_in_order_and_told_once(time_range: TimeRangeModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(time_range.range_changed):
        time_range.set_range(700, 200)
    assert (time_range.from_ns, time_range.to_ns) == (200, 700)
    with qtbot.assertNotEmitted(time_range.range_changed):
        time_range.set_range(200, 700)
    time_range.clear()
    assert (time_range.from_ns, time_range.to_ns) == (None, None)


def test_without_a_range_it_says_how_to_mark_one(panel: RangeTablePanel) -> None:
    assert panel.hint.isVisible()
    assert panel.hint.text() == NO_RANGE
    assert not panel.view.isVisible()
    assert not panel.copy_button.isVisible()


def test_a_range_is_summed_up_by_thread_and_variable(panel, model, time_range) -> None:
    time_range.set_range(0, 900)
    model.sum_up()
    seen = table(panel)
    assert seen[0] == {
        "Thread": "worker-1",
        "Variable": "request_id",
        "Reads": "1",
        "Writes": "1",
        "Deletes": "",
        "Own": "",
        "Foreign": "1",
        "Write → read": "400 ns",
        "95th percentile": "400 ns",
    }
    assert (seen[1]["Own"], seen[1]["Foreign"], seen[1]["Deletes"]) == ("1", "", "1")
    assert panel.title.text() == "900 ns, from 0 ns to 900 ns"


def test_columns_that_say_nothing_are_left_out(panel, model, time_range) -> None:
    time_range.set_range(550, 650)
    model.sum_up()
    assert [list(row) for row in table(panel)] == [
        ["Thread", "Variable", "Reads", "Writes", "Own", "Write → read", "95th percentile"]
    ]


def test_waiting_and_holding_are_told_for_locks(panel, model, time_range, runs) -> None:
    runs.add(run_lesson("lost-update", "locked", threads=2, options={"increments": 20}))
    time_range.set_range(0, runs.shown.trace.duration_ns)
    model.sum_up()
    locks = [row for row in table(panel) if row["Variable"] == "lock"]
    assert len(locks) == 2
    assert all(row["Holding"].endswith(("µs", "ms", "ns")) for row in locks)


def test_a_drag_is_not_summed_up_at_every_move(panel, model, time_range) -> None:
    for to_ns in (100, 200, 900):
        time_range.set_range(0, to_ns)
    assert model.rowCount() == 0
    assert panel.title.text() == "900 ns, from 0 ns to 900 ns · counting…"
    assert not panel.hint.isVisible()


def test_an_empty_range_says_so(panel, model, time_range) -> None:
    time_range.set_range(10_000, 20_000)
    model.sum_up()
    assert panel.hint.text() == NO_EVENTS
    assert panel.hint.isVisible()
    assert not panel.copy_button.isEnabled()


def test_the_close_button_unmarks_the_range(panel, model, time_range, qtbot) -> None:
    time_range.set_range(0, 900)
    model.sum_up()
    qtbot.mouseClick(panel.close_button, Qt.MouseButton.LeftButton)
    assert time_range.range_ns is None
    assert panel.hint.text() == NO_RANGE
    assert model.rowCount() == 0


def test_it_is_copied_as_csv_with_exact_times(panel, model, time_range, qtbot) -> None:
    time_range.set_range(0, 900)
    model.sum_up()
    qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    rows = list(csv.DictReader(io.StringIO(QApplication.clipboard().text())))
    assert [(row["thread"], row["foreign"], row["median_ns"]) for row in rows] == [
        ("worker-1", "1", "400"),
        ("worker-2", "0", "400"),
    ]


def test_another_run_unmarks_the_range(panel, model, time_range, runs) -> None:
    time_range.set_range(0, 900)
    model.sum_up()
    runs.add(two_workers())
    assert time_range.range_ns is None
    assert table(panel) == []


def test_a_big_range_is_summed_up_in_another_thread_and_only_the_latest_counts(
    panel, model, time_range, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr("ui.background.DIRECT_ROWS", 3)
    for to_ns in (150, 900):
        time_range.set_range(0, to_ns)
        model.sum_up()
    assert model.is_busy
    qtbot.waitUntil(lambda: not model.is_busy)
    assert len(table(panel)) == 2


def test_a_range_of_a_run_that_goes_on_takes_in_what_arrives(panel, model, time_range, runs) -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1)
    recording = record(script.trace(), status=RUNNING)
    runs.add(recording)
    time_range.set_range(0, 1000)
    model.sum_up()
    recording.trace.append([(1, [(1400, int(Kind.WRITE), 4, 1 << 40 | 2, 2)])])
    recording.analysis.update()
    runs.note_growth(recording)
    model.sum_up()
    assert table(panel)[0]["Writes"] == "2"


def test_a_screen_reader_hears_heading_and_number(panel, model, time_range) -> None:
    time_range.set_range(0, 900)
    model.sum_up()
    spoken = [model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in (0, 2, 4)]
    assert spoken == ["Thread: worker-1", "Reads: 1", "Deletes: none"]
