"""Several windows: each has its own runs; what is remembered is shared; all close at a signal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QSize, QStandardPaths
from PySide6.QtGui import QPalette, QScreen
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.simulator.recordings import two_workers
from ui.app import Windows
from ui.windows.main_window import MainWindow
from ui.windows.memory import FIRST_PX


@pytest.fixture
def windows(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Windows]:
    palette, sheet = QPalette(qapp.palette()), qapp.styleSheet()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(tmp_path))
    windows = Windows(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    yield windows
    windows.close_all()
    qapp.processEvents()
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def test_the_first_window_fits_the_screen(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    small = QSize(1280, 720)
    monkeypatch.setattr(QScreen, "availableSize", lambda _screen: small)
    window = windows.open()
    assert window.size().boundedTo(small) == window.size()
    assert window.height() < small.height(), "there is room for its title"
    monkeypatch.setattr(QScreen, "availableSize", lambda _screen: QSize(3840, 2160))
    assert windows.open().size() == FIRST_PX


def shown() -> list[MainWindow]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible()]


def test_another_window_has_runs_of_its_own(windows: Windows, qtbot: QtBot) -> None:
    first = windows.open()
    first.models.runs.add(two_workers())
    first.commands.trigger("new_window")
    (second,) = (window for window in shown() if window is not first)
    assert second.models.runs.runs == ()
    second.close()
    qtbot.waitUntil(lambda: shown() == [first])
    assert len(first.models.runs.runs) == 1


def test_a_signal_closes_all_windows(windows: Windows) -> None:
    windows.open()
    windows.open()
    assert len(shown()) == 2
    windows.close_all()
    assert shown() == []
