"""The lessons there are."""

from __future__ import annotations

from difflib import get_close_matches

from simulator.errors import UsageError
from simulator.lessons.async_tasks import ASYNC_TASKS
from simulator.lessons.base import Lesson
from simulator.lessons.course import in_course_order
from simulator.lessons.db_connection import DB_CONNECTION
from simulator.lessons.event_flag import EVENT_FLAG
from simulator.lessons.event_spinner import EVENT_SPINNER
from simulator.lessons.logging_context import LOGGING_CONTEXT
from simulator.lessons.lost_update import LOST_UPDATE
from simulator.lessons.pool_cleanup import POOL_CLEANUP
from simulator.lessons.pool_leftover import POOL_LEFTOVER
from simulator.lessons.request_context import REQUEST_CONTEXT
from simulator.lessons.request_id import REQUEST_ID
from simulator.lessons.subclass_local import SUBCLASS_LOCAL
from simulator.lessons.transaction_scope import TRANSACTION_SCOPE
from simulator.lessons.visibility import VISIBILITY

LESSONS: tuple[Lesson, ...] = in_course_order(
    REQUEST_ID,
    VISIBILITY,
    REQUEST_CONTEXT,
    DB_CONNECTION,
    LOGGING_CONTEXT,
    TRANSACTION_SCOPE,
    POOL_LEFTOVER,
    POOL_CLEANUP,
    SUBCLASS_LOCAL,
    ASYNC_TASKS,
    EVENT_FLAG,
    EVENT_SPINNER,
    LOST_UPDATE,
)
"""All of them, in the order in which they are taught."""


def find(lesson_id: str) -> Lesson:
    """Return the lesson with this id; raises `UsageError` that names the nearest or all of them."""
    for lesson in LESSONS:
        if lesson.id == lesson_id:
            return lesson
    ids = [lesson.id for lesson in LESSONS]
    near = get_close_matches(lesson_id, ids, 1)
    hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(ids)}"
    raise UsageError(f"there is no lesson {lesson_id!r}; {hint}")
