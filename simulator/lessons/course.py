"""The course: in which order the lessons are best taken, and what each builds on. Advice, never a lock."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.lessons.base import Lesson

PREREQUISITES: dict[str, tuple[str, ...]] = {
    "request-id": (),
    "visibility": ("request-id",),
    "request-context": ("request-id",),
    "db-connection": ("visibility",),
    "logging-context": ("request-context",),
    "transaction-scope": ("request-context",),
    "subclass-local": ("visibility",),
    "pool-leftover": ("visibility",),
    "pool-cleanup": ("pool-leftover",),
    "async-tasks": ("visibility", "pool-leftover"),
    "event-flag": (),
    "event-spinner": ("event-flag",),
    "lost-update": ("request-id",),
}
"""The lessons by id, in the order of the course; each with those that it builds on."""


def in_course_order(*lessons: Lesson) -> tuple[Lesson, ...]:
    """Return lessons in the order in which they are taught; those that the course does not know come last."""
    order = {lesson_id: position for position, lesson_id in enumerate(PREREQUISITES)}
    return tuple(sorted(lessons, key=lambda lesson: order.get(lesson.id, len(order))))


def prerequisites_of(lesson_id: str, lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """Return those of `lessons` that a lesson builds on, in the order of the course."""
    wanted = PREREQUISITES.get(lesson_id, ())
    return in_course_order(*(lesson for lesson in lessons if lesson.id in wanted))
