"""The welcome page: at the first start only, three things that work at once, and every lesson."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from simulator.lessons.links import check_link
from simulator.lessons.registry import LESSONS, find
from simulator.samples import find_sample
from ui.panels.welcome import OFFERS, Offer
from ui.windows.main_window import MainWindow

Make = Callable[..., MainWindow]
Run = Callable[[MainWindow], None]


@pytest.fixture
def greeted(window: MainWindow) -> MainWindow:
    window.front_page.greet()
    return window


def click(window: MainWindow, qtbot: QtBot, title: str) -> None:
    button = next(button for button in window.welcome.offers if button.offer.title == title)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_is_shown_at_the_first_start_only(make_window: Make) -> None:
    first = make_window()
    assert not first.welcome.isVisible(), "the window itself does not decide"
    first.front_page.greet()
    assert first.welcome.isVisible()
    assert not first.timeline.isVisible()
    assert QApplication.focusWidget() is first.welcome.offers[0]
    first.close()
    second = make_window()
    second.front_page.greet()
    assert not second.welcome.isVisible()
    second.commands.trigger("welcome")
    assert second.welcome.isVisible(), "the menu Help brings it back"


def test_a_run_that_is_there_is_not_hidden_behind_it(window: MainWindow, run: Run) -> None:
    run(window)
    window.front_page.greet()
    assert not window.welcome.isVisible()


def test_its_first_offer_runs_a_lesson_that_goes_wrong(greeted: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(greeted.controller.run_finished):
        click(greeted, qtbot, "Watch a bug happen")
    assert not greeted.welcome.isVisible()
    assert greeted.timeline.isVisible()
    assert greeted.verdict.sentence.text() == "4 of 5 reads returned another thread's value"


def test_its_second_offer_compares(greeted: MainWindow, qtbot: QtBot) -> None:
    click(greeted, qtbot, "See the cure beside it")
    compare = greeted.study_windows.comparison
    assert compare is not None
    qtbot.waitUntil(lambda: bool(compare.comparison.difference))
    assert "none of 5 with threading.local" in compare.difference.text()


def test_its_third_offer_runs_a_whole_program(make_window: Make, qtbot: QtBot) -> None:
    window = make_window()
    window.front_page.greet()
    with qtbot.waitSignal(window.controller.run_started):
        click(window, qtbot, "Look into a whole program")
    assert not window.welcome.isVisible()
    shown = window.models.runs.shown
    assert shown is not None
    assert shown.settings.badge.startswith("shared_object.py")
    qtbot.waitUntil(lambda: not window.controller.is_running)
    assert shown.analysis.counts.reads > 0


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.title)
def test_every_offer_is_a_link_that_acts(offer: Offer) -> None:
    link = check_link(offer.target, LESSONS[0], find)
    assert not link.sample or find_sample(link.sample) is not None


def test_every_lesson_can_be_opened_from_it(greeted: MainWindow) -> None:
    text = greeted.welcome.lessons.text()
    assert all(f'href="lesson:{lesson.id}"' in text for lesson in LESSONS)
    greeted.welcome.lessons.linkActivated.emit("lesson:pool-cleanup")
    assert greeted.models.choice.lesson.id == "pool-cleanup"
    assert not greeted.welcome.isVisible()
    assert greeted.text.isVisible()


def test_escape_closes_it_and_run_runs(greeted: MainWindow, run: Run) -> None:
    greeted.commands.trigger("escape")
    assert not greeted.welcome.isVisible()
    assert greeted.timeline.hasFocus()
    greeted.commands.trigger("welcome")
    run(greeted)
    assert not greeted.welcome.isVisible(), "a run is to be seen"


def test_its_texts_are_all_to_be_read_in_a_small_window_and_in_large_text(greeted: MainWindow, qtbot: QtBot) -> None:
    greeted.resize(1100, 620)
    for text_px in (13, 20):
        greeted.models.theme.set_text_px(text_px)
        qtbot.waitUntil(lambda: all(one.height() >= one.minimumHeight() > 0 for one in greeted.welcome.offers))
        for button in greeted.welcome.offers:
            layout = button.layout()
            assert layout is not None
            assert button.height() >= layout.totalHeightForWidth(button.width())
        below = greeted.welcome.lessons.mapTo(greeted, greeted.welcome.lessons.rect().topLeft()).y()
        lowest = max(one.mapTo(greeted, one.rect().bottomLeft()).y() for one in greeted.welcome.offers)
        assert below > lowest, "nothing lies over anything"


def test_it_can_be_used_with_the_keyboard(greeted: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(greeted.controller.run_finished):
        qtbot.keyClick(greeted.welcome.offers[0], Qt.Key.Key_Return)
    assert greeted.models.runs.shown is not None
