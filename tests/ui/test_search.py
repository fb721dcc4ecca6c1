"""Searching: what is found, going from match to match, and that typing is never held up."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import RUNNING
from simulator.record.kinds import Kind
from tests.simulator.recordings import Script, record, two_workers
from ui.models.runs import RunsModel
from ui.models.search import SearchModel
from ui.models.selection import SelectionModel
from ui.panels.search_bar import SearchBar
from ui.theme import ThemeModel

WRITE_BOB, FIRST_READ, SECOND_READ = 3, 4, 5
"""Rows of `two_workers` that match "bob"."""


@pytest.fixture
def search(runs: RunsModel, selection: SelectionModel) -> Iterator[SearchModel]:
    search = SearchModel(runs, selection, runs)
    yield search
    search.close()


@pytest.fixture
def bar(search: SearchModel, runs: RunsModel, qtbot: QtBot) -> SearchBar:
    bar = SearchBar(search, ThemeModel("light", runs))
    qtbot.addWidget(bar)
    bar.open_bar()
    return bar


def test_the_first_match_is_selected_and_counted(bar: SearchBar, selection: SelectionModel, qtbot: QtBot) -> None:
    assert bar.isVisible()
    assert not bar.next_button.isEnabled()
    qtbot.keyClicks(bar.field, "BOB")
    assert bar.count.text() == "", "nothing is searched for while one types"
    bar.search_now()
    assert (bar.count.text(), selection.row) == ("1 of 3", WRITE_BOB)
    assert bar.next_button.isEnabled()


def test_enter_goes_on_and_shift_enter_back_and_both_go_round(bar: SearchBar, selection, qtbot: QtBot) -> None:
    bar.field.setText("bob")
    bar.search_now()
    seen = []
    for modifier in [Qt.KeyboardModifier.NoModifier] * 3 + [Qt.KeyboardModifier.ShiftModifier] * 2:
        qtbot.keyClick(bar.field, Qt.Key.Key_Return, modifier)
        seen.append((selection.row, bar.count.text()))
    assert seen == [
        (FIRST_READ, "2 of 3"),
        (SECOND_READ, "3 of 3"),
        (WRITE_BOB, "1 of 3"),
        (SECOND_READ, "3 of 3"),
        (FIRST_READ, "2 of 3"),
    ]


def test_enter_right_after_typing_finds_the_first_match_and_not_the_second(bar, selection, qtbot) -> None:
    qtbot.keyClicks(bar.field, "bob")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert selection.row == WRITE_BOB


def test_buttons_do_what_the_keys_do(bar: SearchBar, selection: SelectionModel, qtbot: QtBot) -> None:
    bar.field.setText("bob")
    bar.search_now()
    qtbot.mouseClick(bar.next_button, Qt.MouseButton.LeftButton)
    assert selection.row == FIRST_READ
    qtbot.mouseClick(bar.previous_button, Qt.MouseButton.LeftButton)
    assert selection.row == WRITE_BOB


def test_the_search_begins_at_the_selected_event(bar: SearchBar, selection: SelectionModel) -> None:
    selection.select(SECOND_READ)
    bar.field.setText("bob")
    bar.search_now()
    assert (selection.row, bar.count.text()) == (SECOND_READ, "3 of 3")
    selection.select(0)
    assert bar.count.text() == "3 found"
    bar.go(-1)
    assert selection.row == SECOND_READ


def test_no_match_is_said_in_words(bar: SearchBar, selection: SelectionModel) -> None:
    bar.field.setText("nobody")
    bar.search_now()
    assert (bar.count.text(), selection.row) == ("no match", None)
    assert not bar.next_button.isEnabled()
    bar.go(1)
    bar.field.setText("")
    bar.search_now()
    assert bar.count.text() == ""


def test_escape_closes_and_keeps_the_selection(bar: SearchBar, search, selection, qtbot: QtBot) -> None:
    bar.field.setText("bob")
    bar.search_now()
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert (search.text, selection.row) == ("", WRITE_BOB)
    bar.open_bar()
    assert (bar.field.selectedText(), bar.count.text()) == ("bob", "1 of 3")


def test_another_run_is_searched_for_the_same(bar: SearchBar, runs: RunsModel, selection: SelectionModel) -> None:
    bar.field.setText("eve")
    bar.search_now()
    runs.add(two_workers((1, "eve")))
    selection.select(None)
    assert bar.count.text() == "3 found"


def test_events_that_arrive_are_found_without_moving_the_selection(runs, search, selection) -> None:
    script = Script()
    script.add(1, 1100, Kind.WRITE, "bob")
    recording = record(script.trace(), status=RUNNING)
    runs.add(recording)
    search.search("bob")
    assert (search.n, search.position) == (1, 1)
    selection.select(0)
    recording.trace.append([(1, [(1400, int(Kind.WRITE), 4, 1 << 40 | 2, "bob")])])
    recording.analysis.update()
    runs.note_growth(recording)
    search.search_again()
    assert (search.n, selection.row) == (2, 0)


def test_a_big_run_is_searched_in_another_thread(bar: SearchBar, selection, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("ui.background.DIRECT_ROWS", 3)
    bar.field.setText("bob")
    bar.search_now()
    assert bar.count.text() == "searching…"
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 3")
    assert selection.row == WRITE_BOB


def test_rows_found_before_they_changed_their_numbers_are_not_used(runs, search, selection, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("ui.background.DIRECT_ROWS", 0)
    script = Script()
    script.add(1, 1100, Kind.WRITE, "bob")
    recording = record(script.trace(), status=RUNNING)
    runs.add(recording)
    search.search("kind:write")
    recording.trace.append([(2, [(1050, int(Kind.DELETE), 4, 2 << 40 | 1, None)])])
    recording.analysis.update()
    runs.note_growth(recording)
    search.go(1)
    qtbot.waitUntil(lambda: not search.is_busy)
    assert search.n == 1
    search.go(1)
    assert selection.row == 2, "the write is the third event now"
