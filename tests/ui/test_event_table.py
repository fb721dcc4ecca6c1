"""The event table: what it says, how it is filtered and sorted, and that it and the timeline select the same event."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from simulator.analysis.event_query import EventQuery, SortKey
from simulator.analysis.recording import RUNNING, Recording
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, two_workers
from tests.simulator.running import run_lesson
from ui.models.event_table import EventTableModel
from ui.models.event_texts import HEADINGS, EventColumn
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.panels.event_table import EventTablePanel
from ui.theme import ThemeModel

FOREIGN = 4
"""Row of the read of `two_workers` that got another's value."""


@pytest.fixture
def runs(qtbot: QtBot) -> RunsModel:
    return RunsModel()


@pytest.fixture
def model(runs: RunsModel) -> Iterator[EventTableModel]:
    model = EventTableModel(runs, ThemeModel("light", runs), runs)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    yield model
    model.close()


@pytest.fixture
def panel(model: EventTableModel, selection: SelectionModel, qtbot: QtBot) -> EventTablePanel:
    panel = EventTablePanel(model, selection)
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    return panel


def texts(model: EventTableModel, position: int) -> dict[str, str]:
    return {HEADINGS[column]: model.text(position, column) for column in EventColumn}


def heading(model: EventTableModel, column: EventColumn) -> str:
    return str(model.headerData(column, Qt.Orientation.Horizontal))


def listed(model: EventTableModel) -> list[int | None]:
    return [model.event_at(position) for position in range(model.rowCount())]


def growing() -> tuple[Recording, Script]:
    script = Script()
    script.add(1, 1100, Kind.WRITE, 1)
    return record(script.trace(), status=RUNNING), script


def grow(runs: RunsModel, stamp: int) -> None:
    """Let the first thread of the run on screen delete once more."""
    assert runs.shown is not None
    runs.shown.trace.append([(1, [(stamp, int(Kind.DELETE), 4, 1 << 40 | stamp, None)])])
    runs.shown.analysis.update()
    runs.note_growth(runs.shown)


# -- what it says ------------------------------------------------------------------------------------------------


def test_a_row_tells_all_about_an_event(runs: RunsModel, model: EventTableModel) -> None:
    runs.add(two_workers())
    assert texts(model, FOREIGN) == {
        "Time": "500 ns",
        "Thread": "worker-1",
        "Actor": "worker-1",
        "Event": "read",
        "Variable": "request_id",
        "Value": "'bob'",
        "Written by": "worker-2",
        "Outcome": "foreign",
        "Line": "4",
    }
    assert [model.text(row, EventColumn.VALUE) for row in (0, 6, 7)] == ["", "still going on", ""]
    assert [model.text(row, EventColumn.VARIABLE) for row in (0, 1, 6)] == ["", "request_id", ""]


def test_the_first_cell_reads_the_whole_event_aloud(runs: RunsModel, model: EventTableModel) -> None:
    runs.add(two_workers())
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = model.index(FOREIGN, EventColumn.TIME).data(role)
    assert spoken == "500 ns, worker-1, read, request_id, 'bob', from worker-2, foreign, line 4"
    assert model.index(FOREIGN, EventColumn.OUTCOME).data(role) == "Outcome: foreign"
    assert model.index(0, EventColumn.OUTCOME).data(role) == "Outcome: none"


def test_a_problem_differs_by_its_word_and_its_mark_not_only_by_colour(runs: RunsModel, model: EventTableModel) -> None:
    runs.add(two_workers())
    foreign, own = (model.index(row, EventColumn.KIND) for row in (FOREIGN, FOREIGN + 1))
    marks = [index.data(Qt.ItemDataRole.DecorationRole).pixmap(16).toImage() for index in (foreign, own)]
    assert marks[0] != marks[1]
    assert [model.text(row, EventColumn.OUTCOME) for row in (FOREIGN, FOREIGN + 1)] == ["foreign", "own"]


def test_a_mark_keeps_its_colour_in_a_selected_row(runs: RunsModel, model: EventTableModel) -> None:
    runs.add(two_workers())
    icon = model.index(FOREIGN, EventColumn.THREAD).data(Qt.ItemDataRole.DecorationRole)
    normal, selected = (icon.pixmap(16, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected))
    assert normal == selected


