"""Long work: at once where it is little, else in a thread, and only the latest answer counts."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from ui.background import DIRECT_ROWS, Background

MANY = DIRECT_ROWS + 1


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background("work")
    yield background
    background.close()


def test_little_work_is_done_before_asking_returns(background: Background) -> None:
    answers: list[int] = []
    background.ask(lambda: 3, answers.append, 10)
    assert answers == [3]
    assert not background.is_busy


def test_much_work_is_done_in_another_thread_and_answered_in_this_one(background: Background, qtbot: QtBot) -> None:
    answers: list[tuple[str, threading.Thread]] = []
    with qtbot.waitSignals([background.busy_changed, background.busy_changed]):
        background.ask(
            lambda: threading.current_thread().name,
            lambda name: answers.append((name, threading.current_thread())),
            MANY,
        )
        assert background.is_busy
    assert answers == [("work", threading.main_thread())]


def test_only_the_latest_of_several_questions_is_answered(background: Background, qtbot: QtBot) -> None:
    gate, answers, worked = threading.Event(), list[int](), list[int]()

    def work(number: int) -> int:
        gate.wait()
        worked.append(number)
        return number

    for number in (1, 2, 3):
        background.ask(partial(work, number), answers.append, MANY)
    gate.set()
    qtbot.waitUntil(lambda: answers == [3])
    assert worked == [1, 3], "the second question was replaced before it was begun"


def test_an_answer_that_was_forgotten_does_not_come(background: Background, qtbot: QtBot) -> None:
    gate, answers = threading.Event(), list[int]()
    background.ask(lambda: int(gate.wait()), answers.append, MANY)
    background.forget()
    assert not background.is_busy
    gate.set()
    background.ask(lambda: 7, answers.append, MANY)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [7]


def test_closing_waits_until_the_thread_has_ended(background: Background) -> None:
    ended: list[bool] = []
    background.ask(lambda: ended.append(True), lambda _: ended.append(False), MANY)
    background.close()
    assert ended == [True]
