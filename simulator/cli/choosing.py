"""From arguments to settings: what cannot be run is refused here, before anything starts."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace

from simulator.cli.arguments import nearest
from simulator.errors import UsageError
from simulator.export.atomic import shown
from simulator.lessons.base import OWN_PROCESS, Lesson, OptionValue, RunSettings
from simulator.samples import find_sample
from simulator.script.settings import ScriptSettings


def option_of(setting: str) -> str:
    """Return the option of a number among the settings: ``pool_size`` -> ``--pool-size``."""
    return f"--{setting.replace('_', '-')}"


def choose_settings(lesson: Lesson, parsed: argparse.Namespace) -> RunSettings:
    """Return the lesson's settings with the changes that the arguments ask for; raises `UsageError`."""
    settings = lesson.default_settings()
    if parsed.runner and parsed.runner not in lesson.runners:
        raise UsageError(f"lesson {lesson.id} has no runner {parsed.runner!r}; choose {' or '.join(lesson.runners)}")
    if parsed.runner:
        settings = lesson.with_runner(settings, parsed.runner)
    for name in ("threads", "pool_size", "tasks", "work_ms"):
        if getattr(parsed, name) is not None:
            _check_in_use(lesson, settings.runner, name)
            settings = replace(settings, **{name: getattr(parsed, name)})
    if parsed.storage:
        settings = replace(settings, storage=parsed.storage)
    if parsed.seed is not None:
        settings = replace(settings, seed=parsed.seed)
    place, python = _choose_place(parsed, settings)
    options = settings.options | _parse_options(lesson, parsed.option)
    settings = replace(settings, jitter=parsed.jitter, options=options, place=place, python=python)
    lesson.check(settings)
    return settings


def _check_in_use(lesson: Lesson, runner: str, name: str) -> None:
    """Refuse a number that this run would not look at."""
    if name in lesson.settings_in_use(runner):
        return
    others = [other for other in lesson.runners if name in lesson.settings_in_use(other)]
    has = ", ".join(map(option_of, lesson.settings_in_use(runner)))
    hint = f"add --runner {others[0]}" if others else f"it has {has}"
    raise UsageError(f"{option_of(name)}: lesson {lesson.id} does not use it with --runner {runner}; {hint}")


def choose_script(parsed: argparse.Namespace, arguments: Sequence[str]) -> ScriptSettings:
    """Return the settings of a script with its own arguments; raises `UsageError`."""
    settings = ScriptSettings(
        path=_find_script(parsed.file),
        argv=tuple(arguments),
        python=_find_python(parsed.python) if parsed.python is not None else None,
        include=tuple(parsed.include),
        widen=parsed.widen,
        seed=parsed.seed,
        timeout_s=parsed.timeout,
        max_events=parsed.max_events,
    )
    settings.check()
    return settings


def _find_script(given: str) -> str:
    """Return the path of a script; what is no file may be the name of a sample."""
    sample = find_sample(given) if not os.path.exists(given) else None
    return os.path.abspath(given) if sample is None else sample.path


def _choose_place(parsed: argparse.Namespace, settings: RunSettings) -> tuple[str, str | None]:
    if parsed.python is None:
        return parsed.place or settings.place, None
    if parsed.place not in (None, OWN_PROCESS):
        raise UsageError("--python: another interpreter needs a process of its own; leave out --in-process")
    return OWN_PROCESS, _find_python(parsed.python)


def _find_python(given: str) -> str:
    python = shutil.which(given)
    if python is None:
        raise UsageError(f"--python: {shown(given)} is no program that can be run; give the path of a Python")
    return python


def _parse_options(lesson: Lesson, texts: Sequence[str]) -> dict[str, OptionValue]:
    known = {option.name: option for option in lesson.options}
    values = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--option: {text!r} has no value; write NAME=VALUE")
        if name not in known:
            hint = nearest(name, list(known)) if known else "it has none"
            raise UsageError(f"--option: lesson {lesson.id} has no option {name!r}; {hint}")
        values[name] = known[name].parse(value)
    return values
