"""The fix in the window: the lines that differ, beside the code, and after a bad verdict one click away."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from simulator.lessons.registry import find
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]


def test_a_bad_verdict_leads_to_the_fix_and_the_fix_runs(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    assert not window.verdict.fix.isVisible(), "nothing is known yet"
    run(window)
    assert window.verdict.fix.isVisible()
    qtbot.mouseClick(window.verdict.fix, Qt.MouseButton.LeftButton)
    assert window.study.page is window.fix
    assert "state = SimpleNamespace()" in window.fix.before.toPlainText()
    assert "state = threading.local()" in window.fix.after.toPlainText()
    assert window.fix.run_button.text() == "Run the fix"
    with qtbot.waitSignal(window.controller.run_finished):
        qtbot.mouseClick(window.fix.run_button, Qt.MouseButton.LeftButton)
    assert window.verdict.sentence.text() == "All 5 reads returned their own thread's value"
    assert not window.verdict.fix.isVisible(), "a good run needs no fix"
    assert "threading.local" in window.fix.after.toPlainText(), "what was cured still stands beside its fault"


def test_the_fix_follows_the_choice_and_is_reached_by_key(window: MainWindow, qtbot: QtBot) -> None:
    window.run_actions.choose_lesson("pool-cleanup")
    window.run_actions.change_option("cleanup", False)
    window.commands.trigger("fix")
    assert window.study.page is window.fix
    assert "finally:" not in window.fix.before.toPlainText()
    assert "finally:" in window.fix.after.toPlainText()


def test_a_program_of_one_form_says_so(make_window: Callable[..., MainWindow]) -> None:
    window = make_window(lessons=(replace(find("visibility"), storages=("local",)),))
    window.commands.trigger("fix")
    assert window.fix.note.isVisible()
    assert not window.fix.before.isVisible()
    assert not window.fix.run_button.isVisible()


def test_both_pieces_stand_beside_each_other_where_they_fit(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.trigger("fix")
    assert not window.fix.is_side_by_side
    window.resize(2400, 720)
    qtbot.waitUntil(lambda: window.fix.is_side_by_side)
    window.run_actions.choose_lesson("lost-update")
    window.commands.trigger("fix")
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: not window.fix.is_side_by_side)
    window.resize(4000, 720)
    qtbot.waitUntil(lambda: window.fix.is_side_by_side)
    before, after = (code.toPlainText().split("\n") for code in (window.fix.before, window.fix.after))
    assert len(before) == len(after)
    assert (before[1], after[1]) == ("", "lock = threading.Lock()")