def test_lost_updates_are_called_problems(runs: RunsModel, model: EventTableModel) -> None:
    order = ["worker-1", "worker-2", "worker-1", "worker-2"]
    runs.add(run_lesson("lost-update", "shared", order, threads=2, options={"increments": 1}))
    model.set_query(EventQuery(only_problems=True))
    words = {model.text(position, EventColumn.OUTCOME) for position in range(model.rowCount())}
    assert words
    assert all("problem" in word or word == "foreign" for word in words)


def test_tasks_have_a_column_only_where_there_are_tasks(runs: RunsModel, panel: EventTablePanel) -> None:
    runs.add(two_workers())
    assert panel.view.isColumnHidden(EventColumn.ACTOR)
    runs.add(run_lesson("pool-leftover", "local", pool_size=1, tasks=2, work_ms=1))
    assert not panel.view.isColumnHidden(EventColumn.ACTOR)


# -- filtering and sorting ---------------------------------------------------------------------------------------


def test_filter_and_problems_only(
    runs: RunsModel, model: EventTableModel, panel: EventTablePanel, qtbot: QtBot
) -> None:
    runs.add(two_workers())
    qtbot.keyClicks(panel.filter, "bob kind:read")
    panel.apply_filter()
    assert listed(model) == [FOREIGN, FOREIGN + 1]
    assert panel.count.text() == "2 of 9 events"
    qtbot.mouseClick(panel.only_problems, Qt.MouseButton.LeftButton)
    assert listed(model) == [FOREIGN]
    panel.filter.clear()
    panel.only_problems.setChecked(False)
    panel.apply_filter()
    assert (len(listed(model)), panel.count.text()) == (9, "9 events")


