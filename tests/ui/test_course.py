"""The list of lessons as a course: in order, with what each builds on, and nothing locked."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from simulator.lessons.registry import LESSONS
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]


def test_lessons_stand_in_the_order_of_the_course_and_all_can_be_chosen(window: MainWindow) -> None:
    items = [window.lessons.list.item(row) for row in range(window.lessons.list.count())]
    assert [item.text() for item in items] == [lesson.question for lesson in LESSONS]
    assert all(item.flags() & Qt.ItemFlag.ItemIsEnabled for item in items)


def test_a_lesson_says_after_which_others_it_is_best_taken_and_which_of_those_were_tried(
    window: MainWindow, run: Run
) -> None:
    visibility = next(row for row, lesson in enumerate(LESSONS) if lesson.id == "visibility")
    item = window.lessons.list.item(visibility)
    assert item.toolTip().splitlines()[1] == "Best after: Whose request is this?"
    run(window)
    assert item.toolTip().splitlines()[1] == "Best after: Whose request is this? ✓"
    assert "Best after" not in window.lessons.list.item(0).toolTip(), "the first builds on nothing"
