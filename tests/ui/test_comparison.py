"""The table beside async-tasks: offered where it belongs, filled by probes, each answer opens its run."""

from pytestqt.qtbot import QtBot

from ui.windows.main_window import MainWindow


def table_index(window: MainWindow) -> int:
    return window.study.index_of(window.comparison)


def open_table(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.trigger("comparison")
    qtbot.waitUntil(lambda: all(cell.isEnabled() for cell in window.comparison.cells.values()))


def test_the_table_is_offered_with_async_tasks(window: MainWindow) -> None:
    assert not window.study.tabs.isTabVisible(table_index(window))
    window.models.choice.set_lesson("async-tasks")
    assert window.study.tabs.isTabVisible(table_index(window))
    window.models.choice.set_lesson("visibility")
    assert not window.study.tabs.isTabVisible(table_index(window))


def test_the_menu_opens_it_with_any_lesson_and_probes_fill_it(window: MainWindow, qtbot: QtBot) -> None:
    assert {cell.text() for cell in window.comparison.cells.values()} == {"…"}, "nothing is known before"
    open_table(window, qtbot)
    assert window.study.page is window.comparison
    said = {key: cell.text() for key, cell in window.comparison.cells.items()}
    assert said["probe-tasks", "local"] == "✗ no"
    assert said["probe-tasks", "context"] == "✓ yes"
    assert "CPython" in window.comparison.note.text()
    window.models.choice.set_lesson("visibility")
    assert window.study.page is window.comparison, "it stays while it is read"


def test_a_click_on_an_answer_shows_the_run_of_its_probe(window: MainWindow, qtbot: QtBot) -> None:
    open_table(window, qtbot)
    cell = window.comparison.cells["probe-copied", "context"]
    cell.click()
    shown = window.models.runs.shown
    assert shown is not None
    assert (shown.settings.lesson, shown.settings.storage) == ("probe-copied", "context")
    assert "stored before" in window.models.runs.verdict(shown).text
    assert "async def child" in window.code.view.toPlainText()
    cell.click()
    assert len(window.models.runs.runs) == 1, "the same run again"


def test_probing_again_gives_fresh_runs(window: MainWindow, qtbot: QtBot) -> None:
    open_table(window, qtbot)
    cell = window.comparison.cells["probe-threads", "local"]
    cell.click()
    window.comparison.again.click()
    assert not window.comparison.again.isEnabled()
    qtbot.waitUntil(window.comparison.again.isEnabled)
    cell.click()
    assert len(window.models.runs.runs) == 2