def test_typing_does_not_search_before_a_pause(runs: RunsModel, model: EventTableModel, panel: EventTablePanel) -> None:
    runs.add(two_workers())
    panel.filter.setText("nothing like it")
    assert model.rowCount() == 9
    panel.apply_filter()
    assert (model.rowCount(), panel.count.text()) == (0, "0 of 9 events")


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(
    runs: RunsModel, model: EventTableModel, panel: EventTablePanel, qtbot: QtBot
) -> None:
    runs.add(two_workers())
    header = panel.view.horizontalHeader()
    for is_descending in (False, True):
        place = header.viewport().rect().topLeft()
        place.setX(header.sectionViewportPosition(EventColumn.THREAD) + 10)
        place.setY(header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert model.query == EventQuery(key=SortKey.THREAD, is_descending=is_descending)
        names = [model.text(position, EventColumn.THREAD) for position in range(model.rowCount())]
        assert names == sorted(names, reverse=is_descending)
        assert heading(model, EventColumn.THREAD) == f"Thread {'↑' if is_descending else '↓'}"


def test_a_heading_that_cannot_be_sorted_by_leaves_the_order(runs, model, panel) -> None:
    runs.add(two_workers())
    panel.view.horizontalHeader().sectionClicked.emit(EventColumn.VALUE)
    assert model.query == EventQuery()
    assert (heading(model, EventColumn.VALUE), heading(model, EventColumn.TIME)) == ("Value", "Time ↓")


def test_a_big_list_is_found_in_another_thread(runs, model, panel, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("ui.background.DIRECT_ROWS", 3)
    runs.add(two_workers())
    with qtbot.waitSignals([model.busy_changed, model.busy_changed]):
        panel.only_problems.setChecked(True)
        assert panel.count.text() == "looking…"
    assert listed(model) == [FOREIGN]


def test_an_answer_about_an_earlier_run_is_dropped(runs, model, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("ui.background.DIRECT_ROWS", 8)
    runs.add(two_workers())
    model.set_query(EventQuery("foreign"))
    small, _ = growing()
    runs.add(small)
    assert listed(model) == []
    qtbot.waitUntil(lambda: not model.is_busy)
    assert listed(model) == []


# -- a run that goes on ------------------------------------------------------------------------------------------


def test_new_events_are_added_at_the_end_and_leave_the_rest_alone(runs, model, panel, selection, qtbot) -> None:
    runs.add(growing()[0])
    selection.select(1)
    with qtbot.waitSignal(model.rowsInserted) as inserted, qtbot.assertNotEmitted(model.modelReset):
        grow(runs, 1200)
    assert inserted.args[1:] == [2, 2]
    assert panel.count.text() == "3 events"
    assert panel.view.currentIndex().row() == 1


def test_a_filtered_list_takes_in_new_events_a_little_later_and_at_the_end_at_once(runs, model, panel) -> None:
    runs.add(growing()[0])
    model.set_query(EventQuery("kind:delete"))
    assert listed(model) == []
    grow(runs, 1200)
    assert listed(model) == []
    model.find_again()
    assert listed(model) == [2]
    grow(runs, 1300)
    assert runs.shown is not None
    runs.shown.status = "done"
    runs.note_end(runs.shown)
    assert listed(model) == [2, 3]
    assert panel.count.text() == "2 of 4 events"


def test_rows_that_changed_their_numbers_are_listed_anew(runs, model) -> None:
    recording, _ = growing()
    runs.add(recording)
    recording.trace.append([(2, [(1050, int(Kind.DELETE), 4, 2 << 40 | 1, None)])])
    assert recording.trace.generation == 1
    recording.analysis.update()
    runs.note_growth(recording)
    assert [model.text(position, EventColumn.KIND) for position in range(3)] == ["delete", "begins", "write"]


# -- the selection -----------------------------------------------------------------------------------------------


def test_table_and_timeline_select_the_same_event(runs, model, panel, selection) -> None:
    runs.add(two_workers())
    selection.select(FOREIGN)
    assert panel.view.currentIndex().row() == FOREIGN
    panel.view.setCurrentIndex(model.index(2, 0))
    assert selection.row == 2
    selection.select(None)
    assert not panel.view.currentIndex().isValid()
    assert not panel.view.selectionModel().hasSelection()


def test_going_to_the_table_selects_nothing_before_a_row_is_chosen(runs, panel, selection, qtbot) -> None:
    runs.add(two_workers())
    panel.view.setFocus()
    qtbot.waitUntil(panel.view.hasFocus)
    assert selection.row is None
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert selection.row == 0


def test_one_choice_is_told_once(runs, model, panel, selection) -> None:
    runs.add(two_workers())
    told: list[int | None] = []
    selection.row_changed.connect(told.append)
    selection.select(3)
    panel.view.setCurrentIndex(model.index(5, 0))
    assert told == [3, 5]


def test_sorting_and_filtering_keep_the_selected_event(runs, model, panel, selection) -> None:
    runs.add(two_workers())
    selection.select(FOREIGN)
    for query in (EventQuery(key=SortKey.OUTCOME), EventQuery("kind:write"), EventQuery()):
        model.set_query(query)
        assert selection.row == FOREIGN
    assert panel.view.currentIndex().row() == FOREIGN


def test_the_arrow_keys_go_through_the_events(runs, panel, selection, qtbot) -> None:
    runs.add(two_workers())
    selection.select(2)
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert selection.row == 3


def test_selected_rows_are_copied_as_a_table(runs, model, panel, selection, qtbot) -> None:
    runs.add(two_workers())
    selection.select(FOREIGN)
    qtbot.keyClick(panel.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines == [
        "Time\tThread\tEvent\tVariable\tValue\tWritten by\tOutcome\tLine",
        "500 ns\tworker-1\tread\trequest_id\t'bob'\tworker-2\tforeign\t4",
        "600 ns\tworker-2\tread\trequest_id\t'bob'\tworker-2\town\t4",
    ]


def test_no_more_than_is_sensible_is_copied(runs, panel, monkeypatch) -> None:
    monkeypatch.setattr("ui.panels.event_table.MOST_COPIED", 3)
    runs.add(two_workers())
    panel.view.selectAll()
    assert panel.view.copy() == 3
    assert len(QApplication.clipboard().text().splitlines()) == 4


def test_nothing_selected_leaves_the_clipboard_alone(runs, panel) -> None:
    runs.add(two_workers())
    QApplication.clipboard().setText("mine")
    panel.view.selectionModel().select(QModelIndex(), QItemSelectionModel.SelectionFlag.Clear)
    assert panel.view.copy() == 0
    assert QApplication.clipboard().text() == "mine"


def test_only_rows_in_sight_are_made(runs, model, panel, monkeypatch) -> None:
    script = Script()
    for i in range(5_000):
        script.add(1, 1000 + i, Kind.DELETE)
    asked: set[int] = set()
    real = EventTableModel.event_at

    def event_at(self: EventTableModel, position: int) -> int | None:
        asked.add(position)
        return real(self, position)

    monkeypatch.setattr(EventTableModel, "event_at", event_at)
    runs.add(record(script.trace()))
    panel.view.scrollToBottom()
    panel.view.grab()
    assert 4_999 in asked
    assert len(asked) < 100
