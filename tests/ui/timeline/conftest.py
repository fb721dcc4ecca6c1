"""Timelines for tests, of a size that a module chooses."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from simulator.analysis.recording import Recording
from simulator.picture.theme import LIGHT
from ui.models.selection import SelectionModel
from ui.models.viewport import ViewportModel
from ui.timeline.view import TimelineView

MakeView = Callable[[Recording | None], TimelineView]


@pytest.fixture
def viewport() -> ViewportModel:
    return ViewportModel()


@pytest.fixture
def view_size() -> tuple[int, int]:
    return 900, 500


@pytest.fixture
def make_view(
    qtbot: QtBot, viewport: ViewportModel, selection: SelectionModel, view_size: tuple[int, int]
) -> MakeView:
    """Show recordings in timelines."""
    views = []  # a view that nobody holds could be collected while it is being painted

    def make(recording: Recording | None) -> TimelineView:
        view = TimelineView(viewport, selection, LIGHT)
        qtbot.addWidget(view)
        view.set_empty_text("Press Run (F5) to start 5 threads")
        view.resize(*view_size)
        view.set_recording(recording)
        view.show()
        qtbot.waitExposed(view)
        QApplication.processEvents()
        views.append(view)
        return view

    return make
