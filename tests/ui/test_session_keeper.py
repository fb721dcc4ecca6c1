"""Runs outlive a crash of the app, and are offered for saving at the end."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import Recording
from simulator.export import recording_file
from simulator.progress import Progress
from tests.simulator.recordings import assert_equal, two_workers
from tests.ui.conftest import MakeWindow
from ui.session_folder import SessionFolder
from ui.session_keeper import SAVING, STOPPED, SessionKeeper
from ui.settings import SettingsStore
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]


class Crash:
    """A session folder whose process has died: its lock is free, its files are there."""

    def __init__(self, root: Path) -> None:
        self.folder = SessionFolder(root, recording_file.save)

    def leave(self, *recordings: object) -> None:
        for recording in recordings:
            self.folder.keep(recording)  # type: ignore[arg-type]  # recordings of the tests
        self.folder.close(is_kept=True)


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*.threadloom"))


@pytest.fixture
def keeper(window: MainWindow, tmp_path: Path, settings_file: str) -> SessionKeeper:
    return make_keeper(window, tmp_path, settings_file)


def make_keeper(window: MainWindow, tmp_path: Path, settings_file: str) -> SessionKeeper:
    store = SettingsStore(QSettings(settings_file, QSettings.Format.IniFormat))
    return SessionKeeper(window, SessionFolder(tmp_path / "sessions", recording_file.save), store)


def test_runs_of_a_crashed_session_are_taken_over_whole_and_once(tmp_path: Path) -> None:
    Crash(tmp_path).leave(two_workers(), two_workers((7, 8)))
    folder = SessionFolder(tmp_path, recording_file.save)
    first, second = folder.adopt()
    assert_equal(recording_file.load(first), two_workers())
    assert_equal(recording_file.load(second), two_workers((7, 8)))
    assert folder.adopt() == []
    assert SessionFolder(tmp_path, recording_file.save).adopt() == []  # its owner lives
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_leaving_gives_up_what_is_still_being_written(tmp_path: Path) -> None:
    begun = threading.Event()

    def save(_recording: Recording, _path: Path, progress: Progress) -> None:
        begun.set()
        while True:
            progress(0.5)

    folder = SessionFolder(tmp_path, save)
    folder.keep(two_workers())
    begun.wait()
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_cannot_be_written_costs_only_the_copy(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file where the folder should be")
    folder = SessionFolder(tmp_path / "sessions", recording_file.save)
    folder.keep(two_workers())
    assert folder.adopt() == []
    folder.close()
    assert (tmp_path / "sessions").read_text() == "a file where the folder should be"


def test_a_finished_run_is_on_disk_while_the_session_lasts(
    keeper: SessionKeeper, window: MainWindow, run: Run, tmp_path: Path
) -> None:
    run(window)
    keeper.folder.flush()
    assert files(tmp_path / "sessions") == ["run-1.threadloom"]
    keeper.close_without_asking()
    assert window.isHidden()


def test_a_window_closed_by_a_signal_brings_its_runs_back_at_the_next_start(
    make_window: MakeWindow, run: Run, tmp_path: Path, settings_file: str
) -> None:
    window = make_window()
    keeper = make_keeper(window, tmp_path, settings_file)
    run(window)
    before = window.models.runs.runs[-1]
    keeper.close_without_asking()
    again = make_window()
    back = make_keeper(again, tmp_path, settings_file)
    back.restore()
    assert_equal(again.models.runs.runs[-1], before)
    assert "did not end well" in again.message.text.text()
    back.close_without_asking()


def test_closing_offers_to_save_what_is_saved_nowhere(
    keeper: SessionKeeper, window: MainWindow, run: Run, tmp_path: Path
) -> None:
    run(window)
    run(window)
    window.files.save(tmp_path / "mine.threadloom")
    window.close()
    assert window.isVisible()
    assert keeper.dialog is not None
    assert len(keeper.dialog.boxes) == 1
    keeper.dialog.folder.setText(str(tmp_path))
    keeper.dialog.save_button.click()
    assert window.isHidden()
    saved = recording_file.load(tmp_path / "request-id-shared.threadloom")
    assert_equal(saved, window.models.runs.runs[0])
    assert files(tmp_path / "sessions") == []


def test_leaving_without_saving_and_never_being_asked_again(
    make_window: MakeWindow, run: Run, tmp_path: Path, settings_file: str
) -> None:
    for asks in (True, False):
        window = make_window()
        keeper = make_keeper(window, tmp_path, settings_file)
        run(window)
        window.close()
        assert window.isVisible() == asks
        if keeper.dialog is not None:
            keeper.dialog.asks_again.setChecked(False)
            keeper.dialog.leave_button.click()
        assert window.isHidden()
    assert files(tmp_path) == []


def test_staying_keeps_everything(keeper: SessionKeeper, window: MainWindow, run: Run) -> None:
    run(window)
    window.close()
    assert keeper.dialog is not None
    keeper.dialog.stay_button.click()
    assert window.isVisible()
    assert len(keeper.unsaved) == 1
    keeper.close_without_asking()


def test_a_folder_that_cannot_be_written_keeps_the_window_open(
    keeper: SessionKeeper, window: MainWindow, run: Run, tmp_path: Path
) -> None:
    run(window)
    window.close()
    assert keeper.dialog is not None
    keeper.dialog.folder.setText(str(tmp_path / "nowhere"))
    keeper.dialog.save_button.click()
    assert window.isVisible()
    assert "nowhere" in window.message.text.text()
    keeper.close_without_asking()


def test_nothing_is_asked_where_nothing_was_run(keeper: SessionKeeper, window: MainWindow) -> None:
    window.close()
    assert window.isHidden()
    assert keeper.unsaved == []


class SlowDisk:
    """Saves every run whole but the last of those that were chosen, until it is told to go on."""

    def __init__(self, n_at_once: int) -> None:
        self.n_at_once = n_at_once
        self.go_on = threading.Event()
        self._save = recording_file.save

    def __call__(self, recording: Recording, path: Path, progress: Progress) -> None:
        self.n_at_once -= 1
        progress(0.5)
        while self.n_at_once < 0 and not self.go_on.wait(0.005):
            progress(0.5)
        self._save(recording, path)


@pytest.fixture
def disk(keeper: SessionKeeper, monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    disk = SlowDisk(1)
    monkeypatch.setattr(recording_file, "save", disk)
    monkeypatch.setattr("ui.session_keeper.DIRECT_EVENTS", 0)
    return disk


def save_two(keeper: SessionKeeper, window: MainWindow, run: Run, qtbot: QtBot, folder: Path) -> None:
    """Run twice, close, and have both runs saved, of which the second takes its time."""
    run(window)
    run(window)
    window.close()
    assert keeper.dialog is not None
    keeper.dialog.folder.setText(str(folder))
    keeper.dialog.save_button.click()
    qtbot.waitUntil(lambda: window.job_bar.text.text() == "Saving 2 runs, 75 %")


def test_saving_long_runs_leaves_the_window_usable_and_then_closes_it(
    keeper: SessionKeeper, window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path, disk: SlowDisk
) -> None:
    save_two(keeper, window, run, qtbot, tmp_path)
    window.close()
    assert window.isVisible(), "what is being saved is not given up by a second click"
    assert window.message.text.text() == SAVING
    disk.go_on.set()
    qtbot.waitUntil(window.isHidden)
    assert [path.name for path in sorted(tmp_path.glob("*.threadloom"))] == [
        "request-id-shared-2.threadloom",
        "request-id-shared.threadloom",
    ]


def test_saving_can_be_stopped_and_nothing_is_lost(
    keeper: SessionKeeper, window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path, disk: SlowDisk
) -> None:
    save_two(keeper, window, run, qtbot, tmp_path)
    window.job_bar.stop_button.click()
    qtbot.waitUntil(lambda: window.message.text.text() == STOPPED)
    assert window.isVisible()
    assert keeper.unsaved == [window.models.runs.runs[1]], "the first was saved"
    assert [path.name for path in tmp_path.glob("*.threadloom")] == ["request-id-shared.threadloom"]
    keeper.close_without_asking()


def test_a_run_that_ended_while_others_were_saved_is_asked_about(
    keeper: SessionKeeper, window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path, disk: SlowDisk
) -> None:
    save_two(keeper, window, run, qtbot, tmp_path)
    run(window)
    disk.go_on.set()
    qtbot.waitUntil(lambda: keeper.dialog is not None)
    assert window.isVisible()
    assert keeper.unsaved == [window.models.runs.runs[2]]
    keeper.dialog.leave_button.click()
    assert window.isHidden()


def test_long_runs_come_back_while_the_window_is_usable_and_stopping_that_keeps_them(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, settings_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.session_keeper.SHORT_BYTES", 0)
    Crash(tmp_path / "sessions").leave(two_workers())
    load, go_on = recording_file.load, threading.Event()

    def load_slowly(path: Path, progress: Progress) -> Recording:
        while not go_on.wait(0.005):
            progress(0.5)
        return load(path)

    monkeypatch.setattr(recording_file, "load", load_slowly)
    stopped = make_window()
    keeper = make_keeper(stopped, tmp_path, settings_file)
    keeper.restore()
    qtbot.waitUntil(lambda: stopped.job_bar.text.text().endswith("did not end well, 50 %"))
    stopped.job_bar.stop_button.click()
    qtbot.waitUntil(lambda: "at the next start" in stopped.message.text.text())
    stopped.close()
    go_on.set()
    again = make_window()
    keeper = make_keeper(again, tmp_path, settings_file)
    keeper.restore()
    qtbot.waitUntil(lambda: bool(again.models.runs.runs))
    assert_equal(again.models.runs.runs[0], two_workers())
    keeper.close_without_asking()
