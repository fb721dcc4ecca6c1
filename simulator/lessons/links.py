"""The links in lesson texts: a small language that says what to run, to choose, to compare or to open.

A target is a verb, a colon and what it is about::

    run:                             the lesson of the text as it comes
    run:storage=local&threads=8      with settings and options
    choose:storage=local             the same settings for the next run, without starting it
    compare:shared,local             two storages; more may follow: compare:shared,local&threads=9
    repeat:storage=shared&work_ms=0  many runs with these settings
    lesson:pool-cleanup              another lesson
    sample:deadlock                  a sample program, opened and run as one's own script is

``run``, ``choose``, ``compare`` and ``repeat`` take ``lesson=ID`` where another lesson than that of the text is meant.
Settings that a link does not name are as the lesson has them by default, so that a link always does what its text says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from simulator.errors import UsageError
from simulator.lessons.base import Lesson, RunSettings

RUN, CHOOSE, COMPARE, REPEAT, LESSON, SAMPLE = "run", "choose", "compare", "repeat", "lesson", "sample"
VERBS = (RUN, CHOOSE, COMPARE, REPEAT, LESSON, SAMPLE)

_NUMBERS = ("threads", "pool_size", "tasks", "work_ms")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link asks for.

    Attributes
    ----------
    verb : str
        One of `VERBS`.
    lesson : str
        Id of the lesson; empty for the one that the text belongs to.
    storages : tuple of str
        The two storages to compare; empty with every other verb.
    changes : tuple of (str, str)
        Names and texts of the settings and options that differ from the lesson's own.
    sample : str
        Name of the sample program; empty with every other verb.
    """

    verb: str
    lesson: str = ""
    storages: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    sample: str = ""

    def settings(self, lesson: Lesson) -> RunSettings:
        """Return the settings that the link asks for, of a lesson; raises `UsageError` if it cannot run like that."""
        changes = dict(self.changes)
        runner = changes.pop("runner", lesson.runners[0])
        if runner not in lesson.runners:
            raise UsageError(f"lesson {lesson.id} has no runner {runner!r}; choose {' or '.join(lesson.runners)}")
        settings = lesson.default_settings(runner)
        if "storage" in changes:
            settings = replace(settings, storage=changes.pop("storage"))
        for name, text in changes.items():
            settings = _change(lesson, settings, name, text)
        lesson.check(settings)
        return settings

    def pair(self, lesson: Lesson) -> tuple[RunSettings, RunSettings]:
        """Return the settings of both runs of a comparison; raises `UsageError` like `settings`."""
        one, other = (replace(self, changes=(*self.changes, ("storage", storage))) for storage in self.storages)
        return one.settings(lesson), other.settings(lesson)


def parse_link(target: str) -> Link:
    """Read the target of a link.

    Parameters
    ----------
    target : str
        As it stands in the text: ``run:storage=local``.

    Raises
    ------
    UsageError
        If it is not understood. Whether a lesson has such settings shows only when they are asked of it.
    """
    verb, colon, rest = target.partition(":")
    if not colon or verb not in VERBS:
        raise UsageError(f"link {target!r}: it begins with none of {', '.join(f'{verb}:' for verb in VERBS)}")
    if verb == LESSON:
        return Link(verb, _word(target, rest))
    if verb == SAMPLE:
        return Link(verb, sample=_word(target, rest))
    storages: tuple[str, ...] = ()
    if verb == COMPARE:
        pair, _, rest = rest.partition("&")
        storages = tuple(_word(target, word) for word in pair.split(","))
        if len(set(storages)) != 2:
            raise UsageError(f"link {target!r}: it does not name two storages, as in compare:shared,local")
    changes = _parse_changes(target, rest)
    if storages and "storage" in changes:
        raise UsageError(f"link {target!r}: it names a storage besides the two that it compares")
    return Link(verb, changes.pop(LESSON, ""), storages, tuple(changes.items()))


def _parse_changes(target: str, text: str) -> dict[str, str]:
    changes: dict[str, str] = {}
    for part in text.split("&") if text else ():
        name, equals, value = part.partition("=")
        if not equals:
            raise UsageError(f"link {target!r}: {part!r} has no value; write NAME=VALUE")
        if name in changes:
            raise UsageError(f"link {target!r}: {name} is given twice")
        changes[_word(target, name)] = _word(target, value)
    return changes


def _word(target: str, word: str) -> str:
    """Return a word if it is made of letters, digits, ``-`` and ``_`` only."""
    if not word.replace("-", "").replace("_", "").isalnum() or not word.isascii():
        raise UsageError(f"link {target!r}: {word!r} is no word")
    return word


def _change(lesson: Lesson, settings: RunSettings, name: str, text: str) -> RunSettings:
    """Return settings with one of them, or one option, read from text."""
    if name in _NUMBERS:
        if name not in lesson.settings_in_use(settings.runner):
            raise UsageError(f"lesson {lesson.id} does not use {name} with the runner {settings.runner}")
        return replace(settings, **{name: _whole_number(name, text)})  # type: ignore[arg-type]  # names of int fields
    if name == "seed":
        return replace(settings, seed=_whole_number(name, text))
    if name == "jitter":
        return replace(settings, jitter=_on_or_off(name, text))
    option = next((option for option in lesson.options if option.name == name), None)
    if option is None or not option.applies_to(settings.storage):
        has = ", ".join(one.name for one in lesson.options if one.applies_to(settings.storage)) or "none"
        raise UsageError(f"lesson {lesson.id} has no option {name!r} with that storage; it has {has}")
    return replace(settings, options={**settings.options, name: option.parse(text)})


def _whole_number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"{name}: {text!r} is no whole number")
    return int(text)


def _on_or_off(name: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise UsageError(f"{name}: {text!r} is neither on nor off")
    return text == "on"


FindLesson = Callable[[str], Lesson]


def check_link(target: str, lesson: Lesson, find: FindLesson) -> Link:
    """Read a link in the text of a lesson and see that it acts on what there is.

    Parameters
    ----------
    target : str
        The link.
    lesson : Lesson
        Whose text it stands in.
    find : callable
        Finds a lesson by its id; raises `UsageError` if there is none.

    Raises
    ------
    UsageError
        That says what is not there.
    """
    link = parse_link(target)
    meant = find(link.lesson) if link.lesson else lesson
    if link.verb == COMPARE:
        link.pair(meant)
    elif link.verb not in (LESSON, SAMPLE):
        link.settings(meant)
    return link
