"""The marks beside the code: what has changed is looked at again, the rest stays, and all is right in the end."""

from __future__ import annotations

from itertools import count

import pytest
from PySide6.QtGui import QTextCursor

from simulator.analysis.analysis import Analysis
from simulator.analysis.ending import ScriptEnding
from simulator.analysis.judges.script import ScriptJudge
from simulator.analysis.recording import RUNNING, Recording
from simulator.record.kinds import Kind
from simulator.script.settings import ScriptSettings
from simulator.trace.trace import Trace
from tests.simulator.recordings import Script
from ui.panels import code as code_module
from ui.panels.code_view import LineLook
from ui.panels.line_marks import LineMark
from ui.windows.main_window import MainWindow

CODE = "\n".join(f"x = {n}" for n in range(1, 13))


class Growing:
    """A script that runs: one thread after the other reads what the one before wrote, and writes."""

    def __init__(self, window: MainWindow) -> None:
        trace = Trace(["x"], None, origin_ns=1000, filename="program.py")
        trace.storages = ["shared"]
        analysis = Analysis(trace, (), "program.py", ScriptJudge())
        settings = ScriptSettings("/home/me/program.py")
        self.recording = Recording(
            settings, "program.py", CODE, "program.py", (), trace, analysis, status=RUNNING, ending=ScriptEnding()
        )
        self._window = window
        self._last = 0
        self._threads = count(1)
        window.models.runs.add(self.recording)

    def grow(self, line: int) -> None:
        """Let another thread read at a line, and write at the next one."""
        script, thread = Script(), next(self._threads)
        at = 2000 * thread
        script.add(thread, at, Kind.READ, variable=0, line=line, ref=self._last)
        self._last = script.add(thread, at + 500, Kind.WRITE, thread, 0, line=line + 1)
        self.recording.trace.append(list(script.rows.items()), at + 1000)
        self.recording.analysis.update()
        self._window.models.runs.note_growth(self.recording)


@pytest.fixture
def growing(window: MainWindow) -> Growing:
    return Growing(window)


def fresh_looks(window: MainWindow) -> dict[int, LineLook]:
    """How the lines look when they are looked at for the first time."""
    window.code._on_shown_changed()
    return window.code.view.looks


def test_marks_that_grew_are_those_of_the_whole(window: MainWindow, growing: Growing) -> None:
    for line in (1, 3, 5, 1, 1, 9, 3):
        growing.grow(line)
    grown = window.code.view.looks
    assert [grown[line].n_events for line in (1, 2, 3, 4, 5, 6, 9, 10)] == [3, 3, 2, 2, 1, 1, 1, 1]
    assert len(grown[1].dots) == 3
    assert grown == fresh_looks(window)


def test_a_line_at_which_nothing_happened_is_not_looked_at_again(
    window: MainWindow, growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in (1, 3, 5):
        growing.grow(line)
    looked_at = []
    real = code_module._look_of

    def look_of(recording: Recording, cast: object, theme: object, mark: LineMark) -> LineLook:
        looked_at.append(next(line for line, one in window.code._marks.by_line.items() if one is mark))  # type: ignore[union-attr]  # there is a run
        return real(recording, cast, theme, mark)  # type: ignore[arg-type]  # handed on as they are

    monkeypatch.setattr(code_module, "_look_of", look_of)
    growing.grow(7)
    assert sorted(looked_at) == [7, 8]
    looked_at.clear()
    window.commands.trigger("theme")
    assert sorted(looked_at) == [1, 2, 3, 4, 5, 6, 7, 8], "in other colours all look different"


def test_the_number_of_events_is_read_though_the_code_reaches_to_the_edge(window: MainWindow, growing: Growing) -> None:
    growing.recording.code = "x = 1\n" + "x = 2" + " + 1" * 60 + "\n" + "x = 3\n" * 4
    window.code._on_shown_changed()
    view = window.code.view
    view.setFixedSize(300, 200)
    growing.grow(1)
    picture = view.viewport().grab().toImage()
    top = view.cursorRect(QTextCursor(view.document().findBlockByNumber(1))).top()
    right, height = view.viewport().width(), view.fontMetrics().height()
    edge = {picture.pixelColor(right - x, top + y).name() for x in range(1, 14) for y in range(2, height - 2)}
    assert len(edge) == 1, "beside the number one sees no code"
