"""Open, save, export: what is written, what is said, what is remembered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ui.messages import Tone
from ui.windows.export_dialog import FORMATS, ExportDialog
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]
Make = Callable[..., MainWindow]


def export(qtbot: QtBot, window: MainWindow, folder: Path, suffix: str, name: str = "run") -> Path:
    window.commands.trigger("export")
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    dialog.format.setCurrentIndex([one.suffix for one in FORMATS].index(suffix))
    dialog.folder.setText(str(folder))
    dialog.name.setText(name + suffix)
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.files.jobs.text)
    return folder / (name + suffix)


def message_of(window: MainWindow) -> str:
    assert window.message.isVisible()
    return window.message.text.text()


STARTS = {
    ".svg": b"<svg",
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".html": b"<!DOCTYPE html>",
    ".gif": b"GIF89a",
    ".apng": b"\x89PNG",
    ".csv": b"begin_ns,",
    ".jsonl": b'{"',
    ".json": b'{"displayTimeUnit":"ns"',
    ".threadloom": b"PK",
}


@pytest.mark.parametrize("suffix", [one.suffix for one in FORMATS])
def test_every_format_is_written_and_named(
    window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    run(window)
    path = export(qtbot, window, tmp_path, suffix)
    assert STARTS[suffix] in path.read_bytes()[:400]
    assert message_of(window).startswith(f"Wrote {path} (")
    assert window.message.folder_button.isVisible()
    window.message.folder_opened.disconnect()  # no file manager in tests
    with qtbot.waitSignal(window.message.folder_opened) as asked:
        qtbot.mouseClick(window.message.folder_button, Qt.MouseButton.LeftButton)
    assert asked.args == [str(tmp_path)]


def test_a_chrome_trace_opens_as_a_run(window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    run(window)
    path = export(qtbot, window, tmp_path, ".json")
    window.files.open(path)
    qtbot.waitUntil(lambda: not window.files.jobs.text)
    shown = window.models.runs.shown
    assert shown is not None
    assert shown.question == f"Trace {path.name}"
    assert [info.name for info in shown.trace.threads[1:]] == [f"worker-{number}" for number in range(1, 6)]


def test_folder_and_format_are_remembered(make_window: Make, run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    first = make_window()
    run(first)
    export(qtbot, first, tmp_path, ".csv")
    first.close()
    second = make_window()
    run(second)
    second.commands.trigger("export")
    dialog = second.findChild(ExportDialog)
    assert dialog is not None
    assert dialog.folder.text() == str(tmp_path)
    assert dialog.name.text() == "request-id-shared.csv"
    assert not dialog.theme.isVisible()
    dialog.close()


def test_an_unwritable_folder_is_one_line_and_overwrites_nothing(
    window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    run(window)
    old = tmp_path / "file"
    old.write_text("precious")
    export(qtbot, window, old, ".csv")
    assert message_of(window).startswith(f"cannot write {old}/run.csv: ")
    assert "\n" not in message_of(window)
    assert old.read_text() == "precious"


def test_the_dialog_says_when_a_file_will_be_replaced(
    window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path
) -> None:
    run(window)
    (tmp_path / "old.svg").write_text("old")
    window.commands.trigger("export")
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(tmp_path))
    dialog.name.setText("old.svg")
    assert "will be replaced" in dialog.note.text()
    assert dialog.export_button.text() == "&Replace"
    dialog.name.clear()
    qtbot.keyClicks(dialog.name, "new.png")
    assert dialog.format.currentText().startswith("PNG")
    assert dialog.export_button.text() == "&Export"
    dialog.name.clear()
    qtbot.keyClicks(dialog.name, "new.bmp")
    assert not dialog.export_button.isEnabled()
    assert dialog.note.text() == "The name must end with .png."
    dialog.close()


def test_a_saved_run_reopens_as_it_was(make_window: Make, run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    window.models.choice.set("threads", 7)
    run(window)
    window.commands.trigger("save")
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "kept.threadloom"))
    dialog.close()
    other = make_window()
    other.models.choice.restore("request-id", "local", "{}")
    other.files.open(tmp_path / "kept.threadloom")
    for part in ("sentence", "badge"):
        assert getattr(other.verdict, part).text() == getattr(window.verdict, part).text()
    assert other.models.runs.shown is not None
    assert window.models.runs.shown is not None
    assert other.models.runs.shown.trace.n == window.models.runs.shown.trace.n
    assert other.code.view.toPlainText() == window.code.view.toPlainText()
    assert other.status.labels["state"].text() == "✓ done"
    assert not other.controller.is_running
    assert other.toolbar.storage.buttons["shared"].isChecked()
    assert other.controls.numbers["threads"].value == 7


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot read"), (b"", "bad.threadloom"), (b"PK\x03\x04nonsense", "bad.threadloom")],
    ids=["missing", "empty", "foreign"],
)
def test_a_bad_file_is_one_line_in_an_open_window(
    window: MainWindow, run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    run(window)
    path = tmp_path / "bad.threadloom"
    if content is not None:
        path.write_bytes(content)
    window.files.open(path)
    assert window.models.messages.current is not None
    assert window.models.messages.current.tone is Tone.ERROR
    assert said in message_of(window)
    assert "\n" not in message_of(window)
    assert window.verdict.sentence.text().startswith("4 of 5")
    window.commands.trigger("escape")
    assert not window.message.isVisible()


def test_nothing_can_be_exported_before_there_is_a_run(window: MainWindow) -> None:
    assert not window.toolbar.export_button.isEnabled()
    window.commands.trigger("export")
    assert window.findChild(ExportDialog) is None


def menu_texts(window: MainWindow) -> list[str]:
    window.recent_menu.aboutToShow.emit()
    return [action.text() for action in window.recent_menu.actions()]


def test_recent_files_open_again_and_survive_a_restart(make_window: Make, run: Run, tmp_path: Path) -> None:
    window = make_window()
    assert menu_texts(window) == ["Nothing yet"]
    run(window)
    for name in ("one.threadloom", "two & three.threadloom"):
        window.files.save(tmp_path / name)
    window.close()
    again = make_window()
    assert menu_texts(again)[:2] == ["&1 two && three.threadloom", "&2 one.threadloom"]
    again.recent_menu.actions()[1].trigger()
    assert again.models.runs.shown is not None
    assert again.models.runs.shown.verdict == window.models.runs.runs[0].verdict
    assert menu_texts(again)[0] == "&1 one.threadloom"
    again.recent_menu.actions()[-1].trigger()
    assert menu_texts(again) == ["Nothing yet"]


def test_a_recent_file_that_is_gone_is_said_and_forgotten(window: MainWindow, run: Run, tmp_path: Path) -> None:
    run(window)
    window.files.save(tmp_path / "one.threadloom")
    (tmp_path / "one.threadloom").unlink()
    menu_texts(window)
    window.recent_menu.actions()[0].trigger()
    assert "one.threadloom" in message_of(window)
    assert menu_texts(window) == ["Nothing yet"]


def test_the_picture_on_the_clipboard_shows_what_is_visible(window: MainWindow, run: Run, qapp: QApplication) -> None:
    run(window)
    window.commands.trigger("copy_picture")
    whole = qapp.clipboard().image()
    assert whole.width() > 1000
    assert "paste it" in message_of(window)
    begin_ns, end_ns = window.models.viewport.window_ns
    window.models.viewport.set_window(begin_ns, begin_ns + (end_ns - begin_ns) // 3)
    window.commands.trigger("copy_picture")
    assert qapp.clipboard().image() != whole


def test_a_part_of_the_run_can_be_exported(window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    run(window)
    whole = export(qtbot, window, tmp_path, ".svg", "whole").read_text()
    begin_ns, end_ns = window.models.viewport.window_ns
    window.models.viewport.set_window(begin_ns, begin_ns + (end_ns - begin_ns) // 3)
    window.commands.trigger("export")
    dialog = window.findChildren(ExportDialog)[-1]
    dialog.part.setCurrentIndex(1)
    assert dialog.request.window_ns == window.models.viewport.window_ns
    dialog.folder.setText(str(tmp_path))
    dialog.name.setText("part.svg")
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert (tmp_path / "part.svg").read_text() != whole


def test_only_a_page_can_hide_the_verdict(window: MainWindow, run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    run(window)
    window.commands.trigger("export")
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    for one in FORMATS:
        dialog.format.setCurrentIndex(FORMATS.index(one))
        assert dialog.hides_verdict.isVisible() == (one.suffix == ".html")
        assert dialog.theme.isVisible() == (one.is_picture and one.suffix != ".html")
    dialog.format.setCurrentIndex([one.suffix for one in FORMATS].index(".html"))
    dialog.hides_verdict.setChecked(True)
    dialog.folder.setText(str(tmp_path))
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert "<summary>" in dialog.request.path.read_text()
