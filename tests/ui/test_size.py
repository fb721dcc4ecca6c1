"""One size for everything, presentation on a projector, and the command palette."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from simulator.lessons.registry import LESSONS
from tests.simulator.recordings import two_workers
from ui.commands import COMMANDS
from ui.scaling import SIZES_PX, TEXT_PX
from ui.windows.main_window import MainWindow
from ui.windows.palette import Palette, find_commands, name_of


def heights(window) -> dict[str, float]:
    """What the text's size shows in, all over the window."""
    rows = window.lessons.list
    table = window.middle.drawer.events.view
    layout = window.timeline.picture.layout
    return {
        "list": rows.sizeHintForRow(0),
        "code": window.code.view.fontMetrics().height(),
        "field": window.lessons.search.sizeHint().height(),
        "table row": table.verticalHeader().defaultSectionSize(),
        "table column": table.columnWidth(0),
        "table icon": table.iconSize().width(),
        "toolbar": window.toolbar.height(),
        "verdict": window.verdict.sentence.fontMetrics().height(),
        "ruler": window.timeline.ruler.height(),
        "names": layout.metrics.text_px,
    }


def test_larger_makes_everything_larger_and_normal_takes_it_back(window, run) -> None:
    run(window)
    before = heights(window)
    for _ in range(4):
        window.commands.trigger("larger")
    larger = heights(window)
    assert {name: size for name, size in larger.items() if size < before[name] * 1.2} == {}
    window.commands.trigger("normal_size")
    assert heights(window) == before
    window.commands.trigger("smaller")
    assert heights(window)["code"] < before["code"]


def test_sizes_end_somewhere(window) -> None:
    for command, size_px in (("larger", SIZES_PX[-1]), ("smaller", SIZES_PX[0])):
        for _ in range(20):
            window.commands.trigger(command)
        assert window.models.theme.text_px == size_px


def test_the_choices_of_storage_are_not_cut_when_text_is_large_on_a_small_screen(window) -> None:
    window.resize(1280, 720)
    while window.models.theme.text_px < 18:
        window.commands.trigger("larger")
    buttons = window.toolbar.storage.buttons.values()
    assert {button.text() for button in buttons if button.width() < button.sizeHint().width()} == set()
    assert "Storage: threading.local" in {button.accessibleName() for button in buttons}


def test_the_size_is_remembered(make_window, qapp, run) -> None:
    window = make_window()
    window.commands.trigger("larger")
    size_px, labels = window.models.theme.text_px, label_sizes(window)
    run(window)
    larger = heights(window)
    window.close()
    font = qapp.font()
    font.setPixelSize(TEXT_PX)  # as when the program starts
    qapp.setFont(font)
    qapp.setStyleSheet("")
    again = make_window()
    assert again.models.theme.text_px == size_px > TEXT_PX
    assert label_sizes(again) <= labels, "only the question is not asked again"
    run(again)
    assert heights(again) == larger


def label_sizes(window: MainWindow) -> set[tuple[str, int]]:
    return {(label.objectName(), label.fontInfo().pixelSize()) for label in window.findChildren(QLabel) if label.text()}


@pytest.mark.parametrize("size_px", [16, 18, 20, 23])
def test_nothing_lies_on_other_things_or_is_cut_when_text_is_large_on_a_small_screen(
    window: MainWindow, run: Callable[[MainWindow], None], size_px: int
) -> None:
    window.resize(1280, 720)
    while window.models.theme.text_px < size_px:
        window.commands.trigger("larger")
    run(window)
    bar = window.middle.replay_bar
    shown = [one for one in (*bar.buttons.values(), bar.slider, bar.time, bar.speed) if one.isVisible()]
    for one, other in pairwise(shown):
        assert one.geometry().right() < other.geometry().left(), (one, other)
    assert bar.speed.geometry().right() <= bar.width()
    assert window.study.tabs.width() >= window.study.tabs.sizeHint().width()
    controls = window.controls.viewport()
    for number in (one for one in window.controls.numbers.values() if one.isVisible()):
        assert number.field.mapTo(controls, number.field.rect().topRight()).x() < controls.width()


