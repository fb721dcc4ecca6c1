"""The list of lessons, for programs and for people."""

from __future__ import annotations

from typing import Any

from simulator.cli.choosing import option_of
from simulator.lessons.base import RUNNER_SETTINGS, Lesson


def lesson_plain(position: int, lesson: Lesson) -> dict[str, Any]:
    """Return a lesson as ``lessons --json`` shows it; `position` counts from 1."""
    return {
        "id": lesson.id,
        "question": lesson.question,
        "runner": lesson.runners[0],
        "storages": list(lesson.storages),
        "place": lesson.place,
        "options": _options_plain(lesson),
        "course_position": position,
    }


def _options_plain(lesson: Lesson) -> list[dict[str, Any]]:
    """Return everything that can be set besides the storage, each with its option on the command line."""
    rows: list[dict[str, Any]] = [
        {"name": "runner", "option": "--runner", "default": lesson.runners[0], "choices": list(lesson.runners)}
    ]
    for name, bounds in lesson.bounds.items():
        runners = [runner for runner in lesson.runners if name in RUNNER_SETTINGS[runner]]
        limits = {"default": bounds.default, "low": bounds.low, "high": bounds.high}
        rows.append({"name": name, "option": option_of(name), **limits, "runners": runners})
    for option in lesson.options:
        start = f"--option {option.name}="
        row = {"name": option.name, "option": start, "default": option.default, "help": option.help}
        if type(option.default) is int:
            row |= {"low": option.low, "high": option.high}
        rows.append(row | ({"choices": list(option.choices)} if option.choices else {}))
    return rows


def lesson_text(lesson: Lesson) -> str:
    """Return a lesson and everything that can be set, one line each with the default in brackets."""
    lines = [f"{lesson.id}: {lesson.question}"]
    if lesson.storages:
        lines.append(f"  --storage {' | '.join(lesson.storages)} ({lesson.storages[0]})")
    return "\n".join([*lines, *(_option_line(lesson, row) for row in _options_plain(lesson))])


def _option_line(lesson: Lesson, row: dict[str, Any]) -> str:
    choices = row.get("choices", ("on", "off"))
    values = f"{row['low']:,} to {row['high']:,}" if "low" in row else " | ".join(choices)
    default = ("off", "on")[row["default"]] if isinstance(row["default"], bool) else row["default"]
    runners = row.get("runners", lesson.runners)
    condition = f" with --runner {runners[0]}" if len(runners) < len(lesson.runners) else ""
    separator = "" if row["option"].endswith("=") else " "
    return f"  {row['option']}{separator}{values}{condition} ({default})"
