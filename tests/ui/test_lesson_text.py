"""The text of each lesson: its length, its links, and that they act."""

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from simulator.lessons.base import Lesson
from simulator.lessons.course import PREREQUISITES
from simulator.lessons.links import check_link, parse_link
from simulator.lessons.registry import LESSONS, find
from tests.fakes import FakeSession
from ui.messages import Tone
from ui.resources import lesson_text, lesson_text_ids
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]
Make = Callable[..., MainWindow]

LINK = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
PARTS = ("**What happens.**", "**Why.**", "**Try next**", "**In real life.**")


def targets_of(lesson_id: str) -> list[str]:
    return [target for _, target in LINK.findall(lesson_text(lesson_id))]


def choose(window: MainWindow, lesson_id: str) -> None:
    window.lessons.list.setCurrentRow([lesson.id for lesson in LESSONS].index(lesson_id))


def test_every_lesson_of_the_course_has_a_text_and_no_text_is_without_a_lesson() -> None:
    assert set(lesson_text_ids()) == set(PREREQUISITES)
    assert "no text" in lesson_text("unknown")


@pytest.mark.parametrize("lesson_id", PREREQUISITES)
def test_a_text_has_its_four_parts_in_100_to_250_words(lesson_id: str) -> None:
    text = lesson_text(lesson_id)
    words = LINK.sub(r"\1", text).split()
    assert 100 <= len(words) <= 250
    places = [text.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("lesson_id", PREREQUISITES)
def test_every_link_is_understood_and_leads_to_a_lesson_of_the_course(lesson_id: str) -> None:
    targets = targets_of(lesson_id)
    assert targets
    for target in targets:
        link = parse_link(target)
        assert (link.lesson or lesson_id) in PREREQUISITES


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_link_acts_on_something_that_the_lesson_has(lesson: Lesson) -> None:
    for target in targets_of(lesson.id):
        check_link(target, lesson, find)


def test_choosing_a_lesson_shows_its_text_and_running_it_its_code(window: MainWindow, run: Run) -> None:
    assert window.study.page is window.code
    choose(window, "pool-leftover")
    assert window.study.page is window.text
    shown = window.text.toPlainText()
    place = [lesson.id for lesson in LESSONS].index("pool-leftover") + 1
    assert shown.startswith(f"What did the last task leave behind?\nLesson {place} of {len(LESSONS)}, ")
    assert "best after What does another thread see?" in shown
    assert "In real life." in shown
    run(window)
    assert window.study.page is window.code


def test_a_page_that_the_user_has_chosen_stays(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    tabs = window.study.tabs
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert window.study.page is window.text
    run(window)
    assert window.study.page is window.text


def test_a_link_runs_what_it_says_and_the_text_stays(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "visibility")
    choose(window, "request-id")
    assert "run:storage=local" in targets_of("request-id")
    with qtbot.waitSignal(window.controller.run_finished):
        window.text.anchorClicked.emit(QUrl("run:storage=local"))
    assert window.verdict.sentence.text() == "All 5 reads returned their own thread's value"
    assert window.toolbar.storage.buttons["local"].isChecked()
    assert window.study.page is window.text


def test_a_link_can_be_followed_with_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "visibility")
    window.text.setFocus()
    QTest.keyClick(window.text, Qt.Key.Key_Tab)
    QTest.keyClick(window.text, Qt.Key.Key_Return)
    assert window.models.choice.lesson.id == "request-id", "the first link leads to the lesson to begin with"


def test_a_link_to_another_lesson_opens_it_with_its_text(window: MainWindow) -> None:
    choose(window, "pool-leftover")
    window.text.anchorClicked.emit(QUrl("lesson:pool-cleanup"))
    assert window.models.choice.lesson.id == "pool-cleanup"
    assert window.text.toPlainText().startswith("How do I leave nothing behind?")


def test_a_link_can_choose_without_running(window: MainWindow) -> None:
    window.links.follow("choose:storage=context&threads=7")
    settings = window.models.choice.settings
    assert (settings.storage, settings.threads) == ("context", 7)
    assert not window.controller.is_running


def test_a_link_that_cannot_act_says_why(window: MainWindow) -> None:
    window.links.follow("run:storage=magic")
    message = window.models.messages.current
    assert message is not None
    assert message.tone is Tone.ERROR
    assert "no storage 'magic'" in message.text


def test_while_a_run_goes_on_a_link_says_so_and_changes_nothing(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("run")
    before = window.models.choice.settings
    window.links.follow("run:storage=local")
    assert window.models.choice.settings == before
    assert window.models.messages.current is not None
    assert "A run is going on" in window.models.messages.current.text
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("stop")


def test_the_text_has_the_whole_column_until_there_is_a_run_to_tell_of(
    window: MainWindow, run: Run, qtbot: QtBot
) -> None:
    assert window.findings.isVisible()
    choose(window, "pool-leftover")
    assert not window.findings.isVisible()
    assert not window.inspector.isVisible()
    qtbot.waitUntil(lambda: window.text.height() > 400)
    window.study.show_page(window.code)
    assert window.findings.isVisible()
    window.study.show_page(window.text)
    run(window)
    assert window.findings.isVisible()
    window.study.show_page(window.text)
    qtbot.waitUntil(lambda: window.text.height() < 300)
