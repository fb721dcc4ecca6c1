"""Runs outlive a crash of the app, and are offered for saving at the end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from simulator.export import recording_file
from tests.simulator.recordings import assert_equal, two_workers
from tests.ui.conftest import MakeWindow
from ui.session_folder import SessionFolder
from ui.session_keeper import SessionKeeper
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
