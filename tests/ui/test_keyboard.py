"""Keys: single ones only in the timeline, all others everywhere, and every control within reach of Tab."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.commands import COMMANDS, Scope
from ui.windows.main_window import MainWindow
from ui.windows.shortcuts_dialog import ShortcutsDialog

Run = Callable[[MainWindow], None]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifiers)


def test_single_keys_act_in_the_timeline_only(window: MainWindow, run: Run) -> None:
    run(window)
    assert window.timeline.hasFocus()
    press(Qt.Key.Key_BracketRight)
    first = window.models.selection.row
    assert first is not None
    window.lessons.search.setFocus()
    press(Qt.Key.Key_BracketRight)
    assert window.models.selection.row == first
    assert window.lessons.search.text() == "]"
    window.code.view.setFocus()
    press(Qt.Key.Key_Period)
    assert window.models.selection.row == first


@pytest.mark.parametrize(
    ("key", "is_longer"), [(Qt.Key.Key_W, False), (Qt.Key.Key_S, True)], ids=["W zooms in", "S zooms out"]
)
def test_zoom_keys(window: MainWindow, run: Run, key: Qt.Key, is_longer: bool) -> None:
    run(window)
    press(Qt.Key.Key_W)
    press(Qt.Key.Key_W)
    before = window.models.viewport.span_ns
    press(key)
    assert (window.models.viewport.span_ns > before) == is_longer
    press(Qt.Key.Key_F)
    assert window.models.viewport.is_fitted


def test_f5_runs_from_anywhere_and_keeps_the_place_in_the_controls(window: MainWindow, qtbot: QtBot) -> None:
    field = window.controls.numbers["threads"].field
    field.setFocus()
    with qtbot.waitSignal(window.controller.run_finished):
        press(Qt.Key.Key_F5)
    assert field.hasFocus()


def test_a_text_field_does_not_take_the_export_key(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    """On X11 a text field uses Ctrl+E itself, for the end of the line."""
    run(window)
    window.lessons.search.setFocus()
    press(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert dialog.windowTitle() == "Export the run on screen"
    dialog.close()


def test_question_mark_lists_every_command(window: MainWindow, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Question)
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert {command.help for command in COMMANDS} <= texts
    dialog.close()


def test_tab_reaches_every_control_and_each_has_a_name(window: MainWindow, run: Run, qtbot: QtBot) -> None:
    run(window)
    qtbot.waitUntil(lambda: window.findings.cards[0].isVisible())
    window.timeline.setFocus()
    reached: list[QWidget] = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        assert focus is not None
        if reached and focus is reached[0]:
            break
        reached.append(focus)
        press(Qt.Key.Key_Tab)
    controls = window.controls
    wanted = [
        window.toolbar.run_button,
        window.toolbar.storage.buttons["shared"],
        window.toolbar.runner.buttons["threads"],
        window.toolbar.export_button,
        window.toolbar.theme_button,
        window.lessons.search,
        window.lessons.list,
        controls.numbers["threads"].slider,
        controls.numbers["threads"].field,
        controls.options["literal_global"],
        controls.place,
        window.earlier,
        window.timeline,
        window.verdict.hint,
        window.copy_button,
        window.code.view,
        window.findings.cards[0],
    ]
    first = reached.index(window.toolbar.run_button)
    from_left = [*reached[first:], *reached[:first]]
    assert [widget.accessibleName() for widget in wanted if widget not in reached] == []
    assert sorted(wanted, key=from_left.index) == wanted
    nameless = [widget for widget in reached if not (widget.accessibleName() or getattr(widget, "text", str)())]
    assert nameless == []


def test_no_key_is_given_twice() -> None:
    for scope in Scope:
        keys = [key for command in COMMANDS if command.scope is scope for key in command.keys]
        assert len(keys) == len(set(keys))
