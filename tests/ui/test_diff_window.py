"""What two runs differ in: both on screen, the events at which they part selected, the rest in words."""

from collections.abc import Callable

from simulator.analysis.diff import diff
from tests.simulator.recordings import two_workers
from ui.windows.diff import DiffWindow
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]


def opened(window: MainWindow) -> DiffWindow:
    window.commands.trigger("diff")
    (found,) = window.findChildren(DiffWindow)
    return found


def test_the_run_on_screen_and_the_one_before_are_shown_with_what_differs(window: MainWindow, run: Run) -> None:
    run(window)
    window.models.choice.set("storage", "local")
    run(window)
    shown = opened(window)
    text = shown.text.toPlainText()
    assert window.models.runs.runs[0].verdict.text in text
    assert window.models.runs.runs[1].verdict.text in text
    assert "storage" in text
    assert [half.sentence.text() for half in shown.halves] == [one.verdict.text for one in window.models.runs.runs]
    shown.close()


def test_the_events_at_which_they_part_are_selected(window: MainWindow) -> None:
    for one in (two_workers(), two_workers((7, 8, 9))):
        window.models.runs.add(one)
    shown = opened(window)
    a, b = window.models.runs.runs
    parting = diff(a, b).order or diff(a, b).source
    assert parting is not None
    assert [half.selection.row for half in shown.halves] == [parting.first, parting.second]
    shown.choices[1].setCurrentIndex(0)
    assert "The same settings, counts and order of accesses." in shown.text.toPlainText()
    assert [half.selection.row for half in shown.halves] == [None, None]
    shown.close()


def test_one_run_alone_differs_from_nothing(window: MainWindow, run: Run) -> None:
    run(window)
    window.commands.trigger("diff")
    assert window.findChildren(DiffWindow) == []
    assert "one run only" in window.message.text.text()
