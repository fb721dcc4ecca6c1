"""Run, watch, stop, toggle: the window with real threads in a scripted order."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from simulator.lessons.base import Lesson, RunSettings
from simulator.lessons.registry import LESSONS
from simulator.session import Session
from tests.fakes import FakeSession, RefusingSession
from tests.simulator.running import lesson_of
from ui.messages import Tone
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]
Make = Callable[..., MainWindow]

FAILING = """state = SimpleNamespace()
def handle(n):
    state.x = n
    if n == 1:
        raise RuntimeError("the database did not answer")
for n in range(2):
    Thread(target=handle, args=(n,), name=f"worker-{n + 1}").start()
"""


def test_a_shared_global_gives_four_of_five_another_threads_value(window: MainWindow, run: Run) -> None:
    run(window)
    assert window.verdict.sentence.text() == "4 of 5 reads returned another thread's value"
    assert window.verdict.tone == "bad"
    assert window.verdict.badge.text().startswith("shared, 5 threads")
    assert "next problem" in window.verdict.hint.text()


def test_toggling_the_storage_after_a_run_runs_again_and_shows_the_cure(
    window: MainWindow, run: Run, qtbot: QtBot
) -> None:
    run(window)
    with qtbot.waitSignal(window.controller.run_finished):
        qtbot.mouseClick(window.toolbar.storage.buttons["local"], Qt.MouseButton.LeftButton)
    assert window.verdict.sentence.text() == "All 5 reads returned their own thread's value"
    assert window.verdict.tone == "good"
    assert window.verdict.badge.text().startswith("local")
    assert window.findings.note.text() == "Nothing found in this run."
    assert len(window.models.runs.runs) == 2
    assert window.verdict.hint.text() == "F5  run again", "options that mean nothing here are no other choice"


def test_toggling_before_any_run_only_chooses(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.toolbar.storage.buttons["context"], Qt.MouseButton.LeftButton)
    assert window.models.choice.settings.storage == "context"
    assert not window.controller.is_running
    assert "ContextNamespace" in window.code.view.toPlainText()


def test_a_changed_number_is_for_the_next_run_and_the_badge_stays(window: MainWindow, run: Run) -> None:
    run(window)
    window.controls.numbers["threads"].field.setValue(7)
    assert "5 threads" in window.verdict.badge.text()
    assert window.verdict.hint.text() == "F5  run as chosen"
    run(window)
    assert "7 threads" in window.verdict.badge.text()
    assert window.verdict.sentence.text() == "6 of 7 reads returned another thread's value"


def test_a_number_that_is_still_being_typed_counts(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    field = window.controls.numbers["threads"].field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "6")
    run(window)
    assert "6 threads" in window.verdict.badge.text()


def test_while_running_the_spinner_turns_and_stop_stops(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=Session)
    window.controls.numbers["work_ms"].field.setValue(60_000)
    window.commands.trigger("run")
    state = window.status.labels["state"]
    seen: set[str] = set()

    def has_turned() -> bool:
        seen.add(state.text()[:1])
        return len(seen & set("\\|/-")) >= 2 and "0 of 5 threads" in state.text()

    qtbot.waitUntil(has_turned)
    assert window.status.labels["threads"].text() == "6 threads alive"
    assert not window.toolbar.run_button.isEnabled()
    with qtbot.waitSignal(window.controller.run_finished):
        qtbot.mouseClick(window.toolbar.stop_button, Qt.MouseButton.LeftButton)
    assert state.text() == "■ stopped"
    assert window.verdict.sentence.text().startswith("Stopped before the end")
    assert window.toolbar.run_button.isEnabled()
    assert not window.toolbar.stop_button.isEnabled()


def test_time_goes_on_in_the_picture_while_the_threads_only_sleep(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("run")
    session = window.controller.session
    assert isinstance(session, FakeSession)
    qtbot.waitUntil(lambda: window.models.viewport.limits_ns[1] >= 1_500_000_000)
    session.elapsed_ns = 7_000_000_000
    qtbot.waitUntil(lambda: window.models.viewport.limits_ns[1] >= 7_000_000_000)
    assert window.status.labels["elapsed"].text() == "7.0 s"
    assert window.verdict.tone == "neutral"
    session.end()
    qtbot.waitUntil(lambda: not window.controller.is_running)
    assert session.is_closed


@pytest.mark.parametrize("place", ["in-process", "own-process"])
def test_closing_during_a_run_leaves_nothing_running(make_window: Make, qtbot: QtBot, place: str) -> None:
    window = make_window(make_session=Session)
    window.models.choice.set("place", place)
    window.controls.numbers["work_ms"].field.setValue(60_000)
    window.commands.trigger("run")
    qtbot.waitUntil(lambda: window.controller.session is not None)
    session = window.controller.session
    assert isinstance(session, Session)
    qtbot.waitUntil(lambda: session.recording.analysis.counts.writes == 5)
    window.close()
    assert session.done.is_set()
    assert not session.spinner.is_alive()
    assert not window.controller.is_running


def test_a_run_that_cannot_start_says_why_and_does_not_block(make_window: Make) -> None:
    window = make_window(make_session=RefusingSession)
    window.commands.trigger("run")
    message = window.models.messages.current
    assert message is not None
    assert message.tone is Tone.ERROR
    assert window.message.isVisible()
    assert "no process of its own could be started" in window.message.text.text()
    assert window.toolbar.run_button.isEnabled()


def test_a_failed_run_says_so_in_plain_words_with_its_traceback(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(lessons=(lesson_of(FAILING),), make_session=Session)
    window.controls.numbers["threads"].field.setValue(2)
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("run")
    expected = "The run failed: worker-2 ended with RuntimeError: the database did not answer"
    assert window.verdict.sentence.text() == expected
    assert window.status.labels["state"].text() == "✗ failed"
    card = window.findings.cards[0]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert 'raise RuntimeError("the database did not answer")' in window.inspector.detail.toPlainText()
    assert window.inspector.detail.isVisible()
    assert window.code.view.current_line == 5


def test_escape_closes_the_message_then_deselects_then_stops(make_window: Make, qtbot: QtBot) -> None:
    window = make_window(make_session=FakeSession)
    window.commands.trigger("run")
    qtbot.waitUntil(lambda: window.timeline.isEnabled() and window.models.runs.shown is not None)
    selection = window.models.selection
    changes: list[int | None] = []
    selection.row_changed.connect(changes.append)
    selection.select(3)
    window.models.messages.show_error("something")
    window.commands.trigger("escape")
    assert not window.message.isVisible()
    assert changes == [3]
    window.commands.trigger("escape")
    assert changes == [3, None]
    assert window.controller.is_running
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("escape")
    assert window.status.labels["state"].text() == "■ stopped"


def test_earlier_runs_can_be_shown_again_with_their_settings(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    run(window)
    with qtbot.waitSignal(window.controller.run_finished):
        qtbot.mouseClick(window.toolbar.storage.buttons["local"], Qt.MouseButton.LeftButton)
    assert window.earlier.count() == 2
    window.earlier.setCurrentRow(1)
    assert window.verdict.badge.text().startswith("shared")
    assert window.models.choice.settings.storage == "shared"
    assert window.toolbar.storage.buttons["shared"].isChecked()
    assert not window.controller.is_running


def test_another_lesson_brings_back_its_own_run(window: MainWindow, run: Run) -> None:
    run(window)
    pool_leftover = next(row for row, lesson in enumerate(LESSONS) if lesson.id == "pool-leftover")
    window.lessons.list.setCurrentRow(pool_leftover)
    assert window.models.runs.shown is None
    assert window.verdict.sentence.text() == LESSONS[pool_leftover].question
    assert "getattr(state" in window.code.view.toPlainText()
    assert not window.controls.numbers["threads"].isVisible()
    assert window.controls.numbers["pool_size"].isVisible()
    window.lessons.list.setCurrentRow(0)
    assert window.verdict.sentence.text() == "4 of 5 reads returned another thread's value"


def test_the_status_bar_tells_what_ran_and_where(window: MainWindow, run: Run) -> None:
    run(window)
    labels: dict[str, Any] = window.status.labels
    assert labels["state"].text() == "✓ done"
    assert labels["threads"].text() == "5 threads"
    assert labels["accesses"].text() == "10 accesses"
    assert labels["mode"].text() == "lesson"
    assert labels["place"].text() == "in this window's process"
    assert labels["interpreter"].text().startswith("CPython 3.")
    assert labels["gil"].text() == "GIL on"


class SlowSession(FakeSession):
    """A session in a process that takes as long to come up as the test likes."""

    def __init__(self, lesson: Lesson, settings: RunSettings) -> None:
        super().__init__(lesson, settings)
        self.go_on = threading.Event()

    def start(self) -> None:
        self.go_on.wait()
        super().start()


@pytest.fixture
def starting(make_window: Make) -> tuple[MainWindow, SlowSession]:
    """A window that is waiting for the process of a run, and the run."""
    made: list[SlowSession] = []

    def make(lesson: Lesson, settings: RunSettings) -> SlowSession:
        made.append(SlowSession(lesson, settings))
        return made[0]

    window = make_window(make_session=make)
    window.models.choice.set("place", "own-process")
    window.commands.trigger("run")
    return window, made[0]


def test_a_process_that_is_slow_to_come_up_does_not_hold_up_the_window(
    starting: tuple[MainWindow, SlowSession], qtbot: QtBot
) -> None:
    window, session = starting
    assert window.controller.is_running
    assert window.models.runs.shown is None, "the window is here while the process is not"
    assert not window.toolbar.run_button.isEnabled()
    with qtbot.waitSignal(window.controller.run_started):
        session.go_on.set()
    session.end()
    qtbot.waitUntil(lambda: not window.controller.is_running)
    assert window.verdict.sentence.text() == "4 of 5 reads returned another thread's value"


def test_stop_counts_while_the_process_comes_up(starting: tuple[MainWindow, SlowSession], qtbot: QtBot) -> None:
    window, session = starting
    assert window.toolbar.stop_button.isEnabled()
    qtbot.mouseClick(window.toolbar.stop_button, Qt.MouseButton.LeftButton)
    session.go_on.set()
    qtbot.waitUntil(lambda: not window.controller.is_running)
    assert window.status.labels["state"].text() == "■ stopped"
    assert window.toolbar.run_button.isEnabled()
