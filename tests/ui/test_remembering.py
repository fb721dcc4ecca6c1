"""From one start to the next, and light and dark."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from simulator.picture.colours import contrast
from simulator.picture.theme import DARK, LIGHT, Theme
from ui.settings import ExportChoices, LastRun, SettingsStore
from ui.stylesheet import field_colour
from ui.theme import palette_of
from ui.windows.main_window import MainWindow

Run = Callable[[MainWindow], None]
Make = Callable[..., MainWindow]


def test_the_first_start_offers_the_first_lesson_on_a_shared_global(window: MainWindow) -> None:
    assert window.models.choice.lesson.id == "request-id"
    assert window.toolbar.storage.buttons["shared"].isChecked()
    assert window.models.runs.shown is None
    assert window.status.labels["state"].text() == "Ready"


def test_the_window_opens_where_one_left_it(make_window: Make, run: Run) -> None:
    first = make_window()
    first.toolbar.storage.buttons["local"].click()
    first.controls.numbers["threads"].field.setValue(9)
    first.controls.jitter.click()
    run(first)
    first.commands.trigger("theme")
    first.resize(1300, 740)
    first.close()
    second = make_window()
    settings = second.models.choice.settings
    assert (settings.storage, settings.threads, settings.jitter) == ("local", 9, True)
    assert second.models.theme.is_dark
    assert second.lessons.list.item(0).toolTip().endswith("tried")
    assert second.controls.jitter.isChecked()


def test_settings_that_make_no_sense_are_forgotten(settings_file: str, make_window: Make) -> None:
    backend = QSettings(settings_file, QSettings.Format.IniFormat)
    backend.setValue("LastRun/lesson", "no-such-lesson")
    backend.setValue("LastRun/numbers", "{broken")
    backend.setValue("Appearance/theme", "purple")
    backend.setValue("ExportChoices/width_px", "many")
    backend.sync()
    window = make_window()
    assert window.models.choice.lesson.id == "request-id"
    assert window.models.theme.choice == "system"
    assert SettingsStore(backend).load(ExportChoices).width_px == 1600


@pytest.mark.parametrize("numbers", ['{"threads": 1000}', '{"threads": "5"}', "[]", '{"runner": "asyncio"}'])
def test_numbers_out_of_bounds_are_not_taken_over(settings_file: str, make_window: Make, numbers: str) -> None:
    backend = QSettings(settings_file, QSettings.Format.IniFormat)
    SettingsStore(backend).save(LastRun("request-id", "local", numbers, ""))
    backend.sync()
    settings = make_window().models.choice.settings
    assert (settings.storage, settings.threads, settings.runner) == ("local", 5, "threads")


def test_the_theme_switches_everything(window: MainWindow) -> None:
    window.commands.trigger("theme")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert application.palette().window().color().name() == DARK.panel
    assert window.models.theme.choice == "dark"
    window.commands.trigger("theme")
    assert application.palette().window().color().name() == LIGHT.panel


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_is_legible(theme: Theme) -> None:
    palette = palette_of(theme)
    pairs = [
        (palette.windowText(), palette.window()),
        (palette.text(), palette.base()),
        (palette.highlightedText(), palette.highlight()),
    ]
    for front, behind in pairs:
        assert contrast(front.color().name(), behind.color().name()) >= 4.5
    for colour in (theme.text, theme.muted, theme.accent, theme.good, theme.note):
        assert contrast(colour, field_colour(theme)) >= 4.5
    soft = ((theme.problem, theme.problem_soft), (theme.good, theme.good_soft), (theme.muted, theme.problem_soft))
    for ink, back in soft:
        assert contrast(ink, back) >= 4.5
