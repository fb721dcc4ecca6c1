"""Timeline, code, inspector and findings speak of the same event."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from simulator.record.kinds import Kind
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]

READ_LINE = 6
WRITE_LINE = 4


@pytest.fixture
def finished(window: MainWindow, run: Run) -> MainWindow:
    run(window)
    return window


def rows(window: MainWindow, kind: Kind) -> list[int]:
    shown = window.models.runs.shown
    assert shown is not None
    return [int(row) for row in np.flatnonzero(shown.trace.kind == kind)]


def click_line(qtbot: QtBot, window: MainWindow, line: int) -> None:
    view = window.code.view
    block = view.document().findBlockByNumber(line - 1)
    place = view.blockBoundingGeometry(block).translated(view.contentOffset())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, int(place.center().y())))


def test_an_event_shows_its_line_and_who_wrote_its_value(finished: MainWindow) -> None:
    finished.models.selection.select(rows(finished, Kind.READ)[0])
    assert finished.code.view.current_line == READ_LINE
    facts = finished.inspector.facts
    assert facts["thread"] == "worker-1"
    assert facts["value"] == "4"
    assert facts["written by"].startswith("worker-5, ")
    assert facts["written by"].endswith(" later")
    assert facts["its own value"].startswith("0, overwritten by worker-2 after ")
    assert facts["line"] == f"{READ_LINE}   answer(state.request_id)"
    assert facts["outcome"] == "foreign: another's value"


def test_a_write_tells_who_read_it(finished: MainWindow) -> None:
    finished.models.selection.select(rows(finished, Kind.WRITE)[-1])
    assert finished.inspector.facts["read by"] == "worker-1, worker-2, worker-3, worker-4 and 1 more"
    finished.models.selection.select(rows(finished, Kind.WRITE)[0])
    assert finished.inspector.facts["read by"] == "nobody"
    assert finished.inspector.facts["overwritten by"].startswith("worker-2, after ")


def test_a_click_on_a_line_selects_its_events_in_turn(finished: MainWindow, qtbot: QtBot) -> None:
    reads = rows(finished, Kind.READ)
    click_line(qtbot, finished, READ_LINE)
    first = finished.models.selection.row
    assert first is not None
    assert finished.models.runs.shown is not None
    assert finished.models.runs.shown.trace.line[first] == READ_LINE
    seen = {first}
    for _ in range(20):
        click_line(qtbot, finished, READ_LINE)
        assert finished.models.selection.row is not None
        seen.add(finished.models.selection.row)
    assert set(reads) <= seen


def test_enter_on_a_line_does_what_a_click_does(finished: MainWindow, qtbot: QtBot) -> None:
    click_line(qtbot, finished, WRITE_LINE)
    first = finished.models.selection.row
    qtbot.keyClick(finished.code.view, Qt.Key.Key_Return)
    assert finished.models.selection.row != first
    assert finished.code.view.current_line == WRITE_LINE


def test_a_line_without_events_leaves_the_selection_alone(finished: MainWindow, qtbot: QtBot) -> None:
    click_line(qtbot, finished, 2)
    assert finished.models.selection.row is None


def test_the_problem_line_is_marked_with_the_colour_of_whose_value_was_read(finished: MainWindow) -> None:
    look = finished.code.view.looks[READ_LINE]
    assert look.is_problem
    assert len(look.dots) == 5
    assert len({dot.colour for dot in look.dots}) == 1
    assert [dot.is_problem for dot in look.dots].count(True) == 4
    assert WRITE_LINE not in finished.code.view.looks


def test_a_finding_leads_to_each_of_its_events(finished: MainWindow, qtbot: QtBot) -> None:
    card = finished.findings.cards[0]
    assert "worker-1 stored 0 in request_id (line 4)" in card.accessibleName()
    visited = []
    for _ in range(5):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
        visited.append(finished.models.selection.row)
    assert visited[:4] == list(card.finding.events)
    assert visited[4] == visited[0]
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert finished.models.selection.row == card.finding.events[1]


def test_next_problem_by_hint(finished: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(finished.verdict.hint, Qt.MouseButton.LeftButton)
    assert finished.models.selection.row in finished.findings.cards[0].finding.events
    assert finished.timeline.hasFocus()


def test_copy_as_script_copies_a_program_that_compiles(finished: MainWindow) -> None:
    finished.commands.trigger("copy_script")
    text = QApplication.clipboard().text()
    compile(text, "copied.py", "exec")
    assert "state = SimpleNamespace()" in text
    assert finished.message.isVisible()
