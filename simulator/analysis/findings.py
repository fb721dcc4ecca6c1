"""Findings: judgements with a severity, each explained in at most three sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; *problem* means warning or error."""

    NONE = 0
    NOTE = 1
    WARNING = 2
    ERROR = 3


MAX_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the program that a finding speaks of.

    Attributes
    ----------
    file, line
        Where.
    text : str
        What happens there: ``worker-2 writes counter``.
    row : int
        The event; -1 where there is none.
    """

    file: str
    line: int
    text: str
    row: int = -1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong, or the same thing several times.

    Attributes
    ----------
    kind : str
        A key of `TITLES`.
    severity : Severity
        How bad.
    variable : str
        What it is about; empty where it is about no variable.
    threads : tuple of str
        Who was hurt first, then who did it.
    value, writer : str
        The value in question and who wrote it.
    file, line
        Where it showed.
    message : str
        At most three sentences with names, values and lines.
    cure : str
        The usual cure as code; empty where there is none.
    events : tuple of int
        Rows of the problem events, the one that the message tells of first; at most 100.
    count : int
        How often it happened.
    places : tuple of Place
        Where in the program it happened, what the message tells of first; empty in lessons.
    brief : str
        What the verdict says of it; empty where the number of such findings says enough.
    """

    kind: str
    severity: Severity
    variable: str
    threads: tuple[str, ...]
    value: str
    writer: str
    file: str
    line: int
    message: str
    cure: str
    events: tuple[int, ...]
    count: int
    places: tuple[Place, ...] = ()
    brief: str = ""

    @property
    def lesson(self) -> str:
        """Id of the lesson that teaches it, empty if none does."""
        return LESSONS.get(self.kind, "")

    @property
    def title(self) -> str:
        """The kind in words."""
        return TITLES[self.kind]

    def to_plain(self) -> dict[str, object]:
        """Return the finding as the command line's JSON shows it."""
        return {
            "kind": self.kind,
            "severity": self.severity.name.lower(),
            "variable": self.variable,
            "threads": list(self.threads),
            "value": self.value,
            "writer": self.writer,
            "file": self.file,
            "line": self.line,
            "message": self.message,
            "events": list(self.events),
            "count": self.count,
            "cure": self.cure,
            "lesson": self.lesson,
            "places": [{"file": place.file, "line": place.line, "text": place.text} for place in self.places],
        }


TITLES: dict[str, str] = {
    "clobbered-read": "Clobbered read",
    "foreign-read": "Foreign read",
    "erased-read": "Erased read",
    "leftover": "Leftover",
    "lost-update": "Lost update",
    "data-race": "Data race",
    "atomicity": "Broken in between",
    "missing-attribute": "Missing attribute",
    "lost-context": "Lost context",
    "not-cleaned-up": "Not cleaned up",
    "deadlock": "Deadlock",
    "lock-order": "Locks in opposite order",
    "refused": "Refused",
    "thread-died": "Thread died",
    "not-joined": "Not joined",
}
"""Kinds of findings, in words."""

LESSONS: dict[str, str] = {
    "clobbered-read": "request-id",
    "foreign-read": "request-id",
    "erased-read": "request-context",
    "leftover": "pool-leftover",
    "lost-update": "lost-update",
    "data-race": "visibility",
    "atomicity": "transaction-scope",
    "missing-attribute": "visibility",
    "lost-context": "async-tasks",
    "not-cleaned-up": "pool-cleanup",
    "refused": "db-connection",
    "not-joined": "event-spinner",
}
"""Which lesson teaches a kind; a version that lacks it shows no link."""


def make_finding(
    kind: str,
    rows: Sequence[int],
    file: str,
    line: int,
    message: str,
    *,
    severity: Severity = Severity.ERROR,
    variable: str = "",
    threads: Iterable[str] = (),
    value: str = "",
    writer: str = "",
    cure: str = "",
    count: int | None = None,
    places: Sequence[Place] = (),
    brief: str = "",
) -> Finding:
    """Make a finding about events; names of threads once each, as many events as a finding holds.

    Parameters
    ----------
    kind, file, line, message, severity, variable, threads, value, writer, cure, places, brief
        See `Finding`.
    rows : sequence of int
        All its events.
    count : int, optional
        How often it happened, by default once an event.
    """
    names, events = tuple(dict.fromkeys(threads)), tuple(rows[:MAX_EVENTS])
    n = len(rows) if count is None else count
    return Finding(
        kind, severity, variable, names, value, writer, file, line, message, cure, events, n, tuple(places), brief
    )
