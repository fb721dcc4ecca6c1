"""What two runs differ in: both on screen, the events at which they part selected, the rest in words."""

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from simulator.analysis.diff import Diff, diff
from simulator.analysis.recording import Recording
from simulator.progress import Progress
from tests.simulator.recordings import two_workers
from ui.panels.job_bar import JobBar
from ui.windows.diff import STOPPED, DiffWindow
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


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let every comparison be a long one that gets half way, and no further before this is set."""
    gate = threading.Event()

    def compare(first: Recording, second: Recording, progress: Progress) -> Diff:
        progress(0.5)
        while not gate.wait(0.005):
            progress(0.5)
        return diff(first, second, progress)

    monkeypatch.setattr("ui.windows.diff.DIRECT_EVENTS", 0)
    monkeypatch.setattr("ui.windows.diff.diff", compare)
    return gate


@pytest.fixture
def comparing(window: MainWindow, gate: threading.Event, qtbot: QtBot) -> DiffWindow:
    """A window that has two runs on screen and is still comparing them."""
    for values in ((1, "bob"), (7, 8, 9)):
        window.models.runs.add(two_workers(values))
    shown = opened(window)
    qtbot.waitUntil(lambda: shown.jobs.text == "Comparing run 1 with run 2, 50 %")
    return shown


def test_long_runs_are_compared_while_the_window_lives_on(
    comparing: DiffWindow, gate: threading.Event, qtbot: QtBot
) -> None:
    bar = comparing.findChild(JobBar)
    assert bar.isVisible()
    assert comparing.text.toPlainText() == ""
    assert all(half.sentence.text() for half in comparing.halves), "both runs are there to look at"
    gate.set()
    qtbot.waitUntil(lambda: "order differs first" in comparing.text.toPlainText())
    assert not bar.isVisible()
    comparing.close()


def test_a_comparison_can_be_stopped(comparing: DiffWindow, qtbot: QtBot) -> None:
    comparing.findChild(JobBar).stop_button.click()
    qtbot.waitUntil(lambda: comparing.text.toPlainText() == STOPPED)
    comparing.close()


def test_only_the_runs_that_were_chosen_last_are_compared(
    comparing: DiffWindow, gate: threading.Event, qtbot: QtBot
) -> None:
    comparing.choices[1].setCurrentIndex(0)
    gate.set()
    qtbot.waitUntil(lambda: "The same settings, counts and order" in comparing.text.toPlainText())
    assert not comparing.jobs.text
    comparing.close()


def test_closing_the_main_window_ends_a_comparison(comparing: DiffWindow, window: MainWindow) -> None:
    window.close()
    assert not comparing.jobs.text
