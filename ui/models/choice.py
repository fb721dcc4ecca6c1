"""What the next run will be: a lesson or a script, and its settings."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from simulator.analysis.observed import Settings
from simulator.errors import ThreadloomError
from simulator.lessons.base import Bounds, Lesson, RunSettings
from simulator.script.settings import ScriptSettings

SEED_LIMIT = (1 << 31) - 1
_REMEMBERED = ("runner", "threads", "pool_size", "tasks", "work_ms", "seed", "jitter", "place", "options")


class ChoiceModel(QObject):
    """The settings of the next run.

    Parameters
    ----------
    lessons : sequence of Lesson
        What can be chosen; the first is chosen.

    Signals
    -------
    changed
        The lesson, the script or a setting was changed.

    Notes
    -----
    Every lesson keeps its own settings while the window is open, and so does every script. While a script is chosen
    there is still a lesson: the one to return to.
    """

    changed = Signal()

    def __init__(self, lessons: Sequence[Lesson], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lessons = tuple(lessons)
        self._lesson = self.lessons[0]
        self._settings = {lesson.id: lesson.default_settings() for lesson in self.lessons}
        self._script: ScriptSettings | None = None
        self._scripts: dict[str, ScriptSettings] = {}

    @property
    def lesson(self) -> Lesson:
        """The chosen lesson."""
        return self._lesson

    @property
    def settings(self) -> RunSettings:
        """The settings of the chosen lesson's next run."""
        return self._settings[self._lesson.id]

    @property
    def script(self) -> ScriptSettings | None:
        """The chosen script and its settings, None while a lesson is chosen."""
        return self._script

    @property
    def next_settings(self) -> Settings:
        """What the next run will be, as it will stand in its recording."""
        return self._script if self._script is not None else self._lesson.in_effect(self.settings)

    @property
    def title(self) -> str:
        """The lesson's question, or the script's name."""
        return self._lesson.question if self._script is None else self._script.name

    @property
    def numbers(self) -> dict[str, Bounds]:
        """The numbers that apply to the chosen runner, with their bounds."""
        lesson = self._lesson
        return {name: lesson.bounds[name] for name in lesson.settings_in_use(self.settings.runner)}

    def find_lesson(self, lesson_id: str) -> Lesson | None:
        """Return the lesson with this id, None if there is none."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)

    def set_lesson(self, lesson_id: str) -> None:
        """Choose a lesson; its settings are those of the last time.

        Raises
        ------
        KeyError
            If there is no such lesson.
        """
        lesson = self.find_lesson(lesson_id)
        if lesson is None:
            raise KeyError(lesson_id)
        if lesson is not self._lesson or self._script is not None:
            self._lesson, self._script = lesson, None
            self.changed.emit()

    def lesson_of(self, settings: Settings) -> Lesson | None:
        """Return the lesson that settings belong to; None for a script, or if it is not known."""
        return self.find_lesson(settings.lesson) if isinstance(settings, RunSettings) else None

    def open_script(self, path: str) -> None:
        """Choose a script; its settings are those of the last time, else it starts in its own folder."""
        known = self._scripts.get(path)
        self.set_script(known or ScriptSettings(path, cwd=os.path.dirname(path) or None))

    def set_script(self, script: ScriptSettings) -> None:
        """Choose a script with its settings."""
        if script != self._script:
            self._script = self._scripts[script.path] = script
            self.changed.emit()

    def set(self, name: str, value: Any) -> None:
        """Change one field of the settings.

        Raises
        ------
        UsageError
            If the lesson cannot run like that; nothing changes then.
        """
        self._set_settings(replace(self.settings, **{name: value}))

    def set_runner(self, runner: str) -> None:
        """Choose between threads and a pool, keeping what both have; raises like `set`."""
        self._set_settings(self._lesson.with_runner(self.settings, runner))

    def set_option(self, name: str, value: int | bool | str) -> None:
        """Change one option of the lesson; raises like `set`."""
        self.set("options", {**self.settings.options, name: value})

    def adopt(self, settings: Settings) -> bool:
        """Take over the settings of a run; return whether its lesson is known and can run like that."""
        if isinstance(settings, ScriptSettings):
            self.set_script(settings)
            return True
        lesson = self.find_lesson(settings.lesson)
        if lesson is None or not 0 <= settings.seed <= SEED_LIMIT:
            return False
        try:
            lesson.check(settings)
        except ThreadloomError:
            return False
        if lesson is not self._lesson or settings != self.settings or self._script is not None:
            self._lesson, self._script = lesson, None
            self._settings[lesson.id] = settings
            self.changed.emit()
        return True

    def to_text(self) -> str:
        """Return the numbers of the next run as text, to be remembered."""
        return json.dumps({name: getattr(self.settings, name) for name in _REMEMBERED})

    def restore(self, lesson_id: str, storage: str, numbers: str) -> None:
        """Choose what was remembered, as far as it still makes sense."""
        lesson = self.find_lesson(lesson_id)
        if lesson is None:
            return
        settings = lesson.default_settings()
        if storage in lesson.storages:
            settings = replace(settings, storage=storage)
        self.adopt(settings)
        try:
            remembered = json.loads(numbers)
            self.adopt(replace(settings, **{name: remembered[name] for name in _REMEMBERED if name in remembered}))
        except (TypeError, ValueError):  # edited by hand; the defaults are there already
            return

    def _set_settings(self, settings: RunSettings) -> None:
        if settings != self.settings:
            self._lesson.check(settings)
            self._settings[self._lesson.id] = settings
            self.changed.emit()
