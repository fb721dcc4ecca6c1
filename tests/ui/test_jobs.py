"""Long exports: off the window's thread, with progress, stoppable, and the old file whole."""

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import Recording
from simulator.export import recording_file
from simulator.progress import Progress
from simulator.synthetic import make_recording
from tests.simulator.recordings import assert_equal
from tests.ui.conftest import MakeWindow
from ui.jobs import DIRECT_EVENTS
from ui.messages import Tone
from ui.windows.export_dialog import ExportRequest
from ui.windows.main_window import MainWindow
from ui.write_recording import write_recording


@pytest.fixture(scope="module")
def large() -> Recording:
    return make_recording(DIRECT_EVENTS + 30_000, 3, n_problems=3)


class SlowDisk:
    """Writes half, and the rest when told to; between them it can be stopped."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.threads: list[str] = []

    def __call__(self, recording: Recording, request: ExportRequest, progress: Progress) -> None:
        self.threads.append(threading.current_thread().name)

        def wait_at_half(done: float) -> None:
            progress(done)
            while done >= 0.5 and not self.go_on.wait(0.005):
                progress(done)

        write_recording(recording, request, wait_at_half)


def open_window(make_window: MakeWindow, recording: Recording, disk: SlowDisk) -> MainWindow:
    window = make_window(write=disk)
    window.models.runs.add(recording)
    return window


def request(path: Path) -> ExportRequest:
    return ExportRequest(path, "light", 800)


def test_a_long_export_says_how_far_it_is_and_the_window_lives_on(
    make_window: MakeWindow, large: Recording, qtbot: QtBot, tmp_path: Path
) -> None:
    disk = SlowDisk()
    window = open_window(make_window, large, disk)
    window.files.export(request(tmp_path / "run.jsonl"))
    qtbot.waitUntil(lambda: window.job_bar.text.text() == "Writing run.jsonl, 66 %")
    assert window.job_bar.isVisible()
    window.commands.trigger("theme")  # the window answers
    disk.go_on.set()
    qtbot.waitUntil(lambda: not window.job_bar.isVisible())
    assert disk.threads == ["job"]
    assert len((tmp_path / "run.jsonl").read_text().splitlines()) == large.trace.n
    assert "Wrote" in window.message.text.text()


def test_a_stopped_export_leaves_the_old_file(
    make_window: MakeWindow, large: Recording, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "run.csv").write_text("old")
    disk = SlowDisk()
    window = open_window(make_window, large, disk)
    window.files.export(request(tmp_path / "run.csv"))
    window.files.export(request(tmp_path / "next.csv"))
    qtbot.waitUntil(lambda: "66 %" in window.job_bar.text.text())
    window.job_bar.stop_button.click()
    qtbot.waitUntil(lambda: not window.job_bar.isVisible())
    assert (tmp_path / "run.csv").read_text() == "old"
    assert [path.name for path in tmp_path.glob("*.csv")] == ["run.csv"]
    assert window.models.messages.current is not None
    assert window.models.messages.current.tone is Tone.ERROR
    assert "stopped" in window.message.text.text()


def test_closing_the_window_stops_what_is_written(
    make_window: MakeWindow, large: Recording, qtbot: QtBot, tmp_path: Path
) -> None:
    disk = SlowDisk()
    window = open_window(make_window, large, disk)
    window.files.export(request(tmp_path / "run.csv"))
    qtbot.waitUntil(lambda: "66 %" in window.job_bar.text.text())
    window.close()
    assert list(tmp_path.glob("*.csv")) == []
    assert list(tmp_path.glob(".threadloom*")) == []


def test_a_large_recording_opens_as_it_was(window: MainWindow, large: Recording, qtbot: QtBot, tmp_path: Path) -> None:
    recording_file.save(large, tmp_path / "large.threadloom")
    window.files.open(tmp_path / "large.threadloom")
    assert window.models.runs.shown is None
    qtbot.waitUntil(lambda: window.models.runs.shown is not None)
    assert_equal(window.models.runs.runs[-1], large)


def test_the_disks_complaint_reaches_the_user(
    make_window: MakeWindow, large: Recording, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(make_window, large, SlowDisk())
    window.files.export(request(tmp_path / "nowhere" / "run.csv"))
    qtbot.waitUntil(lambda: window.message.isVisible())
    assert "nowhere" in window.message.text.text()
