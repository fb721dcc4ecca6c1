"""The log panel: there while the run has lines, wrong ones marked, linked with the selection both ways."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from simulator.analysis.recording import Recording
from simulator.record.kinds import Kind
from tests.simulator.running import run_lesson
from tests.ui.conftest import MakeWindow
from ui.windows.main_window import MainWindow

ORDER = ["worker-1", "worker-2", *["worker-1"] * 4, *["worker-2"] * 4]
"""Both store; worker-1 logs its three lines and clears; worker-2 then logs without any id."""


@pytest.fixture
def recording() -> Recording:
    return run_lesson("logging-context", "shared", ORDER, threads=2, work_ms=0)


@pytest.fixture
def window(make_window: MakeWindow, recording: Recording) -> MainWindow:
    made = make_window()
    made.models.runs.add(recording)
    return made


def texts(window: MainWindow) -> list[str]:
    model = window.middle.drawer.log.view.model()
    return [model.data(model.index(at, 0)).split(maxsplit=2)[2] for at in range(model.rowCount())]


def test_every_line_is_listed_as_it_was_formatted_and_wrong_ones_stand_out(window: MainWindow) -> None:
    log = window.middle.drawer.log
    assert log.isVisible()
    assert texts(window)[:3] == [
        "main [-] the shop is open",
        "worker-1 [request-2] order 1 has come in",
        "worker-1 [request-2] order 1 is paid",
    ]
    assert log.count.text() == "7 lines, 6 of them with what another request had stored"
    model = log.view.model()
    inks = [model.data(model.index(at, 0), Qt.ItemDataRole.ForegroundRole) for at in range(7)]
    assert [ink is not None for ink in inks] == [False] + [True] * 6
    spoken = model.data(model.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("order 1 has come in, wrong"), "not by colour alone"


def test_a_line_selects_its_event_and_an_event_its_line(window: MainWindow, recording: Recording) -> None:
    log, selection, lines = window.middle.drawer.log, window.models.selection, recording.analysis.log_lines
    log.view.setCurrentIndex(log.view.model().index(3, 0))
    assert selection.row == lines.rows[3]
    assert recording.trace.kind[selection.row] == Kind.LOG
    selection.select(int(lines.rows[5]))
    assert log.view.currentIndex().row() == 5
    selection.select(int(lines.reads[1]))
    assert log.view.currentIndex().row() == 1, "the read that a line was stamped with belongs to it"
    assert selection.row == lines.reads[1], "and stays selected"
    other = next(row for row in range(recording.trace.n) if recording.trace.kind[row] == Kind.WRITE)
    selection.select(other)
    assert not log.view.selectionModel().hasSelection()


def test_the_log_is_there_only_while_the_run_on_screen_has_lines(window: MainWindow, recording: Recording) -> None:
    drawer = window.middle.drawer
    assert drawer.isTabVisible(drawer.indexOf(drawer.log))
    window.models.runs.add(run_lesson("request-id", "shared", work_ms=0))
    assert not drawer.isTabVisible(drawer.indexOf(drawer.log))
    assert not drawer.isVisible(), "what opened by itself goes by itself"
    window.models.runs.show(recording)
    assert drawer.log.isVisible()


def test_lines_can_be_copied(window: MainWindow) -> None:
    view = window.middle.drawer.log.view
    view.selectAll()
    assert view.copy() == 7
    assert QGuiApplication.clipboard().text().splitlines()[1].endswith("worker-1 [request-2] order 1 has come in")


def test_the_tooltip_says_whose_value_it_was(window: MainWindow) -> None:
    model = window.middle.drawer.log.view.model()
    said = [model.data(model.index(at, 0), Qt.ItemDataRole.ToolTipRole) for at in (0, 1)]
    assert said[0] == "Click to select the event of this line"
    assert said[1].startswith("Wrong: the filter read request_id and got what worker-2 had stored")
