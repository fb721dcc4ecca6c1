"""Scripts in the window: choosing, running, their console, their files and their many variables."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from simulator.process import starting
from simulator.record.kinds import Kind
from simulator.samples import find_sample
from simulator.script.settings import ScriptSettings
from tests.ui.conftest import MakeWindow
from ui.windows.main_window import MainWindow

SHARED = """
    import sys
    import threading
    import helper

    total = 0

    def add(number):
        global total
        total += number
        helper.note(number)

    threads = [threading.Thread(target=add, args=(n,), name=f"w{n}") for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
        thread.join()
    print("total", total)
    print("on stderr", file=sys.stderr)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    write(tmp_path, "last = None\n\ndef note(number):\n    global last\n    last = number\n", "helper.py")
    return write(tmp_path, SHARED)


def write(folder: Path, source: str, name: str = "app.py") -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")
    return path


@pytest.fixture
def finished(window: MainWindow, script: Path, run: Any) -> MainWindow:
    """A window in which the script has run."""
    window.files.open(script)
    run(window)
    return window


def test_opening_a_script_shows_its_code_and_its_settings_and_runs_nothing(window: MainWindow, script: Path) -> None:
    window.files.open(script)
    assert not window.controller.is_running
    assert window.models.runs.shown is None
    assert window.next_run.currentWidget() is window.script
    assert window.script.name.text() == "app.py"
    assert window.code.view.toPlainText().startswith("import sys\nimport threading\n")
    assert not window.toolbar.storage.isVisible()
    assert window.lessons.list.currentItem() is None
    for command in ("compare", "repeat", "predict", "fix"):  # what only a lesson has
        assert not window.commands.action(command).isEnabled()
    assert not window.toolbar.compare_button.isVisible()


def test_a_script_runs_and_is_told_like_a_lesson(finished: MainWindow) -> None:
    recording = finished.models.runs.shown
    assert recording is not None
    assert (recording.status, recording.settings.mode) == ("done", "faithful")
    trace = recording.trace
    got = [trace.value_of(row) for row in range(trace.n) if trace.kind[row] == Kind.READ]
    assert got[-1] == 6
    assert [info.name for info in trace.threads[2:]] == ["w1", "w2", "w3"]
    assert finished.findings.cards or finished.findings.note.text() == "Nothing found in this run."
    assert "faithful" in finished.status.text
    assert "in a process of its own" in finished.status.text


def test_the_console_tells_the_two_streams_apart_and_says_how_it_ended(finished: MainWindow) -> None:
    console = finished.middle.drawer.console
    text = console.view.toPlainText()
    assert "total 6\n" in text
    assert "on stderr\n" in text
    assert "ended with exit code 0" in text
    document, italics = console.view.document(), {}
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        if not iterator.atEnd():
            fragment = iterator.fragment()
            italics[fragment.text()] = fragment.charFormat().fontItalic()
        block = block.next()
    assert italics["on stderr"]
    assert not italics["total 6"]
    assert finished.middle.drawer.currentWidget() is console


def test_a_script_reads_what_is_typed(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = write(tmp_path, "name = input('who? ')\nprint('hello', name)\nimport sys\nprint(len(sys.stdin.read()))\n")
    window.files.open(path)
    console = window.middle.drawer.console
    assert not console.line.isEnabled()
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("run")
        qtbot.waitUntil(lambda: "who?" in console.view.toPlainText())
        console.line.setText("ann")
        qtbot.keyClick(console.line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "hello ann" in console.view.toPlainText())
        console.end_button.click()
    assert "— end of input —" in console.view.toPlainText()
    assert not console.line.isEnabled()


def test_stop_ends_a_script_that_would_never_end(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = write(tmp_path, "print('up', flush=True)\nwhile True:\n    pass\n")
    window.files.open(path)
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("run")
        qtbot.waitUntil(lambda: "up" in window.middle.drawer.console.view.toPlainText())
        window.commands.trigger("stop")
    recording = window.models.runs.shown
    assert recording is not None
    assert recording.status == "stopped"
    assert recording.trace.duration_ns == recording.elapsed_ns > recording.trace.begin_ns[-1]


def test_who_still_waited_when_a_deadlock_was_stopped_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    sample = find_sample("deadlock")
    assert sample is not None
    window.scripts.open(sample.path)
    with qtbot.waitSignal(window.controller.run_finished):
        window.commands.trigger("run")
        qtbot.waitUntil(lambda: _n_waiting(window) >= 3)
        window.commands.trigger("stop")
    index = window.timeline.picture.index
    assert index is not None
    states = index.cast.states(index.spans.open_rows(), is_over=True)
    assert [state for state in states.values() if state == "still waiting"] == ["still waiting"] * 3
    assert "to-the-left waits for the lock left, held by to-the-right" in window.models.runs.shown.verdict.text


def _n_waiting(window: MainWindow) -> int:
    shown = window.models.runs.shown
    if shown is None:
        return 0
    return int(((shown.trace.kind == Kind.WAIT) & (shown.trace.end_ns < 0)).sum())


def test_settings_that_are_typed_reach_the_next_run(window: MainWindow, tmp_path: Path, run: Any) -> None:
    window.files.open(write(tmp_path, "import os, sys\nprint(sys.argv[1:], os.getcwd())\n"))
    (tmp_path / "work here").mkdir()
    window.script.texts["argv"].setText("one 'two words'")
    window.script.texts["cwd"].setText(str(tmp_path / "work here"))
    run(window)
    assert "['one', 'two words']" in window.middle.drawer.console.view.toPlainText()
    assert "work here" in window.middle.drawer.console.view.toPlainText()
    window.script.texts["argv"].setText("'open")
    window.script.commit()
    assert window.models.messages.current is not None
    assert "close every quotation mark" in window.models.messages.current.text


def test_a_script_that_is_gone_is_refused_in_the_words_of_the_command_line(window: MainWindow, script: Path) -> None:
    window.files.open(script.with_name("other.py"))
    assert window.models.choice.script is None
    assert window.models.messages.current is not None
    assert "is not there" in window.models.messages.current.text
    window.files.open(script)
    script.unlink()
    window.commands.trigger("run")
    assert window.models.messages.current is not None
    assert "is not there; give the path of a Python file" in window.models.messages.current.text


def test_the_inspector_says_in_which_file_a_thread_stands(finished: MainWindow) -> None:
    finished.models.selection.select(None)
    facts = finished.inspector.facts
    assert facts["MainThread"].startswith("done, line ")
    assert " of " not in facts["MainThread"]
    assert facts["w1"].endswith(" of helper.py")


def test_each_file_has_its_lines_marked_and_an_event_leads_to_its_file(finished: MainWindow) -> None:
    code, recording = finished.code, finished.models.runs.shown
    assert recording is not None
    assert code.files.isVisible()
    assert [code.files.itemText(i).split()[0] for i in range(code.files.count())] == ["app.py", "helper.py"]
    helper = recording.trace.files.index("helper.py")
    row = next(i for i in range(recording.trace.n) if recording.trace.file[i] == helper and recording.trace.line[i])
    finished.models.selection.select(row)
    assert code.view.toPlainText().startswith("last = None\n")
    assert code.view.current_line == recording.trace.line[row]
    code.show_file(0)
    assert code.view.toPlainText().startswith("import sys")
    line = code.view.toPlainText().splitlines().index("    total += number") + 1
    assert len(code.view.looks[line].dots) == 3
    code.view.line_activated.emit(line)
    assert recording.trace.line[finished.models.selection.row] == line


def test_a_file_that_is_dropped_is_opened(window: MainWindow, script: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(script))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(QPoint(50, 50), *how), QDropEvent(QPointF(50, 50), *how)):
        QApplication.sendEvent(window, event)
        assert event.isAccepted()
    assert window.models.choice.script is not None
    assert window.models.choice.script.path == str(script)


def test_a_lesson_comes_back_when_it_is_chosen(finished: MainWindow) -> None:
    finished.lessons.list.setCurrentRow(0)
    assert finished.models.choice.script is None
    assert finished.next_run.currentWidget() is finished.controls
    assert finished.toolbar.storage.isVisible()
    assert finished.commands.action("compare").isEnabled()
    assert finished.toolbar.compare_button.isVisible()
    assert finished.study.tabs.isTabVisible(1)


def test_an_earlier_run_of_a_script_brings_its_settings_back(finished: MainWindow, run: Any) -> None:
    first = finished.models.choice.script
    assert isinstance(first, ScriptSettings)
    finished.script.texts["argv"].setText("x")
    run(finished)
    assert finished.models.choice.script is not None
    assert finished.models.choice.script.argv == ("x",)
    finished.run_actions.show_run(0)
    assert finished.models.choice.script == first


def test_many_variables_have_few_strips_and_the_others_are_counted_and_reachable(
    window: MainWindow, tmp_path: Path, run: Any
) -> None:
    source = """
        import threading

        box = {}

        def fill(number):
            for i in range(300):
                box[f"a{i}"] = number

        for number in (1, 2):
            thread = threading.Thread(target=fill, args=(number,))
            thread.start()
            thread.join()
    """
    window.files.open(write(tmp_path, source))
    run(window)
    layout = window.timeline.picture.layout
    assert layout is not None
    names = {window.models.runs.shown.trace.variables[strip.variable] for strip in layout.strips}
    assert 1 <= len(names) <= 8
    drawer = window.middle.drawer
    window.commands.trigger("variables")
    n_listed = drawer.variables.view.topLevelItemCount()
    assert n_listed == layout.n_more + len(names)
    drawer.variables.filter.setText("a299")
    item = drawer.variables.view.topLevelItem(0)
    assert drawer.variables.view.topLevelItemCount() == 1
    item.setCheckState(0, Qt.CheckState.Checked)
    layout = window.timeline.picture.layout
    shown = {window.models.runs.shown.trace.variables[strip.variable] for strip in layout.strips}
    assert item.text(0) in shown


def test_what_a_script_prints_is_bounded(window: MainWindow, tmp_path: Path, run: Any) -> None:
    window.files.open(write(tmp_path, "for i in range(200_000):\n    print('line', i)\n"))
    run(window)
    text = window.models.console.text
    assert text is not None
    assert text.n_left_out > 1_000_000
    assert sum(len(piece.text) for piece in text.pieces) < 500_000
    assert "line 199999\n" in window.middle.drawer.console.view.toPlainText()
    assert window.middle.drawer.console.view.blockCount() <= 5000


def test_the_console_shows_the_end_also_behind_lines_that_are_wrapped_until_one_scrolls_up(
    window: MainWindow, tmp_path: Path, run: Any, qtbot: QtBot
) -> None:
    window.files.open(write(tmp_path, "for i in range(3):\n    print('x' * 9000)\n"))
    run(window)
    view = window.middle.drawer.console.view
    bar = view.verticalScrollBar()

    def last_seen() -> int:
        return view.cursorForPosition(view.viewport().rect().bottomLeft()).blockNumber()

    qtbot.waitUntil(lambda: last_seen() >= view.blockCount() - 2)
    bar.setValue(0)
    window.models.console.note(window.models.runs.runs[0], "note", "one more\n")
    assert bar.value() == 0, "whoever has scrolled up stays where he reads"


def test_every_sample_is_in_the_menu_and_opens(make_window: MakeWindow) -> None:
    window = make_window()
    actions = window.samples_menu.actions()
    assert len(actions) > 10
    actions[0].trigger()
    assert window.models.choice.script is not None
    assert window.models.choice.script.name == "shared_global.py"


@pytest.fixture
def coming_up(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window that waits for an interpreter that never answers."""
    monkeypatch.setattr(starting, "HELLO_TIMEOUT_S", 3600.0)
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 3600\n", encoding="utf-8")
    silent.chmod(0o755)
    window.files.open(write(tmp_path, "pass\n"))
    window.script.texts["python"].setText(str(silent))
    window.commands.trigger("run")
    assert window.controller.is_running
    return window


def test_a_window_closes_though_the_interpreter_of_a_run_never_answers(coming_up: MainWindow) -> None:
    coming_up.close()
    assert not coming_up.controller.is_running


def test_stop_gives_up_an_interpreter_that_never_answers(coming_up: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(coming_up.controller.failed):
        coming_up.commands.trigger("stop")
    assert coming_up.models.messages.current is not None
    assert "was stopped before it had come up" in coming_up.models.messages.current.text
    assert coming_up.toolbar.run_button.isEnabled()