def test_a_presentation_puts_aside_what_the_room_need_not_see_and_returns(window, run) -> None:
    run(window)
    window.commands.trigger("presentation")
    assert window.isFullScreen()
    assert window.timeline.isVisible()
    assert window.code.isVisible()
    assert window.verdict.isVisible()
    assert not (window.lessons.isVisible())
    assert not (window.status.isVisible())
    assert not (window.inspector.isVisible())
    assert window.models.theme.text_px > TEXT_PX
    assert window.commands.action("presentation").isChecked()
    window.commands.trigger("escape")
    assert window.lessons.isVisible()
    assert window.status.isVisible()
    assert window.inspector.isVisible()
    assert (window.isFullScreen(), window.models.theme.text_px) == (False, TEXT_PX)
    assert not window.commands.action("presentation").isChecked()


def test_closing_while_presenting_remembers_the_window_as_it_was_before(make_window) -> None:
    window = make_window()
    window.commands.trigger("presentation")
    window.close()
    again = make_window()
    assert again.models.theme.text_px == TEXT_PX
    assert again.lessons.isVisible()


def test_the_menu_shows_whether_idle_time_is_cut(window, run) -> None:
    run(window)
    action = window.commands.action("cut_idle")
    assert not action.isChecked()
    window.commands.trigger("cut_idle")
    assert action.isChecked()
    assert window.models.viewport.cuts_idle
    window.commands.trigger("cut_idle")
    assert not action.isChecked()


@pytest.mark.parametrize(
    ("text", "first"), [("", COMMANDS[0].id), ("idle", "cut_idle"), ("next pro", "next_problem"), ("LARGER", "larger")]
)
def test_commands_are_found_by_words_of_their_name_or_help(text: str, first: str) -> None:
    assert find_commands(text)[0].id == first


def test_every_command_is_found_by_its_own_name() -> None:
    for command in COMMANDS:
        if command.id != "palette":
            assert command in find_commands(name_of(command))
    assert find_commands("there is nothing like this") == []


def test_the_palette_does_what_is_typed(window, qtbot) -> None:
    window.commands.trigger("palette")
    palette = window.findChild(Palette)
    qtbot.keyClicks(palette.field, "dark or")
    was_dark = window.models.theme.is_dark
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.models.theme.is_dark != was_dark
    assert not palette.isVisible()


def test_the_palette_offers_only_what_can_be_done_now(window, qtbot) -> None:
    window.commands.trigger("palette")
    palette = window.findChild(Palette)
    ids = [palette.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(palette.list.count())]
    assert "run" in ids
    assert "stop" not in ids
    assert "save" not in ids
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    palette.reject()
    assert window.models.choice.lesson in LESSONS


@pytest.mark.parametrize("size_px", [13, 18])
def test_every_question_and_its_answers_can_be_read_on_a_small_screen(
    window: MainWindow, qapp: QApplication, size_px: int
) -> None:
    window.resize(1280, 720)
    while window.models.theme.text_px < size_px:
        window.commands.trigger("larger")
    cut = []
    for lesson in LESSONS:
        window.models.choice.set_lesson(lesson.id)
        card = window.prediction
        qapp.processEvents()
        for button in card.answers if card.isVisible() else []:
            if button.width() < button.sizeHint().width() or button.height() < button.sizeHint().height():
                cut.append((lesson.id, button.text(), button.size(), button.sizeHint()))
        if card.isVisible() and card.text.height() < card.text.heightForWidth(card.text.width()):
            cut.append((lesson.id, card.text.text(), card.text.size(), card.text.heightForWidth(card.text.width())))
    assert cut == []


@pytest.mark.parametrize("size_px", [13, 18, 20])
def test_all_tables_are_offered_and_cards_are_as_wide_as_their_panel(window: MainWindow, size_px: int) -> None:
    window.resize(1280, 720)
    while window.models.theme.text_px < size_px:
        window.commands.trigger("larger")
    recording = two_workers()
    finding = recording.findings[0]
    recording.analysis.findings = [replace(finding, cure=f"x = {'a_very_long_name' * 6}()")]
    window.models.runs.add(recording)
    window.commands.trigger("event_table")
    QApplication.processEvents()
    bar = window.middle.drawer.tabBar()
    shown = [bar.tabRect(i) for i in range(bar.count()) if bar.isTabVisible(i)]
    assert len(shown) >= 4
    assert max(rect.right() for rect in shown) <= bar.width()
    texts = [bar.tabText(i) for i in range(bar.count()) if bar.isTabVisible(i)]
    short = [
        text
        for text, rect in zip(texts, shown, strict=True)
        if bar.fontMetrics().horizontalAdvance(text) > rect.width()
    ]
    assert short == [] or size_px > 18
    (card,) = window.findings.cards
    assert card.width() < window.findings.viewport().width()
