"""Windows for tests: with settings of their own, closed at the end, and without traces on the application."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes import scripted_session
from tests.simulator.recordings import two_workers
from ui.app import build_window
from ui.models.playhead import PlayheadModel
from ui.models.runs import RunsModel
from ui.models.selection import SelectionModel
from ui.windows.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def settings_file(tmp_path: Path) -> str:
    return str(tmp_path / "settings.ini")


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication, settings_file: str) -> Iterator[MakeWindow]:
    """Build windows that run lessons in a scripted order, so that every run has the same outcome."""
    palette, sheet, font = QPalette(qapp.palette()), qapp.styleSheet(), qapp.font()
    windows = []

    def make(**given: Any) -> MainWindow:
        given.setdefault("make_session", scripted_session)
        window = build_window(QSettings(settings_file, QSettings.Format.IniFormat), **given)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: window.isActiveWindow())
        return window

    yield make
    for window in windows:
        window.close()
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()


@pytest.fixture
def run(qtbot: QtBot) -> Callable[[MainWindow], None]:
    """Run what is chosen, to its end."""

    def run_to_end(window: MainWindow) -> None:
        with qtbot.waitSignal(window.controller.run_finished):
            window.commands.trigger("run")

    return run_to_end


@pytest.fixture
def runs(qtbot: QtBot) -> RunsModel:
    """Runs, one of them on screen: that of `two_workers`."""
    runs = RunsModel()
    runs.add(two_workers())
    return runs


@pytest.fixture
def playhead(runs: RunsModel) -> PlayheadModel:
    """A playhead whose clock stands still."""
    return PlayheadModel(runs, lambda: 0, runs)


@pytest.fixture
def selection() -> SelectionModel:
    return SelectionModel()
