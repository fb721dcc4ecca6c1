"""The fix: what cures a lesson's fault, and the lines of its code that differ for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from simulator.lessons.base import (
    CONTEXT,
    LOCAL,
    LOCKED,
    STORAGE_LABELS,
    Lesson,
    OptionValue,
    RunSettings,
    describe_option,
)

CONTEXT_LINES = 1
"""How many lines are shown above and below those that differ."""


@dataclass(frozen=True, slots=True)
class Cure:
    """What cures a lesson's fault.

    Attributes
    ----------
    storages : tuple of str
        With which storages it is cured; the first is the usual one.
    options : mapping of str to int, bool or str
        What else must be set.
    """

    storages: tuple[str, ...]
    options: Mapping[str, OptionValue] = field(default_factory=dict)


CURES: dict[str, Cure] = {
    "request-id": Cure((LOCAL, CONTEXT)),
    "request-context": Cure((LOCAL, CONTEXT)),
    "db-connection": Cure((LOCAL,)),
    "logging-context": Cure((LOCAL, CONTEXT)),
    "transaction-scope": Cure((LOCAL, CONTEXT)),
    "pool-leftover": Cure((CONTEXT,), {"copy_context": True}),
    "pool-cleanup": Cure((LOCAL, CONTEXT), {"cleanup": True}),
    "async-tasks": Cure((CONTEXT,)),
    "lost-update": Cure((LOCKED, LOCAL)),
}
"""By the lesson's id; lessons that show how something works, and nothing that fails, have none."""


def cure_of(lesson: Lesson, settings: RunSettings) -> RunSettings | None:
    """Return the settings that cure what goes wrong with these; None where nothing is to be cured."""
    cure = CURES.get(lesson.id)
    if cure is None:
        return None
    storage = settings.storage if settings.storage in cure.storages else cure.storages[0]
    cured = replace(settings, storage=storage, options={**settings.options, **cure.options})
    return None if cured == settings else cured


def fix_of(lesson: Lesson, settings: RunSettings) -> tuple[RunSettings, RunSettings] | None:
    """Return what to show beside each other: settings as they are and the cure, or the fault and its cure.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    settings : RunSettings
        What was run, or will be.

    Returns
    -------
    (RunSettings, RunSettings) or None
        Before and after. With settings that are cured already they are what comes after; in a lesson where nothing is
        to be cured they come first, beside the next storage. None where there is only one storage, or none.
    """
    cure = cure_of(lesson, settings)
    if cure is not None:
        return settings, cure
    others = [storage for storage in lesson.storages if storage != settings.storage]
    if not others:
        return None
    known = CURES.get(lesson.id)
    if known is None:
        return settings, replace(settings, storage=others[0])
    faulty = [storage for storage in others if storage not in known.storages]
    defaults = {option.name: option.default for option in lesson.options}
    return replace(settings, storage=(faulty or others)[0], options=defaults), settings


def name_of(lesson: Lesson, settings: RunSettings) -> str:
    """Return the storage's name, with the options that are not as the lesson has them."""
    usual = {option.name: option.default for option in lesson.options}
    changed = lesson.in_effect(settings).options.items()
    words = [describe_option(name, value) for name, value in changed if value != usual.get(name)]
    return ", ".join([STORAGE_LABELS[settings.storage] if settings.storage else "", *words])


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code: its number, from 1, its text, and whether it differs."""

    number: int
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines that stand beside each other; None where one side has none, twice None where lines are left out."""

    before: Line | None
    after: Line | None


def differing_rows(before: str, after: str, n_context: int = CONTEXT_LINES) -> list[Row]:
    """Return the lines in which two pieces of code differ, beside each other.

    Parameters
    ----------
    before, after : str
        The code.
    n_context : int
        How many equal lines to keep above and below.

    Returns
    -------
    list of Row
        Empty if the code is the same. Empty lines that do not differ are left out.
    """
    left, right = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    rows: list[Row] = []
    for group in matcher.get_grouped_opcodes(n_context):
        if group[0][0] == "equal" and len(group) == 1:
            continue
        rows += [Row(None, None)] if rows else []
        for tag, l0, l1, r0, r1 in group:
            differs = tag != "equal"
            for i in range(max(l1 - l0, r1 - r0)):
                if differs or left[l0 + i].strip():
                    rows.append(Row(_line(left, l0 + i, l1, differs), _line(right, r0 + i, r1, differs)))
    return rows


def _line(lines: list[str], at: int, end: int, differs: bool) -> Line | None:
    return Line(at + 1, lines[at], differs) if at < end else None
