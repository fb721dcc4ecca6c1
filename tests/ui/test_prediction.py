"""Predict first in the window: asked before the first run, in nobody's way, checked against what happened."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes import FakeSession
from ui.windows.main_window import MainWindow

Make = Callable[..., MainWindow]
Run = Callable[[MainWindow], None]


def answer(window: MainWindow, qtbot: QtBot, text: str) -> None:
    button = next(one for one in window.prediction.answers if one.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_question_is_asked_and_the_answer_checked(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    card = window.prediction
    assert card.isVisible()
    assert card.text.text().endswith("How many will be answered with the id of another?")
    answer(window, qtbot, "None")
    answer(window, qtbot, "All but one")
    assert [button.isChecked() for button in card.answers] == [False, False, True]
    run(window)
    assert card.text.text() == "As you expected: 4 of 5 were."
    assert card.property("tone") == "good"


def test_a_wrong_answer_is_told_what_happened_without_blame(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    answer(window, qtbot, "None")
    run(window)
    assert window.prediction.text.text() == "You expected “none”, but 4 of 5 were."
    assert window.prediction.property("tone") == "neutral"
    window.commands.trigger("escape")
    assert not window.prediction.isVisible()


def test_whoever_just_runs_is_not_held_up_and_not_asked_again(window: MainWindow, run: Run) -> None:
    run(window)
    assert window.verdict.sentence.text() == "4 of 5 reads returned another thread's value"
    assert not window.prediction.isVisible()
    window.run_actions.choose_lesson("visibility")
    assert window.prediction.isVisible()
    window.run_actions.choose_lesson("request-id")
    assert not window.prediction.isVisible()


def test_each_storage_is_asked_about_once(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.toolbar.storage.buttons["local"], Qt.MouseButton.LeftButton)
    assert window.prediction.isVisible()
    window.commands.trigger("escape")
    assert not window.prediction.isVisible()
    qtbot.mouseClick(window.toolbar.storage.buttons["shared"], Qt.MouseButton.LeftButton)
    assert window.prediction.isVisible(), "the other storage was not asked about"
    qtbot.mouseClick(window.toolbar.storage.buttons["local"], Qt.MouseButton.LeftButton)
    assert not window.prediction.isVisible()


def test_do_not_ask_again_is_right_there_and_remembered(make_window: Make, qtbot: QtBot) -> None:
    first = make_window()
    qtbot.mouseClick(first.prediction.never_button, Qt.MouseButton.LeftButton)
    assert not first.prediction.isVisible()
    assert not first.commands.action("predict").isChecked()
    first.close()
    second = make_window()
    assert not second.prediction.isVisible()
    second.run_actions.choose_lesson("visibility")
    assert not second.prediction.isVisible()
    second.commands.trigger("predict")
    assert second.prediction.isVisible(), "the menu switches it on again"
    assert second.commands.action("predict").isChecked()


def test_what_was_asked_is_not_asked_again_at_the_next_start(make_window: Make, run: Run) -> None:
    first = make_window()
    run(first)
    first.close()
    second = make_window()
    assert not second.prediction.isVisible()


def test_two_windows_remember_together_what_was_asked(make_window: Make, run: Run) -> None:
    one, other = make_window(), make_window()
    other.run_actions.choose_lesson("visibility")
    run(one)
    run(other)
    third = make_window()
    assert not third.prediction.isVisible()
    third.run_actions.choose_lesson("visibility")
    assert not third.prediction.isVisible()


def test_while_the_run_goes_on_nothing_is_asked_and_a_stopped_run_does_not_tell(
    make_window: Make, qtbot: QtBot
) -> None:
    window = make_window(make_session=FakeSession)
    answer(window, qtbot, "None")
    window.commands.trigger("run")
    assert not window.prediction.isVisible()
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("stop")
    assert window.prediction.text.text() == "This run does not tell: it did not come so far."


def test_the_question_follows_the_numbers_and_keeps_the_answer(window: MainWindow, qtbot: QtBot) -> None:
    answer(window, qtbot, "None")
    window.controls.numbers["threads"].field.setValue(7)
    assert window.prediction.text.text().startswith("7 requests")
    assert [button.isChecked() for button in window.prediction.answers] == [True, False, False]


@pytest.mark.parametrize("lesson_id", ["visibility", "pool-leftover"])
def test_it_can_be_answered_with_the_keyboard(window: MainWindow, qtbot: QtBot, lesson_id: str) -> None:
    window.run_actions.choose_lesson(lesson_id)
    qtbot.waitUntil(lambda: all(button.isVisible() for button in window.prediction.answers))
    first = window.prediction.answers[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    assert first.isChecked()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    second = window.prediction.answers[1]
    assert QApplication.focusWidget() is second
    qtbot.keyClick(second, Qt.Key.Key_Space)
    qtbot.keyClick(second, Qt.Key.Key_Space)
    assert [button.isChecked() for button in window.prediction.answers] == [False, True, False]
